/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-ranking.h"

#include <stdlib.h>

static int
compare (gconstpointer a, gconstpointer b)
{
  const MienRanked *first = a;
  const MienRanked *second = b;

  return (first->score < second->score) - (first->score > second->score);
}

/**
 * mien_rank:
 * @scores: (array length=n): none of them NaN
 * @hits: (array length=n): which are what was looked for
 * @n: how many
 *
 * Returns: (transfer full) (array length=n): both, the highest score first
 */
MienRanked *
mien_rank (const float *scores, const gboolean *hits, guint n)
{
  MienRanked *ranked = g_new (MienRanked, n);

  for (guint i = 0; i < n; i++)
    ranked[i] = (MienRanked){ scores[i], hits[i] };
  if (n > 0)
    qsort (ranked, n, sizeof *ranked, compare);
  return ranked;
}
