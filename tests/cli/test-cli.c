/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* posix_openpt() */

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli-fixture.h"

/* Runs a command that is to succeed with --json; returns its document. */
static void
test_scan (void)
{
  g_autoptr (JsonNode) root = RUN_JSON ("scan", "--json", world.sample);
  JsonObject *object = json_node_get_object (root);
  JsonArray *classes = json_object_get_array_member (object, "classes");
  JsonArray *issues = json_object_get_array_member (object, "issues");
  JsonArray *twins = json_object_get_array_member (object, "twins");
  JsonObject *pair;
  const char *names[] = { "anger", "joy", "sadness" };

  g_assert_cmpuint (json_array_get_length (classes), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *row = json_array_get_object_element (classes, i);
      gint64 train = json_object_get_int_member (row, "train");
      gint64 validation = json_object_get_int_member (row, "validation");

      g_assert_cmpstr (json_object_get_string_member (row, "name"), ==, names[i]);
      /* 200 a class, and one sad face twice; a fifth of them is for validation. */
      g_assert_cmpint (train + validation, ==, i == 2 ? 201 : 200);
      g_assert_cmpint (validation, >=, 40);
      g_assert_cmpint (validation, <=, 41);
      g_assert_cmpint (json_object_get_int_member (row, "test"), ==, 60);
    }

  g_assert_cmpuint (json_array_get_length (issues), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      JsonObject *row = json_array_get_object_element (issues, i);
      const char *kind = json_object_get_string_member (row, "kind");
      const char *part = strcmp (kind, "broken") == 0 ? "/train/joy/broken.jpg" : "sadness-007.jpg";

      g_assert_true (strcmp (kind, "broken") == 0 || strcmp (kind, "duplicate") == 0);
      g_assert_nonnull (strstr (json_object_get_string_member (row, "path"), part));
      g_assert_cmpstr (json_object_get_string_member (row, "reason"), !=, "");
    }

  g_assert_cmpuint (json_array_get_length (twins), ==, 1);
  pair = json_array_get_object_element (twins, 0);
  g_assert_cmpstr (json_object_get_string_member (pair, "kind"), ==, "exact");
  for (guint i = 0; i < 2; i++)
    {
      JsonArray *paths = json_object_get_array_member (pair, "paths");
      JsonArray *of_classes = json_object_get_array_member (pair, "classes");
      JsonArray *splits = json_object_get_array_member (pair, "splits");

      g_assert_cmpuint (json_array_get_length (paths), ==, 2);
      g_assert_true (
        g_str_has_suffix (json_array_get_string_element (paths, i), "sadness-007.jpg"));
      g_assert_cmpstr (json_array_get_string_element (of_classes, i), ==, "sadness");
      /* Both were written to train, and a made split leaves them together. */
      g_assert_cmpstr (json_array_get_string_element (splits, i), ==,
                       json_array_get_string_element (splits, 0));
    }
}

static void
test_scan_text (void)
{
  g_autoptr (CliResult) result = cli_run ("scan", world.sample, NULL);
  g_auto (GStrv) lines = g_strsplit (result->output, "\n", -1);

  g_assert_cmpint (result->status, ==, 0);
  g_assert_cmpstr (result->errors, ==, "");
  /* Heading, three classes, an empty line, heading, two issues. */
  g_assert_cmpuint (g_strv_length (lines), >=, 8);
  g_assert_true (g_str_has_prefix (lines[1], "anger"));
  g_assert_true (g_str_has_suffix (lines[1], " 60"));
  g_assert_nonnull (strstr (result->output, "train/joy/broken.jpg"));
}

static void
assert_fraction (JsonObject *object, const char *key)
{
  double value = json_object_get_double_member (object, key);

  g_assert_cmpfloat (value, >=, 0);
  g_assert_cmpfloat (value, <=, 1);
}

static void
test_train (void)
{
  g_autofree char *model = cli_path ("two.safetensors");
  g_autofree char *run = cli_path ("run two");
  g_autofree char *history = g_build_filename (run, "history.csv", NULL);
  g_autoptr (CliResult) result = cli_run ("train", "--json", world.small, "--epochs=2", "-o", model,
                                          "--run", run, "--seed", "5", NULL);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  g_assert_cmpint (result->status, ==, 0);
  root = cli_parse_json (result->output);
  object = json_node_get_object (root);
  g_assert_cmpstr (json_object_get_string_member (object, "model"), ==, model);
  g_assert_cmpint (json_object_get_int_member (object, "epochs"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (object, "best_epoch"), >=, 1);
  g_assert_cmpint (json_object_get_int_member (object, "best_epoch"), <=, 2);
  assert_fraction (object, "train_accuracy");
  assert_fraction (object, "validation_accuracy");
  g_assert_cmpfloat (json_object_get_double_member (object, "validation_loss"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (object, "seconds"), >, 0);
  g_assert_true (g_file_test (model, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_test (history, G_FILE_TEST_IS_REGULAR));
  /* A pipe gets a line an epoch, without what only a terminal understands. */
  g_assert_nonnull (strstr (result->errors, "epoch 1/2: "));
  g_assert_nonnull (strstr (result->errors, "epoch 2/2: "));
  g_assert_null (strchr (result->errors, '\r'));
  g_assert_null (strchr (result->errors, '\033'));
}

static void
test_evaluate (void)
{
  g_autoptr (JsonNode) root = RUN_JSON ("evaluate", world.model, world.small, "--json");
  JsonObject *object = json_node_get_object (root);
  JsonArray *classes = json_object_get_array_member (object, "classes");
  JsonArray *confusion = json_object_get_array_member (object, "confusion");
  JsonArray *interval = json_object_get_array_member (object, "interval");
  double accuracy = json_object_get_double_member (object, "accuracy");
  gint64 correct = 0;

  g_assert_cmpint (json_object_get_int_member (object, "count"), ==, N_CLASSES * SMALL_TEST);
  for (guint actual = 0; actual < N_CLASSES; actual++)
    {
      JsonArray *row = json_array_get_array_element (confusion, actual);
      JsonObject *figures = json_array_get_object_element (classes, actual);
      gint64 sum = 0;

      for (guint predicted = 0; predicted < N_CLASSES; predicted++)
        sum += json_array_get_int_element (row, predicted);
      correct += json_array_get_int_element (row, actual);
      g_assert_cmpint (sum, ==, SMALL_TEST);
      g_assert_cmpint (json_object_get_int_member (figures, "support"), ==, SMALL_TEST);
    }
  g_assert_cmpfloat_with_epsilon (accuracy, correct / (double) (N_CLASSES * SMALL_TEST), 1e-9);
  g_assert_cmpfloat (json_array_get_double_element (interval, 0), <=, accuracy);
  g_assert_cmpfloat (json_array_get_double_element (interval, 1), >=, accuracy);
  g_assert_cmpfloat (json_object_get_double_member (object, "loss"), >, 0);
}

static void
test_evaluate_splits (void)
{
  /* A fifth of the training pictures is held back for validation. */
  const struct
  {
    const char *split;
    gint64 count;
  } splits[] = {
    { "train", N_CLASSES * SMALL_TRAIN * 4 / 5 },
    { "validation", N_CLASSES * SMALL_TRAIN / 5 },
    { "test", N_CLASSES * SMALL_TEST },
  };

  for (guint i = 0; i < G_N_ELEMENTS (splits); i++)
    {
      g_autoptr (JsonNode) root = RUN_JSON ("evaluate", "--split", splits[i].split, world.model,
                                            world.small, "--json");

      g_assert_cmpint (json_object_get_int_member (json_node_get_object (root), "count"), ==,
                       splits[i].count);
    }
}

static void
test_views (void)
{
  static const char *const views[] = { "single", "flip", "ten-crop" };
  g_autofree char *folder = g_build_filename (world.small, "test", NULL);
  g_autofree char *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr (JsonNode)
        root = RUN_JSON ("evaluate", "--views", views[i], world.model, world.small, "--json");
      g_autoptr (CliResult)
        predicted = cli_run ("predict", "--views", views[i], world.model, folder, "--csv", NULL);
      JsonObject *object = json_node_get_object (root);

      g_assert_cmpstr (json_object_get_string_member (object, "views"), ==, views[i]);
      g_assert_cmpint (json_object_get_int_member (object, "count"), ==, N_CLASSES * SMALL_TEST);
      g_assert_cmpint (predicted->status, ==, 0);
      if (i == 0)
        first = g_strdup (predicted->output);
      else
        g_assert_cmpstr (predicted->output, !=, first);
    }
}

static void
test_report (void)
{
  const char *names[] = { "report.json", "report.csv", "report.txt" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = cli_path (names[i]);
      g_autofree char *content = NULL;
      g_autoptr (CliResult)
        result = cli_run ("evaluate", world.model, world.small, "--report", path, NULL);

      g_assert_cmpint (result->status, ==, 0);
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      if (i == 0)
        {
          g_autoptr (JsonNode) root = cli_parse_json (content);

          g_assert_cmpint (json_object_get_int_member (json_node_get_object (root), "count"), ==,
                           N_CLASSES * SMALL_TEST);
        }
      else
        g_assert_nonnull (strstr (content, "anger"));
    }
}

static void
test_predict (void)
{
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-001.jpg", NULL);
  g_autofree char *broken = g_build_filename (world.sample, "train/joy/broken.jpg", NULL);
  g_autoptr (JsonNode) root = RUN_JSON ("predict", world.model, picture, broken, "--json");
  JsonArray *rows = json_node_get_array (root);
  JsonObject *good, *bad, *probabilities;
  const char *names[] = { "anger", "joy", "sadness" };
  const char *predicted;
  double sum = 0;

  g_assert_cmpuint (json_array_get_length (rows), ==, 2);
  good = json_array_get_object_element (rows, 0);
  bad = json_array_get_object_element (rows, 1);
  predicted = json_object_get_string_member (good, "class");
  probabilities = json_object_get_object_member (good, "probabilities");
  g_assert_cmpuint (json_object_get_size (probabilities), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      double probability = json_object_get_double_member (probabilities, names[i]);

      g_assert_cmpfloat (probability, <=, json_object_get_double_member (good, "probability"));
      sum += probability;
    }
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  g_assert_cmpfloat (json_object_get_double_member (probabilities, predicted), ==,
                     json_object_get_double_member (good, "probability"));
  g_assert_cmpstr (json_object_get_string_member (good, "path"), ==, picture);

  g_assert_false (json_object_has_member (bad, "class"));
  g_assert_cmpstr (json_object_get_string_member (bad, "path"), ==, broken);
  g_assert_cmpstr (json_object_get_string_member (bad, "error"), !=, "");
}

static void
test_predict_folder (void)
{
  g_autofree char *folder = g_build_filename (world.small, "test", NULL);
  g_autoptr (JsonNode) root = RUN_JSON ("predict", "--json", world.model, folder);
  g_autoptr (CliResult) csv = cli_run ("predict", world.model, folder, "--csv", NULL);
  g_autoptr (CliResult) text = cli_run ("predict", world.model, folder, NULL);
  g_auto (GStrv) csv_lines = g_strsplit (g_strchomp (csv->output), "\n", -1);
  g_auto (GStrv) text_lines = g_strsplit (g_strchomp (text->output), "\n", -1);

  g_assert_cmpuint (json_array_get_length (json_node_get_array (root)), ==, N_CLASSES * SMALL_TEST);
  g_assert_cmpint (csv->status, ==, 0);
  g_assert_cmpuint (g_strv_length (csv_lines), ==, N_CLASSES * SMALL_TEST + 1);
  g_assert_cmpint (text->status, ==, 0);
  g_assert_cmpuint (g_strv_length (text_lines), ==, N_CLASSES * SMALL_TEST);
}

static void
test_predict_nothing (void)
{
  g_autofree char *broken = g_build_filename (world.sample, "train/joy/broken.jpg", NULL);
  g_autoptr (CliResult) result = cli_run ("predict", world.model, broken, "--json", NULL);
  g_autoptr (JsonNode) root = cli_parse_json (result->output);

  g_assert_cmpint (result->status, ==, 1);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (root)), ==, 1);
}

static void
test_odd_names (void)
{
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-002.jpg", NULL);
  /* Latin-1, which is no UTF-8, and what looks like an option. */
  const char *names[] = { "caf\xe9.jpg", "-o.jpg", "two\nlines.jpg" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename ("odd", names[i], NULL);
      g_autofree char *path = cli_path (name);
      g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
      g_autoptr (JsonNode) root = NULL;
      g_autoptr (CliResult) text = NULL;
      JsonObject *row;

      cli_copy (picture, path);
      root = RUN_JSON ("predict", "--json", "--", world.model, path);
      row = json_array_get_object_element (json_node_get_array (root), 0);
      g_assert_true (json_object_has_member (row, "class"));
      /* Whoever reads the document finds the file. */
      g_assert_cmpstr (json_object_get_string_member (row, "path"), ==, i == 0 ? uri : path);
      text = cli_run ("predict", world.model, path, NULL);
      g_assert_cmpint (text->status, ==, 0);
      g_assert_true (g_utf8_validate (text->output, -1, NULL));
      /* A row stays a row. */
      g_assert_true (strchr (text->output, '\n') == text->output + strlen (text->output) - 1);
    }
}

/* VGG19 with batch normalisation, a quarter of the paper's channels and the light head, counted by
 * hand. */
static gint64
count_parameters (void)
{
  const guint blocks[5][2] = { { 2, 16 }, { 2, 32 }, { 4, 64 }, { 4, 128 }, { 4, 128 } };
  gint64 n = 0;
  guint channels = 3;

  for (guint block = 0; block < 5; block++)
    for (guint i = 0; i < blocks[block][0]; i++)
      {
        guint out = blocks[block][1];

        n += 3 * 3 * channels * out + out; /* kernel, bias */
        n += 2 * out;                      /* gamma, beta */
        channels = out;
      }
  return n + channels * N_CLASSES + N_CLASSES;
}

static void
test_inspect (void)
{
  g_autoptr (JsonNode) root = RUN_JSON ("inspect", world.model, "--json");
  g_autoptr (CliResult) text = cli_run ("inspect", world.model, NULL);
  JsonObject *object = json_node_get_object (root);
  JsonArray *input = json_object_get_array_member (object, "input");
  JsonArray *classes = json_object_get_array_member (object, "classes");
  const gint64 expected[] = { 3, 48, 48 };

  g_assert_cmpstr (json_object_get_string_member (object, "architecture"), ==, "vgg19-bn-w2/8");
  g_assert_cmpint (json_object_get_int_member (object, "parameters"), ==, count_parameters ());
  g_assert_cmpuint (json_array_get_length (input), ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (json_array_get_int_element (input, i), ==, expected[i]);
  g_assert_cmpuint (json_array_get_length (classes), ==, 3);
  g_assert_cmpstr (json_array_get_string_element (classes, 2), ==, "sadness");
  g_assert_cmpstr (json_object_get_string_member (object, "preprocessing"), ==, "standard");
  g_assert_cmpint (text->status, ==, 0);
  g_assert_nonnull (strstr (text->output, "vgg19-bn-w2/8"));
}

static void
test_settings (void)
{
  g_autofree char *path = cli_path ("settings.json");
  g_autofree char *model = cli_path ("settings.safetensors");
  g_autofree char *content = NULL;
  g_autoptr (CliResult)
    written = cli_run ("train", "--write-settings", path, "--epochs", "7", "--seed",
                       "18446744073709551615", "--learning-rate", "0.001", NULL);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) trained = NULL;
  JsonObject *object;

  g_assert_cmpint (written->status, ==, 0);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  root = cli_parse_json (content);
  object = json_node_get_object (root);
  g_assert_cmpint (json_object_get_int_member (object, "epochs"), ==, 7);
  g_assert_cmpfloat (json_object_get_double_member (
                       json_object_get_object_member (object, "optimizer"), "learning_rate"),
                     ==, 0.001);

  trained = RUN_JSON ("train", world.small, "--settings", path, "--epochs", "1", "-o", model,
                      "--json");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (trained), "epochs"), ==, 1);
}

typedef struct
{
  const char
    *arguments; /* split at blanks; @NAME is a path below the world, @model and so on among them */
  int status;
  const char *says; /* on standard error, or for status 0 on standard output */
} Call;

static char **
split_arguments (const char *text)
{
  char **arguments = g_strsplit (text, " ", -1);

  for (guint i = 0; arguments[i] != NULL; i++)
    if (arguments[i][0] == '@')
      {
        char *path = cli_path (arguments[i] + 1);

        g_free (arguments[i]);
        arguments[i] = path;
      }
  return arguments;
}

static void
check_calls (const Call *calls, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) arguments = calls[i].arguments[0] != '\0'
                                   ? split_arguments (calls[i].arguments)
                                   : g_new0 (char *, 1);
      g_autoptr (CliResult) result = cli_run_strv (arguments);

      g_test_message ("mien-cli %s: %d\n%s", calls[i].arguments, result->status, result->errors);
      g_assert_cmpint (result->status, ==, calls[i].status);
      if (result->status == 0)
        {
          g_assert_nonnull (strstr (result->output, calls[i].says));
          g_assert_cmpstr (result->errors, ==, "");
        }
      else
        {
          g_assert_nonnull (strstr (result->errors, calls[i].says));
          g_assert_cmpstr (result->output, ==, "");
        }
    }
}

static void
test_usage (void)
{
  const Call calls[] = {
    { "", 2, "Usage" },
    { "--help", 0, "evaluate" },
    { "--version", 0, "mien-cli 0." },
    { "sample --help", 0, "sample" },
    { "scan --help", 0, "--json" },
    { "train --help", 0, "--resume" },
    { "evaluate --help", 0, "--report" },
    { "predict --help", 0, "--csv" },
    { "inspect --help", 0, "inspect" },
    { "bogus", 2, "bogus" },
    { "sample", 2, "DEST" },
    { "scan", 2, "DIR" },
    { "scan --bogus @small", 2, "--bogus" },
    { "scan @small @sample", 2, "sample" },
    { "train", 2, "--help" },
    { "train @small", 2, "-o" },
    { "train @small -o", 2, "-o" },
    { "train @small -o @x --epochs 0", 2, "epochs" },
    { "train @small -o @x --epochs many", 2, "many" },
    { "train @small -o @x --epochs -3", 2, "-3" },
    { "train @small -o @x --epochs 4294967296", 2, "4294967296" },
    { "train @small -o @x --batch 1", 2, "batch" },
    { "train @small -o @x --learning-rate fast", 2, "fast" },
    { "train @small -o @x --learning-rate nan", 2, "nan" },
    { "train @small -o @x --learning-rate -1", 2, "learning_rate" },
    { "train @small -o @x --seed -1", 2, "--seed" },
    { "train @small -o @x --cache-variants 0", 2, "cache.variants" },
    { "train @small -o @x --cache-variants 33", 2, "cache.variants" },
    { "train @small -o @x --cache-variants some", 2, "some" },
    { "train @small -o @x --resume @run --no-cache", 2, "--no-cache" },
    { "train @small -o @x --resume @run --half", 2, "--half" },
    { "train @small -o @x --resume @run --keep-twins", 2, "--keep-twins" },
    { "train @small -o @x --settings @s.json --backbone compact", 2, "--backbone" },
    { "train @small -o @x --resume @run --epochs 3", 2, "--epochs" },
    { "evaluate @small.safetensors", 2, "MODEL DIR" },
    { "evaluate @small.safetensors @small --split bogus", 2, "bogus" },
    { "evaluate @small.safetensors @small --views five", 2, "ten-crop" },
    { "evaluate @small.safetensors @small --report @x.doc", 2, ".csv" },
    { "predict @small.safetensors @small --views five", 2, "ten-crop" },
    { "predict @small.safetensors", 2, "MODEL" },
    { "predict @small.safetensors @small --json --csv", 2, "--csv" },
    { "heatmap --help", 0, "--opacity" },
    { "heatmap @small.safetensors", 2, "MODEL" },
    { "heatmap @small.safetensors @small", 2, "-o" },
    { "heatmap @small.safetensors @small -o @x", 2, ".png" },
    { "heatmap @small.safetensors @small -o @x.png", 2, "--class" },
    { "heatmap @small.safetensors @small -o @x.png --class bogus", 2, "bogus" },
    { "heatmap @small.safetensors @small -o @x.png --opacity 2", 2, "--opacity" },
    { "inspect", 2, "MODEL" },
  };
  g_autofree char *unwanted = cli_path ("x");

  check_calls (calls, G_N_ELEMENTS (calls));
  g_assert_false (g_file_test (unwanted, G_FILE_TEST_EXISTS));
}

static void
test_bad_input (void)
{
  const Call calls[] = {
    { "scan @missing", 1, "missing" },
    { "scan @small.safetensors", 1, "small.safetensors" },
    { "scan @one-class", 1, "one-class" },
    { "sample @small", 1, "small" },
    { "train @missing -o @x", 1, "missing" },
    { "train @one-class -o @x", 1, "one-class" },
    { "train @small -o @missing/x", 1, "missing" },
    { "train @small -o @small", 1, "small" },
    { "train @small -o @x --backbone @missing", 1, "missing" },
    { "train @small -o @x --backbone @broken.safetensors", 1, "broken.safetensors" },
    { "train @small -o @x --settings @missing.json", 1, "missing.json" },
    { "train @small -o @x --settings @broken.json", 1, "broken.json" },
    { "train @small -o @x --resume @missing", 1, "missing" },
    { "train @small -o @x --run @small", 1, "small" },
    { "train --write-settings @missing/s.json", 1, "missing" },
    { "evaluate @missing @small", 1, "missing" },
    { "evaluate @broken.safetensors @small", 1, "broken.safetensors" },
    { "evaluate @small.safetensors @missing", 1, "missing" },
    { "evaluate @small.safetensors @small --report @missing/r.csv", 1, "missing" },
    { "predict @broken.safetensors @small", 1, "broken.safetensors" },
    { "heatmap @missing @small -o @x.png", 1, "missing" },
    { "heatmap @small.safetensors @missing -o @x.png", 1, "missing" },
    { "inspect @missing", 1, "missing" },
    { "inspect @broken.safetensors", 1, "broken.safetensors" },
  };
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-003.jpg", NULL);
  g_autofree char *only = cli_path ("one-class/joy/only.jpg");
  g_autofree char *model = cli_path ("broken.safetensors");
  g_autofree char *settings = cli_path ("broken.json");
  g_autofree char *unwanted = cli_path ("x");

  cli_copy (picture, only);
  g_assert_true (g_file_set_contents (model, "\x08\0\0\0\0\0\0\0{\"a\": 1", 16, NULL));
  g_assert_true (g_file_set_contents (settings, "{ \"epochs\": ", -1, NULL));
  check_calls (calls, G_N_ELEMENTS (calls));
  g_assert_false (g_file_test (unwanted, G_FILE_TEST_EXISTS));
}

/* Reads standard error up to the line of an epoch, and then sends a signal. */
static void
interrupt_after_epoch (GSubprocess *process, gint64 epoch, int signal_number)
{
  g_autoptr (GDataInputStream)
    lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  g_autofree char *prefix = g_strdup_printf ("epoch %" G_GINT64_FORMAT "/", epoch);
  gboolean sent = FALSE;
  char *line;

  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    {
      if (!sent && g_str_has_prefix (line, prefix))
        {
          g_subprocess_send_signal (process, signal_number);
          sent = TRUE;
        }
      g_free (line);
    }
  g_assert_true (sent);
}

/* Lets a training run up to an epoch, interrupts it, and returns how many epochs it says it
 * finished. */
static gint64
check_interrupted (char **arguments, const char *model, gint64 epoch, int signal_number)
{
  g_autoptr (GSubprocess) process = cli_start (arguments, -1);
  g_autoptr (GBytes) output = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) evaluated = NULL;
  g_autoptr (GError) error = NULL;
  gint64 epochs;

  interrupt_after_epoch (process, epoch, signal_number);
  output = g_input_stream_read_bytes (g_subprocess_get_stdout_pipe (process), 65536, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (cli_get_status (process), ==, 130);

  text = cli_bytes_to_string (output);
  root = cli_parse_json (text);
  epochs = json_object_get_int_member (json_node_get_object (root), "epochs");
  g_assert_cmpint (epochs, >=, epoch);
  g_assert_true (json_object_get_boolean_member (json_node_get_object (root), "interrupted"));
  evaluated = RUN_JSON ("evaluate", model, world.small, "--json");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (evaluated), "count"), ==,
                   N_CLASSES * SMALL_TEST);

  return epochs;
}

static void
test_interrupt (void)
{
  g_autofree char *model = cli_path ("interrupted.safetensors");
  g_autofree char *run = cli_path ("interrupted run");
  char *begin[] = { "train",      world.small, "-o",    model, "--epochs", "100000",
                    "--patience", "0",         "--run", run,   "--json",   NULL };
  char *go_on[] = { "train", world.small, "-o", model, "--resume", run, "--json", NULL };
  gint64 epochs = check_interrupted (begin, model, 1, SIGINT);

  check_interrupted (go_on, model, epochs + 1, SIGTERM);
}

static void
test_terminal (void)
{
  g_autofree char *model = cli_path ("terminal.safetensors");
  char *arguments[] = { "train", world.small, "-o", model, "--epochs", "1", NULL };
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  char buffer[4096];
  gssize n;

  g_assert_cmpint (terminal, >=, 0);
  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);
  process = cli_start (arguments, open (ptsname (terminal), O_RDWR | O_NOCTTY | O_CLOEXEC));
  /* A terminal that nobody holds open any more ends with EIO. */
  while ((n = read (terminal, buffer, sizeof buffer)) > 0)
    g_string_append_len (seen, buffer, n);
  close (terminal);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));

  g_assert_cmpint (cli_get_status (process), ==, 0);
  g_assert_nonnull (strstr (seen->str, "Epoch 1/1"));
  g_assert_nonnull (strstr (seen->str, "\r\033[K"));
  g_assert_nonnull (strstr (seen->str, "epoch 1/1: "));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("The path of mien-cli is to be the only argument");
  cli_world_set_up (argv[1]);

  g_test_add_func ("/cli/scan", test_scan);
  g_test_add_func ("/cli/scan-text", test_scan_text);
  g_test_add_func ("/cli/train", test_train);
  g_test_add_func ("/cli/evaluate", test_evaluate);
  g_test_add_func ("/cli/evaluate-splits", test_evaluate_splits);
  g_test_add_func ("/cli/report", test_report);
  g_test_add_func ("/cli/views", test_views);
  g_test_add_func ("/cli/predict", test_predict);
  g_test_add_func ("/cli/predict-folder", test_predict_folder);
  g_test_add_func ("/cli/predict-nothing", test_predict_nothing);
  g_test_add_func ("/cli/odd-names", test_odd_names);
  g_test_add_func ("/cli/inspect", test_inspect);
  g_test_add_func ("/cli/settings", test_settings);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/bad-input", test_bad_input);
  g_test_add_func ("/cli/interrupt", test_interrupt);
  g_test_add_func ("/cli/terminal", test_terminal);

  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
