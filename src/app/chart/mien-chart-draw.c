/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/chart/mien-chart-private.h"
#include "app/chart/mien-palette.h"
#include "app/widgets/mien-format.h"

#define GAP 6
#define KEY_WIDTH 24
#define KEY_HEIGHT 12
#define HOVER_PADDING 8

/* How strongly the quieter parts take the text colour; labels keep a contrast above 4.5. */
#define LABEL_ALPHA 0.75
#define AXIS_ALPHA 0.45
#define GRID_ALPHA 0.12

static void
get_text_color (MienChart *self, double alpha, GdkRGBA *rgba)
{
  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), rgba);
  rgba->alpha *= alpha;
}

static PangoLayout *
create_layout (MienChart *self, const char *text, double scale, PangoWeight weight)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  return layout;
}

static void
append_layout (GtkSnapshot *snapshot, PangoLayout *layout, double x, double y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (round (x), round (y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static char *
format_tick (MienChart *self, double value, double step)
{
  g_autofree char *number = NULL;

  if (!self->percent)
    return mien_format_number (value, step);

  number = mien_format_number (100.0 * value, 100.0 * step);
  return g_strdup_printf ("%s %%", number);
}

static void
draw_key (MienChart *self, GtkSnapshot *snapshot, MienChartLayer *layer, double x, double y)
{
  MienChartFrame frame = { GTK_WIDGET (self), self->x_axis, self->y_axis, KEY_WIDTH, KEY_HEIGHT };
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot,
                                           &GRAPHENE_RECT_INIT (x, y, KEY_WIDTH, KEY_HEIGHT));

  cairo_translate (cr, x, y);
  mien_chart_layer_draw_key (layer, cr, &frame);
  cairo_destroy (cr);
}

/* Title and legend: in one row where there is room, else the legend below. Returns the height that
 * they take. */
static double
draw_head (MienChart *self, GtkSnapshot *snapshot, int width)
{
  g_autoptr (PangoLayout)
    title = create_layout (self, self->title != NULL ? self->title : "", 1.0, PANGO_WEIGHT_BOLD);
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  int title_width, title_height, legend_width = 0, line_height = 0;
  double x, y = 0.0;
  GdkRGBA color;

  get_text_color (self, 1.0, &color);
  pango_layout_get_pixel_size (title, &title_width, &title_height);
  append_layout (snapshot, title, 0.0, 0.0, &color);

  for (guint i = 0; i < self->layers->len && !self->empty; i++)
    {
      MienChartLayer *layer = g_ptr_array_index (self->layers, i);
      const char *name = mien_chart_layer_get_title (layer);
      PangoLayout *layout;
      int w;

      if (name == NULL)
        continue;
      layout = create_layout (self, name, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
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
      draw_key (self, snapshot, g_ptr_array_index (shown, i), x,
                round (y + (line_height - KEY_HEIGHT) / 2.0));
      append_layout (snapshot, layout, x + KEY_WIDTH + GAP, y, &color);
      x += KEY_WIDTH + GAP + w + 2 * GAP;
    }

  return MAX (y + line_height, title_height) + GAP;
}

static void
draw_empty (MienChart *self, GtkSnapshot *snapshot, const graphene_rect_t *area)
{
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA color;
  int w, h;

  layout = create_layout (self, self->empty_text != NULL ? self->empty_text : "", 1.0,
                          PANGO_WEIGHT_NORMAL);
  pango_layout_set_width (layout, (int) area->size.width * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_get_pixel_size (layout, &w, &h);
  get_text_color (self, LABEL_ALPHA, &color);
  append_layout (snapshot, layout, area->origin.x,
                 area->origin.y + MAX (0.0, (area->size.height - h) / 2.0), &color);
}

/* Marks, their labels and the grid of the y axis. Sets the left and right side of the plot. */
static void
draw_y_axis (MienChart *self, GtkSnapshot *snapshot)
{
  guint n, at_most = CLAMP ((guint) (self->plot.size.height / 28.0), 2, 8);
  double step, label_width;
  g_autofree double *ticks = mien_axis_list_ticks (self->y_axis, at_most, &n, &step);
  g_autoptr (GPtrArray) layouts = g_ptr_array_new_with_free_func (g_object_unref);
  GdkRGBA label, grid;

  /* Charts above each other have their plots in line, unless a label is longer than this. */
  {
    g_autoptr (PangoLayout)
      usual = create_layout (self, "100 %", PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
    int w;

    pango_layout_get_pixel_size (usual, &w, NULL);
    label_width = w;
  }

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = format_tick (self, ticks[i], step);
      PangoLayout *layout = create_layout (self, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      label_width = MAX (label_width, w);
      g_ptr_array_add (layouts, layout);
    }
  self->plot.origin.x = label_width + GAP;
  self->plot.size.width -= label_width + GAP + 2 * GAP;

  get_text_color (self, LABEL_ALPHA, &label);
  get_text_color (self, GRID_ALPHA, &grid);
  for (guint i = 0; i < n; i++)
    {
      PangoLayout *layout = g_ptr_array_index (layouts, i);
      double y = self->plot.origin.y +
                 (1.0 - mien_axis_to_unit (self->y_axis, ticks[i])) * self->plot.size.height;
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      append_layout (snapshot, layout, label_width - w, y - h / 2.0, &label);
      gtk_snapshot_append_color (
        snapshot, &grid,
        &GRAPHENE_RECT_INIT (self->plot.origin.x, round (y), self->plot.size.width, 1));
    }
}

static void
draw_x_axis (MienChart *self, GtkSnapshot *snapshot)
{
  guint n, at_most = CLAMP ((guint) (self->plot.size.width / 48.0), 2, 12);
  double bottom = self->plot.origin.y + self->plot.size.height;
  double step, title_from;
  g_autofree double *ticks = mien_axis_list_ticks (self->x_axis, at_most, &n, &step);
  g_autoptr (PangoLayout) title = create_layout (self, self->x_title != NULL ? self->x_title : "",
                                                 PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  GdkRGBA label, axis;
  int title_width;

  get_text_color (self, LABEL_ALPHA, &label);
  get_text_color (self, AXIS_ALPHA, &axis);
  gtk_snapshot_append_color (
    snapshot, &axis,
    &GRAPHENE_RECT_INIT (self->plot.origin.x, round (bottom), self->plot.size.width, 1));

  /* The axis' name stands at its end, in the row of the labels, and a label that would touch it is
   * left out. */
  pango_layout_get_pixel_size (title, &title_width, NULL);
  title_from = self->plot.origin.x + self->plot.size.width - title_width;
  append_layout (snapshot, title, title_from, bottom + GAP / 2, &label);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = mien_format_number (ticks[i], step);
      g_autoptr (PangoLayout)
        layout = create_layout (self, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
      double x = self->plot.origin.x +
                 mien_axis_to_unit (self->x_axis, ticks[i]) * self->plot.size.width;
      int w;

      pango_layout_get_pixel_size (layout, &w, NULL);
      gtk_snapshot_append_color (snapshot, &axis, &GRAPHENE_RECT_INIT (round (x), bottom, 1, 4));
      if (x + w / 2.0 + GAP < title_from)
        append_layout (snapshot, layout, x - w / 2.0, bottom + GAP / 2, &label);
    }
}

/* Draws everything but the hovered values, and sets self->plot. */
void
mien_chart_draw (MienChart *self, GtkSnapshot *snapshot, int width, int height)
{
  g_autoptr (PangoLayout) digit = create_layout (self, "0", PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  MienChartFrame frame = { GTK_WIDGET (self), self->x_axis, self->y_axis, 0.0, 0.0 };
  double top;
  int label_height;
  cairo_t *cr;

  pango_layout_get_pixel_size (digit, NULL, &label_height);
  top = draw_head (self, snapshot, width) + label_height / 2.0;
  self->plot = GRAPHENE_RECT_INIT (0, top, width, height - top - label_height - GAP);
  if (self->plot.size.height < label_height)
    return;
  if (self->empty)
    {
      draw_empty (self, snapshot, &self->plot);
      return;
    }

  draw_y_axis (self, snapshot);
  if (self->plot.size.width < 1)
    return;
  draw_x_axis (self, snapshot);

  frame.width = self->plot.size.width;
  frame.height = self->plot.size.height;
  /* Dots at the edges may stand out of the plot by their radius. */
  cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT (self->plot.origin.x - GAP, self->plot.origin.y - GAP,
                                   frame.width + 2 * GAP, frame.height + 2 * GAP));
  cairo_translate (cr, self->plot.origin.x, self->plot.origin.y);
  for (guint i = 0; i < self->layers->len; i++)
    {
      cairo_save (cr);
      mien_chart_layer_draw (g_ptr_array_index (self->layers, i), cr, &frame);
      cairo_restore (cr);
    }
  cairo_destroy (cr);
}

/* Draws the line at the hovered point and the values there, in a box on the side that has room. */
void
mien_chart_draw_hover (MienChart *self, GtkSnapshot *snapshot)
{
  double unit = mien_axis_to_unit (self->x_axis, self->hover_x);
  double x = self->plot.origin.x + unit * self->plot.size.width, box_x, box_y;
  g_autofree char *text = mien_chart_describe_at (self, self->hover_x);
  g_autoptr (PangoLayout)
    layout = create_layout (self, text, PANGO_SCALE_SMALL, PANGO_WEIGHT_NORMAL);
  GdkRGBA color, surface, rim;
  GskRoundedRect box;
  int w, h;

  if (unit < 0.0 || unit > 1.0)
    return;

  get_text_color (self, AXIS_ALPHA, &rim);
  gtk_snapshot_append_color (
    snapshot, &rim,
    &GRAPHENE_RECT_INIT (round (x), self->plot.origin.y, 1, self->plot.size.height));

  pango_layout_get_pixel_size (layout, &w, &h);
  w += 2 * HOVER_PADDING;
  h += 2 * HOVER_PADDING;
  box_x = x + 2 * GAP;
  if (box_x + w > gtk_widget_get_width (GTK_WIDGET (self)))
    box_x = MAX (0.0, x - 2 * GAP - w);
  box_y = MAX (0.0, self->plot.origin.y + (self->plot.size.height - h) / 2.0);

  get_text_color (self, 1.0, &color);
  mien_palette_lookup (GTK_WIDGET (self), MIEN_COLOR_SURFACE, &surface);
  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (round (box_x), round (box_y), w, h),
                                   6.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &surface, &box.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &box, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ rim, rim, rim, rim });
  append_layout (snapshot, layout, box_x + HOVER_PADDING, box_y + HOVER_PADDING, &color);
}
