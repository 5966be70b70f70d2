/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-chart-layer.h"

G_BEGIN_DECLS

/* Layers over two axes, with marks, grid and legend: what a chart of the window shows, and what is
 * written to files. Properties: "title", "x-title", "empty-text" (strings), "percent" (y is a
 * fraction, shown as per cent). Signal "changed": it looks different now. */
#define MIEN_TYPE_PLOT (mien_plot_get_type ())
G_DECLARE_FINAL_TYPE (MienPlot, mien_plot, MIEN, PLOT, GObject)

MienPlot *mien_plot_new (const char *title, const char *x_title);

const char *mien_plot_get_title (MienPlot *self);
gboolean mien_plot_is_empty (MienPlot *self);
void mien_plot_add_layer (MienPlot *self, MienChartLayer *layer);
void mien_plot_set_y_limits (MienPlot *self, double low, double high);
void mien_plot_set_x_at_least (MienPlot *self, double low, double high);
MienAxis *mien_plot_get_x_axis (MienPlot *self);
MienAxis *mien_plot_get_y_axis (MienPlot *self);
gboolean mien_plot_snap (MienPlot *self, double near_x, double *x);
char *mien_plot_describe (MienPlot *self);
char *mien_plot_describe_at (MienPlot *self, double x);
void mien_plot_draw (MienPlot *self,
                     cairo_t *cr,
                     const MienPlotStyle *style,
                     double width,
                     double height,
                     cairo_rectangle_t *area);

G_END_DECLS
