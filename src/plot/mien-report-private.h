/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-paper.h"
#include "train/mien-confidence.h"
#include "train/mien-curve.h"

G_BEGIN_DECLS

/* Points of a part of text that stand on the page of its heading at least: some lines. */
#define MIEN_REPORT_TEXT_ROOM 40.0

/* Classes beyond which a report says of all of them only what it must. */
#define MIEN_REPORT_MANY 12

/* Parts of a report, and rows of its tables. */
GPtrArray *mien_report_list_curves (MienEvaluation *evaluation);
void mien_report_add_curves (MienPaper *paper, MienEvaluation *evaluation, GPtrArray *curves);
void mien_report_add_reliability (MienPaper *paper, const MienConfidence *confidence);
void mien_report_add_learning (MienPaper *paper, const GArray *history);
void mien_report_add_model (MienPaper *paper, MienModel *model, const char *path);
GPtrArray *mien_report_rows_new (void);
void mien_report_add_fact (GPtrArray *rows, const char *name, const char *value);

G_END_DECLS
