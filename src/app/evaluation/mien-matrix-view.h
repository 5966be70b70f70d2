/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/evaluation/mien-matrix-cell.h"
#include "plot/mien-matrix-figure.h"

G_BEGIN_DECLS

/* A confusion matrix: rows are actual classes, columns predicted ones. Arrow keys, Home, End, Page
 * Up and Page Down move, with Control to the first and the last cell; Enter, Space or a click
 * choose a cell, again or Escape gives it up. Signal "selection-changed". */
#define MIEN_TYPE_MATRIX_VIEW (mien_matrix_view_get_type ())
G_DECLARE_FINAL_TYPE (MienMatrixView, mien_matrix_view, MIEN, MATRIX_VIEW, GtkWidget)

void mien_matrix_view_set_counts (MienMatrixView *self,
                                  const char *const *classes,
                                  guint n_classes,
                                  const guint *counts);
void mien_matrix_view_set_order (MienMatrixView *self, const guint *order);
void mien_matrix_view_set_mode (MienMatrixView *self, MienMatrixMode mode);
void mien_matrix_view_select (MienMatrixView *self, guint actual, guint predicted);
void mien_matrix_view_unselect (MienMatrixView *self);
gboolean mien_matrix_view_get_selected (MienMatrixView *self, guint *actual, guint *predicted);
MienMatrixCell *mien_matrix_view_get_cell (MienMatrixView *self, guint actual, guint predicted);

G_END_DECLS
