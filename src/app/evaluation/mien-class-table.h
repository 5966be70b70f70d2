/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

/* Precision, recall, F1 and pictures of each class, and their means. A click or Enter on a class
 * chooses it, again gives it up. Signal "selection-changed": the person did. */
#define MIEN_TYPE_CLASS_TABLE (mien_class_table_get_type ())
G_DECLARE_FINAL_TYPE (MienClassTable, mien_class_table, MIEN, CLASS_TABLE, GtkWidget)

void mien_class_table_set_evaluation (MienClassTable *self, MienEvaluation *evaluation);
int mien_class_table_get_selected (MienClassTable *self);
void mien_class_table_select (MienClassTable *self, int class_index);
const char *mien_class_table_get_text (MienClassTable *self, guint row, guint column);

G_END_DECLS
