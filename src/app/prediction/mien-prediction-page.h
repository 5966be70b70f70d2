/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The Prediction view. Property "workspace" (MienWorkspace). */
#define MIEN_TYPE_PREDICTION_PAGE (mien_prediction_page_get_type ())
G_DECLARE_FINAL_TYPE (MienPredictionPage, mien_prediction_page, MIEN, PREDICTION_PAGE, AdwBin)

MienWorkspace *mien_prediction_page_get_workspace (MienPredictionPage *self);
void mien_prediction_page_set_workspace (MienPredictionPage *self, MienWorkspace *workspace);
const char *mien_prediction_page_get_state (MienPredictionPage *self);
gboolean mien_prediction_page_drop (MienPredictionPage *self, const GValue *value);

G_END_DECLS
