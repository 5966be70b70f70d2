/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-plot.h"
#include "train/mien-confidence.h"
#include "train/mien-curve.h"

G_BEGIN_DECLS

MienPlot *mien_evaluation_plot_curve (MienEvaluation *evaluation,
                                      guint class_index,
                                      const MienCurve *curve,
                                      MienCurveKind kind);
MienPlot *mien_evaluation_plot_reliability (const MienConfidence *confidence);
MienPlot *mien_evaluation_plot_coverage (const MienConfidence *confidence);

G_END_DECLS
