/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-matrix-cell.h"

#include <adwaita.h>
#include <math.h>

#include "app/chart/mien-palette.h"

#define MINIMUM_WIDTH 48
#define MINIMUM_HEIGHT 40
#define PADDING 8
#define CORNER_RADIUS 6

struct _MienMatrixCell
{
  GtkWidget parent_instance;

  guint actual;
  guint predicted;
  char *text;          /* owned */
  char *description;   /* owned */
  PangoLayout *layout; /* owned */
  double weight;       /* 0 to 1 */
  gboolean selected;
};

static guint clicked_signal;

G_DEFINE_FINAL_TYPE (MienMatrixCell, mien_matrix_cell, GTK_TYPE_WIDGET)

static PangoLayout *
get_layout (MienMatrixCell *self)
{
  if (self->layout == NULL)
    {
      PangoAttrList *attributes = pango_attr_list_new ();

      self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->text);
      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
      if (self->actual == self->predicted)
        pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_layout_set_attributes (self->layout, attributes);
      pango_attr_list_unref (attributes);
    }

  return self->layout;
}

static void
mien_matrix_cell_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  int width, height;

  pango_layout_get_pixel_size (get_layout (MIEN_MATRIX_CELL (widget)), &width, &height);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = MAX (MINIMUM_WIDTH, width + 2 * PADDING);
  else
    *minimum = *natural = MAX (MINIMUM_HEIGHT, height + 2 * PADDING);
}

static void
mien_matrix_cell_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MienMatrixCell *self = MIEN_MATRIX_CELL (widget);
  PangoLayout *layout = get_layout (self);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  MienRgba shade, ink;
  GdkRGBA background, text;
  GskRoundedRect box;
  int w, h;

  mien_matrix_cell_get_colors (self, &shade, &ink);
  background = mien_palette_to_gdk (&shade);
  text = mien_palette_to_gdk (&ink);
  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (0, 0, width, height), CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &box);
  gtk_snapshot_append_color (snapshot, &background, &box.bounds);
  gtk_snapshot_pop (snapshot);
  if (self->selected)
    gtk_snapshot_append_border (snapshot, &box, (float[4]){ 3, 3, 3, 3 },
                                (GdkRGBA[4]){ text, text, text, text });

  pango_layout_get_pixel_size (layout, &w, &h);
  gtk_snapshot_translate (
    snapshot, &GRAPHENE_POINT_INIT (roundf ((width - w) / 2.0f), roundf ((height - h) / 2.0f)));
  gtk_snapshot_append_layout (snapshot, layout, &text);
}

static void
mien_matrix_cell_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  MienMatrixCell *self = MIEN_MATRIX_CELL (widget);

  GTK_WIDGET_CLASS (mien_matrix_cell_parent_class)->css_changed (widget, change);
  g_clear_object (&self->layout);
  gtk_widget_queue_resize (widget);
}

static void
released_cb (MienMatrixCell *self, int n_press, double x, double y)
{
  if (gtk_widget_contains (GTK_WIDGET (self), x, y))
    g_signal_emit (self, clicked_signal, 0);
}

static void
mien_matrix_cell_finalize (GObject *object)
{
  MienMatrixCell *self = MIEN_MATRIX_CELL (object);

  g_free (self->text);
  g_free (self->description);
  g_clear_object (&self->layout);

  G_OBJECT_CLASS (mien_matrix_cell_parent_class)->finalize (object);
}

static void
mien_matrix_cell_class_init (MienMatrixCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = mien_matrix_cell_finalize;
  widget_class->measure = mien_matrix_cell_measure;
  widget_class->snapshot = mien_matrix_cell_snapshot;
  widget_class->css_changed = mien_matrix_cell_css_changed;

  clicked_signal = g_signal_new ("clicked", MIEN_TYPE_MATRIX_CELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "matrixcell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
}

static void
mien_matrix_cell_init (MienMatrixCell *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "pointer");
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
}

/**
 * mien_matrix_cell_new:
 * @actual: the row's class
 * @predicted: the column's class
 *
 * Returns: (transfer floating): an empty cell
 */
GtkWidget *
mien_matrix_cell_new (guint actual, guint predicted)
{
  MienMatrixCell *self = g_object_new (MIEN_TYPE_MATRIX_CELL, NULL);

  self->actual = actual;
  self->predicted = predicted;
  return GTK_WIDGET (self);
}

guint
mien_matrix_cell_get_actual (MienMatrixCell *self)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_CELL (self), 0);

  return self->actual;
}

guint
mien_matrix_cell_get_predicted (MienMatrixCell *self)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_CELL (self), 0);

  return self->predicted;
}

/**
 * mien_matrix_cell_set_content:
 * @text: what stands in the cell
 * @weight: how strongly it is shaded, 0 (not at all) to 1
 * @description: the cell in words, for the tooltip and for those who do not see it
 */
void
mien_matrix_cell_set_content (MienMatrixCell *self,
                              const char *text,
                              double weight,
                              const char *description)
{
  g_return_if_fail (MIEN_IS_MATRIX_CELL (self));

  g_free (self->text);
  self->text = g_strdup (text);
  g_free (self->description);
  self->description = g_strdup (description);
  self->weight = CLAMP (weight, 0.0, 1.0);
  g_clear_object (&self->layout);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), description);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                  -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
mien_matrix_cell_get_text (MienMatrixCell *self)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_CELL (self), NULL);

  return self->text;
}

const char *
mien_matrix_cell_get_description (MienMatrixCell *self)
{
  g_return_val_if_fail (MIEN_IS_MATRIX_CELL (self), NULL);

  return self->description;
}

/**
 * mien_matrix_cell_set_selected:
 * @selected: whether the cell is the chosen one
 */
void
mien_matrix_cell_set_selected (MienMatrixCell *self, gboolean selected)
{
  g_return_if_fail (MIEN_IS_MATRIX_CELL (self));

  self->selected = selected;
  gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * mien_matrix_cell_get_colors:
 * @background: (out): the shade, opaque
 * @text: (out): black or white, whichever is read on it
 *
 * What the cell is drawn with in the present style.
 */
void
mien_matrix_cell_get_colors (MienMatrixCell *self, MienRgba *background, MienRgba *text)
{
  MienColor hue;
  MienRgba color, surface;

  g_return_if_fail (MIEN_IS_MATRIX_CELL (self));

  hue = self->actual == self->predicted ? MIEN_COLOR_RIGHT : MIEN_COLOR_MISTAKE;
  mien_palette_lookup (GTK_WIDGET (self), hue, &color);
  mien_palette_lookup (GTK_WIDGET (self), MIEN_COLOR_SURFACE, &surface);
  mien_color_shade (&color, self->weight, &surface, background);
  mien_color_text_on (background, text);
}
