/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-series.h"

#include <math.h>

struct _MienSeries
{
  GObject parent_instance;

  char *title; /* owned */
  GArray *x;   /* double, never falling */
  GArray *y;   /* double, as many; NaN: a gap */
  double low;  /* of the finite y */
  double high;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienSeries, mien_series, G_TYPE_OBJECT)

static void
mien_series_finalize (GObject *object)
{
  MienSeries *self = MIEN_SERIES (object);

  g_free (self->title);
  g_array_unref (self->x);
  g_array_unref (self->y);

  G_OBJECT_CLASS (mien_series_parent_class)->finalize (object);
}

static void
mien_series_class_init (MienSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_series_finalize;

  signals[CHANGED] = g_signal_new ("changed", MIEN_TYPE_SERIES, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mien_series_init (MienSeries *self)
{
  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  self->low = INFINITY;
  self->high = -INFINITY;
}

/**
 * mien_series_new:
 * @title: what the points are, translated
 *
 * Returns: (transfer full): an empty series
 */
MienSeries *
mien_series_new (const char *title)
{
  MienSeries *self = g_object_new (MIEN_TYPE_SERIES, NULL);

  self->title = g_strdup (title);
  return self;
}

const char *
mien_series_get_title (MienSeries *self)
{
  g_return_val_if_fail (MIEN_IS_SERIES (self), NULL);

  return self->title;
}

/**
 * mien_series_append_many:
 * @x: (array length=n): never falling, not below the last one that is there
 * @y: (array length=n): the values; NaN leaves a gap
 * @n: points to add
 *
 * Adds points, with one "changed" for all of them.
 */
void
mien_series_append_many (MienSeries *self, const double *x, const double *y, guint n)
{
  g_return_if_fail (MIEN_IS_SERIES (self));

  if (n == 0)
    return;

  for (guint i = 0; i < n; i++)
    {
      g_return_if_fail (self->x->len == 0 ||
                        x[i] >= g_array_index (self->x, double, self->x->len - 1));

      g_array_append_val (self->x, x[i]);
      g_array_append_val (self->y, y[i]);
      if (isfinite (y[i]))
        {
          self->low = MIN (self->low, y[i]);
          self->high = MAX (self->high, y[i]);
        }
    }

  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * mien_series_append:
 * @x: not below the last one that is there
 * @y: the value; NaN leaves a gap
 *
 * Adds one point.
 */
void
mien_series_append (MienSeries *self, double x, double y)
{
  mien_series_append_many (self, &x, &y, 1);
}

/**
 * mien_series_clear:
 *
 * Takes all points away.
 */
void
mien_series_clear (MienSeries *self)
{
  g_return_if_fail (MIEN_IS_SERIES (self));

  if (self->x->len == 0)
    return;

  g_array_set_size (self->x, 0);
  g_array_set_size (self->y, 0);
  self->low = INFINITY;
  self->high = -INFINITY;
  g_signal_emit (self, signals[CHANGED], 0);
}

guint
mien_series_get_n (MienSeries *self)
{
  g_return_val_if_fail (MIEN_IS_SERIES (self), 0);

  return self->x->len;
}

/**
 * mien_series_get_x:
 *
 * Returns: (transfer none): mien_series_get_n() positions, valid until the series changes
 */
const double *
mien_series_get_x (MienSeries *self)
{
  g_return_val_if_fail (MIEN_IS_SERIES (self), NULL);

  return (const double *) self->x->data;
}

/**
 * mien_series_get_y:
 *
 * Returns: (transfer none): mien_series_get_n() values, valid until the series changes
 */
const double *
mien_series_get_y (MienSeries *self)
{
  g_return_val_if_fail (MIEN_IS_SERIES (self), NULL);

  return (const double *) self->y->data;
}

/**
 * mien_series_get_range:
 * @low: (out): the smallest value
 * @high: (out): the largest value
 *
 * Returns: %FALSE where there is no finite value
 */
gboolean
mien_series_get_range (MienSeries *self, double *low, double *high)
{
  g_return_val_if_fail (MIEN_IS_SERIES (self), FALSE);

  *low = self->low;
  *high = self->high;
  return self->low <= self->high;
}

/* The first index whose x is at least @x; n where there is none. */
static guint
lower_bound (MienSeries *self, double x)
{
  const double *positions = mien_series_get_x (self);
  guint first = 0, n = self->x->len;

  while (n > 0)
    {
      guint half = n / 2;

      if (positions[first + half] < x)
        {
          first += half + 1;
          n -= half + 1;
        }
      else
        n = half;
    }

  return first;
}

/**
 * mien_series_find_nearest:
 * @x: a position
 * @index: (out): the point nearest to it along x, the last of those above one place
 *
 * Returns: %FALSE where there are no points
 */
gboolean
mien_series_find_nearest (MienSeries *self, double x, guint *index)
{
  const double *positions;
  guint found;

  g_return_val_if_fail (MIEN_IS_SERIES (self), FALSE);

  if (self->x->len == 0)
    return FALSE;

  positions = mien_series_get_x (self);
  found = MIN (lower_bound (self, x), self->x->len - 1);
  if (found > 0 && x - positions[found - 1] <= positions[found] - x)
    found--;
  while (found + 1 < self->x->len && positions[found + 1] == positions[found])
    found++;

  *index = found;
  return TRUE;
}

/* Keeps of the points first … last their ends and extremes, in order and each once. */
static guint
keep_column (const double *y, guint first, guint last, guint *indices)
{
  guint kept[4] = { first, first, first, last };
  guint n = 0;

  for (guint i = first; i <= last; i++)
    {
      /* A gap compares false with everything: let any value take its place. */
      if (y[i] < y[kept[1]] || (isnan (y[kept[1]]) && !isnan (y[i])))
        kept[1] = i;
      if (y[i] > y[kept[2]] || (isnan (y[kept[2]]) && !isnan (y[i])))
        kept[2] = i;
    }
  if (kept[1] > kept[2])
    {
      guint higher = kept[2];

      kept[2] = kept[1];
      kept[1] = higher;
    }

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (n == 0 || kept[i] != indices[n - 1])
      indices[n++] = kept[i];

  return n;
}

/* The product comes first: whole numbers then fall into their columns exactly. */
static guint
column_of (double x, double low, double high, guint n_columns)
{
  return MIN ((guint) ((x - low) * n_columns / (high - low)), n_columns - 1);
}

/**
 * mien_series_decimate:
 * @low: the x at the left edge
 * @high: the x at the right edge, above @low
 * @n_columns: pixel columns between them, at least 1
 * @indices: (out caller-allocates): room for 4 * @n_columns + 2 indices
 *
 * Picks the points that a line over @n_columns pixels needs: of each column the first, lowest,
 * highest and last one (the "M4" aggregation, Jugel et al., "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014, which draws the same pixels as all points would), and the
 * neighbours just outside of the edges.
 *
 * Returns: how many indices were written, rising
 */
guint
mien_series_decimate (MienSeries *self, double low, double high, guint n_columns, guint *indices)
{
  const double *x, *y;
  guint i, end, n = 0;

  g_return_val_if_fail (MIEN_IS_SERIES (self), 0);
  g_return_val_if_fail (high > low && n_columns > 0 && indices != NULL, 0);

  x = mien_series_get_x (self);
  y = mien_series_get_y (self);
  i = lower_bound (self, low);
  end = lower_bound (self, high);
  while (end < self->x->len && x[end] <= high)
    end++;

  if (i > 0)
    indices[n++] = i - 1;
  while (i < end)
    {
      const guint column = column_of (x[i], low, high, n_columns);
      guint last = i;

      while (last + 1 < end && column_of (x[last + 1], low, high, n_columns) == column)
        last++;
      n += keep_column (y, i, last, indices + n);
      i = last + 1;
    }
  if (end < self->x->len)
    indices[n++] = end;

  return n;
}
