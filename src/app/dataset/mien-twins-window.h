/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* Pictures of the data set that show the same, side by side, a group at a time. */
#define MIEN_TYPE_TWINS_WINDOW (mien_twins_window_get_type ())
G_DECLARE_FINAL_TYPE (MienTwinsWindow, mien_twins_window, MIEN, TWINS_WINDOW, AdwWindow)

GtkWidget *mien_twins_window_new (GtkWindow *parent, MienWorkspace *workspace, guint group);

G_END_DECLS
