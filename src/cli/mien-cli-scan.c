/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "cli/mien-cli-dataset.h"
#include "cli/mien-cli-interrupt.h"
#include "cli/mien-cli-options.h"
#include "cli/mien-cli-output.h"
#include "data/mien-dataset.h"
#include "data/mien-json.h"

static JsonObject *
twins_to_json (MienDataset *dataset, MienTwinsKind kind, const GArray *pictures)
{
  guint n_classes;
  const char *const *names = mien_dataset_get_classes (dataset, &n_classes);
  JsonObject *object = json_object_new ();
  JsonArray *paths = json_array_new ();
  JsonArray *splits = json_array_new ();
  JsonArray *classes = json_array_new ();

  for (guint k = 0; k < pictures->len; k++)
    {
      guint index = g_array_index (pictures, guint, k);
      const MienPicture *picture = mien_dataset_get_picture (dataset, index);
      g_autofree char *path = mien_json_path_to_string (picture->path);

      json_array_add_string_element (paths, path);
      json_array_add_string_element (splits, mien_split_to_string (picture->split));
      json_array_add_string_element (classes, names[picture->class_index]);
    }
  json_object_set_string_member (object, "kind", mien_twins_kind_to_string (kind));
  json_object_set_array_member (object, "paths", paths);
  json_object_set_array_member (object, "splits", splits);
  json_object_set_array_member (object, "classes", classes);
  return object;
}

/* Every set of equal pictures is an element, and every group that holds near twins as well. */
static void
add_twins (MienDataset *dataset, JsonArray *array)
{
  for (guint i = 0; i < mien_dataset_get_n_twins (dataset); i++)
    {
      const MienTwins *twins = mien_dataset_get_twins (dataset, i);
      g_autoptr (GPtrArray) sets = mien_twins_list_equal (twins, dataset);

      for (guint s = 0; s < sets->len; s++)
        json_array_add_object_element (
          array, twins_to_json (dataset, MIEN_TWINS_EXACT, g_ptr_array_index (sets, s)));
      if (twins->kind == MIEN_TWINS_NEAR)
        json_array_add_object_element (array,
                                       twins_to_json (dataset, MIEN_TWINS_NEAR, twins->pictures));
    }
}

static void
add_corrections (MienDataset *dataset, JsonObject *object)
{
  JsonObject *row = json_object_new ();
  guint n_moved, n_set_aside;

  mien_dataset_get_corrections (dataset, &n_moved, &n_set_aside);
  json_object_set_int_member (row, "moved", n_moved);
  json_object_set_int_member (row, "set_aside", n_set_aside);
  json_object_set_object_member (object, "corrections", row);
}

static void
print_json (MienDataset *dataset)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *classes = json_array_new ();
  JsonArray *issues = json_array_new ();
  JsonArray *twins = json_array_new ();
  guint n_classes;
  const char *const *names = mien_dataset_get_classes (dataset, &n_classes);

  json_node_take_object (root, object);
  json_object_set_array_member (object, "classes", classes);
  json_object_set_array_member (object, "issues", issues);
  json_object_set_array_member (object, "twins", twins);

  for (guint i = 0; i < n_classes; i++)
    {
      JsonObject *row = json_object_new ();

      json_object_set_string_member (row, "name", names[i]);
      for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
        json_object_set_int_member (row, mien_split_to_string (split),
                                    mien_dataset_count (dataset, i, split));
      json_array_add_object_element (classes, row);
    }
  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    json_array_add_object_element (issues,
                                   mien_cli_issue_to_json (mien_dataset_get_issue (dataset, i)));
  add_twins (dataset, twins);
  add_corrections (dataset, object);
  mien_cli_print_json (root);
}

static void
print_corrections (MienDataset *dataset)
{
  guint n_moved, n_set_aside;

  mien_dataset_get_corrections (dataset, &n_moved, &n_set_aside);
  if (n_moved > 0 || n_set_aside > 0)
    /* TRANSLATORS: pictures that a person corrected */
    g_print (_ ("Corrected: %u moved to another class, %u set aside\n"), n_moved, n_set_aside);
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
print_counts (const char *title, const MienTwinCounts *counts)
{
  /* Translators: groups of pictures that show the same; “%s” says whether exactly */
  g_print (_ ("%s: %u groups of %u pictures; %u groups in more than one class; %u test pictures "
              "have one in training or validation\n"),
           title, counts->n_groups, counts->n_pictures, counts->n_conflicting, counts->n_leaked);
}

static void
print_twins (MienDataset *dataset)
{
  MienTwinCounts equal, all;

  mien_dataset_count_twins (dataset, &equal, &all);
  if (all.n_groups == 0)
    return;
  g_print ("\n");
  print_counts (_ ("Equal pictures"), &equal);
  print_counts (_ ("Equal or nearly equal"), &all);
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
      print_corrections (dataset);
      print_twins (dataset);
      print_issues (dataset);
    }
  return MIEN_CLI_DONE;
}
