/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_CURVE_ROC,             /* x: false positive rate, y: true positive rate, which is recall */
  MIEN_CURVE_PRECISION_RECALL /* x: recall, y: precision */
} MienCurveKind;

typedef struct
{
  double x; /* 0 to 1 */
  double y;
  double threshold; /* positive is what has at least this score; infinite: nothing is */
} MienCurvePoint;

/* How well a score tells the pictures of one class from all others, over all thresholds. */
typedef struct
{
  MienCurvePoint *points; /* (n_points), owned, by falling threshold */
  guint n_points;
  double area; /* 0 to 1; NaN: not defined, and there are no points */
} MienCurve;

MienCurve *
mien_curve_new (MienCurveKind kind, const float *scores, const gboolean *positives, guint n);
MienCurve *
mien_curve_new_for_class (MienCurveKind kind, MienEvaluation *evaluation, guint class_index);
void mien_curve_free (MienCurve *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienCurve, mien_curve_free)

G_END_DECLS
