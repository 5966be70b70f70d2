/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-evaluation-plots.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "plot/mien-line-layer.h"

static MienSeries *
make_curve (const char *title, const MienCurve *curve)
{
  MienSeries *series = mien_series_new (title);
  g_autofree double *x = g_new (double, curve->n_points);
  g_autofree double *y = g_new (double, curve->n_points);

  for (guint i = 0; i < curve->n_points; i++)
    {
      x[i] = curve->points[i].x;
      y[i] = curve->points[i].y;
    }
  mien_series_append_many (series, x, y, curve->n_points);
  return series;
}

static MienSeries *
make_line (const char *title, double begin, double end)
{
  MienSeries *series = mien_series_new (title);

  mien_series_append (series, 0.0, begin);
  mien_series_append (series, 1.0, end);
  return series;
}

/* A plot of shares over shares. */
static MienPlot *
make_plot (const char *title, const char *x_title, const char *empty_text)
{
  MienPlot *plot = mien_plot_new (title, x_title);

  g_object_set (plot, "empty-text", empty_text, "percent", TRUE, NULL);
  return plot;
}

static void
take_line (MienPlot *plot, MienSeries *series, MienColor color, MienLineStyle style)
{
  mien_line_layer_add (plot, series, color, style);
  g_object_unref (series);
}

/**
 * mien_evaluation_plot_curve:
 * @evaluation: an evaluation
 * @class_index: of its model
 * @curve: of this class
 * @kind: which curve it is
 *
 * Returns: (transfer full): the curve, and what an answer by chance would give; empty where the
 * curve is not defined
 */
MienPlot *
mien_evaluation_plot_curve (MienEvaluation *evaluation,
                            guint class_index,
                            const MienCurve *curve,
                            MienCurveKind kind)
{
  const char *name = mien_evaluation_get_classes (evaluation, NULL)[class_index];
  const gboolean roc = kind == MIEN_CURVE_ROC;
  /* TRANSLATORS: titles of charts; the name of a class follows */
  g_autofree char *title = g_strdup_printf (roc ? _ ("ROC of %s") : _ ("Precision of %s"), name);
  MienPlot *plot = make_plot (title, roc ? _ ("False positive rate") : _ ("Recall"),
                              roc ? _ ("It takes pictures of this class and of another")
                                  : _ ("It takes pictures of this class"));
  MienClassMetrics metrics;
  double share;

  take_line (plot, make_curve (roc ? _ ("true positive rate") : _ ("precision"), curve),
             MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  if (!isnan (curve->area))
    {
      mien_evaluation_get_class_metrics (evaluation, class_index, &metrics);
      share = (double) metrics.support / mien_evaluation_get_n_records (evaluation);
      take_line (plot, make_line (_ ("by chance"), roc ? 0.0 : share, roc ? 1.0 : share),
                 MIEN_COLOR_SECOND_LINE, MIEN_LINE_DASHED_SQUARE);
    }
  mien_plot_set_y_limits (plot, 0.0, 1.0);
  return plot;
}

/**
 * mien_evaluation_plot_reliability:
 * @confidence: of an evaluation
 *
 * Returns: (transfer full): how many answers of a confidence are right, beside as many as should be
 */
MienPlot *
mien_evaluation_plot_reliability (const MienConfidence *confidence)
{
  MienPlot *plot = make_plot (_ ("Reliability"), _ ("Confidence"), _ ("There are no answers"));
  MienSeries *accuracy = mien_series_new (_ ("accuracy"));

  for (guint b = 0; b < MIEN_CONFIDENCE_BINS; b++)
    if (confidence->bins[b].n > 0)
      mien_series_append (accuracy, confidence->bins[b].confidence, confidence->bins[b].accuracy);
  take_line (plot, accuracy, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  take_line (plot, make_line (_ ("as sure as right"), 0.0, 1.0), MIEN_COLOR_SECOND_LINE,
             MIEN_LINE_DASHED_SQUARE);
  mien_plot_set_y_limits (plot, 0.0, 1.0);
  mien_plot_set_x_at_least (plot, 0.0, 1.0);
  return plot;
}

/**
 * mien_evaluation_plot_coverage:
 * @confidence: of an evaluation
 *
 * Returns: (transfer full): how many of the surest answers are right, over their part of all
 */
MienPlot *
mien_evaluation_plot_coverage (const MienConfidence *confidence)
{
  MienPlot *plot = make_plot (_ ("Accuracy of the Surest"), _ ("Coverage"),
                              _ ("There are no answers"));
  MienSeries *surest = mien_series_new (_ ("accuracy"));

  for (guint i = 0; i < confidence->n_coverage; i++)
    mien_series_append (surest, confidence->coverage[i].coverage, confidence->coverage[i].accuracy);
  take_line (plot, surest, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  mien_plot_set_y_limits (plot, 0.0, 1.0);
  mien_plot_set_x_at_least (plot, 0.0, 1.0);
  return plot;
}
