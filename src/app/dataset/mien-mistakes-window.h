/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The pictures of the open data set whose labels may be wrong, one after the other, worst first, to
 * be kept, moved or set aside. */
#define MIEN_TYPE_MISTAKES_WINDOW (mien_mistakes_window_get_type ())
G_DECLARE_FINAL_TYPE (MienMistakesWindow, mien_mistakes_window, MIEN, MISTAKES_WINDOW, AdwWindow)

GtkWidget *mien_mistakes_window_new (GtkWindow *parent, MienWorkspace *workspace);
const char *mien_mistakes_window_get_state (MienMistakesWindow *self);
guint mien_mistakes_window_get_position (MienMistakesWindow *self);

G_END_DECLS
