/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/chart/mien-chart.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart-private.h"
#include "app/widgets/mien-format.h"

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_X_TITLE,
  PROP_EMPTY_TEXT,
  PROP_PERCENT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienChart, mien_chart, GTK_TYPE_WIDGET)

/* Forgets the picture of everything but the hovered values. */
static void
mien_chart_invalidate (MienChart *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
mien_chart_update_axes (MienChart *self)
{
  MienChartExtent all = { INFINITY, -INFINITY, INFINITY, -INFINITY };
  double low, high;

  for (guint i = 0; i < self->layers->len; i++)
    {
      MienChartExtent extent;

      if (!mien_chart_layer_get_extent (g_ptr_array_index (self->layers, i), &extent))
        continue;
      all.x_low = MIN (all.x_low, extent.x_low);
      all.x_high = MAX (all.x_high, extent.x_high);
      all.y_low = MIN (all.y_low, extent.y_low);
      all.y_high = MAX (all.y_high, extent.y_high);
    }

  self->empty = !(all.x_low <= all.x_high);
  mien_axis_set_range (self->x_axis, MIN (all.x_low, self->x_low), MAX (all.x_high, self->x_high));

  low = isnan (self->y_low) ? all.y_low : self->y_low;
  high = isnan (self->y_high) ? all.y_high : self->y_high;
  if (isfinite (low) && isfinite (high) && high > low)
    {
      /* A free end moves out to the next round value, so that the axis does not twitch with every
       * point. */
      double step = mien_axis_nice_number ((high - low) / 4.0, TRUE);

      if (isnan (self->y_low))
        low = floor (low / step + 1e-9) * step;
      if (isnan (self->y_high))
        high = ceil (high / step - 1e-9) * step;
    }
  mien_axis_set_range (self->y_axis, low, high);
}

static void
mien_chart_update_description (MienChart *self)
{
  g_autofree char *description = mien_chart_describe (self);
  g_autofree char *hovered = self->hovering ? mien_chart_describe_at (self, self->hover_x) : NULL;

  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->title != NULL ? self->title : "",
    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, hovered != NULL ? hovered : description, -1);
}

static void
layer_changed_cb (MienChart *self)
{
  mien_chart_update_axes (self);
  mien_chart_update_description (self);
  mien_chart_invalidate (self);
}

static void
mien_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MienChart *self = MIEN_CHART (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (self->node == NULL || self->node_width != width || self->node_height != height)
    {
      GtkSnapshot *picture = gtk_snapshot_new ();

      g_clear_pointer (&self->node, gsk_render_node_unref);
      mien_chart_draw (self, picture, width, height);
      self->node = gtk_snapshot_free_to_node (picture);
      self->node_width = width;
      self->node_height = height;
    }

  if (self->node != NULL)
    gtk_snapshot_append_node (snapshot, self->node);
  if (self->hovering && !self->empty)
    mien_chart_draw_hover (self, snapshot);
}

static void
mien_chart_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 220;
      *natural = 480;
    }
  else
    {
      *minimum = 170;
      *natural = 240;
    }
}

static void
mien_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (mien_chart_parent_class)->css_changed (widget, change);
  mien_chart_invalidate (MIEN_CHART (widget));
}

/* What is hovered snaps to the nearest point of the first layer that has any. */
static gboolean
snap (MienChart *self, double near_x, double *x)
{
  for (guint i = 0; i < self->layers->len; i++)
    {
      double y;

      if (mien_chart_layer_find_value (g_ptr_array_index (self->layers, i), near_x, x, &y))
        return TRUE;
    }

  return FALSE;
}

static void
motion_cb (MienChart *self, double x, double y)
{
  double unit = (x - self->plot.origin.x) / MAX (1.0, self->plot.size.width);

  if (unit < -0.02 || unit > 1.02)
    mien_chart_unhover (self);
  else
    mien_chart_hover (self, mien_axis_from_unit (self->x_axis, CLAMP (unit, 0.0, 1.0)));
}

/* The next point to the side, found by looking a little further until the nearest one is another
 * one. */
static void
hover_neighbour (MienChart *self, double direction)
{
  double span = mien_axis_get_high (self->x_axis) - mien_axis_get_low (self->x_axis);
  double from = self->hover_x, x;

  for (double step = span / 65536.0; step <= 2.0 * span; step *= 1.5)
    if (snap (self, from + direction * step, &x) && x != from)
      {
        mien_chart_hover (self, x);
        return;
      }
}

static gboolean
key_pressed_cb (MienChart *self, guint keyval, guint keycode, GdkModifierType state)
{
  gboolean towards_end = keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right;
  double x;

  if (self->empty)
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      if (self->hovering)
        hover_neighbour (self, towards_end ? 1.0 : -1.0);
      else
        mien_chart_hover (self, mien_axis_get_high (self->x_axis));
      return GDK_EVENT_STOP;

    case GDK_KEY_Home:
    case GDK_KEY_End:
      if (snap (self, keyval == GDK_KEY_Home ? -G_MAXDOUBLE : G_MAXDOUBLE, &x))
        mien_chart_hover (self, x);
      return GDK_EVENT_STOP;

    case GDK_KEY_Escape:
      if (!self->hovering)
        return GDK_EVENT_PROPAGATE;
      mien_chart_unhover (self);
      return GDK_EVENT_STOP;

    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
mien_chart_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  MienChart *self = MIEN_CHART (object);

  switch (property_id)
    {
    case PROP_TITLE:
      g_free (self->title);
      self->title = g_value_dup_string (value);
      break;

    case PROP_X_TITLE:
      g_free (self->x_title);
      self->x_title = g_value_dup_string (value);
      break;

    case PROP_EMPTY_TEXT:
      g_free (self->empty_text);
      self->empty_text = g_value_dup_string (value);
      break;

    case PROP_PERCENT:
      self->percent = g_value_get_boolean (value);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      return;
    }

  mien_chart_update_description (self);
  mien_chart_invalidate (self);
}

static void
mien_chart_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  MienChart *self = MIEN_CHART (object);

  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;

    case PROP_X_TITLE:
      g_value_set_string (value, self->x_title);
      break;

    case PROP_EMPTY_TEXT:
      g_value_set_string (value, self->empty_text);
      break;

    case PROP_PERCENT:
      g_value_set_boolean (value, self->percent);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
mien_chart_finalize (GObject *object)
{
  MienChart *self = MIEN_CHART (object);

  g_clear_pointer (&self->node, gsk_render_node_unref);
  g_ptr_array_unref (self->layers);
  g_object_unref (self->x_axis);
  g_object_unref (self->y_axis);
  g_free (self->title);
  g_free (self->x_title);
  g_free (self->empty_text);

  G_OBJECT_CLASS (mien_chart_parent_class)->finalize (object);
}

static void
mien_chart_class_init (MienChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = mien_chart_set_property;
  object_class->get_property = mien_chart_get_property;
  object_class->finalize = mien_chart_finalize;
  widget_class->snapshot = mien_chart_snapshot;
  widget_class->measure = mien_chart_measure;
  widget_class->css_changed = mien_chart_css_changed;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_X_TITLE] = g_param_spec_string ("x-title", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PERCENT] = g_param_spec_boolean ("percent", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
mien_chart_init (MienChart *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
  self->x_axis = mien_axis_new ();
  self->y_axis = mien_axis_new ();
  self->y_low = NAN;
  self->y_high = NAN;
  self->x_low = INFINITY;
  self->x_high = -INFINITY;
  self->empty = TRUE;

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (mien_chart_unhover), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (key, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (mien_chart_unhover), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (mien_chart_invalidate), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (mien_chart_invalidate),
                           self, G_CONNECT_SWAPPED);
}

/**
 * mien_chart_add_layer:
 * @layer: (transfer none): drawn over those that are there
 *
 * Adds a layer and follows its changes.
 */
void
mien_chart_add_layer (MienChart *self, MienChartLayer *layer)
{
  g_return_if_fail (MIEN_IS_CHART (self));
  g_return_if_fail (MIEN_IS_CHART_LAYER (layer));

  g_ptr_array_add (self->layers, g_object_ref (layer));
  g_signal_connect_object (layer, "changed", G_CALLBACK (layer_changed_cb), self,
                           G_CONNECT_SWAPPED);
  layer_changed_cb (self);
}

/**
 * mien_chart_set_y_limits:
 * @low: where the y axis starts, or NaN: at a round value below the data
 * @high: where it ends, or NaN: at a round value above the data
 *
 * Fixes the ends of the y axis, or lets them follow the data, which they do unless told.
 */
void
mien_chart_set_y_limits (MienChart *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  self->y_low = low;
  self->y_high = high;
  layer_changed_cb (self);
}

/**
 * mien_chart_set_x_at_least:
 * @low: the x axis starts here or before
 * @high: and ends here or later
 *
 * Keeps the first points of a series from being drawn across the whole width.
 */
void
mien_chart_set_x_at_least (MienChart *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  if (self->x_low == low && self->x_high == high)
    return;

  self->x_low = low;
  self->x_high = high;
  layer_changed_cb (self);
}

/**
 * mien_chart_get_x_axis:
 *
 * Returns: (transfer none): the horizontal axis
 */
MienAxis *
mien_chart_get_x_axis (MienChart *self)
{
  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  return self->x_axis;
}

/**
 * mien_chart_get_y_axis:
 *
 * Returns: (transfer none): the vertical axis
 */
MienAxis *
mien_chart_get_y_axis (MienChart *self)
{
  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  return self->y_axis;
}

/**
 * mien_chart_hover:
 * @x: a position on the x axis
 *
 * Shows the values at the point nearest to @x, as the pointer and the arrow keys do.
 */
void
mien_chart_hover (MienChart *self, double x)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  if (!snap (self, x, &x) || (self->hovering && self->hover_x == x))
    return;

  self->hovering = TRUE;
  self->hover_x = x;
  mien_chart_update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * mien_chart_unhover:
 *
 * Shows the chart alone again.
 */
void
mien_chart_unhover (MienChart *self)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  if (!self->hovering)
    return;

  self->hovering = FALSE;
  mien_chart_update_description (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* One value as it is written beside the chart. */
char *
mien_chart_format_value (MienChart *self, double y)
{
  return self->percent ? mien_format_percent (y, 1) : mien_format_number (y, 0.001);
}

/**
 * mien_chart_describe:
 *
 * Puts what the chart shows in words, for those who do not see it.
 *
 * Returns: (transfer full): "training: 0.412 at Epoch 31; validation: …", or the empty text
 */
char *
mien_chart_describe (MienChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  if (self->empty)
    return g_strdup (self->empty_text != NULL ? self->empty_text : "");

  for (guint i = 0; i < self->layers->len; i++)
    {
      MienChartLayer *layer = g_ptr_array_index (self->layers, i);
      const char *title = mien_chart_layer_get_title (layer);
      double x, y;

      if (title == NULL)
        continue;
      if (text->len > 0)
        g_string_append (text, "; ");
      if (mien_chart_layer_find_value (layer, G_MAXDOUBLE, &x, &y))
        {
          g_autofree char *value = mien_chart_format_value (self, y);
          g_autofree char *position = mien_format_number (x, 1.0);

          /* Translators: a chart in words, "training: 0.412 at Epoch 31" */
          g_string_append_printf (text, _ ("%s: %s at %s %s"), title, value,
                                  self->x_title != NULL ? self->x_title : "", position);
        }
      else
        g_string_append (text, title);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * mien_chart_describe_at:
 * @x: a position on the x axis
 *
 * Writes what the layers are at one place, a line each.
 *
 * Returns: (transfer full): "Epoch 12\ntraining 0.412\nvalidation 0.455"
 */
char *
mien_chart_describe_at (MienChart *self, double x)
{
  g_autofree char *position = NULL;
  GString *text;

  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  position = mien_format_number (x, 1.0);
  text = g_string_new (self->x_title);
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", position);
  for (guint i = 0; i < self->layers->len; i++)
    {
      MienChartLayer *layer = g_ptr_array_index (self->layers, i);
      const char *title = mien_chart_layer_get_title (layer);
      double found_x, y;

      if (title != NULL && mien_chart_layer_find_value (layer, x, &found_x, &y) && found_x == x)
        {
          g_autofree char *value = mien_chart_format_value (self, y);

          g_string_append_printf (text, "\n%s %s", title, value);
        }
    }

  return g_string_free (text, FALSE);
}
