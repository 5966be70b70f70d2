/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-marker-layer.h"

#define RADIUS 6.0

struct _MienMarkerLayer
{
  MienChartLayer parent_instance;

  MienColor color;
  char *title; /* owned; NULL: nothing is marked */
  double x;
  double y;
};

G_DEFINE_FINAL_TYPE (MienMarkerLayer, mien_marker_layer, MIEN_TYPE_CHART_LAYER)

/* A diamond with a rim of the surface's colour, which lifts it off the line that it stands on. */
static void
draw_diamond (MienMarkerLayer *self, cairo_t *cr, const MienPlotStyle *style, double x, double y)
{
  cairo_move_to (cr, x, y - RADIUS);
  cairo_line_to (cr, x + RADIUS, y);
  cairo_line_to (cr, x, y + RADIUS);
  cairo_line_to (cr, x - RADIUS, y);
  cairo_close_path (cr);
  mien_plot_style_set_source (style, cr, MIEN_COLOR_SURFACE);
  cairo_set_line_width (cr, 3.0);
  cairo_stroke_preserve (cr);
  mien_plot_style_set_source (style, cr, self->color);
  cairo_fill (cr);
}

static void
mien_marker_layer_draw (MienChartLayer *layer, cairo_t *cr, const MienChartFrame *frame)
{
  MienMarkerLayer *self = MIEN_MARKER_LAYER (layer);

  if (self->title != NULL)
    draw_diamond (self, cr, frame->style, mien_axis_to_unit (frame->x_axis, self->x) * frame->width,
                  (1.0 - mien_axis_to_unit (frame->y_axis, self->y)) * frame->height);
}

static void
mien_marker_layer_draw_key (MienChartLayer *layer, cairo_t *cr, const MienChartFrame *frame)
{
  draw_diamond (MIEN_MARKER_LAYER (layer), cr, frame->style, frame->width / 2.0,
                frame->height / 2.0);
}

static const char *
mien_marker_layer_get_title (MienChartLayer *layer)
{
  return MIEN_MARKER_LAYER (layer)->title;
}

static void
mien_marker_layer_finalize (GObject *object)
{
  g_free (MIEN_MARKER_LAYER (object)->title);

  G_OBJECT_CLASS (mien_marker_layer_parent_class)->finalize (object);
}

static void
mien_marker_layer_class_init (MienMarkerLayerClass *klass)
{
  MienChartLayerClass *layer_class = MIEN_CHART_LAYER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mien_marker_layer_finalize;
  layer_class->draw = mien_marker_layer_draw;
  layer_class->draw_key = mien_marker_layer_draw_key;
  layer_class->get_title = mien_marker_layer_get_title;
}

static void
mien_marker_layer_init (MienMarkerLayer *self)
{
}

/**
 * mien_marker_layer_new:
 * @color: of the diamond
 *
 * Returns: (transfer full): a layer that marks nothing yet
 */
MienMarkerLayer *
mien_marker_layer_new (MienColor color)
{
  MienMarkerLayer *self = g_object_new (MIEN_TYPE_MARKER_LAYER, NULL);

  self->color = color;
  return self;
}

/**
 * mien_marker_layer_set:
 * @title: what is marked, translated: "best: epoch 23"
 * @x: where it stands on the x axis
 * @y: and on the y axis
 *
 * Marks a point.
 */
void
mien_marker_layer_set (MienMarkerLayer *self, const char *title, double x, double y)
{
  g_return_if_fail (MIEN_IS_MARKER_LAYER (self));
  g_return_if_fail (title != NULL);

  if (self->x == x && self->y == y && g_strcmp0 (self->title, title) == 0)
    return;

  g_free (self->title);
  self->title = g_strdup (title);
  self->x = x;
  self->y = y;
  mien_chart_layer_changed (MIEN_CHART_LAYER (self));
}

/**
 * mien_marker_layer_clear:
 *
 * Marks nothing any more.
 */
void
mien_marker_layer_clear (MienMarkerLayer *self)
{
  g_return_if_fail (MIEN_IS_MARKER_LAYER (self));

  if (self->title == NULL)
    return;

  g_clear_pointer (&self->title, g_free);
  mien_chart_layer_changed (MIEN_CHART_LAYER (self));
}
