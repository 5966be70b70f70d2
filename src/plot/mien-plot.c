/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-plot.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "plot/mien-figure.h"
#include "plot/mien-format-number.h"
#include "plot/mien-plot-private.h"

/* Around values that are all the same. */
#define FRACTION_ROOM 0.1

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_X_TITLE,
  PROP_EMPTY_TEXT,
  PROP_PERCENT,
  N_PROPS
};

enum
{
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* In files: columns of the usual paper hold it without being shrunk. */
#define FILE_WIDTH 480.0
#define FILE_HEIGHT 280.0

static void figure_init (MienFigureInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (MienPlot,
                               mien_plot,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (MIEN_TYPE_FIGURE, figure_init))

static void
update_axes (MienPlot *self)
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
  /* A fraction that never changes stands in a range that can be read. */
  if (self->percent && low == high)
    {
      low = MAX (low - FRACTION_ROOM, 0.0);
      high = MIN (high + FRACTION_ROOM, 1.0);
    }
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
layer_changed_cb (MienPlot *self)
{
  update_axes (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
mien_plot_set_property (GObject *object, guint property_id, const GValue *value, GParamSpec *pspec)
{
  MienPlot *self = MIEN_PLOT (object);

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
      update_axes (self);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      return;
    }

  g_signal_emit (self, signals[CHANGED], 0);
}

static void
mien_plot_get_property (GObject *object, guint property_id, GValue *value, GParamSpec *pspec)
{
  MienPlot *self = MIEN_PLOT (object);

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
mien_plot_finalize (GObject *object)
{
  MienPlot *self = MIEN_PLOT (object);

  g_ptr_array_unref (self->layers);
  g_object_unref (self->x_axis);
  g_object_unref (self->y_axis);
  g_free (self->title);
  g_free (self->x_title);
  g_free (self->empty_text);

  G_OBJECT_CLASS (mien_plot_parent_class)->finalize (object);
}

static void
figure_draw (MienFigure *figure,
             cairo_t *cr,
             const MienPlotStyle *style,
             double width,
             double height)
{
  mien_plot_draw (MIEN_PLOT (figure), cr, style, width, height, NULL);
}

static void
figure_get_size (MienFigure *figure, double *width, double *height)
{
  *width = FILE_WIDTH;
  *height = FILE_HEIGHT;
}

static void
figure_init (MienFigureInterface *iface)
{
  iface->draw = figure_draw;
  iface->get_size = figure_get_size;
}

static void
mien_plot_class_init (MienPlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = mien_plot_set_property;
  object_class->get_property = mien_plot_get_property;
  object_class->finalize = mien_plot_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_X_TITLE] = g_param_spec_string ("x-title", NULL, NULL, NULL,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PERCENT] = g_param_spec_boolean ("percent", NULL, NULL, FALSE,
                                                   G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", MIEN_TYPE_PLOT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
mien_plot_init (MienPlot *self)
{
  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
  self->x_axis = mien_axis_new ();
  self->y_axis = mien_axis_new ();
  self->y_low = NAN;
  self->y_high = NAN;
  self->x_low = INFINITY;
  self->x_high = -INFINITY;
  self->empty = TRUE;
}

/**
 * mien_plot_new:
 * @title: (nullable): what is shown, translated
 * @x_title: (nullable): the name of the x axis, translated
 *
 * Returns: (transfer full): a plot without layers
 */
MienPlot *
mien_plot_new (const char *title, const char *x_title)
{
  return g_object_new (MIEN_TYPE_PLOT, "title", title, "x-title", x_title, NULL);
}

/**
 * mien_plot_get_title:
 *
 * Returns: (transfer none) (nullable): what is shown
 */
const char *
mien_plot_get_title (MienPlot *self)
{
  g_return_val_if_fail (MIEN_IS_PLOT (self), NULL);

  return self->title;
}

/**
 * mien_plot_is_empty:
 *
 * Returns: whether no layer has a point
 */
gboolean
mien_plot_is_empty (MienPlot *self)
{
  g_return_val_if_fail (MIEN_IS_PLOT (self), TRUE);

  return self->empty;
}

/**
 * mien_plot_add_layer:
 * @layer: (transfer none): drawn over those that are there
 *
 * Adds a layer and follows its changes.
 */
void
mien_plot_add_layer (MienPlot *self, MienChartLayer *layer)
{
  g_return_if_fail (MIEN_IS_PLOT (self));
  g_return_if_fail (MIEN_IS_CHART_LAYER (layer));

  g_ptr_array_add (self->layers, g_object_ref (layer));
  g_signal_connect_object (layer, "changed", G_CALLBACK (layer_changed_cb), self,
                           G_CONNECT_SWAPPED);
  layer_changed_cb (self);
}

/**
 * mien_plot_set_y_limits:
 * @low: where the y axis starts, or NaN: at a round value below the data
 * @high: where it ends, or NaN: at a round value above the data
 *
 * Fixes the ends of the y axis, or lets them follow the data, which they do unless told.
 */
void
mien_plot_set_y_limits (MienPlot *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_PLOT (self));

  self->y_low = low;
  self->y_high = high;
  layer_changed_cb (self);
}

/**
 * mien_plot_set_x_at_least:
 * @low: the x axis starts here or before
 * @high: and ends here or later
 *
 * Keeps the first points of a series from being drawn across the whole width.
 */
void
mien_plot_set_x_at_least (MienPlot *self, double low, double high)
{
  g_return_if_fail (MIEN_IS_PLOT (self));

  if (self->x_low == low && self->x_high == high)
    return;

  self->x_low = low;
  self->x_high = high;
  layer_changed_cb (self);
}

/**
 * mien_plot_get_x_axis:
 *
 * Returns: (transfer none): the horizontal axis
 */
MienAxis *
mien_plot_get_x_axis (MienPlot *self)
{
  g_return_val_if_fail (MIEN_IS_PLOT (self), NULL);

  return self->x_axis;
}

/**
 * mien_plot_get_y_axis:
 *
 * Returns: (transfer none): the vertical axis
 */
MienAxis *
mien_plot_get_y_axis (MienPlot *self)
{
  g_return_val_if_fail (MIEN_IS_PLOT (self), NULL);

  return self->y_axis;
}

/**
 * mien_plot_snap:
 * @near_x: a position on the x axis
 * @x: (out): the nearest point's
 *
 * Looks for the point nearest to @near_x of the first layer that has any.
 *
 * Returns: %FALSE where no layer has a point
 */
gboolean
mien_plot_snap (MienPlot *self, double near_x, double *x)
{
  g_return_val_if_fail (MIEN_IS_PLOT (self), FALSE);

  for (guint i = 0; i < self->layers->len; i++)
    {
      double y;

      if (mien_chart_layer_find_value (g_ptr_array_index (self->layers, i), near_x, x, &y))
        return TRUE;
    }

  return FALSE;
}

/* An epoch is a whole number; a rate or a share is not. */
static char *
format_position (double x)
{
  return mien_format_number (x, x == round (x) ? 1.0 : 0.001);
}

/* One value as it is written beside the chart. */
static char *
format_value (MienPlot *self, double y)
{
  return self->percent ? mien_format_percent (y, 1) : mien_format_number (y, 0.001);
}

/**
 * mien_plot_describe:
 *
 * Puts what the chart shows in words, for those who do not see it.
 *
 * Returns: (transfer full): "training: 0.412 at Epoch 31; validation: …", or the empty text
 */
char *
mien_plot_describe (MienPlot *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (MIEN_IS_PLOT (self), NULL);

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
          g_autofree char *value = format_value (self, y);
          g_autofree char *position = format_position (x);

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
 * mien_plot_describe_at:
 * @x: a position on the x axis
 *
 * Writes what the layers are at one place, a line each.
 *
 * Returns: (transfer full): "Epoch 12\ntraining 0.412\nvalidation 0.455"
 */
char *
mien_plot_describe_at (MienPlot *self, double x)
{
  g_autofree char *position = NULL;
  GString *text;

  g_return_val_if_fail (MIEN_IS_PLOT (self), NULL);

  position = format_position (x);
  text = g_string_new (self->x_title);
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", position);
  for (guint i = 0; i < self->layers->len; i++)
    {
      MienChartLayer *layer = g_ptr_array_index (self->layers, i);
      const char *title = mien_chart_layer_get_title (layer);
      double found_x, y;

      if (title != NULL && mien_chart_layer_find_value (layer, x, &found_x, &y) && found_x == x)
        {
          g_autofree char *value = format_value (self, y);

          g_string_append_printf (text, "\n%s %s", title, value);
        }
    }

  return g_string_free (text, FALSE);
}
