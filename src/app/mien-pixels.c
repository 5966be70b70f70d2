/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-pixels.h"

#include <cairo.h>

#include "data/mien-picture.h"

/**
 * mien_pixels_from_texture:
 * @texture: a picture
 *
 * Copies a texture into what the network's input is made from: RGB, transparency laid on white as it is for files. May
 * be called on any thread for a texture that lies in memory.
 *
 * Returns: (transfer full): the pixels
 */
GdkPixbuf *
mien_pixels_from_texture (GdkTexture *texture)
{
  const int width = gdk_texture_get_width (texture);
  const int height = gdk_texture_get_height (texture);
  const gsize stride = (gsize) width * 4;
  g_autofree guint8 *argb = g_malloc_n (height, stride);
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  guint8 *rgb = gdk_pixbuf_get_pixels (picture);
  const gsize rowstride = gdk_pixbuf_get_rowstride (picture);

  gdk_texture_download (texture, argb, stride);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        /* CAIRO_FORMAT_ARGB32: native order, premultiplied. */
        const guint32 pixel = ((const guint32 *) (const void *) (argb + y * stride))[x];
        const guint white = 255 - (pixel >> 24);
        guint8 *out = rgb + y * rowstride + 3 * x;

        out[0] = MIN (((pixel >> 16) & 0xff) + white, 255);
        out[1] = MIN (((pixel >> 8) & 0xff) + white, 255);
        out[2] = MIN ((pixel & 0xff) + white, 255);
      }

  return picture;
}

/**
 * mien_pixels_load_thumbnail:
 * @path: (type filename): a picture file
 * @size: pixels: the longer side of the result, at most
 * @error: where to say why it cannot be read
 *
 * Decodes a picture and shrinks it; a smaller one is left as it is. May be called on any thread.
 *
 * Returns: (transfer full) (nullable): a texture in memory
 */
GdkTexture *
mien_pixels_load_thumbnail (const char *path, guint size, GError **error)
{
  g_autoptr (GdkPixbuf) picture = NULL;
  g_autoptr (GdkPixbuf) small = NULL;
  int width, height;
  double scale;

  picture = mien_picture_decode_at_least (path, MIEN_PICTURE_MAX_PIXELS, size, size, error);
  if (picture == NULL)
    return NULL;

  width = gdk_pixbuf_get_width (picture);
  height = gdk_pixbuf_get_height (picture);
  scale = (double) size / MAX (width, height);
  if (scale >= 1)
    return gdk_texture_new_for_pixbuf (picture);

  small = gdk_pixbuf_scale_simple (picture, MAX (1, (int) (width * scale + 0.5)),
                                   MAX (1, (int) (height * scale + 0.5)), GDK_INTERP_BILINEAR);
  return gdk_texture_new_for_pixbuf (small);
}
