/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "plot/mien-evaluation-plots.h"
#include "plot/mien-learning-curves.h"
#include "plot/mien-report-private.h"

/* Four rows of them fill a page, below a heading too. */
#define CURVE_HEIGHT 160.0

/* Both curves of a class stand beside each other, unless there are many classes: then all curves of
 * a kind come together, narrower, twelve on a page. */
#define NARROW_BESIDE 3

/**
 * mien_report_list_curves:
 * @evaluation: an evaluation
 *
 * Returns: (transfer full) (element-type MienCurve): of each class the ROC and the precision-recall
 *   curve
 */
GPtrArray *
mien_report_list_curves (MienEvaluation *evaluation)
{
  GPtrArray *curves = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_curve_free);
  guint n_classes;

  mien_evaluation_get_classes (evaluation, &n_classes);
  for (guint c = 0; c < n_classes; c++)
    {
      g_ptr_array_add (curves, mien_curve_new_for_class (MIEN_CURVE_ROC, evaluation, c));
      g_ptr_array_add (curves,
                       mien_curve_new_for_class (MIEN_CURVE_PRECISION_RECALL, evaluation, c));
    }
  return curves;
}

static MienPlot *
plot (MienEvaluation *evaluation, GPtrArray *curves, guint class_index, MienCurveKind kind)
{
  const guint index = 2 * class_index + (kind == MIEN_CURVE_ROC ? 0 : 1);

  return mien_evaluation_plot_curve (evaluation, class_index, g_ptr_array_index (curves, index),
                                     kind);
}

static void
add_pair (MienPaper *paper, MienEvaluation *evaluation, GPtrArray *curves, guint class_index)
{
  g_autoptr (MienPlot) roc = plot (evaluation, curves, class_index, MIEN_CURVE_ROC);
  g_autoptr (MienPlot)
    precision = plot (evaluation, curves, class_index, MIEN_CURVE_PRECISION_RECALL);

  mien_paper_add_figures (paper, (MienFigure *[]){ MIEN_FIGURE (roc), MIEN_FIGURE (precision) }, 2,
                          CURVE_HEIGHT);
}

/* Below one title of all; each has its class's name alone. */
static void
add_narrow (MienPaper *paper,
            const char *title,
            MienEvaluation *evaluation,
            GPtrArray *curves,
            MienCurveKind kind)
{
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);

  mien_paper_add_subheading (paper, title, CURVE_HEIGHT);
  for (guint first = 0; first < n_classes; first += NARROW_BESIDE)
    {
      MienFigure *row[NARROW_BESIDE] = { NULL };

      for (guint i = 0; i < NARROW_BESIDE && first + i < n_classes; i++)
        {
          row[i] = MIEN_FIGURE (plot (evaluation, curves, first + i, kind));
          g_object_set (row[i], "title", classes[first + i], NULL);
        }
      mien_paper_add_figures (paper, row, NARROW_BESIDE, CURVE_HEIGHT);
      for (guint i = 0; i < NARROW_BESIDE; i++)
        g_clear_object (&row[i]);
    }
}

/**
 * mien_report_add_curves:
 * @paper: a report
 * @evaluation: what it is about
 * @curves: (element-type MienCurve): of mien_report_list_curves()
 *
 * Adds how each class is told from all others, at every threshold.
 */
void
mien_report_add_curves (MienPaper *paper, MienEvaluation *evaluation, GPtrArray *curves)
{
  guint n_classes;

  mien_evaluation_get_classes (evaluation, &n_classes);
  mien_paper_add_heading (paper, _ ("Curves"), CURVE_HEIGHT);
  if (n_classes > MIEN_REPORT_MANY)
    {
      add_narrow (paper, _ ("ROC"), evaluation, curves, MIEN_CURVE_ROC);
      add_narrow (paper, _ ("Precision and Recall"), evaluation, curves,
                  MIEN_CURVE_PRECISION_RECALL);
      return;
    }
  for (guint c = 0; c < n_classes; c++)
    add_pair (paper, evaluation, curves, c);
}

/**
 * mien_report_add_reliability:
 * @paper: a report
 * @confidence: of the evaluation that it is about
 *
 * Adds how far the confidence of an answer can be trusted.
 */
void
mien_report_add_reliability (MienPaper *paper, const MienConfidence *confidence)
{
  g_autoptr (MienPlot) reliability = mien_evaluation_plot_reliability (confidence);
  g_autoptr (MienPlot) coverage = mien_evaluation_plot_coverage (confidence);

  mien_paper_add_heading (paper, _ ("Confidence"), CURVE_HEIGHT);
  mien_paper_add_figures (
    paper, (MienFigure *[]){ MIEN_FIGURE (reliability), MIEN_FIGURE (coverage) }, 2, CURVE_HEIGHT);
}

/**
 * mien_report_add_learning:
 * @paper: a report
 * @history: (element-type MienEpoch): of the model's training
 *
 * Adds the curves of the training.
 */
void
mien_report_add_learning (MienPaper *paper, const GArray *history)
{
  g_autoptr (MienPlot) loss = mien_learning_plot_new (history, MIEN_LEARNING_LOSS);
  g_autoptr (MienPlot) accuracy = mien_learning_plot_new (history, MIEN_LEARNING_ACCURACY);

  mien_paper_add_heading (paper, _ ("Training"), CURVE_HEIGHT);
  mien_paper_add_figures (paper, (MienFigure *[]){ MIEN_FIGURE (loss), MIEN_FIGURE (accuracy) }, 2,
                          CURVE_HEIGHT);
}
