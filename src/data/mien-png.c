/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-png.h"

#include <cairo.h>

#include "data/mien-data-error.h"

/* A side that cairo's surfaces can have. */
#define MAX_GREY_SIDE 32767

static gboolean
is_grey (GdkPixbuf *picture)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  int width = gdk_pixbuf_get_width (picture);
  int height = gdk_pixbuf_get_height (picture);

  for (int y = 0; y < height; y++)
    {
      const guint8 *p = pixels + (gsize) y * stride;

      for (int x = 0; x < width; x++, p += 3)
        if (p[0] != p[1] || p[0] != p[2])
          return FALSE;
    }
  return TRUE;
}

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* GdkPixbuf writes colour only; cairo writes a surface of nothing but alpha as a grey picture. */
static GBytes *
encode_grey (GdkPixbuf *picture, GError **error)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  int width = gdk_pixbuf_get_width (picture);
  int height = gdk_pixbuf_get_height (picture);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, width, height);
  g_autoptr (GByteArray) png = g_byte_array_new ();
  cairo_status_t status = cairo_surface_status (surface);

  if (status == CAIRO_STATUS_SUCCESS)
    {
      guint8 *target = cairo_image_surface_get_data (surface);
      gsize target_stride = (gsize) cairo_image_surface_get_stride (surface);

      for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
          target[(gsize) y * target_stride + (gsize) x] =
            pixels[(gsize) y * stride + 3 * (gsize) x];
      cairo_surface_mark_dirty (surface);
      status = cairo_surface_write_to_png_stream (surface, append, png);
    }
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error_literal (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_MEMORY,
                           cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}

/**
 * mien_png_encode:
 * @picture: an 8-bit RGB picture of three channels
 * @error: return location
 *
 * Writes a picture as PNG, with one channel where all of its pixels are grey. Safe on any thread.
 *
 * Returns: (transfer full): the file's bytes, or %NULL
 */
GBytes *
mien_png_encode (GdkPixbuf *picture, GError **error)
{
  char *data;
  gsize length;

  g_return_val_if_fail (gdk_pixbuf_get_n_channels (picture) == 3, NULL);

  if (gdk_pixbuf_get_width (picture) <= MAX_GREY_SIDE &&
      gdk_pixbuf_get_height (picture) <= MAX_GREY_SIDE && is_grey (picture))
    return encode_grey (picture, error);
  if (!gdk_pixbuf_save_to_buffer (picture, &data, &length, "png", error, NULL))
    return NULL;
  return g_bytes_new_take (data, length);
}
