/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-confidence.h"

#include <math.h>

#include "train/mien-ranking.h"

/* Bin m of M holds what lies in ((m - 1) / M, m / M]. */
static guint
find_bin (float confidence)
{
  const double position = ceil ((double) confidence * MIEN_CONFIDENCE_BINS) - 1;

  return (guint) CLAMP (position, 0, MIEN_CONFIDENCE_BINS - 1);
}

static void
fill_bins (MienConfidence *self, const MienRanked *answers, guint n)
{
  double sums[MIEN_CONFIDENCE_BINS] = { 0 };
  guint right[MIEN_CONFIDENCE_BINS] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const guint bin = find_bin (answers[i].score);

      self->bins[bin].n++;
      sums[bin] += answers[i].score;
      right[bin] += answers[i].hit ? 1 : 0;
    }

  for (guint b = 0; b < MIEN_CONFIDENCE_BINS; b++)
    {
      MienConfidenceBin *bin = &self->bins[b];

      bin->confidence = bin->n > 0 ? sums[b] / bin->n : NAN;
      bin->accuracy = bin->n > 0 ? (double) right[b] / bin->n : NAN;
      if (bin->n > 0)
        self->calibration_error += fabs (bin->confidence - bin->accuracy) * bin->n / n;
    }
}

static void
fill_coverage (MienConfidence *self, const MienRanked *answers, guint n)
{
  guint right = 0;

  self->coverage = g_new (MienCoverage, n);
  for (guint i = 0; i < n; i++)
    {
      right += answers[i].hit ? 1 : 0;
      if (i + 1 < n && answers[i + 1].score == answers[i].score)
        continue;

      self->coverage[self->n_coverage++] = (MienCoverage){
        .threshold = answers[i].score,
        .coverage = (double) (i + 1) / n,
        .accuracy = (double) right / (i + 1),
      };
    }
}

/**
 * mien_confidence_new:
 * @confidences: (array length=n): probabilities of the predicted classes, 0 to 1
 * @right: (array length=n): whether the prediction was the actual class
 * @n: how many
 *
 * Sorts answers into bins by their confidence. The expected calibration error is the mean distance
 * of a bin's accuracy from its confidence, weighted by its answers (Naeini, Cooper & Hauskrecht
 * 2015; bins as in Guo et al. 2017, "On calibration of modern neural networks"). It is 0 without
 * answers.
 *
 * Returns: (transfer full): the figures
 */
MienConfidence *
mien_confidence_new (const float *confidences, const gboolean *right, guint n)
{
  g_autofree MienRanked *answers = mien_rank (confidences, right, n);
  MienConfidence *self = g_new0 (MienConfidence, 1);

  fill_bins (self, answers, n);
  fill_coverage (self, answers, n);
  return self;
}

/**
 * mien_confidence_new_for_evaluation:
 * @evaluation: an evaluation
 *
 * Returns: (transfer full): the figures of its answers
 */
MienConfidence *
mien_confidence_new_for_evaluation (MienEvaluation *evaluation)
{
  const guint n = mien_evaluation_get_n_records (evaluation);
  g_autofree float *confidences = g_new (float, n);
  g_autofree gboolean *right = g_new (gboolean, n);

  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);

      confidences[i] = record->probabilities[record->predicted];
      right[i] = record->predicted == record->actual;
    }

  return mien_confidence_new (confidences, right, n);
}

void
mien_confidence_free (MienConfidence *self)
{
  if (self == NULL)
    return;
  g_free (self->coverage);
  g_free (self);
}

/**
 * mien_confidence_get_coverage:
 * @self: figures
 * @threshold: 0 to 1: answers that are less sure are not given
 * @coverage: (out caller-allocates): how many are, and how good those are
 */
void
mien_confidence_get_coverage (const MienConfidence *self, double threshold, MienCoverage *coverage)
{
  guint low = 0;
  guint high = self->n_coverage;

  /* How many of the own thresholds are at least @threshold. */
  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (self->coverage[middle].threshold >= threshold)
        low = middle + 1;
      else
        high = middle;
    }

  *coverage = low > 0 ? self->coverage[low - 1] : (MienCoverage){ .accuracy = NAN };
  coverage->threshold = threshold;
}
