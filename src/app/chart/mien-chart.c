/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/chart/mien-chart.h"

#include <adwaita.h>

#include "app/chart/mien-chart-private.h"
#include "app/chart/mien-palette.h"
#include "app/widgets/mien-save-figure.h"

/* Between the legend and the button. */
#define CORNER_GAP 6.0
/* Brings the title, which is less high, in line with the button. */
#define HEAD_DROP 3.0

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
mien_chart_update_description (MienChart *self)
{
  g_autofree char *description = mien_chart_describe (self);
  g_autofree char *hovered = self->hovering ? mien_chart_describe_at (self, self->hover_x) : NULL;
  const char *title = mien_plot_get_title (self->plot);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : "", GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  hovered != NULL ? hovered : description, -1);
}

static void
plot_changed_cb (MienChart *self)
{
  gtk_widget_set_visible (self->save_button, !mien_plot_is_empty (self->plot));
  mien_chart_update_description (self);
  mien_chart_invalidate (self);
}

static void
save_clicked_cb (MienChart *self)
{
  mien_save_figure_ask (GTK_WIDGET (self), MIEN_FIGURE (self->plot),
                        mien_plot_get_title (self->plot));
}

static void
mien_chart_draw (MienChart *self, int width, int height)
{
  g_auto (MienPlotStyle) style = { 0 };
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  double top = 0.0;

  mien_palette_init_style (GTK_WIDGET (self), &style);
  if (gtk_widget_get_visible (self->save_button))
    {
      GtkRequisition size;

      gtk_widget_get_preferred_size (self->save_button, &size, NULL);
      style.corner = size.width + CORNER_GAP;
      top = HEAD_DROP;
    }
  cairo_translate (cr, 0.0, top);
  mien_plot_draw (self->plot, cr, &style, width, height - top, &self->area);
  self->area.y += top;
  cairo_destroy (cr);

  g_clear_pointer (&self->node, gsk_render_node_unref);
  self->node = gtk_snapshot_free_to_node (snapshot);
  self->node_width = width;
  self->node_height = height;
}

static void
mien_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MienChart *self = MIEN_CHART (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (self->node == NULL || self->node_width != width || self->node_height != height)
    mien_chart_draw (self, width, height);
  if (self->node != NULL)
    gtk_snapshot_append_node (snapshot, self->node);
  if (self->hovering && !mien_plot_is_empty (self->plot))
    mien_chart_draw_hover (self, snapshot);
  gtk_widget_snapshot_child (widget, self->save_button, snapshot);
}

static void
mien_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  MienChart *self = MIEN_CHART (widget);
  GtkRequisition size;

  if (!gtk_widget_should_layout (self->save_button))
    return;
  gtk_widget_get_preferred_size (self->save_button, &size, NULL);
  gtk_widget_size_allocate (
    self->save_button, &(GtkAllocation){ MAX (0, width - size.width), 0, size.width, size.height },
    -1);
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

static void
motion_cb (MienChart *self, double x, double y)
{
  double unit = (x - self->area.x) / MAX (1.0, self->area.width);

  if (unit < -0.02 || unit > 1.02)
    mien_chart_unhover (self);
  else
    mien_chart_hover (self,
                      mien_axis_from_unit (mien_chart_get_x_axis (self), CLAMP (unit, 0.0, 1.0)));
}

/* The next point to the side, found by looking a little further until the nearest one is another
 * one. */
static void
hover_neighbour (MienChart *self, double direction)
{
  double span = mien_axis_get_high (mien_chart_get_x_axis (self)) -
                mien_axis_get_low (mien_chart_get_x_axis (self));
  double from = self->hover_x, x;

  for (double step = span / 65536.0; step <= 2.0 * span; step *= 1.5)
    if (mien_plot_snap (self->plot, from + direction * step, &x) && x != from)
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

  if (mien_plot_is_empty (self->plot))
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
        mien_chart_hover (self, mien_axis_get_high (mien_chart_get_x_axis (self)));
      return GDK_EVENT_STOP;

    case GDK_KEY_Home:
    case GDK_KEY_End:
      if (mien_plot_snap (self->plot, keyval == GDK_KEY_Home ? -G_MAXDOUBLE : G_MAXDOUBLE, &x))
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

/* The properties are those of the plot. */
static void
mien_chart_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  g_object_set_property (G_OBJECT (MIEN_CHART (object)->plot), pspec->name, value);
}

static void
mien_chart_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  g_object_get_property (G_OBJECT (MIEN_CHART (object)->plot), pspec->name, value);
}

static void
mien_chart_dispose (GObject *object)
{
  g_clear_pointer (&MIEN_CHART (object)->save_button, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_chart_parent_class)->dispose (object);
}

static void
mien_chart_finalize (GObject *object)
{
  MienChart *self = MIEN_CHART (object);

  g_clear_pointer (&self->node, gsk_render_node_unref);
  g_object_unref (self->plot);

  G_OBJECT_CLASS (mien_chart_parent_class)->finalize (object);
}

static void
mien_chart_class_init (MienChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = mien_chart_set_property;
  object_class->get_property = mien_chart_get_property;
  object_class->dispose = mien_chart_dispose;
  object_class->finalize = mien_chart_finalize;
  widget_class->snapshot = mien_chart_snapshot;
  widget_class->measure = mien_chart_measure;
  widget_class->size_allocate = mien_chart_size_allocate;
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

  self->plot = mien_plot_new (NULL, NULL);
  g_signal_connect_object (self->plot, "changed", G_CALLBACK (plot_changed_cb), self,
                           G_CONNECT_SWAPPED);

  self->save_button = mien_save_figure_button_new ();
  gtk_widget_set_visible (self->save_button, FALSE);
  g_signal_connect_swapped (self->save_button, "clicked", G_CALLBACK (save_clicked_cb), self);
  gtk_widget_set_parent (self->save_button, GTK_WIDGET (self));

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
 * mien_chart_get_plot:
 *
 * Returns: (transfer none): what the chart shows, for writing it to a file
 */
MienPlot *
mien_chart_get_plot (MienChart *self)
{
  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  return self->plot;
}

/**
 * mien_chart_set_plot:
 * @plot: (transfer none): what to show instead
 *
 * Shows another plot; the chart's properties are those of the new one.
 */
void
mien_chart_set_plot (MienChart *self, MienPlot *plot)
{
  g_return_if_fail (MIEN_IS_CHART (self));
  g_return_if_fail (MIEN_IS_PLOT (plot));

  g_signal_handlers_disconnect_by_data (self->plot, self);
  g_set_object (&self->plot, plot);
  g_signal_connect_object (plot, "changed", G_CALLBACK (plot_changed_cb), self, G_CONNECT_SWAPPED);
  mien_chart_unhover (self);
  plot_changed_cb (self);
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

  mien_plot_add_layer (self->plot, layer);
}

/**
 * mien_chart_set_y_limits:
 * @low: where the y axis starts, or NaN: at a round value below the data
 * @high: where it ends, or NaN: at a round value above the data
 *
 * As mien_plot_set_y_limits().
 */
void
mien_chart_set_y_limits (MienChart *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  mien_plot_set_y_limits (self->plot, low, high);
}

/**
 * mien_chart_set_x_at_least:
 * @low: the x axis starts here or before
 * @high: and ends here or later
 *
 * As mien_plot_set_x_at_least().
 */
void
mien_chart_set_x_at_least (MienChart *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_CHART (self));

  mien_plot_set_x_at_least (self->plot, low, high);
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

  return mien_plot_get_x_axis (self->plot);
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

  return mien_plot_get_y_axis (self->plot);
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

  if (!mien_plot_snap (self->plot, x, &x) || (self->hovering && self->hover_x == x))
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

/**
 * mien_chart_describe:
 *
 * Puts what the chart shows in words, for those who do not see it.
 *
 * Returns: (transfer full): as mien_plot_describe()
 */
char *
mien_chart_describe (MienChart *self)
{
  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  return mien_plot_describe (self->plot);
}

/**
 * mien_chart_describe_at:
 * @x: a position on the x axis
 *
 * Writes what the layers are at one place, a line each.
 *
 * Returns: (transfer full): as mien_plot_describe_at()
 */
char *
mien_chart_describe_at (MienChart *self, double x)
{
  g_return_val_if_fail (MIEN_IS_CHART (self), NULL);

  return mien_plot_describe_at (self->plot, x);
}
