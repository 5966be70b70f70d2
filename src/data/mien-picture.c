/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-picture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-picture-end.h"

#define CHUNK_BYTES 65536

/* Pictures that decode to more pixels than this are decoded one at a time, which bounds memory. */
#define LARGE_PIXELS (G_GUINT64_CONSTANT (32000000))

/* What the "size-prepared" handler is told, and what it finds out. */
typedef struct
{
  guint64 max_pixels;
  guint at_least; /* no side of a JPEG is decoded smaller than this; 0: full size */
  int width;      /* as the file's header has them; 0 before it is read */
  int height;
  gboolean too_large;
  gboolean holds_large; /* this thread has the lock on large pictures */
  int rows_begin;       /* the rows that were decoded */
  int rows_end;
} Request;

static GMutex large_mutex;

static void
size_prepared (GdkPixbufLoader *loader, int width, int height, gpointer user_data)
{
  Request *request = user_data;

  request->width = width;
  request->height = height;
  if (width > 0 && height > 0 && (guint64) width * (guint64) height > request->max_pixels)
    {
      /* A size of nothing makes the format's loader give up before it takes memory. */
      request->too_large = TRUE;
      gdk_pixbuf_loader_set_size (loader, 0, 0);
      return;
    }

  if (request->at_least > 0)
    {
      g_autofree char *format = gdk_pixbuf_format_get_name (gdk_pixbuf_loader_get_format (loader));
      int least = (int) MIN (request->at_least, (guint) G_MAXINT);
      int divisor = 1;

      /* libjpeg decodes straight to 1/2, 1/4 and 1/8; these are the exact sizes that it makes. */
      while (divisor < 8 && (MIN (width, height) - 1) / (2 * divisor) + 1 >= least)
        divisor *= 2;
      if (divisor > 1 && strcmp (format, "jpeg") == 0)
        {
          width = (width - 1) / divisor + 1;
          height = (height - 1) / divisor + 1;
          gdk_pixbuf_loader_set_size (loader, width, height);
        }
    }

  if ((guint64) width * (guint64) height > LARGE_PIXELS && !request->holds_large)
    {
      g_mutex_lock (&large_mutex);
      request->holds_large = TRUE;
    }
}

static void
area_updated (GdkPixbufLoader *loader, int x, int y, int width, int height, gpointer user_data)
{
  Request *request = user_data;

  request->rows_begin = MIN (request->rows_begin, y);
  request->rows_end = MAX (request->rows_end, y + height);
}

/* These formats mark no end, and their loaders do not mind when rows are missing. */
static gboolean
lacks_rows (GdkPixbufLoader *loader, const Request *request, int height)
{
  g_autofree char *format = gdk_pixbuf_format_get_name (gdk_pixbuf_loader_get_format (loader));

  if (strcmp (format, "bmp") != 0 && strcmp (format, "pnm") != 0)
    return FALSE;
  return request->rows_begin > 0 || request->rows_end < height;
}

static int
open_regular (const char *path, const char *name, GError **error)
{
  struct stat status;
  int fd;

  /* Without O_NONBLOCK, opening a FIFO would wait for its writer. */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    {
      int saved_errno = errno;

      g_set_error (
        error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
        _ ("“%s” cannot be opened: %s. Check that it is there and that you may read it."), name,
        g_strerror (saved_errno));
      return -1;
    }
  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      close (fd);
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” is not a regular file. Only picture files can be read."), name);
      return -1;
    }
  return fd;
}

static gssize
read_chunk (int fd, guint8 *buffer)
{
  gssize n;

  do
    n = read (fd, buffer, CHUNK_BYTES);
  while (n < 0 && errno == EINTR);
  return n;
}

static void
set_too_large (const Request *request, const char *name, GError **error)
{
  g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, request->max_pixels);
  g_autofree char *pixels = NULL;

  pixels = g_strdup_printf ("%" G_GUINT64_FORMAT,
                            (guint64) request->width * (guint64) request->height);
  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_TOO_LARGE,
               _ ("“%s” has %d × %d = %s pixels, more than the limit of %s. Make it smaller."),
               name, request->width, request->height, pixels, limit);
}

static void
set_broken (const char *name, const char *detail, GError **error)
{
  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_BROKEN,
               _ ("“%s” is damaged (%s). Replace it with a whole copy, or remove it."), name,
               detail);
}

/* Passes the whole file to the loader and closes both. */
static gboolean
feed (GdkPixbufLoader *loader, int fd, const char *name, const Request *request, GError **error)
{
  g_autoptr (GError) decode_error = NULL;
  g_autofree guint8 *buffer = g_malloc (CHUNK_BYTES);
  MienPictureEnd end = { 0 };
  guint64 n_bytes = 0;
  gboolean decoded = TRUE;
  int read_errno = 0;
  gssize n;

  while ((n = read_chunk (fd, buffer)) > 0)
    {
      n_bytes += (guint64) n;
      mien_picture_end_feed (&end, buffer, (gsize) n);
      decoded = gdk_pixbuf_loader_write (loader, buffer, (gsize) n, &decode_error);
      if (!decoded || request->too_large)
        break;
    }
  if (n < 0)
    read_errno = errno;
  close (fd);
  if (!gdk_pixbuf_loader_close (loader, decoded ? &decode_error : NULL))
    decoded = FALSE;

  if (read_errno != 0)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” cannot be read: %s. Check the disk that it is on."), name,
                   g_strerror (read_errno));
      return FALSE;
    }
  if (n_bytes == 0)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_EMPTY,
                   _ ("“%s” is empty. Replace it with a whole copy, or remove it."), name);
      return FALSE;
    }
  if (request->too_large)
    {
      set_too_large (request, name, error);
      return FALSE;
    }
  if (!decoded)
    {
      if (g_error_matches (decode_error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_UNKNOWN_TYPE))
        g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_PICTURE,
                     _ ("“%s” is not a picture, or of a format that cannot be read here. "
                        "Convert it to PNG or JPEG, or remove it."),
                     name);
      else
        set_broken (name, decode_error != NULL ? decode_error->message : _ ("it cannot be decoded"),
                    error);
      return FALSE;
    }
  if (mien_picture_end_is_cut (&end))
    {
      set_broken (name, _ ("its end is missing"), error);
      return FALSE;
    }
  return TRUE;
}

static GdkPixbuf *
decode_request (const char *path, Request *request, GError **error)
{
  g_autoptr (GdkPixbufLoader) loader = NULL;
  g_autofree char *name = NULL;
  GdkPixbuf *decoded;
  int fd;

  name = g_filename_display_name (path);
  fd = open_regular (path, name, error);
  if (fd < 0)
    return NULL;

  loader = gdk_pixbuf_loader_new ();
  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared), request);
  g_signal_connect (loader, "area-updated", G_CALLBACK (area_updated), request);
  if (!feed (loader, fd, name, request, error))
    return NULL;

  decoded = gdk_pixbuf_loader_get_pixbuf (loader);
  if (decoded == NULL)
    {
      set_broken (name, _ ("there is no picture in it"), error);
      return NULL;
    }

  if (lacks_rows (loader, request, gdk_pixbuf_get_height (decoded)))
    {
      set_broken (name, _ ("its end is missing"), error);
      return NULL;
    }

  /* Some formats tell their size only with the pixels. */
  request->width = gdk_pixbuf_get_width (decoded);
  request->height = gdk_pixbuf_get_height (decoded);
  if ((guint64) request->width * (guint64) request->height > request->max_pixels)
    {
      set_too_large (request, name, error);
      return NULL;
    }
  return mien_picture_normalize (decoded);
}

static GdkPixbuf *
decode (const char *path, guint64 max_pixels, guint at_least, GError **error)
{
  Request request = { .max_pixels = max_pixels, .at_least = at_least, .rows_begin = G_MAXINT };
  GdkPixbuf *picture = decode_request (path, &request, error);

  if (request.holds_large)
    g_mutex_unlock (&large_mutex);
  return picture;
}

/**
 * mien_picture_decode:
 * @path: (type filename): a picture file, of any format that GdkPixbuf reads
 * @max_pixels: the most pixels that it may have; checked against its header, before it is decoded
 * @error: return location for a #MienDataError
 *
 * Decodes a picture at full size, in the form of mien_picture_normalize(). Of an animation, the
 * first frame. A truncated file is an error, never a half-grey picture. Only regular files are
 * opened, so that a FIFO or a device cannot block. Safe on any thread.
 *
 * Errors: %MIEN_DATA_ERROR_FILE (cannot be opened or read, not a regular file),
 * %MIEN_DATA_ERROR_EMPTY, %MIEN_DATA_ERROR_PICTURE (unknown format), %MIEN_DATA_ERROR_BROKEN,
 * %MIEN_DATA_ERROR_TOO_LARGE.
 *
 * Returns: (transfer full): the picture, 8-bit RGB; or %NULL
 */
GdkPixbuf *
mien_picture_decode (const char *path, guint64 max_pixels, GError **error)
{
  g_return_val_if_fail (path != NULL, NULL);

  return decode (path, max_pixels, 0, error);
}

/**
 * mien_picture_decode_at_least:
 * @path: (type filename): a picture file
 * @max_pixels: the most pixels that it may have
 * @width: pixels needed across, 1 or more
 * @height: pixels needed down, 1 or more
 * @error: return location for a #MienDataError
 *
 * Decodes as mien_picture_decode() does, but delivers a large picture shrunk: by libjpeg while
 * decoding, where the format is JPEG, and by mien_picture_shrink(). Each side is less than twice
 * the size asked for, or as in the file, so that a bilinear resize to @width x @height skips no
 * pixel. Never enlarges.
 *
 * Returns: (transfer full): the picture, 8-bit RGB; or %NULL
 */
GdkPixbuf *
mien_picture_decode_at_least (const char *path,
                              guint64 max_pixels,
                              guint width,
                              guint height,
                              GError **error)
{
  g_autoptr (GdkPixbuf) decoded = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  /* The larger of the two, as an EXIF orientation may yet exchange the sides. */
  decoded = decode (path, max_pixels, MAX (width, height), error);
  if (decoded == NULL)
    return NULL;
  return mien_picture_shrink (decoded, width, height);
}

/**
 * mien_picture_normalize:
 * @decoded: any pixbuf, with its "orientation" option if its file had one
 *
 * Brings a decoded picture into the one form that the data layer works on: EXIF orientation
 * applied, transparency laid on white, 8-bit RGB, three channels.
 *
 * Returns: (transfer full): the picture; @decoded itself where it has this form already
 */
GdkPixbuf *
mien_picture_normalize (GdkPixbuf *decoded)
{
  g_autoptr (GdkPixbuf) upright = NULL;
  GdkPixbuf *opaque;
  const guint8 *source;
  guint8 *target;
  gsize source_stride, target_stride;
  int width, height;

  g_return_val_if_fail (GDK_IS_PIXBUF (decoded), NULL);

  upright = gdk_pixbuf_apply_embedded_orientation (decoded);
  if (gdk_pixbuf_get_n_channels (upright) == 3)
    return g_steal_pointer (&upright);

  width = gdk_pixbuf_get_width (upright);
  height = gdk_pixbuf_get_height (upright);
  opaque = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  if (opaque == NULL)
    g_error ("No memory for a picture of %d × %d pixels", width, height);

  source = gdk_pixbuf_read_pixels (upright);
  source_stride = (gsize) gdk_pixbuf_get_rowstride (upright);
  target = gdk_pixbuf_get_pixels (opaque);
  target_stride = (gsize) gdk_pixbuf_get_rowstride (opaque);
  for (int y = 0; y < height; y++)
    {
      const guint8 *in = source + (gsize) y * source_stride;
      guint8 *out = target + (gsize) y * target_stride;

      for (int x = 0; x < width; x++, in += 4, out += 3)
        for (int c = 0; c < 3; c++)
          out[c] = (guint8) ((in[c] * in[3] + 255 * (255 - in[3]) + 127) / 255);
    }
  return opaque;
}

/**
 * mien_picture_shrink:
 * @picture: an 8-bit RGB picture of three channels
 * @width: pixels needed across, 1 or more
 * @height: pixels needed down, 1 or more
 *
 * Shrinks each side by the largest whole factor that leaves it no smaller than asked for, each
 * pixel the mean of those that it stands for. The last column and row may stand for fewer.
 *
 * Returns: (transfer full): a picture of less than twice @width and @height, or as small as
 *   @picture; @picture itself where no side is twice too large
 */
GdkPixbuf *
mien_picture_shrink (GdkPixbuf *picture, guint width, guint height)
{
  guint source_width = (guint) gdk_pixbuf_get_width (picture);
  guint source_height = (guint) gdk_pixbuf_get_height (picture);
  gsize source_stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  guint factor_x, factor_y, target_width, target_height;
  const guint8 *source;
  guint8 *target;
  gsize target_stride;
  GdkPixbuf *shrunk;

  g_return_val_if_fail (gdk_pixbuf_get_n_channels (picture) == 3, NULL);
  g_return_val_if_fail (width > 0 && height > 0, NULL);

  factor_x = MAX (source_width / width, 1);
  factor_y = MAX (source_height / height, 1);
  if (factor_x == 1 && factor_y == 1)
    return g_object_ref (picture);

  target_width = (source_width - 1) / factor_x + 1;
  target_height = (source_height - 1) / factor_y + 1;
  shrunk = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) target_width, (int) target_height);
  if (shrunk == NULL)
    g_error ("No memory for a picture of %u × %u pixels", target_width, target_height);

  source = gdk_pixbuf_read_pixels (picture);
  target = gdk_pixbuf_get_pixels (shrunk);
  target_stride = (gsize) gdk_pixbuf_get_rowstride (shrunk);
  for (guint y = 0; y < target_height; y++)
    {
      guint y_begin = y * factor_y;
      guint y_end = MIN (y_begin + factor_y, source_height);
      guint8 *out = target + y * target_stride;

      for (guint x = 0; x < target_width; x++, out += 3)
        {
          guint x_begin = x * factor_x;
          guint x_end = MIN (x_begin + factor_x, source_width);
          guint64 n = (guint64) (x_end - x_begin) * (y_end - y_begin);
          guint64 sum[3] = { 0, 0, 0 };

          for (guint yy = y_begin; yy < y_end; yy++)
            {
              const guint8 *in = source + yy * source_stride + (gsize) x_begin * 3;

              for (guint xx = x_begin; xx < x_end; xx++, in += 3)
                for (guint c = 0; c < 3; c++)
                  sum[c] += in[c];
            }
          for (guint c = 0; c < 3; c++)
            out[c] = (guint8) ((sum[c] + n / 2) / n);
        }
    }
  return shrunk;
}

/**
 * mien_picture_digest:
 * @picture: an 8-bit RGB picture of three channels
 * @digest: (out): SHA-256 of its width and height (32 bits each, little-endian) and its pixels, row
 *   by row without padding
 *
 * Two pictures have the same digest when they look the same, whatever file they came from.
 */
void
mien_picture_digest (GdkPixbuf *picture, guint8 digest[32])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint32 size[2];
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  gsize row_stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  gsize length = 32;
  int width = gdk_pixbuf_get_width (picture);
  int height = gdk_pixbuf_get_height (picture);

  g_return_if_fail (gdk_pixbuf_get_n_channels (picture) == 3);

  size[0] = GUINT32_TO_LE ((guint32) width);
  size[1] = GUINT32_TO_LE ((guint32) height);
  g_checksum_update (checksum, (const guchar *) size, sizeof size);
  for (int y = 0; y < height; y++)
    g_checksum_update (checksum, pixels + (gsize) y * row_stride, (gssize) width * 3);
  g_checksum_get_digest (checksum, digest, &length);
}
