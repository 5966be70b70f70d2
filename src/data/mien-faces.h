/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Where a face is in a picture, in its pixels: a square within it. */
typedef struct
{
  int x;
  int y;
  int size;
} MienFace;

gboolean mien_faces_can_find (void);
GArray *mien_faces_find (GdkPixbuf *picture, GError **error);

G_END_DECLS
