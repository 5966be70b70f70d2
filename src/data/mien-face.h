/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* A square in a picture, in its pixels. */
typedef struct
{
  int x;
  int y;
  int size; /* 0: none */
} MienFace;

gboolean mien_face_cut (const MienFace *face, double share, int width, int height, MienFace *cut);
GdkPixbuf *mien_face_get_pixels (const MienFace *face, GdkPixbuf *picture);

G_END_DECLS
