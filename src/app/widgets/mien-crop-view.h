/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A picture with a square on it that a person moves and resizes. Signal "crop-changed": at each
 * step of that. */
#define MIEN_TYPE_CROP_VIEW (mien_crop_view_get_type ())
G_DECLARE_FINAL_TYPE (MienCropView, mien_crop_view, MIEN, CROP_VIEW, GtkWidget)

void mien_crop_view_set_texture (MienCropView *self, GdkTexture *texture, const char *title);
gboolean mien_crop_view_get_crop (MienCropView *self, GdkRectangle *crop);
void mien_crop_view_set_crop (MienCropView *self, const GdkRectangle *crop);

G_END_DECLS
