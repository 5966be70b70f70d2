/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* How far answers can be trusted: reliability, coverage, and the threshold below which the model is
 * "not sure". Signal "threshold-moved" (double): the person chose another one. */
#define MIEN_TYPE_CONFIDENCE_PANE (mien_confidence_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienConfidencePane, mien_confidence_pane, MIEN, CONFIDENCE_PANE, AdwBin)

void mien_confidence_pane_set_evaluation (MienConfidencePane *self, MienEvaluation *evaluation);

G_END_DECLS
