/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-pixels.h"

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-picture.h"

/**
 * mien_pixels_from_texture:
 * @texture: a picture
 *
 * Copies a texture into what the network's input is made from: RGB, transparency laid on white as
 * it is for files. May be called on any thread for a texture that lies in memory.
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

/* Whether a file is worth decoding: what it says of itself, before anything is decoded. */
static gboolean
check_file (const char *path, int *width, int *height, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  /* A pipe or a device would be waited for. */
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      gdk_pixbuf_get_file_info (path, width, height) == NULL)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_PICTURE, _ ("“%s” is not a picture."),
                   name);
      return FALSE;
    }
  if ((guint64) MAX (*width, 0) * MAX (*height, 0) > MIEN_PICTURE_MAX_PIXELS)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_TOO_LARGE,
                   _ ("“%s” has too many pixels. Shrink it."), name);
      return FALSE;
    }

  return TRUE;
}

/**
 * mien_pixels_load_thumbnail:
 * @path: (type filename): a picture file
 * @size: pixels: the longer side of the result, at most
 * @error: where to say why it cannot be read
 *
 * Decodes a picture and shrinks it, its proportions kept; a smaller one is left as it is. May be
 * called on any thread.
 *
 * Returns: (transfer full) (nullable): a texture in memory
 */
GdkTexture *
mien_pixels_load_thumbnail (const char *path, guint size, GError **error)
{
  g_autoptr (GdkPixbuf) decoded = NULL;
  g_autoptr (GdkPixbuf) picture = NULL;
  int width, height;

  if (!check_file (path, &width, &height, error))
    return NULL;

  if (MAX (width, height) > (int) size)
    decoded = gdk_pixbuf_new_from_file_at_scale (path, size, size, TRUE, error);
  else
    decoded = gdk_pixbuf_new_from_file (path, error);
  if (decoded == NULL)
    return NULL;

  picture = mien_picture_normalize (decoded);
  return gdk_texture_new_for_pixbuf (picture);
}
