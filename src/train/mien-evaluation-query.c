/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-evaluation-query.h"

typedef struct
{
  guint index;
  double rank; /* smallest first */
} Found;

static double
get_rank (const MienEvaluationRecord *record, guint n_classes, MienEvaluationOrder order)
{
  switch (order)
    {
    case MIEN_ORDER_MOST_CONFIDENT:
      return -record->probabilities[record->predicted];
    case MIEN_ORDER_LEAST_CONFIDENT:
      return record->probabilities[record->predicted];
    case MIEN_ORDER_HIGHEST_LOSS:
      return -record->loss;
    case MIEN_ORDER_NARROWEST_MARGIN:
      return mien_evaluation_record_get_margin (record, n_classes);
    default:
      g_assert_not_reached ();
    }
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *left = a;
  const Found *right = b;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

static gboolean
passes (const MienEvaluationRecord *record, const MienEvaluationQuery *query)
{
  const gboolean right = record->actual == record->predicted;

  if (query->actual != MIEN_ANY_CLASS && record->actual != (guint) query->actual)
    return FALSE;
  if (query->predicted != MIEN_ANY_CLASS && record->predicted != (guint) query->predicted)
    return FALSE;
  return query->verdict == MIEN_VERDICT_ANY || right == (query->verdict == MIEN_VERDICT_RIGHT);
}

/**
 * mien_evaluation_find:
 * @evaluation: an evaluation
 * @query: which pictures, and in which order
 * @n: (out): how many there are
 *
 * Returns: (transfer full) (array length=n): the indices of their records
 */
guint *
mien_evaluation_find (MienEvaluation *evaluation, const MienEvaluationQuery *query, guint *n)
{
  MienDataset *dataset = mien_evaluation_get_dataset (evaluation);
  g_autofree char *name = g_utf8_casefold (query->name != NULL ? query->name : "", -1);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  guint n_classes;
  guint *indices;

  mien_evaluation_get_classes (evaluation, &n_classes);
  for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);
      const Found entry = { i, get_rank (record, n_classes, query->order) };

      if (passes (record, query) &&
          mien_picture_has_name (mien_dataset_get_picture (dataset, record->picture), name))
        g_array_append_val (found, entry);
    }

  g_array_sort (found, compare_found);
  indices = g_new (guint, found->len);
  for (guint i = 0; i < found->len; i++)
    indices[i] = g_array_index (found, Found, i).index;
  *n = found->len;
  return indices;
}

/**
 * mien_evaluation_record_get_margin:
 * @record: an evaluated picture
 * @n_classes: probabilities it has
 *
 * How clear the decision was: the probability of the predicted class less that of the class next to
 * it.
 *
 * Returns: 0 to 1; 1 where there is one class only
 */
double
mien_evaluation_record_get_margin (const MienEvaluationRecord *record, guint n_classes)
{
  float second = 0.0f;

  for (guint c = 0; c < n_classes; c++)
    if (c != record->predicted)
      second = MAX (second, record->probabilities[c]);

  return record->probabilities[record->predicted] - second;
}

/* Pictures of either class that were taken for the other. */
static guint64
count_between (const guint *counts, gsize n_classes, gsize a, gsize b)
{
  return (guint64) counts[a * n_classes + b] + counts[b * n_classes + a];
}

/**
 * mien_confusion_sort_classes:
 * @counts: (n_classes, n_classes) pictures, rows actual, columns predicted
 * @n_classes: how many classes there are
 *
 * Orders the classes so that confused ones stand beside each other, the worst first: begins with
 * the class that is confused most often with one other, and goes on with the class that is confused
 * most often with one of those before. Of equals the one that comes first in @counts.
 *
 * Returns: (transfer full) (array length=n_classes): the classes, each once
 */
guint *
mien_confusion_sort_classes (const guint *counts, guint n_classes)
{
  guint *order = g_new (guint, n_classes);
  g_autofree gboolean *taken = g_new0 (gboolean, n_classes);
  /* With any other class at first, with one of those taken afterwards. */
  g_autofree guint64 *worst = g_new0 (guint64, n_classes);

  for (guint a = 0; a < n_classes; a++)
    for (guint b = 0; b < n_classes; b++)
      if (a != b)
        worst[a] = MAX (worst[a], count_between (counts, n_classes, a, b));

  for (guint i = 0; i < n_classes; i++)
    {
      guint next = n_classes;

      for (guint c = 0; c < n_classes; c++)
        if (!taken[c] && (next == n_classes || worst[c] > worst[next]))
          next = c;
      order[i] = next;
      taken[next] = TRUE;
      for (guint c = 0; c < n_classes; c++)
        {
          const guint64 count = count_between (counts, n_classes, next, c);

          worst[c] = i == 0 ? count : MAX (worst[c], count);
        }
    }

  return order;
}
