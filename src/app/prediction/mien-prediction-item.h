/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/widgets/mien-picture-item.h"
#include "train/mien-prediction.h"

G_BEGIN_DECLS

/* One answer of a model, in the list of the Prediction page. */
#define MIEN_TYPE_PREDICTION_ITEM (mien_prediction_item_get_type ())
G_DECLARE_FINAL_TYPE (MienPredictionItem, mien_prediction_item, MIEN, PREDICTION_ITEM, GObject)

MienPredictionItem *mien_prediction_item_new (const MienPrediction *prediction,
                                              MienModel *model,
                                              GdkTexture *texture,
                                              const char *name,
                                              gint64 begun);

const MienPrediction *mien_prediction_item_get_prediction (MienPredictionItem *self);
MienModel *mien_prediction_item_get_model (MienPredictionItem *self);
MienPictureItem *mien_prediction_item_get_picture (MienPredictionItem *self);
gboolean mien_prediction_item_is_sure (MienPredictionItem *self);
char *mien_prediction_item_dup_verdict (MienPredictionItem *self);
void mien_prediction_item_shown (MienPredictionItem *self);
double mien_prediction_item_get_latency (MienPredictionItem *self);
char *mien_prediction_item_dup_text (MienPredictionItem *self);

G_END_DECLS
