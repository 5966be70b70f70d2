/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-format.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Times, rates and sizes as people read them: with mien-format-number.c, every figure on the screen
 * goes through one of these functions, which know no widget. A value that is not known is an en
 * dash, never a zero. */

#define UNKNOWN "–"

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
