/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-figure.h"
#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* What stands in the cells of a confusion matrix. */
typedef enum
{
  MIEN_MATRIX_COUNTS,
  MIEN_MATRIX_ROWS,   /* per cent of the pictures of the actual class */
  MIEN_MATRIX_COLUMNS /* per cent of the pictures predicted as the class */
} MienMatrixMode;

/* A confusion matrix as a figure; immutable. */
#define MIEN_TYPE_MATRIX_FIGURE (mien_matrix_figure_get_type ())
G_DECLARE_FINAL_TYPE (MienMatrixFigure, mien_matrix_figure, MIEN, MATRIX_FIGURE, GObject)

MienMatrixFigure *mien_matrix_figure_new (const char *const *classes,
                                          guint n_classes,
                                          const guint *counts,
                                          MienMatrixMode mode);
MienMatrixFigure *mien_matrix_figure_new_for_evaluation (MienEvaluation *evaluation,
                                                         MienMatrixMode mode);

double *mien_matrix_list_shares (const guint *counts, guint n_classes, MienMatrixMode mode);
char *mien_matrix_format_cell (guint count, double share, MienMatrixMode mode);

G_END_DECLS
