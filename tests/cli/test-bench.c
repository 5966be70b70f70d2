/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `mien-cli bench` on networks so small that only the form of what it prints can be looked at. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/wait.h>

#define SMALL "--width", "1", "--input", "32", "--batch", "2", "--rounds", "1", "--threads", "2"

static char *program;

/* Runs `mien-cli bench` with these arguments; returns its exit status. */
static int
run (const char *const *arguments, char **output, char **errors)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (char *) "bench");
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (char *) arguments[i]);
  g_ptr_array_add (argv, NULL);

  g_assert_true (g_spawn_sync (NULL, (char **) argv->pdata, NULL,
                               errors != NULL ? G_SPAWN_DEFAULT : G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                               NULL, output, errors, &status, &error));
  g_assert_no_error (error);
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

#define RUN(output, errors, ...) run ((const char *const[]){ __VA_ARGS__, NULL }, output, errors)

static JsonNode *
run_json (const char *const *arguments)
{
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  int status = run (arguments, &output, &errors);

  g_test_message ("%s", errors);
  g_assert_cmpint (status, ==, 0);
  json_parser_load_from_data (parser, output, -1, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

/* The last line is a number and its unit, for scripts. */
static void
assert_rate (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (g_strchomp ((char *) output), "\n", -1);
  const char *last = lines[g_strv_length (lines) - 1];
  char *end;

  g_assert_cmpfloat (g_ascii_strtod (last, &end), >, 0);
  g_assert_cmpstr (end, ==, " img/s");
}

static void
test_steps (void)
{
  static const char *const runs[][3] = {
    { "forward", "--mode", "forward" },
    { "train", "--mode", "naive" },
    { "train", "--mode", "cached" },
    { "train", "--mode", "front" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autofree char *output = NULL;

      g_assert_cmpint (RUN (&output, NULL, runs[i][0], runs[i][1], runs[i][2], SMALL), ==, 0);
      assert_rate (output);
    }
}

static void
test_json (void)
{
  static const char *const arguments[] = { "train", "--freeze", "0", "--batch-norm",
                                           SMALL,   "--json",   NULL };
  g_autoptr (JsonNode) root = run_json (arguments);
  JsonObject *object = json_node_get_object (root);
  double seconds = json_object_get_double_member (object, "seconds");

  g_assert_cmpint (json_object_get_int_member (object, "threads"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (object, "batch"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (object, "input"), ==, 32);
  g_assert_cmpint (json_object_get_int_member (object, "rounds"), ==, 1);
  g_assert_cmpfloat (seconds, ==, json_object_get_double_member (object, "minimum"));
  g_assert_cmpfloat (seconds, ==, json_object_get_double_member (object, "maximum"));
  g_assert_cmpfloat_with_epsilon (
    json_object_get_double_member (object, "pictures_per_second") * seconds, 2, 1e-9);
  /* Weights alone: more than 200 000 parameters of an eighth of the channels, Adam's two states. */
  g_assert_cmpint (json_object_get_int_member (object, "announced_bytes"), >, 3 * 4 * 200000);
  g_assert_cmpint (json_object_get_int_member (object, "peak_bytes"), >, 0);
}

static JsonObject *
find_row (JsonArray *rows, const char *layer, const char *pass)
{
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);

      if (strcmp (json_object_get_string_member (row, "layer"), layer) == 0 &&
          strcmp (json_object_get_string_member (row, "pass"), pass) == 0)
        return row;
    }
  return NULL;
}

static void
test_layers (void)
{
  static const char *const arguments[] = { "layers", SMALL, "--json", NULL };
  g_autoptr (JsonNode) root = run_json (arguments);
  JsonArray *rows = json_node_get_array (root);
  JsonObject *row = find_row (rows, "block1_conv2", "forward");
  double operations = json_object_get_double_member (row, "milliseconds") * 1e-3 *
                      json_object_get_double_member (row, "gflops") * 1e9;

  /* A multiplication and an addition for 3x3 from 8 to 8 channels, 32x32 pixels, 2 pictures. */
  g_assert_cmpfloat_with_epsilon (operations, 2.0 * 9 * 8 * 8 * 32 * 32 * 2, 1);
  g_assert_nonnull (find_row (rows, "block5_conv4", "kernel-gradient"));
  g_assert_null (find_row (rows, "block5_conv1", "input-gradient"));
  g_assert_null (find_row (rows, "block4_conv4", "kernel-gradient"));
}

static void
test_plan (void)
{
  static const char *const arguments[] = { "plan",   "--mode",    "cached", SMALL,
                                           "--json", "--measure", NULL };
  g_autoptr (JsonNode) root = run_json (arguments);
  JsonArray *rows = json_node_get_array (root);
  JsonObject *row = find_row (rows, "block5_conv2", "forward");

  g_assert_cmpstr (json_object_get_string_member (row, "algorithm"), !=, "");
  g_assert_cmpfloat (json_object_get_double_member (row, "milliseconds"), >, 0);
  g_assert_null (find_row (rows, "block4_conv4", "forward"));
}

static void
test_input (void)
{
  g_autofree char *directory = g_dir_make_tmp ("mien-test-XXXXXX", NULL);
  g_autofree char *good = g_build_filename (directory, "a.pgm", NULL);
  g_autofree char *bad = g_build_filename (directory, "b.pgm", NULL);
  g_autofree char *output = NULL;
  g_autofree char *errors = NULL;
  /* One grey pixel. */
  static const char picture[] = "P5 1 1 255\n\x80";

  g_assert_cmpint (RUN (NULL, &errors, "input", directory), ==, 1);
  g_assert_nonnull (strstr (errors, directory));
  g_clear_pointer (&errors, g_free);

  g_assert_true (g_file_set_contents (good, picture, sizeof picture - 1, NULL));
  g_assert_cmpint (RUN (&output, NULL, "input", directory, "--batch", "5", "--input", "32"), ==, 0);
  assert_rate (output);

  g_assert_true (g_file_set_contents (bad, "no picture", -1, NULL));
  g_assert_cmpint (RUN (NULL, &errors, "input", directory), ==, 1);
  g_assert_nonnull (strstr (errors, bad));

  g_unlink (good);
  g_unlink (bad);
  g_rmdir (directory);
}

static void
test_usage (void)
{
  g_assert_cmpint (RUN (NULL, NULL, "--json"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "everything"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "forward", "folder"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "forward", "--mode", "cached"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "train", "--batch", "0"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "train", "--input", "1e3"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "train", "--mode", "front", "--freeze", "0"), ==, 2);
  g_assert_cmpint (RUN (NULL, NULL, "train", "--width", "9"), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("The path of mien-cli is to be the only argument");
  program = argv[1];

  g_test_add_func ("/bench/steps", test_steps);
  g_test_add_func ("/bench/json", test_json);
  g_test_add_func ("/bench/layers", test_layers);
  g_test_add_func ("/bench/plan", test_plan);
  g_test_add_func ("/bench/input", test_input);
  g_test_add_func ("/bench/usage", test_usage);

  return g_test_run ();
}
