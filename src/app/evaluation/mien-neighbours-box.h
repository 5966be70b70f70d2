/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The training pictures that the model sees most like a picture, with their labels. */
#define MIEN_TYPE_NEIGHBOURS_BOX (mien_neighbours_box_get_type ())
G_DECLARE_FINAL_TYPE (MienNeighboursBox, mien_neighbours_box, MIEN, NEIGHBOURS_BOX, GtkWidget)

void mien_neighbours_box_set_workspace (MienNeighboursBox *self, MienWorkspace *workspace);
void mien_neighbours_box_set_picture (MienNeighboursBox *self, guint picture);
void mien_neighbours_box_clear (MienNeighboursBox *self);
const char *mien_neighbours_box_get_state (MienNeighboursBox *self);

G_END_DECLS
