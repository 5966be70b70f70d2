/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "cli/mien-cli-progress.h"
#include "data/mien-json.h"
#include "train/mien-mistakes.h"

#define DEFAULT_SEED 1

static MienMistakes *
find_mistakes (const char *directory,
               const char *backbone,
               guint64 seed,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (MienDataset) dataset = mien_cli_scan_dataset (directory, cancellable, error);
  MienMistakes *mistakes;
  MienCliProgress progress;

  if (dataset == NULL)
    return NULL;
  mien_cli_progress_init (&progress);
  mistakes = mien_mistakes_find (dataset, backbone, seed, mien_cli_progress_report, &progress,
                                 cancellable, error);
  mien_cli_progress_clear (&progress);
  return mistakes;
}

static void
print_json (MienMistakes *mistakes, guint n)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  MienDataset *dataset = mien_mistakes_get_dataset (mistakes);
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);
  g_autofree char *backbone = mien_json_path_to_string (mien_mistakes_get_backbone (mistakes));
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  json_node_take_object (root, object);
  json_object_set_array_member (object, "mistakes", array);
  json_object_set_int_member (object, "likely", mien_mistakes_get_n_likely (mistakes));
  json_object_set_int_member (object, "skipped", mien_mistakes_get_n_skipped (mistakes));
  json_object_set_string_member (object, "backbone", backbone);
  for (guint i = 0; i < n; i++)
    {
      const MienMistake *mistake = mien_mistakes_get (mistakes, i);
      const MienPicture *picture = mien_dataset_get_picture (dataset, mistake->picture);
      g_autofree char *path = mien_json_path_to_string (picture->path);
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "path", path);
      json_object_set_string_member (row, "given", classes[mistake->given]);
      json_object_set_string_member (row, "suggested", classes[mistake->suggested]);
      mien_json_add_number (row, "score", mistake->score);
      json_array_add_object_element (array, row);
    }
  mien_cli_print_json (root);
}

static void
print_text (MienMistakes *mistakes, guint n)
{
  MienDataset *dataset = mien_mistakes_get_dataset (mistakes);
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);
  const guint n_all = mien_mistakes_get_n (mistakes);
  const guint n_likely = mien_mistakes_get_n_likely (mistakes);

  if (n_all == 0)
    {
      g_print ("%s\n", _ ("Every picture looks most like its own class."));
      return;
    }
  g_print (ngettext ("%u picture looks more like another class than like its own.\n",
                     "%u pictures look more like another class than like their own.\n", n_all),
           n_all);
  g_print (ngettext ("About %u label is wrong.\n\n", "About %u labels are wrong.\n\n", n_likely),
           n_likely);
  for (guint i = 0; i < n; i++)
    {
      const MienMistake *mistake = mien_mistakes_get (mistakes, i);
      const MienPicture *picture = mien_dataset_get_picture (dataset, mistake->picture);
      g_autofree char *path = mien_cli_display_path (picture->path);
      g_autofree char *given = mien_cli_display_path (classes[mistake->given]);
      g_autofree char *suggested = mien_cli_display_path (classes[mistake->suggested]);

      g_print ("%.3f  %s → %s  %s\n", mistake->score, given, suggested, path);
    }
}

/**
 * mien_cli_mistakes:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli mistakes`: pictures whose labels may be wrong, worst first.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_mistakes (const MienCliCommand *self, char **argv)
{
  g_autofree char *backbone = NULL;
  g_autofree char *seed_text = NULL;
  g_autofree char *limit_text = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "backbone", 0, 0, G_OPTION_ARG_FILENAME, &backbone,
      N_ ("The network that looks at the pictures: “compact”, “imagenet”, or a model or weights "
          "file; what suits the pictures, unless told"),
      N_ ("compact|imagenet|FILE") },
    { "limit", 0, 0, G_OPTION_ARG_STRING, &limit_text, N_ ("List so many pictures at most"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed_text, N_ ("Seed of all that is random"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienMistakes) mistakes = NULL;
  g_autoptr (GError) error = NULL;
  guint64 seed = DEFAULT_SEED;
  guint64 limit = G_MAXUINT;
  guint n;

  if (!mien_cli_parse (self, argv, entries, 1, 1, &arguments))
    return MIEN_CLI_USAGE;
  if (!mien_cli_override_count ("--seed", seed_text, G_MAXINT64, &seed, &error) ||
      !mien_cli_override_count ("--limit", limit_text, G_MAXUINT, &limit, &error))
    return mien_cli_usage_error (self, "%s", error->message);

  interrupt = mien_cli_interrupt_new ();
  mistakes = find_mistakes (arguments[0], backbone, seed,
                            mien_cli_interrupt_get_cancellable (interrupt), &error);
  if (mistakes == NULL)
    return mien_cli_fail (error);

  n = (guint) MIN (limit, mien_mistakes_get_n (mistakes));
  if (json)
    print_json (mistakes, n);
  else
    print_text (mistakes, n);
  return MIEN_CLI_DONE;
}
