/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-confidence-pane.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart.h"
#include "app/widgets/mien-format.h"
#include "plot/mien-evaluation-plots.h"
#include "plot/mien-marker-layer.h"

struct _MienConfidencePane
{
  AdwBin parent_instance;

  /* Template children */
  MienChart *reliability_chart;
  GtkLabel *reliability_label;
  MienChart *coverage_chart;
  GtkAdjustment *threshold;
  GtkLabel *threshold_label;
  GtkLabel *coverage_label;

  /* Owned */
  MienConfidence *confidence; /* NULL: no evaluation */
  MienMarkerLayer *marker;

  gboolean filling; /* the slider is being set: nobody moved it */
};

static guint threshold_moved_signal;

G_DEFINE_FINAL_TYPE (MienConfidencePane, mien_confidence_pane, ADW_TYPE_BIN)

static void
fill_reliability (MienConfidencePane *self, MienEvaluation *evaluation)
{
  const double temperature = mien_model_get_temperature (mien_evaluation_get_model (evaluation));
  g_autofree char *error = mien_format_percent (self->confidence->calibration_error, 1);
  g_autofree char *number = mien_format_number (temperature, 0.001);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (MienPlot) plot = mien_evaluation_plot_reliability (self->confidence);

  mien_chart_set_plot (self->reliability_chart, plot);

  /* TRANSLATORS: per cent */
  g_string_printf (text, _ ("Confidence and accuracy differ by %s in the mean"), error);
  g_string_append (text, " · ");
  if (temperature != 1)
    g_string_append_printf (text, _ ("temperature %s"), number);
  else
    g_string_append (text, _ ("not calibrated"));
  gtk_label_set_label (self->reliability_label, text->str);
}

static void
fill_coverage (MienConfidencePane *self)
{
  g_autoptr (MienPlot) plot = mien_evaluation_plot_coverage (self->confidence);

  mien_plot_add_layer (plot, MIEN_CHART_LAYER (self->marker));
  mien_chart_set_plot (self->coverage_chart, plot);
}

/* What the answers are that the threshold leaves. */
static char *
describe_coverage (const MienCoverage *coverage)
{
  g_autofree char *covered = mien_format_percent (coverage->coverage, 1);
  g_autofree char *right = mien_format_percent (coverage->accuracy, 1);

  if (isnan (coverage->accuracy))
    return g_strdup (_ ("No answer is as sure as that"));

  /* TRANSLATORS: per cent both */
  return g_strdup_printf (_ ("%s of the pictures get an answer, and %s of those are right"),
                          covered, right);
}

static void
show_threshold (MienConfidencePane *self)
{
  const double threshold = gtk_adjustment_get_value (self->threshold) / 100;
  g_autofree char *value = mien_format_percent (threshold, 0);
  g_autofree char *text = NULL;
  MienCoverage coverage;

  gtk_label_set_label (self->threshold_label, value);
  mien_marker_layer_clear (self->marker);
  if (self->confidence == NULL)
    return;

  mien_confidence_get_coverage (self->confidence, threshold, &coverage);
  text = describe_coverage (&coverage);
  gtk_label_set_label (self->coverage_label, text);
  if (!isnan (coverage.accuracy))
    /* TRANSLATORS: below which an answer is "not sure"; in the legend of a chart */
    mien_marker_layer_set (self->marker, _ ("threshold"), coverage.coverage, coverage.accuracy);
}

static void
threshold_moved (MienConfidencePane *self)
{
  show_threshold (self);
  if (!self->filling)
    g_signal_emit (self, threshold_moved_signal, 0,
                   gtk_adjustment_get_value (self->threshold) / 100);
}

static void
mien_confidence_pane_dispose (GObject *object)
{
  MienConfidencePane *self = MIEN_CONFIDENCE_PANE (object);

  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->confidence, mien_confidence_free);
  g_clear_object (&self->marker);

  G_OBJECT_CLASS (mien_confidence_pane_parent_class)->dispose (object);
}

static void
mien_confidence_pane_class_init (MienConfidencePaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_confidence_pane_dispose;

  threshold_moved_signal = g_signal_new ("threshold-moved", MIEN_TYPE_CONFIDENCE_PANE,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_DOUBLE);

  g_type_ensure (MIEN_TYPE_CHART);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-confidence-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, reliability_chart);
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, reliability_label);
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, coverage_chart);
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, threshold);
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, threshold_label);
  gtk_widget_class_bind_template_child (widget_class, MienConfidencePane, coverage_label);
  gtk_widget_class_bind_template_callback (widget_class, threshold_moved);
}

static void
mien_confidence_pane_init (MienConfidencePane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->marker = mien_marker_layer_new (MIEN_COLOR_SECOND_LINE);
}

/**
 * mien_confidence_pane_set_evaluation:
 * @evaluation: (nullable): %NULL empties the pane
 *
 * Shows another evaluation, and the threshold of its model.
 */
void
mien_confidence_pane_set_evaluation (MienConfidencePane *self, MienEvaluation *evaluation)
{
  MienModel *model;

  g_return_if_fail (MIEN_IS_CONFIDENCE_PANE (self));

  g_clear_pointer (&self->confidence, mien_confidence_free);
  if (evaluation == NULL)
    return;

  model = mien_evaluation_get_model (evaluation);
  self->confidence = mien_confidence_new_for_evaluation (evaluation);
  fill_reliability (self, evaluation);
  fill_coverage (self);
  self->filling = TRUE;
  gtk_adjustment_set_value (self->threshold, 100 * mien_model_get_threshold (model));
  self->filling = FALSE;
  show_threshold (self);
}
