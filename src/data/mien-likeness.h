/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

G_BEGIN_DECLS

/* Pixels a side of the grey picture that likenesses are compared on. */
#define MIEN_LIKENESS_SIDE 16

/* Bits in which the hashes of two pictures of one likeness differ, at most. */
#define MIEN_LIKENESS_DISTANCE 11

/* From this correlation on, two pictures show the same. */
#define MIEN_LIKENESS_CORRELATION 0.99

/* What is kept of a picture to find others that look the same. */
typedef struct
{
  guint64 hash;
  guint8 grey[MIEN_LIKENESS_SIDE * MIEN_LIKENESS_SIDE];
} MienLikeness;

void mien_likeness_take (GdkPixbuf *picture, MienLikeness *self);
guint64 mien_likeness_mirror_hash (guint64 hash);
gboolean mien_likeness_is_flat (const MienLikeness *self);
double mien_likeness_correlate (const MienLikeness *a, const MienLikeness *b, gboolean mirrored);

G_END_DECLS
