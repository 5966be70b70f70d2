/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/widgets/mien-picture-item.h"

G_BEGIN_DECLS

/* A scrolled grid of thumbnails, recycled. Properties "model" (GListModel of MienPictureItem),
 * "selected-item" (MienPictureItem, read-only). Signal "activate" (MienPictureItem) on Enter and
 * double click. */
#define MIEN_TYPE_PICTURE_GRID (mien_picture_grid_get_type ())
G_DECLARE_FINAL_TYPE (MienPictureGrid, mien_picture_grid, MIEN, PICTURE_GRID, GtkWidget)

GtkWidget *mien_picture_grid_new (void);
GListModel *mien_picture_grid_get_model (MienPictureGrid *self);
void mien_picture_grid_set_model (MienPictureGrid *self, GListModel *model);
MienPictureItem *mien_picture_grid_get_selected_item (MienPictureGrid *self);
void mien_picture_grid_select (MienPictureGrid *self, guint position);
void mien_picture_grid_scroll_to_start (MienPictureGrid *self);

G_END_DECLS
