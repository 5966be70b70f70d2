/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-curves-pane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart.h"
#include "app/widgets/mien-format.h"
#include "plot/mien-line-layer.h"
#include "train/mien-curve.h"

struct _MienCurvesPane
{
  AdwBin parent_instance;

  /* Template children */
  GtkDropDown *class_drop_down;
  MienChart *roc_chart;
  GtkLabel *roc_label;
  MienChart *precision_chart;
  GtkLabel *precision_label;

  /* Owned */
  MienEvaluation *evaluation; /* NULL: none */
  MienSeries *roc;
  MienSeries *chance;
  MienSeries *precision;
  MienSeries *share;
};

G_DEFINE_FINAL_TYPE (MienCurvesPane, mien_curves_pane, ADW_TYPE_BIN)

/* Of the points above one place, which are a vertical stroke, a series takes the highest. */
static void
fill_series (MienSeries *series, const MienCurve *curve)
{
  g_autofree double *x = g_new (double, curve->n_points);
  g_autofree double *y = g_new (double, curve->n_points);
  guint n = 0;

  for (guint i = 0; i < curve->n_points; i++)
    {
      const MienCurvePoint *point = &curve->points[i];

      if (n > 0 && x[n - 1] == point->x)
        {
          y[n - 1] = MAX (y[n - 1], point->y);
          continue;
        }
      x[n] = point->x;
      y[n++] = point->y;
    }
  mien_series_clear (series);
  mien_series_append_many (series, x, y, n);
}

static void
fill_level (MienSeries *series, double begin, double end)
{
  mien_series_clear (series);
  mien_series_append (series, 0, begin);
  mien_series_append (series, 1, end);
}

static void
fill_roc (MienCurvesPane *self, guint class_index)
{
  g_autoptr (MienCurve) curve = NULL;
  g_autofree char *area = NULL;
  g_autofree char *text = NULL;

  curve = mien_curve_new_for_class (MIEN_CURVE_ROC, self->evaluation, class_index);
  fill_series (self->roc, curve);
  mien_series_clear (self->chance);
  if (!isnan (curve->area))
    {
      fill_level (self->chance, 0, 1);
      area = mien_format_number (curve->area, 0.001);
      text = g_strdup_printf (_ ("Area %s; by chance it is 0.5"), area);
    }
  gtk_label_set_label (self->roc_label, text != NULL ? text : "");
}

static void
fill_precision (MienCurvesPane *self, guint class_index)
{
  g_autoptr (MienCurve) curve = NULL;
  g_autofree char *area = NULL;
  g_autofree char *by_chance = NULL;
  g_autofree char *text = NULL;
  MienClassMetrics metrics;
  double share;

  curve = mien_curve_new_for_class (MIEN_CURVE_PRECISION_RECALL, self->evaluation, class_index);
  fill_series (self->precision, curve);
  mien_series_clear (self->share);
  if (!isnan (curve->area))
    {
      mien_evaluation_get_class_metrics (self->evaluation, class_index, &metrics);
      share = (double) metrics.support / mien_evaluation_get_n_records (self->evaluation);
      fill_level (self->share, share, share);
      area = mien_format_number (curve->area, 0.001);
      by_chance = mien_format_number (share, 0.001);
      text = g_strdup_printf (_ ("Average precision %s; by chance it is %s"), area, by_chance);
    }
  gtk_label_set_label (self->precision_label, text != NULL ? text : "");
}

static void
fill (MienCurvesPane *self)
{
  const guint selected = gtk_drop_down_get_selected (self->class_drop_down);

  if (self->evaluation == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;

  fill_roc (self, selected);
  fill_precision (self, selected);
}

static void
class_selected (MienCurvesPane *self)
{
  fill (self);
}

static void
mien_curves_pane_dispose (GObject *object)
{
  MienCurvesPane *self = MIEN_CURVES_PANE (object);

  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  g_clear_object (&self->roc);
  g_clear_object (&self->chance);
  g_clear_object (&self->precision);
  g_clear_object (&self->share);

  G_OBJECT_CLASS (mien_curves_pane_parent_class)->dispose (object);
}

static void
mien_curves_pane_class_init (MienCurvesPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_curves_pane_dispose;

  g_type_ensure (MIEN_TYPE_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-curves-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MienCurvesPane, class_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienCurvesPane, roc_chart);
  gtk_widget_class_bind_template_child (widget_class, MienCurvesPane, roc_label);
  gtk_widget_class_bind_template_child (widget_class, MienCurvesPane, precision_chart);
  gtk_widget_class_bind_template_child (widget_class, MienCurvesPane, precision_label);
  gtk_widget_class_bind_template_callback (widget_class, class_selected);
}

static void
add_line (MienChart *chart, MienSeries *series, MienColor color, MienLineStyle style)
{
  g_autoptr (MienLineLayer) layer = mien_line_layer_new (series, color, style);

  mien_chart_add_layer (chart, MIEN_CHART_LAYER (layer));
}

static void
mien_curves_pane_init (MienCurvesPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->roc = mien_series_new (_ ("true positive rate"));
  self->chance = mien_series_new (_ ("by chance"));
  self->precision = mien_series_new (_ ("precision"));
  self->share = mien_series_new (_ ("by chance"));
  add_line (self->roc_chart, self->roc, MIEN_COLOR_TRAINING, MIEN_LINE_SOLID_ROUND);
  add_line (self->roc_chart, self->chance, MIEN_COLOR_VALIDATION, MIEN_LINE_DASHED_SQUARE);
  add_line (self->precision_chart, self->precision, MIEN_COLOR_TRAINING, MIEN_LINE_SOLID_ROUND);
  add_line (self->precision_chart, self->share, MIEN_COLOR_VALIDATION, MIEN_LINE_DASHED_SQUARE);
  mien_chart_set_y_limits (self->roc_chart, 0, 1);
  mien_chart_set_y_limits (self->precision_chart, 0, 1);
}

/**
 * mien_curves_pane_set_evaluation:
 * @evaluation: (nullable): %NULL empties the pane
 *
 * Shows another evaluation, of the class that was chosen if it has that.
 */
void
mien_curves_pane_set_evaluation (MienCurvesPane *self, MienEvaluation *evaluation)
{
  const guint before = gtk_drop_down_get_selected (self->class_drop_down);
  g_autoptr (GtkStringList) classes = NULL;
  guint n = 0;

  g_return_if_fail (MIEN_IS_CURVES_PANE (self));

  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  if (evaluation != NULL)
    {
      classes = gtk_string_list_new (mien_evaluation_get_classes (evaluation, &n));
      self->evaluation = mien_evaluation_ref (evaluation);
    }
  gtk_drop_down_set_model (self->class_drop_down, G_LIST_MODEL (classes));
  gtk_drop_down_set_selected (self->class_drop_down, before < n ? before : 0);
  fill (self);
}
