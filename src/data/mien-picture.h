/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/* Pictures of more pixels than this are refused before they are decoded. */
#define MIEN_PICTURE_MAX_PIXELS (G_GUINT64_CONSTANT (100000000))

GdkPixbuf *mien_picture_decode (const char *path, guint64 max_pixels, GError **error);
GdkPixbuf *mien_picture_decode_at_least (const char *path,
                                         guint64 max_pixels,
                                         guint width,
                                         guint height,
                                         GError **error);
GdkPixbuf *mien_picture_normalize (GdkPixbuf *decoded);
GdkPixbuf *mien_picture_shrink (GdkPixbuf *picture, guint width, guint height);
void mien_picture_digest (GdkPixbuf *picture, guint8 digest[32]);

G_END_DECLS
