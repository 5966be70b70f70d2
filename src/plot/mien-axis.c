/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-axis.h"

#include <math.h>

struct _MienAxis
{
  GObject parent_instance;

  double low;
  double high;
  double minimum_step; /* 0: none */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienAxis, mien_axis, G_TYPE_OBJECT)

static void
mien_axis_class_init (MienAxisClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", MIEN_TYPE_AXIS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mien_axis_init (MienAxis *self)
{
  self->high = 1.0;
}

/**
 * mien_axis_new:
 *
 * Returns: (transfer full): an axis from 0 to 1
 */
MienAxis *
mien_axis_new (void)
{
  return g_object_new (MIEN_TYPE_AXIS, NULL);
}

/**
 * mien_axis_set_range:
 * @low: the value at the start
 * @high: the value at the end
 *
 * Sets the range. One that is empty or not finite is widened to one that can be drawn.
 */
void
mien_axis_set_range (MienAxis *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_AXIS (self));

  if (!isfinite (low) || !isfinite (high) || !isfinite (high - low))
    {
      low = 0.0;
      high = 1.0;
    }
  if (high - low < 1e-9 * MAX (1.0, fabs (low)))
    high = low + MAX (1e-6, 1e-6 * fabs (low));

  if (self->low == low && self->high == high)
    return;

  self->low = low;
  self->high = high;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * mien_axis_set_minimum_step:
 * @step: marks are at least so far apart; 0: as close as they come
 *
 * Keeps an axis of whole things, such as epochs, from having marks at halves.
 */
void
mien_axis_set_minimum_step (MienAxis *self, double step)
{
  g_return_if_fail (MIEN_IS_AXIS (self));

  self->minimum_step = step;
}

double
mien_axis_get_low (MienAxis *self)
{
  g_return_val_if_fail (MIEN_IS_AXIS (self), 0.0);

  return self->low;
}

double
mien_axis_get_high (MienAxis *self)
{
  g_return_val_if_fail (MIEN_IS_AXIS (self), 1.0);

  return self->high;
}

/**
 * mien_axis_to_unit:
 * @value: a value of the axis
 *
 * Returns: where it stands: 0 at the low end, 1 at the high end, outside of them beyond the ends
 */
double
mien_axis_to_unit (MienAxis *self, double value)
{
  g_return_val_if_fail (MIEN_IS_AXIS (self), 0.0);

  return (value - self->low) / (self->high - self->low);
}

/**
 * mien_axis_from_unit:
 * @unit: a place, 0 at the low end and 1 at the high end
 *
 * Returns: the value at that place
 */
double
mien_axis_from_unit (MienAxis *self, double unit)
{
  g_return_val_if_fail (MIEN_IS_AXIS (self), 0.0);

  return self->low + unit * (self->high - self->low);
}

/**
 * mien_axis_nice_number:
 * @range: a positive length
 * @round: %TRUE: the nearest nice number; %FALSE: the smallest one that is not below @range
 *
 * Paul S. Heckbert, "Nice Numbers for Graph Labels", Graphics Gems, 1990, p. 657.
 *
 * Returns: 1, 2, 5 or 10 times a power of ten
 */
double
mien_axis_nice_number (double range, gboolean round)
{
  double exponent = floor (log10 (range));
  double fraction = range / pow (10.0, exponent); /* 1 to 10 */
  double nice;

  if (round)
    nice = fraction < 1.5 ? 1.0 : fraction < 3.0 ? 2.0 : fraction < 7.0 ? 5.0 : 10.0;
  else
    nice = fraction <= 1.0 ? 1.0 : fraction <= 2.0 ? 2.0 : fraction <= 5.0 ? 5.0 : 10.0;

  return nice * pow (10.0, exponent);
}

/**
 * mien_axis_list_ticks:
 * @at_most: how many marks there is room for, at least 2
 * @n_ticks: (out): how many there are
 * @step: (out): their distance
 *
 * Lists round values within the range, lowest first.
 *
 * Returns: (transfer full) (array length=n_ticks): the marks
 */
double *
mien_axis_list_ticks (MienAxis *self, guint at_most, guint *n_ticks, double *step)
{
  double distance, first;
  double *ticks;
  guint n;

  g_return_val_if_fail (MIEN_IS_AXIS (self), NULL);
  g_return_val_if_fail (at_most >= 2 && n_ticks != NULL && step != NULL, NULL);

  distance = mien_axis_nice_number ((self->high - self->low) / (at_most - 1), TRUE);
  /* Rounding to the nearest may take a step that is too small by half. */
  while (floor (self->high / distance + 1e-9) - ceil (self->low / distance - 1e-9) + 1.0 > at_most)
    distance = mien_axis_nice_number (distance * 1.01, FALSE);
  distance = MAX (distance, self->minimum_step);

  first = ceil (self->low / distance - 1e-9);
  n = (guint) MAX (0.0, floor (self->high / distance + 1e-9) - first + 1.0);
  ticks = g_new (double, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    ticks[i] = (first + i) * distance;

  *n_ticks = n;
  *step = distance;
  return ticks;
}
