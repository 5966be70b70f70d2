/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/evaluation/mien-evaluation-list.h"
#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* One evaluated picture large, with what the model thinks of it, and the way to its neighbours.
 * Signal "closed": the person is done with it. */
#define MIEN_TYPE_PICTURE_VIEWER (mien_picture_viewer_get_type ())
G_DECLARE_FINAL_TYPE (MienPictureViewer, mien_picture_viewer, MIEN, PICTURE_VIEWER, GtkWidget)

void mien_picture_viewer_set_workspace (MienPictureViewer *self, MienWorkspace *workspace);
void mien_picture_viewer_show (MienPictureViewer *self, MienEvaluationList *list, guint position);
void mien_picture_viewer_clear (MienPictureViewer *self);
guint mien_picture_viewer_get_position (MienPictureViewer *self);

G_END_DECLS
