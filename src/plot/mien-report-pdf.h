/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-paper.h"
#include "train/mien-evaluation.h"

G_BEGIN_DECLS

gboolean mien_report_write_pdf (MienEvaluation *evaluation,
                                const char *model_path,
                                const GArray *history,
                                const char *path,
                                GCancellable *cancellable,
                                GError **error);

/* For the report alone: what the model is, and rows of its tables. */
void mien_report_add_model (MienPaper *paper, MienModel *model, const char *path);
GPtrArray *mien_report_rows_new (void);
void mien_report_add_fact (GPtrArray *rows, const char *name, const char *value);

G_END_DECLS
