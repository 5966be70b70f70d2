/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Decodes thumbnails on threads of its own and keeps the latest ones. For the main thread. */
#define MIEN_TYPE_THUMBNAILER (mien_thumbnailer_get_type ())
G_DECLARE_FINAL_TYPE (MienThumbnailer, mien_thumbnailer, MIEN, THUMBNAILER, GObject)

MienThumbnailer *mien_thumbnailer_new (guint size, gsize max_bytes);
MienThumbnailer *mien_thumbnailer_get_default (void);

GdkTexture *mien_thumbnailer_lookup (MienThumbnailer *self, const char *path);
void mien_thumbnailer_load_async (MienThumbnailer *self,
                                  const char *path,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
GdkTexture *
mien_thumbnailer_load_finish (MienThumbnailer *self, GAsyncResult *result, GError **error);
gsize mien_thumbnailer_get_bytes (MienThumbnailer *self);

G_END_DECLS
