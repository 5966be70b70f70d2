/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli-fixture.h"

static double
get_number (JsonNode *node, const char *key)
{
  return json_object_get_double_member (json_node_get_object (node), key);
}

/* Kept elsewhere, and fitted twice: the second time there is nothing left to change. */
static void
test_calibrate (void)
{
  g_autofree char *output = cli_path ("calibrated.safetensors");
  g_autoptr (CliResult) first = cli_run ("calibrate", world.model, world.small, "-o", output,
                                         "--threshold", "0.75", "--json", NULL);
  g_autoptr (CliResult) second = cli_run ("calibrate", output, world.small, "--json", NULL);
  g_autoptr (CliResult)
    evaluated = cli_run ("evaluate", output, world.small, "--split", "validation", "--json", NULL);
  g_autoptr (JsonNode) before = NULL;
  g_autoptr (JsonNode) after = NULL;
  g_autoptr (JsonNode) evaluation = NULL;
  JsonObject *coverage;

  g_assert_cmpint (first->status, ==, 0);
  g_assert_cmpint (second->status, ==, 0);
  before = cli_parse_json (first->output);
  after = cli_parse_json (second->output);
  g_assert_cmpfloat (get_number (before, "loss"), <=, get_number (before, "loss_before") + 0.01);
  g_assert_cmpfloat (get_number (before, "threshold"), ==, 0.75);
  g_assert_cmpfloat (get_number (after, "threshold"), ==, 0.75);
  g_assert_cmpfloat_with_epsilon (get_number (after, "temperature"),
                                  get_number (before, "temperature"), 1e-4);

  g_assert_cmpint (evaluated->status, ==, 0);
  evaluation = cli_parse_json (evaluated->output);
  g_assert_cmpfloat_with_epsilon (get_number (evaluation, "loss"), get_number (after, "loss"),
                                  1e-6);
  g_assert_cmpfloat_with_epsilon (get_number (evaluation, "calibration_error"),
                                  get_number (after, "calibration_error"), 1e-6);
  coverage = json_object_get_object_member (json_node_get_object (evaluation), "coverage");
  g_assert_cmpfloat (json_object_get_double_member (coverage, "threshold"), ==, 0.75);
}

static void
test_refused (void)
{
  static const char *const thresholds[] = { "1.5", "-1", "nan", "half", "0,5" };
  g_autoptr (CliResult) missing = cli_run ("calibrate", "/nothing.safetensors", world.small, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (thresholds); i++)
    {
      g_autofree char *option = g_strconcat ("--threshold=", thresholds[i], NULL);
      g_autoptr (CliResult) result = cli_run ("calibrate", world.model, world.small, option, NULL);

      g_assert_cmpint (result->status, ==, 2);
      g_assert_nonnull (strstr (result->errors, thresholds[i]));
    }
  g_assert_cmpint (missing->status, ==, 1);
  g_assert_nonnull (strstr (missing->errors, "/nothing.safetensors"));
}

/* A network that comes with the program is not written over. */
static void
test_bundled (void)
{
  g_autofree char *weights = cli_path ("weights");
  g_autofree char *network = g_build_filename (weights, "three-emotions.safetensors", NULL);
  g_autofree char *output = cli_path ("own.safetensors");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (CliResult) refused = NULL;
  g_autoptr (CliResult) done = NULL;
  gsize n_before, n_after;

  cli_copy (world.model, network);
  g_setenv ("MIEN_WEIGHTS", weights, TRUE);
  refused = cli_run ("calibrate", "three-emotions", world.small, NULL);
  done = cli_run ("calibrate", "three-emotions", world.small, "-o", output, NULL);
  g_assert_cmpint (refused->status, ==, 2);
  g_assert_nonnull (strstr (refused->errors, "-o"));
  g_assert_cmpint (done->status, ==, 0);
  g_assert_true (g_file_test (output, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_get_contents (world.model, &before, &n_before, NULL));
  g_assert_true (g_file_get_contents (network, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli_world_set_up (argv[1]);
  g_test_add_func ("/cli/calibrate", test_calibrate);
  g_test_add_func ("/cli/calibrate/refused", test_refused);
  g_test_add_func ("/cli/calibrate/bundled", test_bundled);
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
