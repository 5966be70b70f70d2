/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "train/mien-evaluation.h"
#include "train/mien-prediction.h"

G_BEGIN_DECLS

char *mien_report_evaluation_text (MienEvaluation *evaluation);
JsonNode *mien_report_evaluation_json (MienEvaluation *evaluation);
char *mien_report_evaluation_csv (MienEvaluation *evaluation);
JsonNode *mien_report_predictions_json (GPtrArray *predictions, MienModel *model);
char *mien_report_predictions_csv (GPtrArray *predictions, MienModel *model);

G_END_DECLS
