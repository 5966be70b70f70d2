/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-line-layer.h"

#include <math.h>

#define LINE_WIDTH 2.0
#define DOT_RADIUS 3.0
/* Dots stand for the points only while they are far enough apart to be told from each other. */
#define DOT_DISTANCE 14.0

struct _MienLineLayer
{
  MienChartLayer parent_instance;

  MienSeries *series; /* owned */
  MienColor color;
  MienLineStyle style;
};

G_DEFINE_FINAL_TYPE (MienLineLayer, mien_line_layer, MIEN_TYPE_CHART_LAYER)

static void
set_stroke (MienLineLayer *self, cairo_t *cr, const MienPlotStyle *style)
{
  static const double dashes[] = { 6.0, 4.0 };

  mien_plot_style_set_source (style, cr, self->color);
  cairo_set_line_width (cr, LINE_WIDTH);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (self->style == MIEN_LINE_DASHED_SQUARE)
    cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0.0);
}

static void
draw_dot (MienLineLayer *self, cairo_t *cr, const MienPlotStyle *style, double x, double y)
{
  if (self->style == MIEN_LINE_SOLID_ROUND)
    {
      cairo_arc (cr, x, y, DOT_RADIUS, 0.0, 2.0 * G_PI);
      cairo_fill (cr);
      return;
    }

  cairo_save (cr);
  cairo_set_dash (cr, NULL, 0, 0.0);
  cairo_set_line_width (cr, 1.5);
  cairo_rectangle (cr, x - DOT_RADIUS, y - DOT_RADIUS, 2.0 * DOT_RADIUS, 2.0 * DOT_RADIUS);
  cairo_save (cr);
  mien_plot_style_set_source (style, cr, MIEN_COLOR_SURFACE);
  cairo_fill_preserve (cr);
  cairo_restore (cr);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* Cairo finds the crossings of all that one stroke holds: a long line is stroked piece by piece.
 * Dashes begin anew with a piece, which is not seen where points stand this close. */
#define STROKE_POINTS 128

static void
mien_line_layer_draw (MienChartLayer *layer, cairo_t *cr, const MienChartFrame *frame)
{
  MienLineLayer *self = MIEN_LINE_LAYER (layer);
  const double *x = mien_series_get_x (self->series);
  const double *y = mien_series_get_y (self->series);
  guint n_columns = MAX (1, (guint) frame->width);
  g_autofree guint *indices = g_new (guint, 4 * (gsize) n_columns + 2);
  gboolean pen_down = FALSE;
  guint n;

  n = mien_series_decimate (self->series, mien_axis_get_low (frame->x_axis),
                            mien_axis_get_high (frame->x_axis), n_columns, indices);
  set_stroke (self, cr, frame->style);
  for (guint i = 0; i < n; i++)
    {
      double px = mien_axis_to_unit (frame->x_axis, x[indices[i]]) * frame->width;
      double py = (1.0 - mien_axis_to_unit (frame->y_axis, y[indices[i]])) * frame->height;

      if (!isfinite (py))
        pen_down = FALSE;
      else if (pen_down)
        cairo_line_to (cr, px, py);
      else
        {
          cairo_move_to (cr, px, py);
          pen_down = TRUE;
        }

      if (pen_down && i % STROKE_POINTS == STROKE_POINTS - 1)
        {
          cairo_stroke (cr);
          cairo_move_to (cr, px, py);
        }
    }
  cairo_stroke (cr);

  if (n * DOT_DISTANCE > frame->width)
    return;
  for (guint i = 0; i < n; i++)
    if (isfinite (y[indices[i]]))
      draw_dot (self, cr, frame->style,
                mien_axis_to_unit (frame->x_axis, x[indices[i]]) * frame->width,
                (1.0 - mien_axis_to_unit (frame->y_axis, y[indices[i]])) * frame->height);
}

static void
mien_line_layer_draw_key (MienChartLayer *layer, cairo_t *cr, const MienChartFrame *frame)
{
  MienLineLayer *self = MIEN_LINE_LAYER (layer);

  set_stroke (self, cr, frame->style);
  cairo_move_to (cr, 0.0, frame->height / 2.0);
  cairo_line_to (cr, frame->width, frame->height / 2.0);
  cairo_stroke (cr);
  draw_dot (self, cr, frame->style, frame->width / 2.0, frame->height / 2.0);
}

static const char *
mien_line_layer_get_title (MienChartLayer *layer)
{
  MienLineLayer *self = MIEN_LINE_LAYER (layer);
  double low, high;

  /* A line without points, such as validation without pictures for it, is not in the legend. */
  return mien_series_get_range (self->series, &low, &high) ? mien_series_get_title (self->series)
                                                           : NULL;
}

static gboolean
mien_line_layer_get_extent (MienChartLayer *layer, MienChartExtent *extent)
{
  MienLineLayer *self = MIEN_LINE_LAYER (layer);
  guint n = mien_series_get_n (self->series);

  if (!mien_series_get_range (self->series, &extent->y_low, &extent->y_high))
    return FALSE;

  extent->x_low = mien_series_get_x (self->series)[0];
  extent->x_high = mien_series_get_x (self->series)[n - 1];
  return TRUE;
}

static gboolean
mien_line_layer_find_value (MienChartLayer *layer, double near_x, double *x, double *y)
{
  MienLineLayer *self = MIEN_LINE_LAYER (layer);
  guint index;

  if (!mien_series_find_nearest (self->series, near_x, &index))
    return FALSE;

  *x = mien_series_get_x (self->series)[index];
  *y = mien_series_get_y (self->series)[index];
  return TRUE;
}

static void
mien_line_layer_finalize (GObject *object)
{
  g_object_unref (MIEN_LINE_LAYER (object)->series);

  G_OBJECT_CLASS (mien_line_layer_parent_class)->finalize (object);
}

static void
mien_line_layer_class_init (MienLineLayerClass *klass)
{
  MienChartLayerClass *layer_class = MIEN_CHART_LAYER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mien_line_layer_finalize;
  layer_class->draw = mien_line_layer_draw;
  layer_class->draw_key = mien_line_layer_draw_key;
  layer_class->get_title = mien_line_layer_get_title;
  layer_class->get_extent = mien_line_layer_get_extent;
  layer_class->find_value = mien_line_layer_find_value;
}

static void
mien_line_layer_init (MienLineLayer *self)
{
}

/**
 * mien_line_layer_new:
 * @series: the points
 * @color: of line and dots
 * @style: what tells it from the other lines without colour
 *
 * Returns: (transfer full): a layer that joins the points of @series by a line
 */
MienLineLayer *
mien_line_layer_new (MienSeries *series, MienColor color, MienLineStyle style)
{
  MienLineLayer *self;

  g_return_val_if_fail (MIEN_IS_SERIES (series), NULL);

  self = g_object_new (MIEN_TYPE_LINE_LAYER, NULL);
  self->series = g_object_ref (series);
  self->color = color;
  self->style = style;
  g_signal_connect_object (series, "changed", G_CALLBACK (mien_chart_layer_changed), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * mien_line_layer_add:
 * @plot: what shows the line
 * @series: the points
 * @color: of line and dots
 * @style: what tells it from the other lines without colour
 *
 * Adds a layer that joins the points of @series by a line.
 */
void
mien_line_layer_add (MienPlot *plot, MienSeries *series, MienColor color, MienLineStyle style)
{
  g_autoptr (MienLineLayer) layer = mien_line_layer_new (series, color, style);

  mien_plot_add_layer (plot, MIEN_CHART_LAYER (layer));
}
