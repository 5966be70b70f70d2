/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Numbers as people read them: every figure on the screen goes through one of these functions,
 * which know no widget. A value that is not known (NaN) is an en dash, never a zero. */

#define UNKNOWN "–"

/**
 * mien_format_count:
 * @count: a number of things
 *
 * Writes a whole number with the thousands separator of the locale.
 *
 * Returns: (transfer full): "3,979"
 */
char *
mien_format_count (guint64 count)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, count);
}

/**
 * mien_format_pictures:
 * @count: a number of pictures
 *
 * Returns: (transfer full): "1 picture", "3,979 pictures"
 */
char *
mien_format_pictures (guint64 count)
{
  g_autofree char *number = mien_format_count (count);

  /* ngettext() takes a long: beyond it the plural form is that of a large number anyway. */
  return g_strdup_printf (
    g_dngettext (GETTEXT_PACKAGE, "%s picture", "%s pictures", (gulong) MIN (count, G_MAXLONG)),
    number);
}

/**
 * mien_format_percent:
 * @fraction: 0 to 1, or NaN for not known
 * @digits: after the point, 0 to 6
 *
 * Writes a fraction as a percentage.
 *
 * Returns: (transfer full): "95.6 %", an en dash for NaN
 */
char *
mien_format_percent (double fraction, guint digits)
{
  g_return_val_if_fail (digits <= 6, NULL);

  if (isnan (fraction))
    return g_strdup (UNKNOWN);

  /* Translators: a percentage; the space is a no-break space */
  return g_strdup_printf (_ ("%.*f %%"), (int) digits, fraction * 100.0);
}

/**
 * mien_format_interval:
 * @fraction: the accuracy, 0 to 1
 * @count: pictures that it was measured on
 * @low: lower end of its 95 % interval, 0 to 1
 * @high: upper end, 0 to 1
 *
 * Writes an accuracy in one line with what it rests on.
 *
 * Returns: (transfer full): "95.6 % of 180 (91.5 to 97.7)"
 */
char *
mien_format_interval (double fraction, guint64 count, double low, double high)
{
  g_autofree char *percent = mien_format_percent (fraction, 1);
  g_autofree char *number = mien_format_count (count);

  if (isnan (fraction) || isnan (low) || isnan (high))
    return g_steal_pointer (&percent);

  /* Translators: accuracy, of how many pictures, and its 95 % interval in per cent: "95.6 % of 180
   * (91.5 to 97.7)" */
  return g_strdup_printf (_ ("%s of %s (%.1f to %.1f)"), percent, number, low * 100.0,
                          high * 100.0);
}

/**
 * mien_format_duration:
 * @seconds: a length of time, at least 0
 *
 * Writes a length of time as a clock, rounded to the second.
 *
 * Returns: (transfer full): "0:09", "1:20" or "2:03:05"; an en dash where @seconds is negative or
 * not finite
 */
char *
mien_format_duration (double seconds)
{
  guint64 whole;

  if (!isfinite (seconds) || seconds < 0.0 || seconds > 1e12)
    return g_strdup (UNKNOWN);

  whole = (guint64) (seconds + 0.5);
  if (whole >= 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600,
                            (guint) (whole / 60 % 60), (guint) (whole % 60));

  return g_strdup_printf ("%u:%02u", (guint) (whole / 60), (guint) (whole % 60));
}

/**
 * mien_format_time_left:
 * @seconds: until the end; negative: not known yet
 *
 * Returns: (transfer full) (nullable): "1:20 left", %NULL where it is not known
 */
char *
mien_format_time_left (double seconds)
{
  g_autofree char *duration = NULL;

  if (!isfinite (seconds) || seconds < 0.0 || seconds > 1e12)
    return NULL;

  duration = mien_format_duration (seconds);
  /* Translators: time until the training ends, "1:20 left" */
  return g_strdup_printf (_ ("%s left"), duration);
}

/**
 * mien_format_rate:
 * @pictures_per_second: how fast it goes; 0: not known yet
 *
 * Returns: (transfer full) (nullable): "212 pictures/s", "2.4 pictures/s", %NULL where it is not
 * known
 */
char *
mien_format_rate (double pictures_per_second)
{
  if (!isfinite (pictures_per_second) || pictures_per_second <= 0.0)
    return NULL;

  return g_strdup_printf (_ ("%.*f pictures/s"), pictures_per_second < 9.95 ? 1 : 0,
                          pictures_per_second);
}

/**
 * mien_format_weights:
 * @count: weights of a network
 *
 * Returns: (transfer full): "1.3 million weights", "4,610 weights"
 */
char *
mien_format_weights (gsize count)
{
  g_autofree char *number = NULL;

  if (count >= 1000000)
    return g_strdup_printf (_ ("%.1f million weights"), count / 1e6);

  number = mien_format_count (count);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s weight", "%s weights", (gulong) count),
                          number);
}

/**
 * mien_format_bytes:
 * @bytes: a size
 *
 * Returns: (transfer full): "480.0 MB"
 */
char *
mien_format_bytes (gsize bytes)
{
  return g_format_size (bytes);
}

/**
 * mien_format_epoch:
 * @epoch: the running epoch, from 1
 * @n_epochs: at most
 *
 * Returns: (transfer full): "Epoch 31 of 40"
 */
char *
mien_format_epoch (guint epoch, guint n_epochs)
{
  return g_strdup_printf (_ ("Epoch %u of %u"), epoch, n_epochs);
}

/**
 * mien_format_number:
 * @value: a value on an axis
 * @step: the distance to its neighbours, above 0
 *
 * Writes a number with just the digits that tell it from a neighbour @step away, so that the labels
 * of an axis line up.
 *
 * Returns: (transfer full): "0.25" for a step of 0.05, "40" for a step of 10
 */
char *
mien_format_number (double value, double step)
{
  int digits;

  if (!isfinite (value))
    return g_strdup (UNKNOWN);

  digits = step > 0.0 && isfinite (step) ? (int) ceil (-log10 (step) - 1e-9) : 0;
  digits = CLAMP (digits, 0, 9);

  /* -0.0 and what rounds to it reads as 0. */
  if (fabs (value) < 0.5 * pow (10.0, -digits))
    value = 0.0;

  return g_strdup_printf ("%.*f", digits, value);
}
