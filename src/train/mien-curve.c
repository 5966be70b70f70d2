/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-curve.h"

#include <math.h>

#include "train/mien-ranking.h"

/* The trapezoids between the points: the part of all pairs of a positive and another picture in
 * which the positive one has the higher score, ties counted half (Hanley & McNeil 1982). */
static void
add_roc_point (MienCurve *self, guint hits, guint alarms, guint n_positive, guint n_negative)
{
  const MienCurvePoint *last = &self->points[self->n_points - 1];
  MienCurvePoint *point = &self->points[self->n_points];

  point->x = (double) alarms / n_negative;
  point->y = (double) hits / n_positive;
  self->area += (point->x - last->x) * (point->y + last->y) / 2;
  self->n_points++;
}

/* Average precision: each point's precision, weighted by the recall that it adds, not the area
 * below straight lines between the points, which would promise too much (Davis & Goadrich 2006). */
static void
add_precision_point (MienCurve *self, guint hits, guint alarms, guint n_positive)
{
  const double before = self->n_points > 0 ? self->points[self->n_points - 1].x : 0;
  MienCurvePoint *point = &self->points[self->n_points];

  point->x = (double) hits / n_positive;
  point->y = (double) hits / (hits + alarms);
  self->area += (point->x - before) * point->y;
  self->n_points++;
}

/**
 * mien_curve_new:
 * @kind: which curve
 * @scores: (array length=n): none of them NaN; higher means more likely positive
 * @positives: (array length=n): which are
 * @n: how many
 *
 * Lowers the threshold over all scores; equal ones pass it together. A curve of the receiver
 * operating characteristic begins at (0, 0), where nothing is taken for positive; precision is not
 * defined there, and that curve begins with the highest score.
 *
 * The area is that of the trapezoids, or the average precision. It is not defined without a
 * positive, and for the characteristic without a negative.
 *
 * Returns: (transfer full): the curve
 */
MienCurve *
mien_curve_new (MienCurveKind kind, const float *scores, const gboolean *positives, guint n)
{
  g_autofree MienRanked *sorted = mien_rank (scores, positives, n);
  MienCurve *self = g_new0 (MienCurve, 1);
  guint n_positive = 0;
  guint hits = 0;

  for (guint i = 0; i < n; i++)
    n_positive += positives[i] ? 1 : 0;
  if (n_positive == 0 || (kind == MIEN_CURVE_ROC && n_positive == n))
    {
      self->area = NAN;
      return self;
    }

  self->points = g_new (MienCurvePoint, (gsize) n + 1);
  if (kind == MIEN_CURVE_ROC)
    self->points[self->n_points++] = (MienCurvePoint){ 0, 0, INFINITY };
  for (guint i = 0; i < n; i++)
    {
      hits += sorted[i].hit ? 1 : 0;
      if (i + 1 < n && sorted[i + 1].score == sorted[i].score)
        continue;

      if (kind == MIEN_CURVE_ROC)
        add_roc_point (self, hits, i + 1 - hits, n_positive, n - n_positive);
      else
        add_precision_point (self, hits, i + 1 - hits, n_positive);
      self->points[self->n_points - 1].threshold = sorted[i].score;
    }

  return self;
}

/**
 * mien_curve_new_for_class:
 * @kind: which curve
 * @evaluation: an evaluation
 * @class_index: one of its classes: one against the rest
 *
 * Returns: (transfer full): the curve of the class's probability
 */
MienCurve *
mien_curve_new_for_class (MienCurveKind kind, MienEvaluation *evaluation, guint class_index)
{
  const guint n = mien_evaluation_get_n_records (evaluation);
  g_autofree float *scores = g_new (float, n);
  g_autofree gboolean *positives = g_new (gboolean, n);

  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);

      scores[i] = record->probabilities[class_index];
      positives[i] = record->actual == class_index;
    }

  return mien_curve_new (kind, scores, positives, n);
}

void
mien_curve_free (MienCurve *self)
{
  if (self == NULL)
    return;
  g_free (self->points);
  g_free (self);
}
