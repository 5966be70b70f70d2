/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-confident-joint.h"

#include <math.h>

/* How sure of a class the answers are on average for the pictures that bear its label; above 1
 * where none does. */
static double *
find_thresholds (const float *probabilities, const guint *labels, guint n, guint n_classes)
{
  double *thresholds = g_new0 (double, n_classes);
  g_autofree guint *counts = g_new0 (guint, n_classes);

  for (gsize i = 0; i < n; i++)
    {
      thresholds[labels[i]] += probabilities[i * n_classes + labels[i]];
      counts[labels[i]]++;
    }
  for (guint c = 0; c < n_classes; c++)
    thresholds[c] = counts[c] > 0 ? thresholds[c] / counts[c] : HUGE_VAL;
  return thresholds;
}

/* The likeliest of the classes that reach their thresholds; n_classes where none does. */
static guint
find_confident_class (const float *answer, const double *thresholds, guint n_classes)
{
  guint best = n_classes;

  for (guint c = 0; c < n_classes; c++)
    if (answer[c] >= thresholds[c] && (best == n_classes || answer[c] > answer[best]))
      best = c;
  return best;
}

/**
 * mien_confident_joint_estimate:
 * @probabilities: (n, n_classes): of each class, from a model that has not learnt from the picture
 * @labels: (n): the classes that the pictures are said to be of
 * @n: pictures
 * @n_classes: classes
 *
 * Estimates how many labels are wrong by confident learning (Northcutt, Jiang & Chuang 2021,
 * "Confident learning: estimating uncertainty in dataset labels", equations 1 to 3): a picture
 * counts as of the likeliest class whose probability is at least what it is on average for the
 * pictures labelled so; the counts, brought to the number of pictures of each label, tell which
 * part of it is of another class. A label none of whose pictures counts is taken for right.
 *
 * Returns: the estimate, 0 to @n
 */
double
mien_confident_joint_estimate (const float *probabilities,
                               const guint *labels,
                               guint n,
                               guint n_classes)
{
  g_autofree double *thresholds = find_thresholds (probabilities, labels, n, n_classes);
  g_autofree guint *sizes = g_new0 (guint, n_classes);
  g_autofree guint *confident = g_new0 (guint, n_classes);
  g_autofree guint *other = g_new0 (guint, n_classes);
  double estimate = 0;

  for (gsize i = 0; i < n; i++)
    {
      guint class = find_confident_class (probabilities + i * n_classes, thresholds, n_classes);

      sizes[labels[i]]++;
      confident[labels[i]] += class < n_classes;
      other[labels[i]] += class < n_classes && class != labels[i];
    }
  for (guint c = 0; c < n_classes; c++)
    if (confident[c] > 0)
      estimate += (double) sizes[c] * other[c] / confident[c];
  return estimate;
}
