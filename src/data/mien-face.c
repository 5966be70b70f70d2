/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-face.h"

#include <math.h>

/* A picture of which a face's square takes so much was cut to the face before. */
#define FILLED 0.75

/**
 * mien_face_cut:
 * @face: where a face is, of a size above 0
 * @share: above 0, at most 1: how much of the cut's side the face is to take
 * @width: of the picture, pixels
 * @height: of the picture, pixels
 * @cut: (out): a square about the middle of the face; moved, and smaller than @share asks for,
 * where the picture ends
 *
 * Says what part of a picture to show to a network that was taught faces of that share.
 *
 * Returns: %FALSE: the cut would be nearly all of the picture, whose longer side it takes three
 *   quarters of; such a picture is of one face and is best taken as it is
 */
gboolean
mien_face_cut (const MienFace *face, double share, int width, int height, MienFace *cut)
{
  const int size = (int) MIN (round (face->size / share), MIN (width, height));

  cut->size = size;
  cut->x = CLAMP (face->x + (face->size - size) / 2, 0, width - size);
  cut->y = CLAMP (face->y + (face->size - size) / 2, 0, height - size);
  return size < FILLED * MAX (width, height);
}

/**
 * mien_face_get_pixels:
 * @face: a square within @picture
 * @picture: a picture
 *
 * Returns: (transfer full): what is in the square, a copy
 */
GdkPixbuf *
mien_face_get_pixels (const MienFace *face, GdkPixbuf *picture)
{
  g_autoptr (GdkPixbuf)
    part = gdk_pixbuf_new_subpixbuf (picture, face->x, face->y, face->size, face->size);

  return gdk_pixbuf_copy (part);
}
