/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-chart-layer.h"

G_BEGIN_DECLS

#define MIEN_TYPE_MARKER_LAYER (mien_marker_layer_get_type ())
G_DECLARE_FINAL_TYPE (MienMarkerLayer, mien_marker_layer, MIEN, MARKER_LAYER, MienChartLayer)

MienMarkerLayer *mien_marker_layer_new (MienColor color);

void mien_marker_layer_set (MienMarkerLayer *self, const char *title, double x, double y);
void mien_marker_layer_clear (MienMarkerLayer *self);

G_END_DECLS
