/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "plot/mien-matrix-figure.h"
#include "plot/mien-report-file.h"
#include "train/mien-bundled.h"
#include "train/mien-report.h"
#include "train/mien-run.h"

static MienEvaluation *
evaluate (const char *argument,
          const char *directory,
          MienSplit split,
          const MienViews *views,
          GCancellable *cancellable,
          GError **error)
{
  g_autofree char *path = mien_bundled_resolve (argument);
  g_autoptr (MienModel) model = mien_model_load (path, error);
  g_autoptr (MienDataset) dataset = NULL;
  MienEvaluation *evaluation;
  MienCliProgress progress;

  if (model == NULL)
    return NULL;
  if (views != NULL)
    mien_model_set_views (model, *views);
  dataset = mien_cli_scan_dataset (directory, cancellable, error);
  if (dataset == NULL)
    return NULL;

  mien_cli_progress_init (&progress);
  evaluation = mien_evaluation_run (model, dataset, split, mien_cli_progress_report, &progress,
                                    cancellable, error);
  mien_cli_progress_clear (&progress);

  return evaluation;
}

static gboolean
tell_where (gboolean written, GError **error)
{
  if (!written)
    g_prefix_error (error, _ ("The report cannot be written there; choose another place: "));
  return written;
}

/* The curves of a run that was named must be there; a model may have none beside it. */
static gboolean
write_report (MienEvaluation *evaluation,
              const char *model,
              const char *run,
              const char *path,
              GError **error)
{
  g_autofree char *model_path = mien_bundled_resolve (model);
  g_autoptr (GArray)
    history = mien_run_read_history (run != NULL ? run : model_path, run != NULL ? error : NULL);

  if (run != NULL && history == NULL)
    return FALSE;
  return tell_where (mien_report_save (evaluation, model_path, history, path, NULL, error), error);
}

static gboolean
write_table (MienEvaluation *evaluation, const char *path, GError **error)
{
  g_autofree char *csv = mien_report_evaluation_csv (evaluation);

  return tell_where (g_file_set_contents (path, csv, -1, error), error);
}

static gboolean
find_cells (const char *name, MienMatrixMode *mode)
{
  static const char *const names[] = { "counts", "rows", "columns" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *mode = i;
        return TRUE;
      }
  return FALSE;
}

/**
 * mien_cli_evaluate:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli evaluate`: accuracy, confusion matrix and figures a class of a model on a split of a
 * data set.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_evaluate (const MienCliCommand *self, char **argv)
{
  g_autofree char *split_name = NULL;
  g_autofree char *views_name = NULL;
  g_autofree char *report = NULL;
  g_autofree char *csv = NULL;
  g_autofree char *run = NULL;
  g_autofree char *matrix = NULL;
  g_autofree char *cells = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "split", 0, 0, G_OPTION_ARG_STRING, &split_name,
      N_ ("Pictures to measure on; test unless given"), "test|validation|train" },
    { "views", 0, 0, G_OPTION_ARG_STRING, &views_name,
      N_ ("Average over these views of a picture; the model's own unless given"),
      "single|flip|ten-crop" },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report,
      N_ ("Write a report too: .pdf, .json, .txt, or .csv with every picture"), N_ ("FILE") },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv,
      N_ ("Write a table of every picture and its probabilities too"), N_ ("FILE") },
    { "run", 0, 0, G_OPTION_ARG_FILENAME, &run,
      N_ ("The training's folder, whose curves a PDF shows; unless given, that of the model"),
      N_ ("FOLDER") },
    { "matrix", 0, 0, G_OPTION_ARG_FILENAME, &matrix,
      N_ ("Draw the confusion matrix too: .png, .svg or .pdf"), N_ ("PICTURE") },
    { "cells", 0, 0, G_OPTION_ARG_STRING, &cells,
      N_ ("What stands in the matrix: pictures, or per cent of a row or column; counts unless "
          "given"),
      "counts|rows|columns" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  MienSplit split = MIEN_SPLIT_TEST;
  MienMatrixMode mode = MIEN_MATRIX_COUNTS;
  MienViews views;

  if (!mien_cli_parse (self, argv, entries, 2, 2, &arguments))
    return MIEN_CLI_USAGE;
  if (split_name != NULL && !mien_split_from_string (split_name, &split))
    return mien_cli_usage_error (
      self, _ ("there is no split “%s”; it is test, validation or train"), split_name);
  if (views_name != NULL && !mien_views_from_string (views_name, &views))
    return mien_cli_usage_error (
      self, _ ("there are no views “%s”; it is single, flip or ten-crop"), views_name);
  if (report != NULL && !mien_report_can_save (report))
    return mien_cli_usage_error (self,
                                 _ ("the report's name must end with .pdf, .json, .csv or .txt"));
  if (matrix != NULL && !mien_figure_can_save (matrix))
    return mien_cli_usage_error (self, _ ("the picture's name must end with .png, .svg or .pdf"));
  if (cells != NULL && !find_cells (cells, &mode))
    return mien_cli_usage_error (self, _ ("there are no cells “%s”; it is counts, rows or columns"),
                                 cells);

  interrupt = mien_cli_interrupt_new ();
  evaluation = evaluate (arguments[0], arguments[1], split, views_name != NULL ? &views : NULL,
                         mien_cli_interrupt_get_cancellable (interrupt), &error);
  if (evaluation == NULL)
    return mien_cli_fail (error);

  if (report != NULL && !write_report (evaluation, arguments[0], run, report, &error))
    return mien_cli_fail (error);
  if (csv != NULL && !write_table (evaluation, csv, &error))
    return mien_cli_fail (error);
  if (matrix != NULL)
    {
      g_autoptr (MienMatrixFigure)
        figure = mien_matrix_figure_new_for_evaluation (evaluation, mode);

      if (!mien_figure_save (MIEN_FIGURE (figure), matrix, &error))
        return mien_cli_fail (error);
    }
  if (json)
    {
      g_autoptr (JsonNode) node = mien_report_evaluation_json (evaluation);

      mien_cli_print_json (node);
    }
  else
    {
      text = mien_report_evaluation_text (evaluation);
      g_print ("%s", text);
    }
  return MIEN_CLI_DONE;
}
