/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <pango/pangocairo.h>

#include "plot/mien-format-number.h"
#include "plot/mien-plot-private.h"

#define GAP 6
#define KEY_WIDTH 24
#define KEY_HEIGHT 12

/* How strongly the quieter parts take the text colour; labels keep a contrast above 4.5. */
#define LABEL_ALPHA 0.75
#define AXIS_ALPHA 0.45
#define GRID_ALPHA 0.12

/* What one drawing needs. */
typedef struct
{
  MienPlot *plot;             /* borrowed */
  cairo_t *cr;                /* borrowed */
  const MienPlotStyle *style; /* borrowed */
  cairo_rectangle_t area;     /* of the layers */
} Canvas;

static void
set_text_source (Canvas *canvas, double alpha)
{
  const MienRgba *text = &canvas->style->text;

  cairo_set_source_rgba (canvas->cr, text->red, text->green, text->blue, text->alpha * alpha);
}

static PangoLayout *
create_layout (Canvas *canvas, const char *text, double scale, PangoWeight weight)
{
  PangoLayout *layout = pango_layout_new (canvas->style->pango);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_layout_set_text (layout, text, -1);
  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  return layout;
}

static void
show_layout (Canvas *canvas, PangoLayout *layout, double x, double y, double alpha)
{
  set_text_source (canvas, alpha);
  cairo_move_to (canvas->cr, round (x), round (y));
  pango_cairo_show_layout (canvas->cr, layout);
}

static void
fill_rectangle (Canvas *canvas, double x, double y, double width, double height, double alpha)
{
  set_text_source (canvas, alpha);
  cairo_rectangle (canvas->cr, x, y, width, height);
  cairo_fill (canvas->cr);
}

static char *
format_tick (MienPlot *self, double value, double step)
{
  g_autofree char *number = NULL;

  if (!self->percent)
    return mien_format_number (value, step);

  number = mien_format_number (100.0 * value, 100.0 * step);
  return g_strdup_printf ("%s %%", number);
}

static void
draw_key (Canvas *canvas, MienChartLayer *layer, double x, double y)
{
  MienChartFrame frame = { canvas->style, canvas->plot->x_axis, canvas->plot->y_axis, KEY_WIDTH,
                           KEY_HEIGHT };

  cairo_save (canvas->cr);
  cairo_rectangle (canvas->cr, x, y, KEY_WIDTH, KEY_HEIGHT);
  cairo_clip (canvas->cr);
  cairo_translate (canvas->cr, x, y);
  mien_chart_layer_draw_key (layer, canvas->cr, &frame);
  cairo_restore (canvas->cr);
}

/* Title and legend: in one row where there is room, else the legend below. Returns the height that
 * they take. */
static double
draw_head (Canvas *canvas, double width)
{
  MienPlot *self = canvas->plot;
  g_autoptr (PangoLayout)
    title = create_layout (canvas, self->title != NULL ? self->title : "", 1.0, PANGO_WEIGHT_BOLD);
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  int title_width, title_height, legend_width = 0, line_height = 0;
  double x, y = 0.0;

  pango_layout_get_pixel_size (title, &title_width, &title_height);
  if (title_width > width)
    {
      pango_layout_set_ellipsize (title, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (title, (int) MAX (width, 0.0) * PANGO_SCALE);
    }
  show_layout (canvas, title, 0.0, 0.0, 1.0);

  for (guint i = 0; i < self->layers->len && !self->empty; i++)
    {
      MienChartLayer *layer = g_ptr_array_index (self->layers, i);
      const char *name = mien_chart_layer_get_title (layer);
      PangoLayout *layout;
      int w;

      if (name == NULL)
        continue;
      layout = create_layout (canvas, name, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      pango_layout_get_pixel_size (layout, &w, &line_height);
      legend_width += KEY_WIDTH + GAP + w + 2 * GAP;
      g_ptr_array_add (shown, layer);
      g_ptr_array_add (layouts, layout);
    }
  if (shown->len == 0)
    return title_height + GAP;

  legend_width -= 2 * GAP;
  x = width - legend_width;
  if (title_width + 3 * GAP > x)
    {
      x = 0.0;
      y = title_height + GAP / 2;
    }
  for (guint i = 0; i < shown->len; i++)
    {
      PangoLayout *layout = g_ptr_array_index (layouts, i);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      if (x > 0.0 && y > 0.0 && x + KEY_WIDTH + GAP + w > width)
        {
          x = 0.0;
          y += line_height;
        }
      draw_key (canvas, g_ptr_array_index (shown, i), x,
                round (y + (line_height - KEY_HEIGHT) / 2.0));
      show_layout (canvas, layout, x + KEY_WIDTH + GAP, y, 1.0);
      x += KEY_WIDTH + GAP + w + 2 * GAP;
    }

  return MAX (y + line_height, title_height) + GAP;
}

static void
draw_empty (Canvas *canvas)
{
  const char *text = canvas->plot->empty_text != NULL ? canvas->plot->empty_text : "";
  g_autoptr (PangoLayout) layout = create_layout (canvas, text, 1.0, PANGO_WEIGHT_NORMAL);
  int h;

  pango_layout_set_width (layout, (int) canvas->area.width * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, NULL, &h);
  show_layout (canvas, layout, canvas->area.x,
               canvas->area.y + MAX (0.0, (canvas->area.height - h) / 2.0), LABEL_ALPHA);
}

/* Marks, their labels and the grid of the y axis. Sets the left and right side of the area. */
static void
draw_y_axis (Canvas *canvas)
{
  MienPlot *self = canvas->plot;
  guint n, at_most = CLAMP ((guint) (canvas->area.height / 28.0), 2, 8);
  double step, label_width;
  g_autofree double *ticks = mien_axis_list_ticks (self->y_axis, at_most, &n, &step);
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);

  /* Charts above each other have their areas in line, unless a label is longer than this. */
  {
    g_autoptr (PangoLayout)
      usual = create_layout (canvas, "100 %", PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
    int w;

    pango_layout_get_pixel_size (usual, &w, NULL);
    label_width = w;
  }

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = format_tick (self, ticks[i], step);
      PangoLayout *layout = create_layout (canvas, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      label_width = MAX (label_width, w);
      g_ptr_array_add (layouts, layout);
    }
  canvas->area.x = label_width + GAP;
  canvas->area.width -= label_width + GAP + 2 * GAP;

  for (guint i = 0; i < n; i++)
    {
      PangoLayout *layout = g_ptr_array_index (layouts, i);
      double y = canvas->area.y +
                 (1.0 - mien_axis_to_unit (self->y_axis, ticks[i])) * canvas->area.height;
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      show_layout (canvas, layout, label_width - w, y - h / 2.0, LABEL_ALPHA);
      fill_rectangle (canvas, canvas->area.x, round (y), canvas->area.width, 1.0, GRID_ALPHA);
    }
}

static void
draw_x_axis (Canvas *canvas)
{
  MienPlot *self = canvas->plot;
  guint n, at_most = CLAMP ((guint) (canvas->area.width / 48.0), 2, 12);
  double bottom = canvas->area.y + canvas->area.height;
  double step, title_from;
  g_autofree double *ticks = mien_axis_list_ticks (self->x_axis, at_most, &n, &step);
  g_autoptr (PangoLayout) title = create_layout (canvas, self->x_title != NULL ? self->x_title : "",
                                                 PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  int title_width;

  fill_rectangle (canvas, canvas->area.x, round (bottom), canvas->area.width, 1.0, AXIS_ALPHA);

  /* The axis' name stands at its end, in the row of the labels, and a label that would touch it is
   * left out. */
  pango_layout_get_pixel_size (title, &title_width, NULL);
  title_from = canvas->area.x + canvas->area.width - title_width;
  show_layout (canvas, title, title_from, bottom + GAP / 2, LABEL_ALPHA);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mien_format_number (ticks[i], step);
      g_autoptr (PangoLayout)
        layout = create_layout (canvas, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      double x = canvas->area.x + mien_axis_to_unit (self->x_axis, ticks[i]) * canvas->area.width;
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      fill_rectangle (canvas, round (x), bottom, 1.0, 4.0, AXIS_ALPHA);
      if (x + w / 2.0 + GAP < title_from)
        show_layout (canvas, layout, x - w / 2.0, bottom + GAP / 2, LABEL_ALPHA);
    }
}

static void
draw_layers (Canvas *canvas)
{
  MienPlot *self = canvas->plot;
  MienChartFrame frame = { canvas->style, self->x_axis, self->y_axis, canvas->area.width,
                           canvas->area.height };

  cairo_save (canvas->cr);
  /* Dots at the edges may stand out of the area by their radius. */
  cairo_rectangle (canvas->cr, canvas->area.x - GAP, canvas->area.y - GAP, frame.width + 2 * GAP,
                   frame.height + 2 * GAP);
  cairo_clip (canvas->cr);
  cairo_translate (canvas->cr, canvas->area.x, canvas->area.y);
  for (guint i = 0; i < self->layers->len; i++)
    {
      cairo_save (canvas->cr);
      mien_chart_layer_draw (g_ptr_array_index (self->layers, i), canvas->cr, &frame);
      cairo_restore (canvas->cr);
    }
  cairo_restore (canvas->cr);
}

static void
draw (Canvas *canvas, double width, double height)
{
  g_autoptr (PangoLayout)
    digit = create_layout (canvas, "0", PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  double top;
  int label_height;

  pango_layout_get_pixel_size (digit, NULL, &label_height);
  top = draw_head (canvas, width - canvas->style->corner) + label_height / 2.0;
  canvas->area = (cairo_rectangle_t){ 0.0, top, width, height - top - label_height - GAP };
  if (canvas->area.height < label_height)
    return;
  if (canvas->plot->empty)
    {
      draw_empty (canvas);
      return;
    }

  draw_y_axis (canvas);
  if (canvas->area.width < 1.0)
    return;
  draw_x_axis (canvas);
  draw_layers (canvas);
}

/**
 * mien_plot_draw:
 * @cr: where to; its origin is the upper left corner of the plot
 * @style: colours and font
 * @width: of the plot, in units of @cr
 * @height: of the plot
 * @area: (out) (optional): where the layers are
 *
 * Draws the plot, without a background.
 */
void
mien_plot_draw (MienPlot *self,
                cairo_t *cr,
                const MienPlotStyle *style,
                double width,
                double height,
                cairo_rectangle_t *area)
{
  Canvas canvas = { self, cr, style };

  g_return_if_fail (MIEN_IS_PLOT (self));

  draw (&canvas, width, height);
  if (area != NULL)
    *area = canvas.area;
}
