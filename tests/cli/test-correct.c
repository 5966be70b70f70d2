/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-fixture.h"

static JsonObject *
scan_corrections (JsonNode **root)
{
  g_autoptr (CliResult) scanned = cli_run ("scan", world.small, "--json", NULL);

  g_assert_cmpint (scanned->status, ==, 0);
  *root = cli_parse_json (scanned->output);
  return json_object_get_object_member (json_node_get_object (*root), "corrections");
}

/* The name of one of the small set's pictures to train on, of a class. */
static char *
find_picture (const char *class_name)
{
  g_autofree char *folder = g_build_filename (world.small, "train", class_name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  g_assert_nonnull (dir);
  return g_build_filename ("train", class_name, g_dir_read_name (dir), NULL);
}

/* Noted, counted by a scan, written to a file, and taken back. */
static void
test_correct (void)
{
  g_autofree char *anger = find_picture ("anger");
  g_autofree char *joy = find_picture ("joy");
  g_autofree char *csv = cli_path ("corrections.csv");
  g_autoptr (CliResult) moved = cli_run ("correct", world.small, "--move", "joy", anger, NULL);
  g_autoptr (CliResult) aside = cli_run ("correct", world.small, "--set-aside", joy, NULL);
  g_autoptr (CliResult) exported = cli_run ("correct", world.small, "--export", csv, NULL);
  g_autoptr (CliResult) listed = cli_run ("correct", world.small, "--json", NULL);
  g_autoptr (JsonNode) list = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) root_after = NULL;
  g_autoptr (CliResult) undone = NULL;
  g_autofree char *expected = g_strdup_printf ("path,action,class\n%s,move,joy\n%s,set-aside,\n",
                                               anger, joy);
  g_autofree char *content = NULL;
  JsonObject *corrections, *row;
  JsonArray *rows;

  g_assert_cmpint (moved->status, ==, 0);
  g_assert_cmpint (aside->status, ==, 0);
  g_assert_cmpint (exported->status, ==, 0);
  g_assert_cmpstr (exported->output, ==, "");
  g_assert_true (g_file_get_contents (csv, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
  g_assert_cmpint (listed->status, ==, 0);
  list = cli_parse_json (listed->output);
  rows = json_object_get_array_member (json_node_get_object (list), "corrections");
  g_assert_cmpuint (json_array_get_length (rows), ==, 2);
  row = json_array_get_object_element (rows, 0);
  g_assert_cmpstr (json_object_get_string_member (row, "path"), ==, anger);
  g_assert_cmpstr (json_object_get_string_member (row, "action"), ==, "move");
  g_assert_cmpstr (json_object_get_string_member (row, "class"), ==, "joy");
  row = json_array_get_object_element (rows, 1);
  g_assert_cmpstr (json_object_get_string_member (row, "action"), ==, "set-aside");
  g_assert_false (json_object_has_member (row, "class"));
  corrections = scan_corrections (&root);
  g_assert_cmpint (json_object_get_int_member (corrections, "moved"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (corrections, "set_aside"), ==, 1);

  undone = cli_run ("correct", world.small, "--undo", anger, joy, NULL);
  g_assert_cmpint (undone->status, ==, 0);
  g_assert_cmpstr (undone->output, ==, "path,action,class\n");
  corrections = scan_corrections (&root_after);
  g_assert_cmpint (json_object_get_int_member (corrections, "moved"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (corrections, "set_aside"), ==, 0);
}

/* What was noted of a picture that is gone can be taken back, once. */
static void
test_gone (void)
{
  g_autofree char *joy = find_picture ("joy");
  g_autofree char *path = g_build_filename (world.small, joy, NULL);
  g_autofree char *away = cli_path ("away.jpg");
  g_autoptr (CliResult) kept = cli_run ("correct", world.small, "--keep", path, NULL);
  g_autoptr (CliResult) undone = NULL;
  g_autoptr (CliResult) again = NULL;

  g_assert_cmpint (kept->status, ==, 0);
  g_assert_nonnull (strstr (kept->output, joy));
  g_assert_cmpint (g_rename (path, away), ==, 0);
  undone = cli_run ("correct", world.small, "--undo", joy, NULL);
  again = cli_run ("correct", world.small, "--undo", joy, NULL);
  g_assert_cmpint (g_rename (away, path), ==, 0);
  g_assert_cmpint (undone->status, ==, 0);
  g_assert_cmpstr (undone->output, ==, "path,action,class\n");
  g_assert_cmpint (again->status, ==, 1);
  g_assert_nonnull (strstr (again->errors, joy));
}

static void
test_refused (void)
{
  g_autofree char *joy = find_picture ("joy");
  g_autofree char *other = g_build_filename (world.sample, "test/joy/joy-001.jpg", NULL);
  g_autoptr (CliResult) elsewhere = cli_run ("correct", world.small, "--set-aside", other, NULL);
  g_autoptr (CliResult) no_class = cli_run ("correct", world.small, "--move", "envy", joy, NULL);
  g_autoptr (CliResult)
    no_picture = cli_run ("correct", world.small, "--keep", "nothing.png", NULL);
  g_autoptr (CliResult) nothing = cli_run ("correct", world.small, joy, NULL);
  g_autoptr (CliResult) both = cli_run ("correct", world.small, "--keep", "--undo", joy, NULL);

  g_assert_cmpint (elsewhere->status, ==, 1);
  g_assert_nonnull (strstr (elsewhere->errors, "joy-001.jpg"));
  g_assert_cmpint (no_class->status, ==, 1);
  g_assert_nonnull (strstr (no_class->errors, "anger, joy, sadness"));
  g_assert_cmpint (no_picture->status, ==, 1);
  g_assert_nonnull (strstr (no_picture->errors, "nothing.png"));
  g_assert_cmpint (nothing->status, ==, 2);
  g_assert_cmpint (both->status, ==, 2);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli_world_set_up (argv[1]);
  g_test_add_func ("/cli/correct", test_correct);
  g_test_add_func ("/cli/correct/gone", test_gone);
  g_test_add_func ("/cli/correct/refused", test_refused);
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
