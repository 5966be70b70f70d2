/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib-object.h>

#include "plot/mien-axis.h"
#include "plot/mien-plot-style.h"

G_BEGIN_DECLS

/* The rectangle that layers draw in; its corner is the origin of their cairo context. */
typedef struct
{
  const MienPlotStyle *style; /* borrowed */
  MienAxis *x_axis;           /* borrowed */
  MienAxis *y_axis;           /* borrowed */
  double width;               /* pixels, or points on paper */
  double height;
} MienChartFrame;

typedef struct
{
  double x_low, x_high;
  double y_low, y_high;
} MienChartExtent;

/* One thing that a chart shows.
 * Signal "changed": it looks different now. */
#define MIEN_TYPE_CHART_LAYER (mien_chart_layer_get_type ())
G_DECLARE_DERIVABLE_TYPE (MienChartLayer, mien_chart_layer, MIEN, CHART_LAYER, GObject)

struct _MienChartLayerClass
{
  GObjectClass parent_class;

  void (*draw) (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame);
  /* The sample of the legend, in a box of frame->width x frame->height. */
  void (*draw_key) (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame);
  /* For the legend; NULL while there is nothing to show. */
  const char *(*get_title) (MienChartLayer *self);
  /* What the axes must hold; FALSE: nothing. */
  gboolean (*get_extent) (MienChartLayer *self, MienChartExtent *extent);
  /* The point nearest to x; FALSE: the layer has no values. */
  gboolean (*find_value) (MienChartLayer *self, double near_x, double *x, double *y);
};

void mien_chart_layer_changed (MienChartLayer *self);
void mien_chart_layer_draw (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame);
void mien_chart_layer_draw_key (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame);
const char *mien_chart_layer_get_title (MienChartLayer *self);
gboolean mien_chart_layer_get_extent (MienChartLayer *self, MienChartExtent *extent);
gboolean mien_chart_layer_find_value (MienChartLayer *self, double near_x, double *x, double *y);

G_END_DECLS
