/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* Makes a new data set of the workspace's: classes chosen, renamed, merged and balanced. */
#define MIEN_TYPE_PREPARE_WINDOW (mien_prepare_window_get_type ())
G_DECLARE_FINAL_TYPE (MienPrepareWindow, mien_prepare_window, MIEN, PREPARE_WINDOW, AdwWindow)

GtkWidget *mien_prepare_window_new (GtkWindow *parent, MienWorkspace *workspace);
const char *mien_prepare_window_get_state (MienPrepareWindow *self);
gboolean mien_prepare_window_is_ready (MienPrepareWindow *self);
void
mien_prepare_window_set_destination (MienPrepareWindow *self, const char *folder, const char *name);

G_END_DECLS
