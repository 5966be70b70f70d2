/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/prediction/mien-prediction-item.h"

G_BEGIN_DECLS

/* One predicted picture large, with a square that predicts as it moves. Signal "closed": the person
 * wants the list back. Signal "taken" (GdkTexture, name): the square is to be a picture of the
 * list.
 */
#define MIEN_TYPE_PREDICTION_VIEWER (mien_prediction_viewer_get_type ())
G_DECLARE_FINAL_TYPE (MienPredictionViewer, mien_prediction_viewer, MIEN, PREDICTION_VIEWER, AdwBin)

void
mien_prediction_viewer_show (MienPredictionViewer *self, MienPredictionItem *item, MienViews views);
void mien_prediction_viewer_clear (MienPredictionViewer *self);

G_END_DECLS
