/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-chart-layer.h"

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE (MienChartLayer, mien_chart_layer, G_TYPE_OBJECT)

static void
mien_chart_layer_class_init (MienChartLayerClass *klass)
{
  signals[CHANGED] = g_signal_new ("changed", MIEN_TYPE_CHART_LAYER, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
mien_chart_layer_init (MienChartLayer *self)
{
}

/**
 * mien_chart_layer_changed:
 *
 * For subclasses: tells the chart that the layer looks different now.
 */
void
mien_chart_layer_changed (MienChartLayer *self)
{
  g_return_if_fail (MIEN_IS_CHART_LAYER (self));

  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * mien_chart_layer_draw:
 * @cr: its origin is the upper left corner of the frame
 * @frame: where to draw
 *
 * Draws the layer.
 */
void
mien_chart_layer_draw (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame)
{
  g_return_if_fail (MIEN_IS_CHART_LAYER (self));

  MIEN_CHART_LAYER_GET_CLASS (self)->draw (self, cr, frame);
}

/**
 * mien_chart_layer_draw_key:
 * @cr: its origin is the upper left corner of the frame
 * @frame: the box for the sample; its axes are not looked at
 *
 * Draws the sample that stands beside the title in the legend.
 */
void
mien_chart_layer_draw_key (MienChartLayer *self, cairo_t *cr, const MienChartFrame *frame)
{
  g_return_if_fail (MIEN_IS_CHART_LAYER (self));

  MIEN_CHART_LAYER_GET_CLASS (self)->draw_key (self, cr, frame);
}

/**
 * mien_chart_layer_get_title:
 *
 * Returns: (transfer none) (nullable): what the legend calls it; %NULL: nothing is shown now
 */
const char *
mien_chart_layer_get_title (MienChartLayer *self)
{
  g_return_val_if_fail (MIEN_IS_CHART_LAYER (self), NULL);

  return MIEN_CHART_LAYER_GET_CLASS (self)->get_title (self);
}

/**
 * mien_chart_layer_get_extent:
 * @extent: (out): what the axes must hold for the layer to be seen whole
 *
 * Returns: %FALSE where the layer asks for nothing
 */
gboolean
mien_chart_layer_get_extent (MienChartLayer *self, MienChartExtent *extent)
{
  MienChartLayerClass *klass;

  g_return_val_if_fail (MIEN_IS_CHART_LAYER (self), FALSE);

  klass = MIEN_CHART_LAYER_GET_CLASS (self);
  return klass->get_extent != NULL && klass->get_extent (self, extent);
}

/**
 * mien_chart_layer_find_value:
 * @near_x: a position on the x axis
 * @x: (out): the position of the layer's nearest point
 * @y: (out): its value
 *
 * Returns: %FALSE where the layer has no points
 */
gboolean
mien_chart_layer_find_value (MienChartLayer *self, double near_x, double *x, double *y)
{
  MienChartLayerClass *klass;

  g_return_val_if_fail (MIEN_IS_CHART_LAYER (self), FALSE);

  klass = MIEN_CHART_LAYER_GET_CLASS (self);
  return klass->find_value != NULL && klass->find_value (self, near_x, x, y);
}
