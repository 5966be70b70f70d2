/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* How well each class is told from all others, over all thresholds: its ROC and its
 * precision-recall curve. */
#define MIEN_TYPE_CURVES_PANE (mien_curves_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienCurvesPane, mien_curves_pane, MIEN, CURVES_PANE, AdwBin)

void mien_curves_pane_set_evaluation (MienCurvesPane *self, MienEvaluation *evaluation);

G_END_DECLS
