/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "train/mien-evaluation-query.h"

G_BEGIN_DECLS

/* Evaluated pictures that a query finds: a GListModel of MienPictureItem, made as they are asked
 * for; the index of an item is that of its record. */
#define MIEN_TYPE_EVALUATION_LIST (mien_evaluation_list_get_type ())
G_DECLARE_FINAL_TYPE (MienEvaluationList, mien_evaluation_list, MIEN, EVALUATION_LIST, GObject)

MienEvaluationList *mien_evaluation_list_new (void);
MienEvaluation *mien_evaluation_list_get_evaluation (MienEvaluationList *self);
gboolean mien_evaluation_list_find (MienEvaluationList *self, guint record, guint *position);
void mien_evaluation_list_show (MienEvaluationList *self,
                                MienEvaluation *evaluation,
                                const MienEvaluationQuery *query);

G_END_DECLS
