/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli-fixture.h"

static JsonNode *
run_json (const char *backbone, const char *limit)
{
  g_autoptr (CliResult) result = cli_run ("mistakes", world.small, "--backbone", backbone,
                                          "--limit", limit, "--json", NULL);

  g_assert_cmpint (result->status, ==, 0);
  return cli_parse_json (result->output);
}

/* A model that has hardly learnt, so that the list is not empty; which pictures it ought to hold is
 * tested with one that has. */
static void
test_json (void)
{
  g_autoptr (JsonNode) all = run_json (world.model, "1000");
  g_autoptr (JsonNode) one = run_json (world.model, "1");
  g_autoptr (JsonNode) again = run_json (world.model, "1000");
  JsonArray *mistakes = json_object_get_array_member (json_node_get_object (all), "mistakes");
  double last = 1;

  g_assert_true (json_node_equal (all, again));
  g_assert_cmpuint (json_array_get_length (mistakes), >=, 1);
  for (guint i = 0; i < json_array_get_length (mistakes); i++)
    {
      JsonObject *row = json_array_get_object_element (mistakes, i);
      const char *path = json_object_get_string_member (row, "path");
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *given = g_path_get_basename (folder);

      g_assert_cmpstr (json_object_get_string_member (row, "given"), ==, given);
      g_assert_cmpstr (json_object_get_string_member (row, "suggested"), !=, given);
      g_assert_cmpfloat (json_object_get_double_member (row, "score"), <=, last);
      last = json_object_get_double_member (row, "score");
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }

  mistakes = json_object_get_array_member (json_node_get_object (one), "mistakes");
  g_assert_cmpuint (json_array_get_length (mistakes), ==, 1);
}

static void
test_text (void)
{
  g_autoptr (CliResult) result = cli_run ("mistakes", world.small, "--backbone", world.model, NULL);

  g_assert_cmpint (result->status, ==, 0);
  g_assert_nonnull (strstr (result->output, " → "));
}

/* No network comes along in a test. */
static void
test_no_backbone (void)
{
  g_autoptr (CliResult) result = cli_run ("mistakes", world.small, NULL);

  g_assert_cmpint (result->status, ==, 1);
  g_assert_nonnull (strstr (result->errors, "backbone"));
}

static void
test_usage (void)
{
  g_autoptr (CliResult) nothing = cli_run ("mistakes", NULL);
  g_autoptr (CliResult) limit = cli_run ("mistakes", world.small, "--limit", "some", NULL);

  g_assert_cmpint (nothing->status, ==, 2);
  g_assert_cmpint (limit->status, ==, 2);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_world_set_up (argv[1]);
  g_test_add_func ("/cli-mistakes/json", test_json);
  g_test_add_func ("/cli-mistakes/text", test_text);
  g_test_add_func ("/cli-mistakes/no-backbone", test_no_backbone);
  g_test_add_func ("/cli-mistakes/usage", test_usage);
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
