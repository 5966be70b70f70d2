/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-report-file.h"

#include <glib/gi18n-lib.h>

#include "data/mien-json.h"
#include "plot/mien-report-pdf.h"
#include "train/mien-report.h"

typedef struct
{
  const char *ending;
  char *(*make) (MienEvaluation *evaluation); /* NULL: a PDF */
} Format;

static char *
make_json (MienEvaluation *evaluation)
{
  g_autoptr (JsonNode) node = mien_report_evaluation_json (evaluation);

  return mien_json_to_text (node, TRUE);
}

static const Format formats[] = {
  { ".pdf", NULL },
  { ".json", make_json },
  { ".csv", mien_report_evaluation_csv },
  { ".txt", mien_report_evaluation_text },
};

static const Format *
find_format (const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (lower, formats[i].ending))
      return &formats[i];
  return NULL;
}

/**
 * mien_report_can_save:
 * @path: (type filename): the name of a file
 *
 * Returns: whether it ends with .pdf, .json, .csv or .txt
 */
gboolean
mien_report_can_save (const char *path)
{
  return find_format (path) != NULL;
}

/**
 * mien_report_save:
 * @evaluation: an evaluation
 * @model_path: (nullable) (type filename): the model's file, for its name and its card in a PDF
 * @history: (nullable) (element-type MienEpoch): of the model's training, for the curves in a PDF
 * @path: (type filename): a name that ends with .pdf, .json, .csv or .txt; what is there is
 * replaced
 * @cancellable: (nullable): ends it with `G_IO_ERROR_CANCELLED`
 * @error: return location; that of the file system, or `G_IO_ERROR_NOT_SUPPORTED`: another ending
 *
 * Writes a report of the kind that the ending names: a document for people; all figures and
 * pictures for programs, see mien_report_evaluation_json(); a table of the pictures with the
 * probability of each class; or a text.
 *
 * Returns: %TRUE if it is in the file
 */
gboolean
mien_report_save (MienEvaluation *evaluation,
                  const char *model_path,
                  const GArray *history,
                  const char *path,
                  GCancellable *cancellable,
                  GError **error)
{
  const Format *format = find_format (path);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *content = NULL;

  if (format == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _ ("“%s” is no report: choose a name that ends with .pdf, .json, .csv or .txt"),
                   name);
      return FALSE;
    }
  if (format->make == NULL)
    return mien_report_write_pdf (evaluation, model_path, history, path, cancellable, error);

  content = format->make (evaluation);
  return g_file_set_contents (path, content, -1, error);
}
