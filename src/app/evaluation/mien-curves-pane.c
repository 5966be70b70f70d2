/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-curves-pane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart.h"
#include "app/widgets/mien-format.h"
#include "plot/mien-evaluation-plots.h"

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
};

G_DEFINE_FINAL_TYPE (MienCurvesPane, mien_curves_pane, ADW_TYPE_BIN)

static void
fill_roc (MienCurvesPane *self, guint class_index)
{
  g_autoptr (MienCurve)
    curve = mien_curve_new_for_class (MIEN_CURVE_ROC, self->evaluation, class_index);
  g_autoptr (MienPlot)
    plot = mien_evaluation_plot_curve (self->evaluation, class_index, curve, MIEN_CURVE_ROC);
  g_autofree char *text = NULL;

  mien_chart_set_plot (self->roc_chart, plot);
  if (!isnan (curve->area))
    {
      g_autofree char *area = mien_format_number (curve->area, 0.001);

      text = g_strdup_printf (_ ("Area %s; by chance it is 0.5"), area);
    }
  gtk_label_set_label (self->roc_label, text != NULL ? text : "");
}

static void
fill_precision (MienCurvesPane *self, guint class_index)
{
  g_autoptr (MienCurve)
    curve = mien_curve_new_for_class (MIEN_CURVE_PRECISION_RECALL, self->evaluation, class_index);
  g_autoptr (MienPlot) plot = mien_evaluation_plot_curve (self->evaluation, class_index, curve,
                                                          MIEN_CURVE_PRECISION_RECALL);
  g_autofree char *text = NULL;
  MienClassMetrics metrics;

  mien_chart_set_plot (self->precision_chart, plot);
  mien_evaluation_get_class_metrics (self->evaluation, class_index, &metrics);
  if (!isnan (curve->area))
    {
      g_autofree char *area = mien_format_number (curve->area, 0.001);
      g_autofree char *by_chance = mien_format_number (
        (double) metrics.support / mien_evaluation_get_n_records (self->evaluation), 0.001);

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
mien_curves_pane_init (MienCurvesPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
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
