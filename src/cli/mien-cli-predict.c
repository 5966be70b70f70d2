/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-faces.h"
#include "train/mien-bundled.h"
#include "train/mien-face-prediction.h"
#include "train/mien-report.h"

/* The table on standard output, that grows while the pictures are worked on. */
typedef struct
{
  MienModel *model; /* borrowed */
  MienCliProgress progress;
  gboolean quiet; /* a document is printed at the end instead */
  gboolean faces; /* a row for each face in a picture */
} Table;

/* The picture's, or that of the face in it. */
static char *
row_name (const MienPrediction *prediction)
{
  g_autofree char *path = mien_cli_display_path (prediction->path);
  const MienFace *face = &prediction->face;

  if (prediction->no_face)
    /* TRANSLATORS: a file */
    return g_strdup_printf (_ ("%s, no face found"), path);
  if (face->size == 0)
    return g_steal_pointer (&path);
  /* TRANSLATORS: a file, and a square in its picture: from the left, from the top, side */
  return g_strdup_printf (_ ("%s, face at %d, %d of %d pixels"), path, face->x, face->y,
                          face->size);
}

static void
print_row (const MienPrediction *prediction, gpointer user_data)
{
  Table *self = user_data;
  g_autofree char *name = row_name (prediction);
  const char *const *classes = mien_model_get_classes (self->model, NULL);

  if (self->quiet)
    return;
  mien_cli_progress_clear (&self->progress);
  if (prediction->error != NULL)
    {
      g_print (_ ("%s: no answer: %s\n"), name, prediction->error->message);
      return;
    }
  g_print ("%s: %s %.1f %%", name, classes[prediction->predicted],
           100 * prediction->probabilities[prediction->predicted]);
  for (guint i = 0; i < prediction->n_classes; i++)
    if (i != prediction->predicted)
      g_print (", %s %.1f %%", classes[i], 100 * prediction->probabilities[i]);
  g_print ("\n");
}

static void
print_face (const MienPrediction *prediction, GdkPixbuf *pixels, gpointer user_data)
{
  print_row (prediction, user_data);
}

static void
show_progress (const MienProgress *progress, gpointer user_data)
{
  Table *self = user_data;

  mien_cli_progress_report (progress, &self->progress);
}

static GPtrArray *
predict (Table *table, const char *const *arguments, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) paths = mien_prediction_list_paths (arguments, cancellable, error);
  const MienViews views = mien_model_get_views (table->model);
  const char *const *files;
  GPtrArray *predictions;

  if (paths == NULL)
    return NULL;
  g_ptr_array_add (paths, NULL);
  files = (const char *const *) paths->pdata;
  predictions = table->faces
                  ? mien_predict_faces_in_files (table->model, views, files, print_face,
                                                 show_progress, table, cancellable, error)
                  : mien_predict_files (table->model, views, files, print_row, show_progress, table,
                                        cancellable, error);
  mien_cli_progress_clear (&table->progress);

  return predictions;
}

static gboolean
any_succeeded (GPtrArray *predictions)
{
  for (guint i = 0; i < predictions->len; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);

      if (prediction->error == NULL)
        return TRUE;
    }
  return FALSE;
}

/**
 * mien_cli_predict:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli predict`: what a model says of pictures. A picture without an answer is a row with its
 * error.
 *
 * Returns: what the program ends with; %MIEN_CLI_FAILED if there is an answer for none
 */
MienCliStatus
mien_cli_predict (const MienCliCommand *self, char **argv)
{
  g_autofree char *views_name = NULL;
  gboolean json = FALSE;
  gboolean csv = FALSE;
  gboolean faces = FALSE;
  const GOptionEntry entries[] = {
    { "views", 0, 0, G_OPTION_ARG_STRING, &views_name,
      N_ ("Average over these views of a picture; the model's own unless given"),
      "single|flip|ten-crop" },
    { "faces", 0, 0, G_OPTION_ARG_NONE, &faces,
      N_ ("Look for the faces in each picture and answer for each of them"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &csv, N_ ("Print comma-separated values"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autofree char *path = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GPtrArray) predictions = NULL;
  g_autoptr (GError) error = NULL;
  Table table = { 0 };
  MienViews views;

  if (!mien_cli_parse (self, argv, entries, 2, G_MAXUINT, &arguments))
    return MIEN_CLI_USAGE;
  if (views_name != NULL && !mien_views_from_string (views_name, &views))
    return mien_cli_usage_error (
      self, _ ("there are no views “%s”; it is single, flip or ten-crop"), views_name);
  if (json && csv)
    return mien_cli_usage_error (self, _ ("--json and --csv do not go together"));
  if (faces && !mien_faces_can_find ())
    return mien_cli_usage_error (
      self,
      _ ("faces cannot be looked for: Mien was built without OpenCV, or OpenCV's data are not "
         "here"));

  interrupt = mien_cli_interrupt_new ();
  path = mien_bundled_resolve (arguments[0]);
  model = mien_model_load (path, &error);
  if (model == NULL)
    return mien_cli_fail (error);

  if (views_name != NULL)
    mien_model_set_views (model, views);

  table.model = model;
  table.quiet = json || csv;
  table.faces = faces;
  mien_cli_progress_init (&table.progress);
  predictions = predict (&table, (const char *const *) arguments + 1,
                         mien_cli_interrupt_get_cancellable (interrupt), &error);
  if (predictions == NULL)
    return mien_cli_fail (error);

  if (json)
    {
      g_autoptr (JsonNode) node = mien_report_predictions_json (predictions, model);

      mien_cli_print_json (node);
    }
  else if (csv)
    {
      g_autofree char *text = mien_report_predictions_csv (predictions, model);

      mien_cli_print_document (text);
    }
  return any_succeeded (predictions) ? MIEN_CLI_DONE : MIEN_CLI_FAILED;
}
