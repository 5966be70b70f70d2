/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-report-pdf.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/mien-picture.h"
#include "plot/mien-format-number.h"
#include "plot/mien-matrix-figure.h"
#include "plot/mien-report-private.h"
#include "train/mien-evaluation-query.h"
#include "train/mien-statistics.h"

/* A document that a person reads from the top: what was measured, how good it is, what is confused
 * and how that looks, then how the model was made and what it is. */

#define MAX_CONFUSIONS 5
#define MAX_MISTAKES 24
/* Two matrices beside each other. */
#define MAX_BESIDE 4
#define MATRIX_HEIGHT 190.0
/* Points of the pictures that stand on the page of their heading: a row. */
#define PICTURE_ROOM 130.0
/* Pixels that a picture of the report is decoded to, at least; more would only be scaled down. */
#define PICTURE_SIZE 160

/**
 * mien_report_rows_new:
 *
 * Returns: (transfer full) (element-type GStrv): no rows yet
 */
GPtrArray *
mien_report_rows_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
}

/**
 * mien_report_add_fact:
 * @rows: (element-type GStrv): the rows of a table of facts
 * @name: what it is, plain text
 * @value: (nullable): its value, plain text; %NULL: no row
 */
void
mien_report_add_fact (GPtrArray *rows, const char *name, const char *value)
{
  char **row;

  if (value == NULL)
    return;
  row = g_new0 (char *, 3);
  row[0] = g_markup_escape_text (name, -1);
  row[1] = g_markup_escape_text (value, -1);
  g_ptr_array_add (rows, row);
}

static void
take_fact (GPtrArray *rows, const char *name, char *value)
{
  mien_report_add_fact (rows, name, value);
  g_free (value);
}

static void
add_accuracy (GPtrArray *rows, MienEvaluation *evaluation)
{
  double low, high;
  double accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);
  const guint n_skipped = mien_evaluation_get_n_skipped (evaluation);
  guint n;

  /* TRANSLATORS: the interval that the accuracy lies in with 95 % probability follows */
  take_fact (
    rows, _ ("Accuracy, 95 % interval"),
    mien_format_interval (accuracy, mien_evaluation_get_n_records (evaluation), low, high));
  accuracy = mien_evaluation_get_accuracy_without_twins (evaluation, &n, &low, &high);
  if (n > 0 && n < mien_evaluation_get_n_records (evaluation))
    take_fact (rows, _ ("Of pictures without a twin in an earlier split"),
               mien_format_interval (accuracy, n, low, high));
  if (n_skipped > 0)
    take_fact (rows, _ ("Could not be read"), mien_format_pictures (n_skipped));
}

static void
add_confidence (GPtrArray *rows, MienEvaluation *evaluation, const MienConfidence *confidence)
{
  MienCoverage coverage;

  take_fact (rows, _ ("Loss"), mien_format_number (mien_evaluation_get_loss (evaluation), 1e-4));
  take_fact (rows, _ ("Cohen's kappa"),
             mien_format_number (mien_evaluation_get_kappa (evaluation), 1e-4));
  take_fact (rows, _ ("Expected calibration error"),
             mien_format_number (confidence->calibration_error, 1e-4));

  mien_confidence_get_coverage (
    confidence, mien_model_get_threshold (mien_evaluation_get_model (evaluation)), &coverage);
  if (!isnan (coverage.accuracy))
    {
      g_autofree char *threshold = mien_format_percent (coverage.threshold, 0);
      g_autofree char *part = mien_format_percent (coverage.coverage, 1);
      g_autofree char *right = mien_format_percent (coverage.accuracy, 1);

      /* TRANSLATORS: three percentages: "Sure (50 % or more) of 95.0 %, right in 88.0 % of those"
       */
      take_fact (rows, _ ("Answers"),
                 g_strdup_printf (_ ("Sure (%s or more) of %s of the pictures, and right in %s of "
                                     "those"),
                                  threshold, part, right));
    }
}

static void
add_summary (MienPaper *paper, MienEvaluation *evaluation, const MienConfidence *confidence)
{
  MienDataset *dataset = mien_evaluation_get_dataset (evaluation);
  g_autofree char *name = g_filename_display_basename (mien_dataset_get_directory (dataset));
  g_autofree char *date = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GPtrArray) rows = mien_report_rows_new ();

  date = g_date_time_format (now, "%x");
  mien_report_add_fact (rows, _ ("Pictures of"), name);
  mien_report_add_fact (rows, _ ("Split"),
                        mien_split_get_title (mien_evaluation_get_split (evaluation)));
  add_accuracy (rows, evaluation);
  add_confidence (rows, evaluation, confidence);
  mien_report_add_fact (rows, _ ("Views"), mien_evaluation_describe_views (evaluation));
  mien_report_add_fact (rows, _ ("Written"), date);
  mien_paper_add_table (paper, rows, MIEN_PAPER_FACTS);
}

static void
add_matrices (MienPaper *paper, MienEvaluation *evaluation)
{
  g_autoptr (MienMatrixFigure)
    counts = mien_matrix_figure_new_for_evaluation (evaluation, MIEN_MATRIX_COUNTS);
  g_autoptr (MienMatrixFigure)
    rows = mien_matrix_figure_new_for_evaluation (evaluation, MIEN_MATRIX_ROWS);
  gboolean beside;
  guint n_classes;

  mien_evaluation_get_classes (evaluation, &n_classes);
  beside = n_classes <= MAX_BESIDE;
  mien_paper_add_heading (
    paper, _ ("Confusion Matrix"),
    MIEN_REPORT_TEXT_ROOM +
      (beside ? MATRIX_HEIGHT : mien_paper_measure_figure (MIEN_FIGURE (counts))));
  mien_paper_add_paragraph (paper, _ ("Pictures, and per cent of the actual class."));
  if (beside)
    {
      mien_paper_add_figures (paper, (MienFigure *[]){ MIEN_FIGURE (counts), MIEN_FIGURE (rows) },
                              2, MATRIX_HEIGHT);
      return;
    }
  mien_paper_add_figure (paper, MIEN_FIGURE (counts));
  mien_paper_add_figure (paper, MIEN_FIGURE (rows));
}

static void
add_confusions (MienPaper *paper, MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  guint n;
  g_autofree MienConfusion *confusions = mien_evaluation_list_confusions (evaluation, &n);

  for (guint i = 0; i < MIN (n, MAX_CONFUSIONS); i++)
    {
      MienClassMetrics metrics;
      g_autofree char *count = mien_format_count (confusions[i].count);
      g_autofree char *support = NULL;
      g_autofree char *text = NULL;

      mien_evaluation_get_class_metrics (evaluation, confusions[i].actual, &metrics);
      support = mien_format_count (metrics.support);
      /* TRANSLATORS: actual class, predicted class, how many pictures, of how many */
      text = g_markup_printf_escaped (_ ("%s taken for %s: %s of %s"),
                                      classes[confusions[i].actual],
                                      classes[confusions[i].predicted], count, support);
      mien_paper_add_item (paper, text);
    }
}

static void
add_class (GPtrArray *rows,
           const char *name,
           const MienClassMetrics *metrics,
           double roc_area,
           double average_precision)
{
  char **row = g_new0 (char *, 8);

  row[0] = g_markup_escape_text (name, -1);
  row[1] = mien_format_percent (metrics->precision, 1);
  row[2] = mien_format_percent (metrics->recall, 1);
  row[3] = mien_format_percent (metrics->f1, 1);
  row[4] = mien_format_number (roc_area, 1e-3);
  row[5] = mien_format_number (average_precision, 1e-3);
  row[6] = mien_format_count (metrics->support);
  g_ptr_array_add (rows, row);
}

static void
add_classes (MienPaper *paper, MienEvaluation *evaluation, GPtrArray *curves)
{
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  g_autoptr (GPtrArray) rows = mien_report_rows_new ();
  const char *const titles[] = { _ ("Class"),    _ ("Precision"),         _ ("Recall"),   _ ("F1"),
                                 _ ("ROC Area"), _ ("Average Precision"), _ ("Pictures"), NULL };
  g_autofree double *roc = g_new (double, n_classes);
  g_autofree double *precision = g_new (double, n_classes);
  MienClassMetrics metrics;

  g_ptr_array_add (rows, g_strdupv ((char **) titles));
  for (guint c = 0; c < n_classes; c++)
    {
      roc[c] = ((const MienCurve *) g_ptr_array_index (curves, 2 * c))->area;
      precision[c] = ((const MienCurve *) g_ptr_array_index (curves, 2 * c + 1))->area;
      mien_evaluation_get_class_metrics (evaluation, c, &metrics);
      add_class (rows, classes[c], &metrics, roc[c], precision[c]);
    }
  mien_evaluation_get_macro (evaluation, &metrics);
  add_class (rows, _ ("Mean"), &metrics, mien_mean_of_defined (roc, n_classes),
             mien_mean_of_defined (precision, n_classes));

  mien_paper_add_heading (paper, _ ("Classes"), MIEN_REPORT_TEXT_ROOM);
  mien_paper_add_table (paper, rows, MIEN_PAPER_NUMBERS);
}

static void
fill_mistake (MienPaperPicture *picture,
              MienEvaluation *evaluation,
              const MienEvaluationRecord *record)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  const char *path =
    mien_dataset_get_picture (mien_evaluation_get_dataset (evaluation), record->picture)->path;
  g_autofree char *confidence = mien_format_percent (record->probabilities[record->predicted], 0);

  picture->picture = mien_picture_decode_at_least (path, MIEN_PICTURE_MAX_PIXELS, PICTURE_SIZE,
                                                   PICTURE_SIZE, NULL);
  picture->lines[0] = g_strdup_printf ("%s, %s", classes[record->predicted], confidence);
  /* TRANSLATORS: the right class of a picture that was taken for another */
  picture->lines[1] = g_strdup_printf (_ ("but is %s"), classes[record->actual]);
  picture->lines[2] = g_filename_display_basename (path);
}

static void
add_mistakes (MienPaper *paper, MienEvaluation *evaluation, GCancellable *cancellable)
{
  MienPaperPicture pictures[MAX_MISTAKES] = { 0 };
  const MienEvaluationQuery query = MIEN_QUERY_MISTAKES;
  guint n;
  g_autofree guint *mistakes = mien_evaluation_find (evaluation, &query, &n);

  if (n == 0)
    return;

  n = MIN (n, MAX_MISTAKES);
  for (guint i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    fill_mistake (&pictures[i], evaluation, mien_evaluation_get_record (evaluation, mistakes[i]));

  mien_paper_add_heading (paper, _ ("Mistakes, Most Confident First"), PICTURE_ROOM);
  mien_paper_add_pictures (paper, pictures, n);
  for (guint i = 0; i < n; i++)
    mien_paper_picture_clear (&pictures[i]);
}

/**
 * mien_report_write_pdf:
 * @evaluation: an evaluation
 * @model_path: (nullable) (type filename): the model's file, for its name and its card
 * @history: (nullable) (element-type MienEpoch): of the model's training, for its curves
 * @path: (type filename): where to; what is there is replaced
 * @cancellable: (nullable): ends it with `G_IO_ERROR_CANCELLED`
 * @error: return location
 *
 * Writes a report as a PDF of A4 pages: figures, confusion matrix, a table of the classes, the
 * mistakes that the model was surest of with their pictures, curves of the classes, of the
 * confidence and of the training, the model's settings and its card.
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
mien_report_write_pdf (MienEvaluation *evaluation,
                       const char *model_path,
                       const GArray *history,
                       const char *path,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autofree char *name = model_path != NULL ? g_filename_display_basename (model_path)
                                             : g_strdup (_ ("a model"));
  /* TRANSLATORS: title of a report; the name of a model follows */
  g_autofree char *title = g_strdup_printf (_ ("Evaluation of %s"), name);
  g_autoptr (MienPaper) paper = mien_paper_new (title);
  g_autoptr (MienConfidence) confidence = mien_confidence_new_for_evaluation (evaluation);
  g_autoptr (GPtrArray) curves = mien_report_list_curves (evaluation);

  mien_paper_add_title (paper, title);
  add_summary (paper, evaluation, confidence);
  add_matrices (paper, evaluation);
  add_confusions (paper, evaluation);
  add_classes (paper, evaluation, curves);
  add_mistakes (paper, evaluation, cancellable);
  mien_report_add_curves (paper, evaluation, curves);
  mien_report_add_reliability (paper, confidence);
  if (history != NULL)
    mien_report_add_learning (paper, history);
  mien_report_add_model (paper, mien_evaluation_get_model (evaluation), model_path);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return mien_paper_save (paper, path, error);
}
