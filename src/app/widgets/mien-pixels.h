/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

GdkPixbuf *mien_pixels_from_texture (GdkTexture *texture);
GdkTexture *mien_pixels_load_thumbnail (const char *path, guint size, GError **error);

G_END_DECLS
