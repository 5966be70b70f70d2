/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-likeness.h"

#include <math.h>

#define SIDE MIEN_LIKENESS_SIDE
#define N_PIXELS (SIDE * SIDE)

/* Frequencies of the hash in each direction, the mean (0, 0) left out; (0, FREQUENCIES) makes it 64
 * bits. */
#define FREQUENCIES 8

/* The bit of a vertical and a horizontal frequency. */
#define BIT(v, h) ((guint64) 1 << ((v) *FREQUENCIES + (h) -1))
#define LAST_BIT ((guint64) 1 << 63)

/* Thousandths of a grey level: the luma of ITU-R BT.601. */
static guint64
get_luma (const guint8 *pixel)
{
  return 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
}

/* How much of a source pixel lies in a cell, along one axis. Of SIDE cells, each is `length` long,
 * and of `length` source pixels, each is SIDE long, so that all is whole numbers. */
static guint64
get_overlap (guint64 cell, guint64 source, guint64 length)
{
  return MIN ((cell + 1) * length, (source + 1) * SIDE) - MAX (cell * length, source * SIDE);
}

/* Means over the area of each cell. The sums are at most 255000 times the pixels of a picture. */
static void
make_grey (GdkPixbuf *picture, guint8 grey[N_PIXELS])
{
  guint64 width = (guint64) gdk_pixbuf_get_width (picture);
  guint64 height = (guint64) gdk_pixbuf_get_height (picture);
  gsize row_stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  guint64 sums[N_PIXELS] = { 0 };

  for (guint64 y = 0; y < height; y++)
    {
      guint64 row[SIDE] = { 0 };

      for (guint64 x = 0; x < width; x++)
        {
          guint64 luma = get_luma (pixels + y * row_stride + 3 * x);

          for (guint64 cell = x * SIDE / width; cell * width < (x + 1) * SIDE; cell++)
            row[cell] += luma * get_overlap (cell, x, width);
        }
      for (guint64 cell = y * SIDE / height; cell * height < (y + 1) * SIDE; cell++)
        for (guint i = 0; i < SIDE; i++)
          sums[cell * SIDE + i] += row[i] * get_overlap (cell, y, height);
    }

  for (guint i = 0; i < N_PIXELS; i++)
    grey[i] = (guint8) ((sums[i] + 500 * width * height) / (1000 * width * height));
}

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
 * shapes are not compared: each is stretched to a square, a pixel of it the mean of the area that
 * it covers, so that the same picture at another size has the same likeness.
 */
void
mien_likeness_take (GdkPixbuf *picture, MienLikeness *self)
{
  make_grey (picture, self->grey);
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
