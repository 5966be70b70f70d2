/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-format-number.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Numbers as people read them, on the screen and on paper. A value that is not known (NaN) is an en
 * dash, never a zero. */

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
