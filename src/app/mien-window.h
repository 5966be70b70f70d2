/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

#define MIEN_TYPE_WINDOW (mien_window_get_type ())
G_DECLARE_FINAL_TYPE (MienWindow, mien_window, MIEN, WINDOW, AdwApplicationWindow)

MienWindow *mien_window_new (GtkApplication *application);
MienWorkspace *mien_window_get_workspace (MienWindow *self);
void mien_window_open (MienWindow *self, GFile *file);
const char *mien_window_get_view (MienWindow *self);
void mien_window_set_view (MienWindow *self, const char *view);

G_END_DECLS
