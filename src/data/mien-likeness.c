/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-likeness.h"

#include <math.h>
#include <string.h>

#include "data/mien-input.h"

#define SIDE MIEN_LIKENESS_SIDE
#define N_PIXELS (SIDE * SIDE)

/* Frequencies of the hash in each direction, the mean (0, 0) left out; (0, FREQUENCIES) makes it 64
 * bits. */
#define FREQUENCIES 8

/* The bit of a vertical and a horizontal frequency. */
#define BIT(v, h) ((guint64) 1 << ((v) *FREQUENCIES + (h) -1))
#define LAST_BIT ((guint64) 1 << 63)

/* cos (pi frequency (2 x + 1) / (2 SIDE)): the type II cosine transform's, without its factors,
 * which change no sign. */
static const float *
get_cosines (void)
{
  static float cosines[(FREQUENCIES + 1) * SIDE];
  static gsize ready;

  if (g_once_init_enter (&ready))
    {
      for (guint f = 0; f <= FREQUENCIES; f++)
        for (guint x = 0; x < SIDE; x++)
          cosines[f * SIDE + x] = (float) cos (G_PI * f * (2 * x + 1) / (2 * SIDE));
      g_once_init_leave (&ready, 1);
    }
  return cosines;
}

/* The signs of the lowest frequencies. */
static guint64
make_hash (const guint8 grey[N_PIXELS])
{
  const float *cosines = get_cosines ();
  float rows[SIDE][FREQUENCIES + 1]; /* of each row, its horizontal frequencies */
  guint64 hash = 0;

  for (guint y = 0; y < SIDE; y++)
    for (guint h = 0; h <= FREQUENCIES; h++)
      {
        rows[y][h] = 0.0f;
        for (guint x = 0; x < SIDE; x++)
          rows[y][h] += cosines[h * SIDE + x] * grey[y * SIDE + x];
      }

  for (guint v = 0; v < FREQUENCIES; v++)
    for (guint h = 0; h <= FREQUENCIES; h++)
      {
        float coefficient = 0.0f;

        if ((v == 0 && h == 0) || (v > 0 && h == FREQUENCIES))
          continue;
        for (guint y = 0; y < SIDE; y++)
          coefficient += cosines[v * SIDE + y] * rows[y][h];
        if (coefficient > 0.0f)
          hash |= h == FREQUENCIES ? LAST_BIT : BIT (v, h);
      }
  return hash;
}

/**
 * mien_likeness_take:
 * @picture: an 8-bit RGB picture of three channels
 * @self: (out caller-allocates): what it looks like
 *
 * Takes the picture's likeness: its grey values (ITU-R BT.601 luma) at 16x16 pixels, and a
 * perceptual hash of 64 bits, the signs of the lowest frequencies of their cosine transform, as in
 * Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions". The pictures'
 * shapes are not compared: each is stretched to a square.
 */
void
mien_likeness_take (GdkPixbuf *picture, MienLikeness *self)
{
  MienPreprocessing unchanged;
  float planes[3 * N_PIXELS];

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (picture, NULL, &unchanged, planes, SIDE, SIDE);
  for (guint i = 0; i < N_PIXELS; i++)
    self->grey[i] = (guint8) (0.299f * planes[i] + 0.587f * planes[N_PIXELS + i] +
                              0.114f * planes[2 * N_PIXELS + i] + 0.5f);
  self->hash = make_hash (self->grey);
}

/**
 * mien_likeness_mirror_hash:
 * @hash: of a picture
 *
 * Returns: the hash of the same picture with left and right exchanged, which turns the sign of
 *   every odd horizontal frequency
 */
guint64
mien_likeness_mirror_hash (guint64 hash)
{
  guint64 odd = 0;

  for (guint v = 0; v < FREQUENCIES; v++)
    for (guint h = 1; h < FREQUENCIES; h += 2)
      odd |= BIT (v, h);
  return hash ^ odd;
}

/**
 * mien_likeness_is_flat:
 * @self: a likeness
 *
 * Returns: whether all of the picture has one grey value, which correlates with nothing
 */
gboolean
mien_likeness_is_flat (const MienLikeness *self)
{
  for (guint i = 1; i < N_PIXELS; i++)
    if (self->grey[i] != self->grey[0])
      return FALSE;
  return TRUE;
}

/**
 * mien_likeness_correlate:
 * @a: a likeness
 * @b: another one
 * @mirrored: whether left and right of @b are exchanged first
 *
 * Returns: Pearson's correlation of the grey values, -1 to 1; 0 where one of them is flat
 */
double
mien_likeness_correlate (const MienLikeness *a, const MienLikeness *b, gboolean mirrored)
{
  gint64 sum_a = 0, sum_b = 0, square_a = 0, square_b = 0, product = 0;
  double scale;

  for (guint y = 0; y < SIDE; y++)
    for (guint x = 0; x < SIDE; x++)
      {
        gint64 in_a = a->grey[y * SIDE + x];
        gint64 in_b = b->grey[y * SIDE + (mirrored ? SIDE - 1 - x : x)];

        sum_a += in_a;
        sum_b += in_b;
        square_a += in_a * in_a;
        square_b += in_b * in_b;
        product += in_a * in_b;
      }

  scale = sqrt ((double) (N_PIXELS * square_a - sum_a * sum_a)) *
          sqrt ((double) (N_PIXELS * square_b - sum_b * sum_b));
  return scale > 0.0 ? (double) (N_PIXELS * product - sum_a * sum_b) / scale : 0.0;
}
