/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "plot/mien-color.h"

G_BEGIN_DECLS

/* One field of a confusion matrix, shaded by its weight.
 * Signal "clicked": by pointer or by touch. */
#define MIEN_TYPE_MATRIX_CELL (mien_matrix_cell_get_type ())
G_DECLARE_FINAL_TYPE (MienMatrixCell, mien_matrix_cell, MIEN, MATRIX_CELL, GtkWidget)

GtkWidget *mien_matrix_cell_new (guint actual, guint predicted);
guint mien_matrix_cell_get_actual (MienMatrixCell *self);
guint mien_matrix_cell_get_predicted (MienMatrixCell *self);
void mien_matrix_cell_set_content (MienMatrixCell *self,
                                   const char *text,
                                   double weight,
                                   const char *description);
const char *mien_matrix_cell_get_text (MienMatrixCell *self);
const char *mien_matrix_cell_get_description (MienMatrixCell *self);
void mien_matrix_cell_set_selected (MienMatrixCell *self, gboolean selected);
void mien_matrix_cell_get_colors (MienMatrixCell *self, MienRgba *background, MienRgba *text);

G_END_DECLS
