/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/chart/mien-chart-private.h"
#include "app/chart/mien-palette.h"

#define GAP 6
#define HOVER_PADDING 8

/* Of the text colour, as the axes. */
#define RIM_ALPHA 0.45

static PangoLayout *
create_layout (MienChart *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (PANGO_SCALE_SMALL));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);

  return layout;
}

/* Draws the line at the hovered point and the values there, in a box on the side that has room. */
void
mien_chart_draw_hover (MienChart *self, GtkSnapshot *snapshot)
{
  double unit = mien_axis_to_unit (mien_chart_get_x_axis (self), self->hover_x);
  double x = self->area.x + unit * self->area.width, box_x, box_y;
  g_autofree char *text = mien_chart_describe_at (self, self->hover_x);
  g_autoptr (PangoLayout) layout = create_layout (self, text);
  GdkRGBA color, background, rim;
  MienRgba surface;
  GskRoundedRect box;
  int w, h;

  if (unit < 0.0 || unit > 1.0)
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  rim = color;
  rim.alpha *= RIM_ALPHA;
  gtk_snapshot_append_color (snapshot, &rim,
                             &GRAPHENE_RECT_INIT (round (x), self->area.y, 1, self->area.height));

  pango_layout_get_pixel_size (layout, &w, &h);
  w += 2 * HOVER_PADDING;
  h += 2 * HOVER_PADDING;
  box_x = x + 2 * GAP;
  if (box_x + w > gtk_widget_get_width (GTK_WIDGET (self)))
    box_x = MAX (0.0, x - 2 * GAP - w);
  box_y = MAX (0.0, self->area.y + (self->area.height - h) / 2.0);

  mien_palette_lookup (GTK_WIDGET (self), MIEN_COLOR_SURFACE, &surface);
  background = mien_palette_to_gdk (&surface);
  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (round (box_x), round (box_y), w, h),
                                   6.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &background, &box.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &box, (float[4]){ 1, 1, 1, 1 },
                              (GdkRGBA[4]){ rim, rim, rim, rim });
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
    snapshot, &GRAPHENE_POINT_INIT (round (box_x + HOVER_PADDING), round (box_y + HOVER_PADDING)));
  gtk_snapshot_append_layout (snapshot, layout, &color);
  gtk_snapshot_restore (snapshot);
}
