/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-plot.h"
#include "plot/mien-series.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_LINE_SOLID_ROUND,  /* unbroken, round dots */
  MIEN_LINE_DASHED_SQUARE /* dashed, hollow squares */
} MienLineStyle;

#define MIEN_TYPE_LINE_LAYER (mien_line_layer_get_type ())
G_DECLARE_FINAL_TYPE (MienLineLayer, mien_line_layer, MIEN, LINE_LAYER, MienChartLayer)

MienLineLayer *mien_line_layer_new (MienSeries *series, MienColor color, MienLineStyle style);
void mien_line_layer_add (MienPlot *plot, MienSeries *series, MienColor color, MienLineStyle style);

G_END_DECLS
