/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* What is taken for what: the confusion matrix, in words as well, and the figures of each class; a
 * cell or a class can be chosen. Signal "selection-changed". */
#define MIEN_TYPE_MATRIX_PANE (mien_matrix_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienMatrixPane, mien_matrix_pane, MIEN, MATRIX_PANE, AdwBin)

void mien_matrix_pane_set_evaluation (MienMatrixPane *self, MienEvaluation *evaluation);
gboolean mien_matrix_pane_get_selected (MienMatrixPane *self, int *actual, int *predicted);
void mien_matrix_pane_unselect (MienMatrixPane *self);

G_END_DECLS
