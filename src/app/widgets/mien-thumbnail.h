/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/widgets/mien-picture-item.h"

G_BEGIN_DECLS

/* A square with a picture in it, decoded off the main thread. Properties "item" (MienPictureItem)
 * and "size" (pixels). */
#define MIEN_TYPE_THUMBNAIL (mien_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (MienThumbnail, mien_thumbnail, MIEN, THUMBNAIL, GtkWidget)

GtkWidget *mien_thumbnail_new (guint size);
MienPictureItem *mien_thumbnail_get_item (MienThumbnail *self);
void mien_thumbnail_set_item (MienThumbnail *self, MienPictureItem *item);
GdkTexture *mien_thumbnail_get_texture (MienThumbnail *self);

G_END_DECLS
