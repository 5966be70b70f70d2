/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "plot/mien-plot.h"

G_BEGIN_DECLS

/* A plot as a widget, with the values under the pointer or the arrow keys. Properties: "title",
 * "x-title", "empty-text" (strings), "percent" (y is a fraction, shown as per cent). */
#define MIEN_TYPE_CHART (mien_chart_get_type ())
G_DECLARE_FINAL_TYPE (MienChart, mien_chart, MIEN, CHART, GtkWidget)

MienPlot *mien_chart_get_plot (MienChart *self);
void mien_chart_set_plot (MienChart *self, MienPlot *plot);
void mien_chart_add_layer (MienChart *self, MienChartLayer *layer);
void mien_chart_set_y_limits (MienChart *self, double low, double high);
void mien_chart_set_x_at_least (MienChart *self, double low, double high);
MienAxis *mien_chart_get_x_axis (MienChart *self);
MienAxis *mien_chart_get_y_axis (MienChart *self);
void mien_chart_hover (MienChart *self, double x);
void mien_chart_unhover (MienChart *self);
char *mien_chart_describe (MienChart *self);
char *mien_chart_describe_at (MienChart *self, double x);

G_END_DECLS
