/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* A picture in a list model, immutable: what a grid shows of it. Readable properties "path",
 * "texture", "name", "title", "caption" and "index". */
#define MIEN_TYPE_PICTURE_ITEM (mien_picture_item_get_type ())
G_DECLARE_FINAL_TYPE (MienPictureItem, mien_picture_item, MIEN, PICTURE_ITEM, GObject)

MienPictureItem *
mien_picture_item_new (const char *path, const char *title, const char *caption, guint index);
MienPictureItem *mien_picture_item_new_for_texture (GdkTexture *texture, const char *name);

const char *mien_picture_item_get_path (MienPictureItem *self);
GdkTexture *mien_picture_item_get_texture (MienPictureItem *self);
const char *mien_picture_item_get_name (MienPictureItem *self);
const char *mien_picture_item_get_title (MienPictureItem *self);
const char *mien_picture_item_get_caption (MienPictureItem *self);
guint mien_picture_item_get_index (MienPictureItem *self);

G_END_DECLS
