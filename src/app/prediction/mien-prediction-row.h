/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "app/prediction/mien-prediction-item.h"

G_BEGIN_DECLS

/* One answer in the list: thumbnail, name, verdict and probability bars. Properties "item"
 * (MienPredictionItem) and "position" in the list. */
#define MIEN_TYPE_PREDICTION_ROW (mien_prediction_row_get_type ())
G_DECLARE_FINAL_TYPE (MienPredictionRow, mien_prediction_row, MIEN, PREDICTION_ROW, GtkWidget)

MienPredictionItem *mien_prediction_row_get_item (MienPredictionRow *self);
void mien_prediction_row_set_item (MienPredictionRow *self, MienPredictionItem *item);

G_END_DECLS
