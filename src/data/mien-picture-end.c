/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-picture-end.h"

#include <string.h>

#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"
#define PNG_SIGNATURE_BYTES 8
#define PNG_CHECKSUM_BYTES 4
#define RIFF_HEADER_BYTES 8

static gboolean
is_png (const MienPictureEnd *self)
{
  return self->n_bytes >= PNG_SIGNATURE_BYTES &&
         memcmp (self->start, PNG_SIGNATURE, PNG_SIGNATURE_BYTES) == 0;
}

static gboolean
is_webp (const MienPictureEnd *self)
{
  return self->n_bytes >= sizeof self->start && memcmp (self->start, "RIFF", 4) == 0 &&
         memcmp (self->start + RIFF_HEADER_BYTES, "WEBP", 4) == 0;
}

/* Goes from chunk to chunk: length, type, data, checksum (ISO 15948, clause 5.3). */
static void
feed_png (MienPictureEnd *self, const guint8 *bytes, gsize n)
{
  while (n > 0 && !self->png_ended)
    {
      gsize step;

      if (self->chunk_left > 0)
        {
          step = (gsize) MIN (self->chunk_left, n);
          self->chunk_left -= step;
        }
      else
        {
          step = MIN (sizeof self->chunk - self->n_chunk, n);
          memcpy (self->chunk + self->n_chunk, bytes, step);
          self->n_chunk += (guint) step;
          if (self->n_chunk == sizeof self->chunk)
            {
              guint32 length;

              memcpy (&length, self->chunk, sizeof length);
              self->chunk_left = (guint64) GUINT32_FROM_BE (length) + PNG_CHECKSUM_BYTES;
              self->png_ended = memcmp (self->chunk + 4, "IEND", 4) == 0;
              self->n_chunk = 0;
            }
        }
      bytes += step;
      n -= step;
    }
}

/**
 * mien_picture_end_feed:
 * @self: the reader's state, all zero before the first piece
 * @bytes: (array length=n): the next piece of a file
 * @n: its length
 *
 * Follows the structure of a JPEG, PNG or WebP file without decoding it; others are passed over.
 */
void
mien_picture_end_feed (MienPictureEnd *self, const guint8 *bytes, gsize n)
{
  mien_jpeg_end_feed (&self->jpeg, bytes, n);

  if (self->n_bytes < sizeof self->start)
    {
      gsize missing = sizeof self->start - (gsize) self->n_bytes;

      memcpy (self->start + self->n_bytes, bytes, MIN (missing, n));
    }
  if (self->n_bytes < PNG_SIGNATURE_BYTES)
    {
      gsize step = MIN (PNG_SIGNATURE_BYTES - (gsize) self->n_bytes, n);

      self->n_bytes += step;
      bytes += step;
      n -= step;
    }
  self->n_bytes += n;
  if (is_png (self))
    feed_png (self, bytes, n);
}

/**
 * mien_picture_end_is_cut:
 * @self: the reader's state after the last piece of a file
 *
 * Tells whether a JPEG, PNG or WebP file stops before its end: GdkPixbuf's loaders take such a file
 * for whole, and leave blank what is missing.
 *
 * Returns: %TRUE for a truncated file; %FALSE for a whole one, and for one of another format
 */
gboolean
mien_picture_end_is_cut (const MienPictureEnd *self)
{
  if (is_png (self))
    return !self->png_ended;
  if (is_webp (self))
    {
      guint32 size;

      memcpy (&size, self->start + 4, sizeof size);
      return self->n_bytes < (guint64) GUINT32_FROM_LE (size) + RIFF_HEADER_BYTES;
    }
  return mien_jpeg_end_is_cut (&self->jpeg);
}
