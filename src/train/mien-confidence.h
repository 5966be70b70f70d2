/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* As many as Guo et al. 2017 have. */
#define MIEN_CONFIDENCE_BINS 15

/* Answers of about the same confidence, which is the probability of the predicted class. */
typedef struct
{
  guint n;
  double confidence; /* mean; NaN where there are none */
  double accuracy;   /* NaN where there are none */
} MienConfidenceBin;

/* Answers that are at least as sure as a threshold. */
typedef struct
{
  double threshold;
  double coverage; /* part of all pictures that gets an answer, 0 to 1 */
  double accuracy; /* of those answers; NaN where there are none */
} MienCoverage;

/* How far the confidence of a model's answers can be trusted. */
typedef struct
{
  MienConfidenceBin bins[MIEN_CONFIDENCE_BINS]; /* of equal width, from 0 to 1 */
  double calibration_error;                     /* expected: 0 to 1 */
  MienCoverage *coverage; /* (n_coverage), owned, by falling threshold: one an own confidence */
  guint n_coverage;
} MienConfidence;

MienConfidence *mien_confidence_new (const float *confidences, const gboolean *right, guint n);
MienConfidence *mien_confidence_new_for_evaluation (MienEvaluation *evaluation);
void mien_confidence_free (MienConfidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienConfidence, mien_confidence_free)

void
mien_confidence_get_coverage (const MienConfidence *self, double threshold, MienCoverage *coverage);

G_END_DECLS
