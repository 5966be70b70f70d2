/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "data/mien-dataset.h"
#include "data/mien-json.h"

static void
print_json (MienDataset *dataset)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *classes = json_array_new ();
  JsonArray *issues = json_array_new ();
  guint n_classes;
  const char *const *names = mien_dataset_get_classes (dataset, &n_classes);

  json_node_take_object (root, object);
  json_object_set_array_member (object, "classes", classes);
  json_object_set_array_member (object, "issues", issues);

  for (guint i = 0; i < n_classes; i++)
    {
      JsonObject *row = json_object_new ();
      g_autofree char *name = mien_json_path_to_string (names[i]);

      json_object_set_string_member (row, "name", name);
      for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
        json_object_set_int_member (row, mien_split_to_string (split),
                                    mien_dataset_count (dataset, i, split));
      json_array_add_object_element (classes, row);
    }
  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    json_array_add_object_element (issues,
                                   mien_cli_issue_to_json (mien_dataset_get_issue (dataset, i)));
  mien_cli_print_json (root);
}

static void
print_classes (MienDataset *dataset)
{
  guint n_classes;
  const char *const *names = mien_dataset_get_classes (dataset, &n_classes);
  const char *title = _ ("Class");
  guint width = g_utf8_strlen (title, -1);
  g_autofree char *heading = NULL;

  for (guint i = 0; i < n_classes; i++)
    {
      g_autofree char *name = mien_cli_display_path (names[i]);

      width = MAX (width, (guint) g_utf8_strlen (name, -1));
    }
  heading = mien_cli_pad (title, width);
  g_print ("%s", heading);
  for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
    g_print ("  %12s", mien_split_get_title (split));
  g_print ("\n");
  for (guint i = 0; i < n_classes; i++)
    {
      g_autofree char *name = mien_cli_display_path (names[i]);
      g_autofree char *padded = mien_cli_pad (name, width);

      g_print ("%s", padded);
      for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
        g_print ("  %12u", mien_dataset_count (dataset, i, split));
      g_print ("\n");
    }
}

static void
print_issues (MienDataset *dataset)
{
  const char *directory = mien_dataset_get_directory (dataset);
  guint n = mien_dataset_get_n_issues (dataset);

  if (n == 0)
    {
      g_print ("\n%s\n", _ ("No issues."));
      return;
    }
  g_print ("\n");
  g_print (ngettext ("%u issue:\n", "%u issues:\n", n), n);
  for (guint i = 0; i < n; i++)
    mien_cli_print_issue (mien_dataset_get_issue (dataset, i), directory);
}

/**
 * mien_cli_scan:
 * @self: the command
 * @argv: its command line
 *
 * `mien-cli scan`: classes, counts and issues of a data set.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_scan (const MienCliCommand *self, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON document"), NULL },
    { NULL },
  };
  g_auto (GStrv) arguments = NULL;
  g_autoptr (MienCliInterrupt) interrupt = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  if (!mien_cli_parse (self, argv, entries, 1, 1, &arguments))
    return MIEN_CLI_USAGE;

  interrupt = mien_cli_interrupt_new ();
  dataset = mien_cli_scan_dataset (arguments[0], mien_cli_interrupt_get_cancellable (interrupt),
                                   &error);
  if (dataset == NULL)
    return mien_cli_fail (error);

  if (json)
    print_json (dataset);
  else
    {
      print_classes (dataset);
      print_issues (dataset);
    }
  return MIEN_CLI_DONE;
}
