/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "cli-fixture.h"

/* Runs a command that is to succeed with --json; returns its document. */
static JsonObject *
find_class (JsonNode *root, const char *name)
{
  JsonArray *classes = json_object_get_array_member (json_node_get_object (root), "classes");

  for (guint i = 0; i < json_array_get_length (classes); i++)
    {
      JsonObject *row = json_array_get_object_element (classes, i);

      if (strcmp (json_object_get_string_member (row, "name"), name) == 0)
        return row;
    }
  g_assert_not_reached ();
}

static void
assert_row (JsonObject *row, gint64 train, gint64 validation, gint64 test)
{
  g_assert_cmpint (json_object_get_int_member (row, "train"), ==, train);
  g_assert_cmpint (json_object_get_int_member (row, "validation"), ==, validation);
  g_assert_cmpint (json_object_get_int_member (row, "test"), ==, test);
}

static gint64
read_count (JsonNode *root, const char *key)
{
  return json_object_get_int_member (json_node_get_object (root), key);
}

/* Chosen, renamed, merged, held back and balanced; what is announced is what a scan finds. */
static void
test_prepare (void)
{
  g_autofree char *out = cli_path ("prepared");
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) scan = NULL;
  JsonObject *joy, *bad;

  root = RUN_JSON ("prepare", world.small, out, "--class", "good=joy", "--class",
                   "bad=anger,sadness", "--balance", "24", "--validation", "0.25", "--seed", "7",
                   "--json");
  /* A quarter of 20 and of 40 is held back; of 15 and 30, 24 are made. */
  joy = find_class (root, "good");
  bad = find_class (root, "bad");
  assert_row (joy, 24, 5, SMALL_TEST);
  assert_row (bad, 24, 10, 2 * SMALL_TEST);
  g_assert_cmpint (json_object_get_int_member (joy, "copies"), ==, 9);
  g_assert_cmpint (json_object_get_int_member (bad, "copies"), ==, 0);
  assert_row (json_object_get_object_member (bad, "before"), 40, 0, 2 * SMALL_TEST);
  g_assert_cmpint (read_count (root, "pictures"), ==, 2 * 24 + 15 + 3 * SMALL_TEST);

  scan = RUN_JSON ("scan", out, "--json");
  assert_row (find_class (scan, "good"), 24, 5, SMALL_TEST);
  assert_row (find_class (scan, "bad"), 24, 10, 2 * SMALL_TEST);
}

static void
test_text (void)
{
  g_autofree char *out = cli_path ("prepared text");
  g_autoptr (CliResult)
    result = cli_run ("prepare", world.small, out, "--balance=25", "--class=anger,sadness", NULL);
  g_auto (GStrv) lines = g_strsplit (result->output, "\n", -1);

  g_assert_cmpint (result->status, ==, 0);
  g_assert_cmpstr (result->errors, ==, "");
  g_assert_true (g_str_has_prefix (lines[1], "anger"));
  g_assert_nonnull (strstr (lines[1], "20 → 25"));
  g_assert_nonnull (strstr (lines[1], "8 → 8"));
  g_assert_true (g_str_has_suffix (lines[1], " 5"));
  g_assert_true (g_str_has_prefix (lines[2], "sadness"));
  g_assert_cmpstr (lines[3], ==, "");
  g_assert_nonnull (strstr (result->output, out));
}

/* The augmentation of a settings file is the one that is used. */
static void
test_settings (void)
{
  g_autofree char *out = cli_path ("prepared settings");
  g_autofree char *settings = cli_path ("augmentation.json");
  g_autofree char *manifest = g_build_filename (out, "manifest.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CliResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (settings, "{\"augmentation\":{\"rotation\":3.5,\"zoom\":0}}", -1, &error);
  g_assert_no_error (error);
  result = cli_run ("prepare", world.small, out, "--balance", "21", "--settings", settings, NULL);
  g_assert_cmpint (result->status, ==, 0);
  g_assert_true (g_file_get_contents (manifest, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"rotation\":3.5"));
  g_assert_nonnull (strstr (text, "\"zoom\":0.0"));
}

/* A table of paths is a data set in every command. */
static void
test_table (void)
{
  static const char *const names[] = { "anger", "joy", "sadness" };
  g_autofree char *table = cli_path ("labels.csv");
  g_autofree char *model = cli_path ("table.safetensors");
  g_autofree char *out = cli_path ("prepared table");
  g_autoptr (GString) text = g_string_new ("path,label,split\r\n");
  g_autoptr (JsonNode) scan = NULL;
  g_autoptr (JsonNode) trained = NULL;
  g_autoptr (JsonNode) evaluated = NULL;
  g_autoptr (JsonNode) prepared = NULL;
  JsonArray *issues;

  for (guint c = 0; c < G_N_ELEMENTS (names); c++)
    {
      for (guint i = 1; i <= 4; i++)
        g_string_append_printf (text, "small/train/%s/%s-%03u.jpg,%s,train\r\n", names[c], names[c],
                                i, names[c]);
      for (guint i = 1; i <= 3; i++)
        g_string_append_printf (text, "small/test/%s/%s-%03u.jpg,%s,test\r\n", names[c], names[c],
                                i, names[c]);
    }
  g_string_append (text, "small/none.jpg,joy,train\r\n");
  g_assert_true (g_file_set_contents (table, text->str, -1, NULL));

  scan = RUN_JSON ("scan", table, "--json");
  assert_row (find_class (scan, "joy"), 3, 1, 3);
  issues = json_object_get_array_member (json_node_get_object (scan), "issues");
  g_assert_cmpuint (json_array_get_length (issues), ==, 1);
  g_assert_nonnull (
    strstr (json_object_get_string_member (json_array_get_object_element (issues, 0), "reason"),
            "Line 23"));

  trained = RUN_JSON ("train", table, "-o", model, "--epochs=1", "--json");
  g_assert_cmpint (read_count (trained, "epochs"), ==, 1);
  evaluated = RUN_JSON ("evaluate", model, table, "--json");
  g_assert_cmpint (read_count (evaluated, "count"), ==, 9);
  prepared = RUN_JSON ("prepare", table, out, "--balance", "6", "--json");
  assert_row (find_class (prepared, "sadness"), 6, 0, 3);
  issues = json_object_get_array_member (json_node_get_object (prepared), "issues");
  g_assert_cmpuint (json_array_get_length (issues), ==, 1);
}

/* FER2013's own file becomes a data set of pictures; elsewhere it is told what to do with it. */
static void
test_pixels (void)
{
  static const char *const rows[] = { "3,Training", "3,Training",   "0,Training",
                                      "0,Training", "3,PublicTest", "0,PrivateTest" };
  g_autofree char *table = cli_path ("fer2013.csv");
  g_autofree char *out = cli_path ("prepared pixels");
  g_autofree char *picture = g_build_filename (out, "train", "happy", "000002.png", NULL);
  g_autofree char *manifest = g_build_filename (out, "manifest.json", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GString) text = g_string_new ("emotion,pixels,Usage\n");
  g_autoptr (JsonNode) prepared = NULL;
  g_autoptr (CliResult) scan = NULL;
  JsonArray *issues;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) parts = g_strsplit (rows[i], ",", -1);

      g_string_append_printf (text, "%s,", parts[0]);
      for (guint j = 0; j < 2304; j++)
        g_string_append_printf (text, "%s%u", j > 0 ? " " : "", (i * 37 + j) % 256);
      g_string_append_printf (text, ",%s\n", parts[1]);
    }
  g_string_append (text, "9,1 2 3,Training\n");
  g_assert_true (g_file_set_contents (table, text->str, -1, NULL));

  prepared = RUN_JSON ("prepare", table, out, "--class", "joy=happy", "--class", "happy=angry",
                       "--json");
  assert_row (find_class (prepared, "joy"), 2, 0, 1);
  issues = json_object_get_array_member (json_node_get_object (prepared), "issues");
  g_assert_cmpuint (json_array_get_length (issues), ==, 1);
  g_assert_true (g_str_has_prefix (
    json_object_get_string_member (json_array_get_object_element (issues, 0), "reason"),
    "Line 8: "));
  g_assert_false (g_file_test (picture, G_FILE_TEST_EXISTS)); /* it is joy now */
  g_assert_true (g_file_get_contents (manifest, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, table));
  g_assert_nonnull (strstr (content, "\"source\":\"train/happy/000002.png\""));

  scan = cli_run ("scan", table, NULL);
  g_assert_cmpint (scan->status, ==, 1);
  g_assert_nonnull (strstr (scan->errors, "mien-cli prepare"));
}

static void
test_usage (void)
{
  g_autofree char *out = cli_path ("never");
  const char *const wrong[] = {
    "--class=",       "--class==joy",     "--class=a=",        "--class=a=b,,c",
    "--balance=many", "--balance=-1",     "--balance=1000001", "--validation=1",
    "--validation=x", "--validation=nan", "--validation=-1",   "--seed=1.5",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CliResult) result = cli_run ("prepare", world.small, out, wrong[i], NULL);

      g_assert_cmpint (result->status, ==, 2);
      g_assert_cmpstr (result->output, ==, "");
      g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
    }
}

static void
test_failures (void)
{
  g_autofree char *out = cli_path ("never");
  g_autofree char *inside = g_build_filename (world.small, "new", NULL);
  g_autofree char *absent = cli_path ("absent");
  const struct
  {
    const char *source, *destination, *option, *words;
  } cases[] = {
    { world.small, out, "--class=a=jooy", "jooy" },
    { world.small, out, "--class=a=joy", "two classes" },
    { world.small, inside, "--seed=1", "only read" },
    { world.small, world.sample, "--seed=1", "not empty" },
    { absent, out, "--seed=1", "absent" },
    { world.model, out, "--seed=1", "path,label" },
    { world.small, out, "--settings=/none", "/none" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliResult) result = NULL;

      result = cli_run ("prepare", cases[i].source, cases[i].destination, cases[i].option, NULL);
      g_assert_cmpint (result->status, ==, 1);
      g_assert_cmpstr (result->output, ==, "");
      g_assert_nonnull (strstr (result->errors, cases[i].words));
      g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
    }
}

/* Ctrl+C in the middle of thousands of copies leaves nothing, also not a temporary folder. */
static void
test_interrupt (void)
{
  g_autofree char *parent = cli_path ("interrupted");
  g_autofree char *out = g_build_filename (parent, "deep", "out", NULL);
  char *arguments[] = { "prepare", world.small, out, "--balance", "100000", NULL };
  g_autoptr (GSubprocess) process = cli_start (arguments, -1);

  /* The folder above is made for the files, so that they are being written when it is there. */
  while (!g_file_test (parent, G_FILE_TEST_EXISTS))
    g_usleep (1000);
  g_subprocess_send_signal (process, SIGINT);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (cli_get_status (process), ==, 130);
  g_assert_false (g_file_test (parent, G_FILE_TEST_EXISTS));
}

/* A file that cannot be written to its end, as on a full disk, leaves nothing. */
static void
test_full (void)
{
  static const struct
  {
    rlim_t bytes;
    const char *words;
  } limits[] = {
    { 1000, "cannot be copied" },
    { 10000, "/full/out/train/" }, /* enough for the originals, too little for PNG files */
  };
  g_autofree char *parent = cli_path ("full");
  g_autofree char *out = g_build_filename (parent, "out", NULL);
  char *arguments[] = { "prepare", world.small, out, "--balance", "40", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (GSubprocess) process = NULL;
      g_autofree char *errors = NULL;
      g_autoptr (GError) error = NULL;
      struct rlimit before, limit;

      g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
      limit = before;
      limit.rlim_cur = limits[i].bytes;
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
      process = cli_start (arguments, -1);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error));
      g_assert_cmpint (cli_get_status (process), ==, 1);
      g_assert_nonnull (strstr (errors, limits[i].words));
      g_assert_false (g_file_test (parent, G_FILE_TEST_EXISTS));
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli_world_set_up (argv[1]);

  g_test_add_func ("/cli-prepare/prepare", test_prepare);
  g_test_add_func ("/cli-prepare/text", test_text);
  g_test_add_func ("/cli-prepare/settings", test_settings);
  g_test_add_func ("/cli-prepare/table", test_table);
  g_test_add_func ("/cli-prepare/pixels", test_pixels);
  g_test_add_func ("/cli-prepare/usage", test_usage);
  g_test_add_func ("/cli-prepare/failures", test_failures);
  g_test_add_func ("/cli-prepare/interrupt", test_interrupt);
  g_test_add_func ("/cli-prepare/full", test_full);
  status = g_test_run ();

  cli_world_tear_down ();
  return status;
}
