/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-statistics.h"

#include <math.h>

/* The 0.975 quantile of the normal distribution. */
#define Z_95 1.959963984540054

/**
 * mien_wilson_interval:
 * @correct: successes
 * @n: trials
 * @low: (out): lower bound, 0 to 1
 * @high: (out): upper bound
 *
 * The 95 % score interval of a proportion (Wilson 1927, "Probable inference, the law of succession,
 * and statistical inference"), without continuity correction. With no trials it is 0 to 1.
 */
void
mien_wilson_interval (guint correct, guint n, double *low, double *high)
{
  double z2 = Z_95 * Z_95;
  double proportion;
  double centre;
  double half;

  g_return_if_fail (correct <= n);

  if (n == 0)
    {
      *low = 0;
      *high = 1;
      return;
    }

  proportion = (double) correct / n;
  centre = (proportion + z2 / (2.0 * n)) / (1 + z2 / n);
  half = Z_95 * sqrt (proportion * (1 - proportion) / n + z2 / (4.0 * n * n)) / (1 + z2 / n);
  /* At 0 and n one bound is exactly 0 or 1; rounding must not say otherwise. */
  *low = correct == 0 ? 0 : MAX (centre - half, 0);
  *high = correct == n ? 1 : MIN (centre + half, 1);
}

/**
 * mien_cohen_kappa:
 * @counts: (n_classes, n_classes): rows actual, columns predicted
 * @n_classes: classes
 *
 * Agreement beyond what answers drawn with the same frequencies would reach by chance (Cohen 1960,
 * "A coefficient of agreement for nominal scales").
 *
 * Returns: at most 1; 0: as by chance; NaN where chance alone agrees always, or nothing is counted
 */
double
mien_cohen_kappa (const guint *counts, guint n_classes)
{
  double n = 0;
  double agreed = 0;
  double by_chance = 0;

  for (gsize i = 0; i < (gsize) n_classes * n_classes; i++)
    n += counts[i];
  for (guint c = 0; c < n_classes; c++)
    {
      double row = 0;
      double column = 0;

      for (guint other = 0; other < n_classes; other++)
        {
          row += counts[(gsize) c * n_classes + other];
          column += counts[(gsize) other * n_classes + c];
        }
      agreed += counts[(gsize) c * n_classes + c] / n;
      by_chance += row / n * (column / n);
    }

  return by_chance < 1 ? (agreed - by_chance) / (1 - by_chance) : NAN;
}

/**
 * mien_mean_of_defined:
 * @values: (array length=n): values, NaN where one is not defined
 * @n: how many
 *
 * Returns: the mean of those that are defined; NaN where none is
 */
double
mien_mean_of_defined (const double *values, guint n)
{
  double sum = 0;
  guint n_defined = 0;

  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      {
        sum += values[i];
        n_defined++;
      }
  return n_defined > 0 ? sum / n_defined : NAN;
}
