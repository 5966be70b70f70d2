/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "train/mien-confidence.h"
#include "train/mien-curve.h"
#include "train/mien-evaluation-query.h"
#include "train/mien-report.h"
#include "train/mien-statistics.h"

#define MAX_MISTAKES 10

/* Of the table of classes, beside their names. */
#define N_COLUMNS 6

/* Columns of a terminal that a text takes: East Asian letters take two, combining marks none. */
static guint
text_width (const char *text)
{
  guint width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }

  return width;
}

static void
append_left (GString *text, const char *cell, guint width)
{
  g_string_append (text, cell);
  for (guint i = text_width (cell); i < width; i++)
    g_string_append_c (text, ' ');
}

static void
append_right (GString *text, const char *cell, guint width)
{
  for (guint i = text_width (cell); i < width; i++)
    g_string_append_c (text, ' ');
  g_string_append (text, cell);
}

static void
append_count (GString *text, guint count, guint width)
{
  g_autofree char *cell = g_strdup_printf ("%u", count);

  append_right (text, cell, width);
}

static void
append_ratio (GString *text, double ratio, guint width)
{
  g_autofree char *cell = isnan (ratio) ? g_strdup ("–") : g_strdup_printf ("%.4f", ratio);

  append_right (text, cell, width);
}

static guint
widest (const char *const *texts, guint least)
{
  guint width = least;

  for (guint i = 0; texts[i] != NULL; i++)
    width = MAX (width, text_width (texts[i]));
  return width;
}

/* What pictures that the training had as well may have added to the accuracy. */
static void
append_without_twins (GString *text, MienEvaluation *evaluation)
{
  const char *where = mien_evaluation_get_earlier_splits (evaluation);
  guint n;
  guint n_twins;
  double low;
  double high;
  double accuracy = mien_evaluation_get_accuracy_without_twins (evaluation, &n, &low, &high);

  if (mien_evaluation_get_split (evaluation) == MIEN_SPLIT_TRAIN)
    return;

  n_twins = mien_evaluation_get_n_records (evaluation) - n;
  /* TRANSLATORS: where it says "in %s", "training or validation" or "training" follows */
  if (n_twins == 0)
    g_string_append_printf (text, _ ("No picture has a twin in %s\n"), where);
  else if (n == 0)
    g_string_append_printf (text, _ ("Every picture has a twin in %s\n"), where);
  else
    g_string_append_printf (text,
                            ngettext ("Without %u picture with a twin in %s: accuracy %.2f %% of "
                                      "%u (95 %% interval %.2f to %.2f)\n",
                                      "Without %u pictures with a twin in %s: accuracy %.2f %% of "
                                      "%u (95 %% interval %.2f to %.2f)\n",
                                      n_twins),
                            n_twins, where, 100 * accuracy, n, 100 * low, 100 * high);
}

static void
append_confidence (GString *text, MienEvaluation *evaluation)
{
  g_autoptr (MienConfidence) confidence = mien_confidence_new_for_evaluation (evaluation);
  const double kappa = mien_evaluation_get_kappa (evaluation);
  MienCoverage coverage;

  if (!isnan (kappa))
    g_string_append_printf (text, _ ("Cohen's kappa %.4f, "), kappa);
  g_string_append_printf (text, _ ("calibration error %.4f\n"), confidence->calibration_error);

  mien_confidence_get_coverage (
    confidence, mien_model_get_threshold (mien_evaluation_get_model (evaluation)), &coverage);
  /* TRANSLATORS: "Sure (50 % or more) of 95.00 % of the pictures, …" */
  if (!isnan (coverage.accuracy))
    g_string_append_printf (
      text, _ ("Sure (%g %% or more) of %.2f %% of the pictures, and right in %.2f %% of those\n"),
      100 * coverage.threshold, 100 * coverage.coverage, 100 * coverage.accuracy);
}

static void
append_confusion (GString *text, MienEvaluation *evaluation)
{
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  guint first = widest (classes, 0);

  g_string_append_printf (text, "\n%s\n", _ ("Confusion matrix: rows actual, columns predicted"));
  append_left (text, "", first);
  for (guint c = 0; c < n_classes; c++)
    append_right (text, classes[c], 2 + MAX (text_width (classes[c]), 6));
  g_string_append_c (text, '\n');

  for (guint actual = 0; actual < n_classes; actual++)
    {
      append_left (text, classes[actual], first);
      for (guint predicted = 0; predicted < n_classes; predicted++)
        append_count (text, mien_evaluation_get_count (evaluation, actual, predicted),
                      2 + MAX (text_width (classes[predicted]), 6));
      g_string_append_c (text, '\n');
    }
}

static void
append_metrics_row (GString *text,
                    const char *name,
                    guint first,
                    const guint widths[N_COLUMNS],
                    const MienClassMetrics *metrics,
                    double roc_area,
                    double average_precision)
{
  append_left (text, name, first);
  append_ratio (text, metrics->precision, widths[0]);
  append_ratio (text, metrics->recall, widths[1]);
  append_ratio (text, metrics->f1, widths[2]);
  append_ratio (text, roc_area, widths[3]);
  append_ratio (text, average_precision, widths[4]);
  append_count (text, metrics->support, widths[5]);
  g_string_append_c (text, '\n');
}

/* (n_classes): of each class, the area under one of its curves. */
static double *
list_areas (MienEvaluation *evaluation, MienCurveKind kind)
{
  guint n_classes;
  double *areas;

  mien_evaluation_get_classes (evaluation, &n_classes);
  areas = g_new (double, n_classes);
  for (guint c = 0; c < n_classes; c++)
    {
      g_autoptr (MienCurve) curve = mien_curve_new_for_class (kind, evaluation, c);

      areas[c] = curve->area;
    }
  return areas;
}

static void
append_metrics (GString *text, MienEvaluation *evaluation)
{
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  g_autofree double *roc = list_areas (evaluation, MIEN_CURVE_ROC);
  g_autofree double *precision = list_areas (evaluation, MIEN_CURVE_PRECISION_RECALL);
  const char *titles[N_COLUMNS] = { _ ("Precision"), _ ("Recall"),  _ ("F1"),
                                    _ ("ROC area"),  _ ("PR area"), _ ("Pictures") };
  const char *macro_title = _ ("Mean of the classes");
  guint first = widest (classes, MAX (text_width (_ ("Class")), text_width (macro_title)));
  guint widths[N_COLUMNS];
  MienClassMetrics metrics;

  g_string_append_c (text, '\n');
  append_left (text, _ ("Class"), first);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      widths[i] = 2 + MAX (text_width (titles[i]), 6);
      append_right (text, titles[i], widths[i]);
    }
  g_string_append_c (text, '\n');

  for (guint c = 0; c < n_classes; c++)
    {
      mien_evaluation_get_class_metrics (evaluation, c, &metrics);
      append_metrics_row (text, classes[c], first, widths, &metrics, roc[c], precision[c]);
    }

  mien_evaluation_get_macro (evaluation, &metrics);
  append_metrics_row (text, macro_title, first, widths, &metrics,
                      mien_mean_of_defined (roc, n_classes),
                      mien_mean_of_defined (precision, n_classes));
}

static void
append_mistakes (GString *text, MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  const MienEvaluationQuery query = MIEN_QUERY_MISTAKES;
  g_autofree guint *mistakes = NULL;
  guint n;

  mistakes = mien_evaluation_find (evaluation, &query, &n);
  if (n == 0)
    return;

  g_string_append_printf (text, "\n%s\n", _ ("Mistakes, most confident first"));
  for (guint i = 0; i < MIN (n, MAX_MISTAKES); i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, mistakes[i]);
      g_autofree char *path = g_filename_display_name (
        mien_dataset_get_picture (mien_evaluation_get_dataset (evaluation), record->picture)->path);

      /* TRANSLATORS: a probability in per cent, the class that was predicted, the right class, a
       * file name */
      g_string_append_printf (text, _ ("%5.1f %% %s, but is %s: %s\n"),
                              100 * record->probabilities[record->predicted],
                              classes[record->predicted], classes[record->actual], path);
    }
}

/**
 * mien_report_evaluation_text:
 * @evaluation: an evaluation
 *
 * A report for a terminal or a text file: accuracy with its interval, confusion matrix, figures a
 * class, and the ten mistakes that the model was surest of. Columns are aligned by the width of
 * letters on a terminal.
 *
 * Returns: (transfer full): lines, translated
 */
char *
mien_report_evaluation_text (MienEvaluation *evaluation)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = mien_evaluation_get_n_records (evaluation);
  guint n_skipped = mien_evaluation_get_n_skipped (evaluation);
  const char *views = mien_evaluation_describe_views (evaluation);
  double low;
  double high;
  double accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);

  g_string_append_printf (text, ngettext ("%s: %u picture", "%s: %u pictures", n),
                          mien_split_get_title (mien_evaluation_get_split (evaluation)), n);
  if (n_skipped > 0)
    g_string_append_printf (text,
                            ngettext (", %u skipped that could not be read",
                                      ", %u skipped that could not be read", n_skipped),
                            n_skipped);
  g_string_append_c (text, '\n');
  g_string_append_printf (text, _ ("Accuracy %.2f %% (95 %% interval %.2f to %.2f), loss %.4f\n"),
                          100 * accuracy, 100 * low, 100 * high,
                          mien_evaluation_get_loss (evaluation));

  append_without_twins (text, evaluation);
  append_confidence (text, evaluation);
  if (views != NULL)
    g_string_append_printf (text, "%s\n", views);
  append_confusion (text, evaluation);
  append_metrics (text, evaluation);
  append_mistakes (text, evaluation);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
