/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-jpeg-end.h"

#include <string.h>

/* Codes of ITU-T T.81, table B.1. */
#define MARKER_SOI 0xd8
#define MARKER_EOI 0xd9
#define MARKER_SOS 0xda
#define MARKER_TEM 0x01
#define IS_RESTART(code) ((code) >= 0xd0 && (code) <= 0xd7)

enum
{
  STATE_START,       /* the 0xff of SOI */
  STATE_START_CODE,  /* its code */
  STATE_BETWEEN,     /* between segments, at the 0xff of a marker */
  STATE_CODE,        /* the code of a marker */
  STATE_LENGTH_HIGH, /* the two bytes of a segment's length */
  STATE_LENGTH_LOW,
  STATE_SEGMENT, /* inside a segment */
  STATE_SCAN,    /* inside entropy-coded data */
  STATE_SCAN_FF, /* after an 0xff in it */
  STATE_END,     /* EOI was seen */
  STATE_OTHER    /* not a JPEG */
};

static guint
after_code (MienJpegEnd *self, guint8 code)
{
  if (code == MARKER_EOI)
    return STATE_END;
  if (code == MARKER_SOI || code == MARKER_TEM || IS_RESTART (code))
    return STATE_BETWEEN;

  self->marker = code;
  return STATE_LENGTH_HIGH;
}

static guint
after_segment (const MienJpegEnd *self)
{
  return self->marker == MARKER_SOS ? STATE_SCAN : STATE_BETWEEN;
}

/* Takes one byte. Those that can be passed over in bulk, mien_jpeg_end_feed() handles itself. */
static void
step (MienJpegEnd *self, guint8 byte)
{
  switch (self->state)
    {
    case STATE_START:
      self->state = byte == 0xff ? STATE_START_CODE : STATE_OTHER;
      break;
    case STATE_START_CODE:
      self->state = byte == MARKER_SOI ? STATE_BETWEEN : STATE_OTHER;
      break;
    case STATE_BETWEEN:
      /* Stray bytes between segments are skipped, as libjpeg does. */
      if (byte == 0xff)
        self->state = STATE_CODE;
      break;
    case STATE_CODE:
      if (byte == 0x00)
        self->state = STATE_BETWEEN;
      else if (byte != 0xff)
        self->state = after_code (self, byte);
      break;
    case STATE_LENGTH_HIGH:
      self->remaining = (guint) byte << 8;
      self->state = STATE_LENGTH_LOW;
      break;
    case STATE_LENGTH_LOW:
      self->remaining |= byte;
      self->remaining = self->remaining > 2 ? self->remaining - 2 : 0;
      self->state = self->remaining > 0 ? STATE_SEGMENT : after_segment (self);
      break;
    case STATE_SCAN_FF:
      if (byte == 0x00 || IS_RESTART (byte))
        self->state = STATE_SCAN;
      else if (byte != 0xff)
        self->state = after_code (self, byte);
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * mien_jpeg_end_feed:
 * @self: the reader's state, all zero before the first piece
 * @bytes: (array length=n): the next piece of a file
 * @n: its length
 *
 * Follows the marker structure of a JPEG stream (ITU-T T.81, annex B.1.1) without decoding it. A
 * file that does not start as a JPEG is passed over.
 */
void
mien_jpeg_end_feed (MienJpegEnd *self, const guint8 *bytes, gsize n)
{
  const guint8 *end = bytes + n;

  while (bytes < end && self->state != STATE_END && self->state != STATE_OTHER)
    {
      if (self->state == STATE_SEGMENT)
        {
          gsize skipped = MIN ((gsize) (end - bytes), self->remaining);

          bytes += skipped;
          self->remaining -= (guint) skipped;
          if (self->remaining == 0)
            self->state = after_segment (self);
        }
      else if (self->state == STATE_SCAN)
        {
          const guint8 *found = memchr (bytes, 0xff, (gsize) (end - bytes));

          if (found == NULL)
            return;
          bytes = found + 1;
          self->state = STATE_SCAN_FF;
        }
      else
        {
          step (self, *bytes++);
        }
    }
}

/**
 * mien_jpeg_end_is_cut:
 * @self: the reader's state after the last piece of a file
 *
 * Tells whether the file began as a JPEG but never came to its end-of-image marker. libjpeg fills
 * what is missing with grey and only warns, and GdkPixbuf does not pass that warning on.
 *
 * Returns: %TRUE for a truncated JPEG; %FALSE for a whole one, and for any other format
 */
gboolean
mien_jpeg_end_is_cut (const MienJpegEnd *self)
{
  return self->state > STATE_START_CODE && self->state < STATE_END;
}
