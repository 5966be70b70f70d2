/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "data/mien-prepare.h"
#include "data/mien-table.h"
#include "train/mien-settings.h"

/* The command line, as it was written; NULL: not given. */
typedef struct
{
  char **classes;
  char *balance;
  char *validation;
  char *seed;
  char *settings;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->classes);
  g_free (self->balance);
  g_free (self->validation);
  g_free (self->seed);
  g_free (self->settings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* What one run of the command works with. */
typedef struct
{
  const char *source;
  const char *destination;
  MienPrepareOptions *options;
  GArray *rows; /* (element-type MienIssue), of a table of pixels; NULL: the source is none */
  MienDataset *dataset; /* owned: the scanned source */
  MienPreparePlan *plan;
} Work;

/* Reads NAME=SOURCE[,SOURCE…]; without "=", each class keeps its name. */
static gboolean
add_class (MienPrepareOptions *options, const char *text, GError **error)
{
  const char *equals = strchr (text, '=');
  g_autofree char *name = equals != NULL ? g_strndup (text, (gsize) (equals - text)) : NULL;
  g_auto (GStrv) sources = g_strsplit (equals != NULL ? equals + 1 : text, ",", -1);
  gboolean is_complete = sources[0] != NULL && (name == NULL || name[0] != '\0');

  for (guint i = 0; sources[i] != NULL; i++)
    if (sources[i][0] == '\0')
      is_complete = FALSE;
  if (!is_complete)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--class needs NAME=SOURCE or NAME=SOURCE,SOURCE, not “%s”"), text);
      return FALSE;
    }

  for (guint i = 0; sources[i] != NULL; i++)
    {
      const char *const one[] = { sources[i], NULL };

      mien_prepare_options_add_class (options, name != NULL ? name : sources[i], one);
    }
  return TRUE;
}

static gboolean
read_options (const Options *self, MienPrepareOptions *options, GError **error)
{
  guint64 balance = 0;

  if (self->settings != NULL)
    {
      g_autoptr (MienSettings) settings = mien_settings_load (self->settings, error);

      if (settings == NULL)
        return FALSE;
      options->augmentation = settings->augmentation;
    }
  for (guint i = 0; self->classes != NULL && self->classes[i] != NULL; i++)
    if (!add_class (options, self->classes[i], error))
      return FALSE;

  if (!mien_cli_override_count ("--balance", self->balance, MIEN_PREPARE_MAX_BALANCE, &balance,
                                error) ||
      !mien_cli_override_count ("--seed", self->seed, G_MAXUINT64, &options->seed, error) ||
      !mien_cli_override_number ("--validation", self->validation, &options->validation_fraction,
                                 error))
    return FALSE;
  options->balance = (guint) balance;
  if (options->validation_fraction < 0.0 || options->validation_fraction >= 0.9)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _ ("--validation needs a fraction from 0 to below 0.9, not “%s”"),
                   self->validation);
      return FALSE;
    }
  return TRUE;
}

/* Plans and writes out of a folder or a table of paths. */
static gboolean
prepare_dataset (Work *work, const char *source, GCancellable *cancellable, GError **error)
{
  MienCliProgress progress;
  gboolean written;

  work->dataset = mien_cli_scan_dataset (source, cancellable, error);
  if (work->dataset == NULL)
    return FALSE;
  work->plan = mien_prepare_plan_new (work->dataset, work->options, error);
  if (work->plan == NULL)
    return FALSE;

  mien_cli_progress_init (&progress);
  written = mien_prepare_write (work->plan, work->destination, mien_cli_progress_report, &progress,
                                cancellable, error);
  mien_cli_progress_clear (&progress);
  return written;
}

/* The pictures of a table of pixels become files for the time of the preparation. */
static gboolean
prepare_pixels (Work *work, GCancellable *cancellable, GError **error)
{
  g_autoptr (MienNewFolder) folder = NULL;
  MienCliProgress progress;

  mien_cli_progress_init (&progress);
  folder = mien_table_write_pictures (work->source, work->destination, &work->rows,
                                      mien_cli_progress_report, &progress, cancellable, error);
  mien_cli_progress_clear (&progress);
  if (folder == NULL)
    return FALSE;

  work->options->origin = g_canonicalize_filename (work->source, NULL);
  return prepare_dataset (work, mien_new_folder_get_path (folder), cancellable, error);
}

static gboolean
prepare (Work *work, GCancellable *cancellable, GError **error)
{
  if (mien_table_is_file (work->source))
    {
      g_autoptr (MienTable) table = mien_table_open (work->source, error);

      if (table == NULL)
        return FALSE;
      if (table->kind == MIEN_TABLE_PIXELS)
        return prepare_pixels (work, cancellable, error);
    }
  return prepare_dataset (work, work->source, cancellable, error);
}

/* What of the source could not be used, hence is not in the prepared data set. Borrowed. */
static GPtrArray *
list_left_out (const Work *work)
{
  GPtrArray *issues = g_ptr_array_new ();

  for (guint i = 0; work->rows != NULL && i < work->rows->len; i++)
    g_ptr_array_add (issues, &g_array_index (work->rows, MienIssue, i));
  for (guint i = 0; i < mien_dataset_get_n_issues (work->dataset); i++)
    {
      const MienIssue *issue = mien_dataset_get_issue (work->dataset, i);

      if (mien_issue_kind_is_file (issue->kind))
        g_ptr_array_add (issues, (gpointer) issue);
    }
  return issues;
}

static JsonObject *
counts_to_json (MienPreparePlan *plan,
                guint class_index,
                guint (*count) (MienPreparePlan *, guint, MienSplit))
{
  JsonObject *object = json_object_new ();

  for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
    json_object_set_int_member (object, mien_split_to_string (split),
                                count (plan, class_index, split));
  return object;
}

static void
print_json (const Work *work)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *classes = json_array_new ();
  JsonArray *issues = json_array_new ();
  g_autoptr (GPtrArray) left_out = list_left_out (work);
  g_autofree char *path = mien_json_path_to_string (work->destination);
  guint n_classes;
  const char *const *names = mien_prepare_plan_get_classes (work->plan, &n_classes);

  json_node_take_object (root, object);
  json_object_set_string_member (object, "path", path);
  json_object_set_int_member (object, "pictures", mien_prepare_plan_get_n_pictures (work->plan));
  json_object_set_array_member (object, "classes", classes);
  json_object_set_array_member (object, "issues", issues);
  for (guint i = 0; i < n_classes; i++)
    {
      JsonObject *row = counts_to_json (work->plan, i, mien_prepare_plan_count_after);

      json_object_set_string_member (row, "name", names[i]);
      json_object_set_int_member (row, "copies", mien_prepare_plan_count_copies (work->plan, i));
      json_object_set_object_member (
        row, "before", counts_to_json (work->plan, i, mien_prepare_plan_count_before));
      json_array_add_object_element (classes, row);
    }
  for (guint i = 0; i < left_out->len; i++)
    json_array_add_object_element (issues, mien_cli_issue_to_json (left_out->pdata[i]));
  mien_cli_print_json (root);
}

static void
print_text (const Work *work)
{
  g_autofree char *destination = mien_cli_display_path (work->destination);
  g_autoptr (GPtrArray) left_out = list_left_out (work);
  const char *title = _ ("Class");
  guint n_classes;
  const char *const *names = mien_prepare_plan_get_classes (work->plan, &n_classes);
  guint width = g_utf8_strlen (title, -1);
  g_autofree char *heading = NULL;

  for (guint i = 0; i < n_classes; i++)
    width = MAX (width, (guint) g_utf8_strlen (names[i], -1));
  heading = mien_cli_pad (title, width);
  g_print ("%s", heading);
  for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
    g_print ("  %16s", mien_split_get_title (split));
  g_print ("  %10s\n", _ ("Copies"));
  for (guint i = 0; i < n_classes; i++)
    {
      g_autofree char *padded = mien_cli_pad (names[i], width);

      g_print ("%s", padded);
      for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
        {
          g_autofree char *counts = NULL;

          counts = g_strdup_printf ("%u → %u",
                                    mien_prepare_plan_count_before (work->plan, i, split),
                                    mien_prepare_plan_count_after (work->plan, i, split));
          g_print ("%*s%s", MAX (18 - (int) g_utf8_strlen (counts, -1), 1), "", counts);
        }
      g_print ("  %10u\n", mien_prepare_plan_count_copies (work->plan, i));
    }
  g_print ("\n");
  if (left_out->len > 0)
    g_print (ngettext ("%u file or line was left out:\n", "%u files or lines were left out:\n",
                       left_out->len),
             left_out->len);
  for (guint i = 0; i < left_out->len; i++)
    mien_cli_print_issue (left_out->pdata[i], mien_dataset_get_directory (work->dataset));
  if (left_out->len > 0)
    g_print ("\n");
  g_print (_ ("The prepared data set is in “%s”.\n"), destination);
}

/**
 * mien_cli_prepare:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli prepare`: writes a data set of chosen, renamed, merged and balanced classes.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_prepare (const MienCliCommand *self, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "class", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.classes,
      N_ ("Make a class of these classes; without any, all as they are"),
      N_ ("NAME=SOURCE[,SOURCE…]") },
    { "balance", 0, 0, G_OPTION_ARG_STRING, &options.balance,
      N_ ("So many training pictures a class: a choice, or augmented copies too"), "N" },
    { "validation", 0, 0, G_OPTION_ARG_STRING, &options.validation,
      N_ ("Hold back this part of the training pictures first"), N_ ("FRACTION") },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, N_ ("Seed of all that is random"), "N" },
    { "settings", 0, 0, G_OPTION_ARG_FILENAME, &options.settings,
      N_ ("Take the augmentation from this JSON file"), N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_auto (MienPrepareOptions) prepare_options;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (GError) error = NULL;
  MienCliStatus status = MIEN_CLI_DONE;
  Work work = { 0 };

  mien_prepare_options_init (&prepare_options);
  if (!mien_cli_parse (self, argv, entries, 2, 2, &arguments))
    return MIEN_CLI_USAGE;
  if (!read_options (&options, &prepare_options, &error))
    return error->domain == G_OPTION_ERROR ? mien_cli_usage_error (self, "%s", error->message)
                                           : mien_cli_fail (error);

  interrupt = mien_cli_interrupt_new ();
  work.source = arguments[0];
  work.destination = arguments[1];
  work.options = &prepare_options;
  if (!prepare (&work, mien_cli_interrupt_get_cancellable (interrupt), &error))
    status = mien_cli_fail (error);
  else if (options.json)
    print_json (&work);
  else
    print_text (&work);

  mien_prepare_plan_free (work.plan);
  g_clear_pointer (&work.dataset, mien_dataset_unref);
  g_clear_pointer (&work.rows, g_array_unref);
  return status;
}
