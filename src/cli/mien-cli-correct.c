/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "data/mien-corrections.h"
#include "data/mien-data-error.h"
#include "data/mien-json.h"
#include "data/mien-picture.h"

/* What the command line says of the pictures that it names. */
typedef struct
{
  MienCorrectionKind kind;
  const char *class_name;
} Decision;

static gboolean
check_class (MienDataset *dataset, const char *name, GError **error)
{
  g_autofree char *known = NULL;
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);

  if (g_strv_contains (classes, name))
    return TRUE;

  known = g_strjoinv (", ", (char **) classes);
  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
               _ ("The data set has no class “%s”; it has: %s"), name, known);
  return FALSE;
}

/* A picture's path from the data set's folder or from here; one that is gone is looked for there.
 */
static char *
find_picture (const char *base, const char *argument)
{
  g_autofree char *inside = g_canonicalize_filename (argument, base);
  g_autofree char *outside = g_canonicalize_filename (argument, NULL);

  if (!g_file_test (inside, G_FILE_TEST_EXISTS) && g_file_test (outside, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&outside);
  return g_steal_pointer (&inside);
}

static gboolean
correct (MienCorrections *corrections,
         const char *base,
         gboolean is_table,
         const char *argument,
         const Decision *decision,
         GError **error)
{
  g_autofree char *path = find_picture (base, argument);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *base_name = g_filename_display_name (base);
  const gsize length = strlen (base);
  const char *relative = path;
  g_autoptr (GdkPixbuf) picture = NULL;
  guint8 digest[32] = { 0 };

  if (g_str_has_prefix (path, base) && path[length] == G_DIR_SEPARATOR)
    relative = path + length + 1;
  else if (!is_table)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” is not in the data set “%s”"), name, base_name);
      return FALSE;
    }

  if (decision->kind == MIEN_CORRECTION_NONE)
    {
      if (mien_corrections_get (corrections, relative) == NULL)
        {
          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                       _ ("Nothing was noted of “%s”"), name);
          return FALSE;
        }
    }
  else
    {
      picture = mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, error);
      if (picture == NULL)
        return FALSE;
      mien_picture_digest (picture, digest);
    }
  mien_corrections_set (corrections, relative, digest, decision->kind, decision->class_name);
  return TRUE;
}

static gboolean
correct_all (MienCorrections *corrections,
             const char *directory,
             char **pictures,
             const Decision *decision,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (directory, NULL);
  const gboolean is_table = g_file_test (absolute, G_FILE_TEST_IS_REGULAR);
  g_autofree char *base = is_table ? g_path_get_dirname (absolute) : g_strdup (absolute);

  if (decision->class_name != NULL)
    {
      g_autoptr (MienDataset) dataset = mien_cli_scan_dataset (directory, cancellable, error);

      if (dataset == NULL || !check_class (dataset, decision->class_name, error))
        return FALSE;
    }
  for (guint i = 0; pictures[i] != NULL; i++)
    if (!correct (corrections, base, is_table, pictures[i], decision, error))
      return FALSE;
  return mien_corrections_save (corrections, error);
}

static void
print_json (MienCorrections *corrections)
{
  g_autoptr (GPtrArray) paths = mien_corrections_list_paths (corrections);
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_node_take_object (root, object);
  json_object_set_array_member (object, "corrections", array);
  for (guint i = 0; i < paths->len; i++)
    {
      const char *path = g_ptr_array_index (paths, i);
      const MienCorrection *correction = mien_corrections_get (corrections, path);
      g_autofree char *name = mien_json_path_to_string (path);
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "path", name);
      json_object_set_string_member (row, "action",
                                     mien_correction_kind_to_string (correction->kind));
      if (correction->class_name != NULL)
        json_object_set_string_member (row, "class", correction->class_name);
      json_array_add_object_element (array, row);
    }
  mien_cli_print_json (root);
}

/**
 * mien_cli_correct:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli correct`: notes which pictures of a data set belong elsewhere, and lists what was
 * noted.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_correct (const MienCliCommand *self, char **argv)
{
  g_autofree char *class_name = NULL;
  g_autofree char *export = NULL;
  gboolean set_aside = FALSE, keep = FALSE, undo = FALSE, json = FALSE;
  const GOptionEntry entries[] = {
    { "move", 0, 0, G_OPTION_ARG_STRING, &class_name, N_ ("The pictures belong to this class"),
      N_ ("CLASS") },
    { "set-aside", 0, 0, G_OPTION_ARG_NONE, &set_aside, N_ ("Leave the pictures out"), NULL },
    { "keep", 0, 0, G_OPTION_ARG_NONE, &keep, N_ ("The pictures are right as they are"), NULL },
    { "undo", 0, 0, G_OPTION_ARG_NONE, &undo, N_ ("Take back what was noted of the pictures"),
      NULL },
    { "export", 0, 0, G_OPTION_ARG_FILENAME, &export,
      N_ ("Write what is noted to this file (.csv)"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienCorrections) corrections = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *csv = NULL;
  Decision decision;
  guint n_decisions;

  if (!mien_cli_parse (self, argv, entries, 1, G_MAXUINT, &arguments))
    return MIEN_CLI_USAGE;

  n_decisions = (class_name != NULL) + set_aside + keep + undo;
  if (n_decisions > 1 || (n_decisions == 1) != (arguments[1] != NULL))
    return mien_cli_usage_error (
      self, _ ("name pictures, and one of --move, --set-aside, --keep and --undo; or neither"));

  decision.class_name = class_name;
  decision.kind = class_name != NULL ? MIEN_CORRECTION_MOVE
                  : set_aside        ? MIEN_CORRECTION_SET_ASIDE
                  : keep             ? MIEN_CORRECTION_KEEP
                                     : MIEN_CORRECTION_NONE;
  interrupt = mien_cli_interrupt_new ();
  corrections = mien_corrections_load (arguments[0], &error);
  if (corrections == NULL ||
      (n_decisions == 1 && !correct_all (corrections, arguments[0], arguments + 1, &decision,
                                         mien_cli_interrupt_get_cancellable (interrupt), &error)))
    return mien_cli_fail (error);

  csv = mien_corrections_to_csv (corrections);
  if (export != NULL && !g_file_set_contents (export, csv, -1, &error))
    return mien_cli_fail (error);
  if (json)
    print_json (corrections);
  else if (export == NULL)
    mien_cli_print_document (csv);
  return MIEN_CLI_DONE;
}
