/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-jpeg-end.h"

G_BEGIN_DECLS

/* Follows a picture file's structure to its end, fed in pieces of any size. All zero is the start.
 */
typedef struct
{
  guint64 n_bytes;  /* seen so far */
  guint8 start[12]; /* the file's first bytes */
  MienJpegEnd jpeg;
  guint8 chunk[8];    /* PNG: length and type of a chunk */
  guint n_chunk;      /* how many of these were seen */
  guint64 chunk_left; /* bytes to the next one */
  gboolean png_ended;
} MienPictureEnd;

void mien_picture_end_feed (MienPictureEnd *self, const guint8 *bytes, gsize n);
gboolean mien_picture_end_is_cut (const MienPictureEnd *self);

G_END_DECLS
