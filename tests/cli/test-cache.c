/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#include "cli-fixture.h"

/* Trainings of the real program that begin with the features of frozen layers. */

#define EPOCHS "4"

/* A network of the least width, its first two blocks and a layer frozen. */
static const char settings[] =
  "{ \"architecture\": { \"depth\": 11, \"width_eighths\": 1, \"input_width\": 64,"
  "  \"input_height\": 64 }, \"frozen_convolutions\": 3, \"preprocessing\": \"unit\","
  "  \"batch\": 8, \"epochs\": " EPOCHS ", \"patience\": 0, \"threads\": 1 }";

static char *settings_path;

static void
use_cache (const char *name)
{
  g_autofree char *path = cli_path (name);

  g_setenv ("MIEN_FEATURE_CACHE", path, TRUE);
}

static guint64
measure_cache (const char *name)
{
  g_autofree char *path = cli_path (name);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *file;
  guint64 bytes = 0;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, file, NULL);
      GStatBuf status;

      if (g_stat (full, &status) == 0)
        bytes += (guint64) status.st_size;
    }
  return bytes;
}

static GSubprocess *
start_training (const char *model, const char *run)
{
  char *arguments[] = { "train", world.small,  "-o", (char *) model, "--settings", settings_path,
                        "--run", (char *) run, NULL };

  return cli_start (arguments, -1);
}

static void
assert_done (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_subprocess_communicate (process, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (cli_get_status (process), ==, 0);
}

/* The weights of a .safetensors file: what follows its header, which holds times. */
static GBytes *
read_weights (const char *path)
{
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  guint64 header;
  gsize size;

  g_file_get_contents (path, &content, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size, >, sizeof header);
  memcpy (&header, content, sizeof header);
  header = GUINT64_FROM_LE (header) + sizeof header;
  g_assert_cmpuint (header, <, size);
  return g_bytes_new (content + header, size - header);
}

static void
assert_same_weights (const char *first, const char *second)
{
  g_autoptr (GBytes) left = read_weights (first);
  g_autoptr (GBytes) right = read_weights (second);

  g_assert_true (g_bytes_equal (left, right));
}

/* Trains without disturbance, with a cache of its own, once for all tests. */
static const char *
get_reference (void)
{
  static char *model;

  if (model == NULL)
    {
      g_autofree char *run = cli_path ("reference run");
      g_autoptr (GSubprocess) process = NULL;

      model = cli_path ("reference.safetensors");
      use_cache ("reference-cache");
      process = start_training (model, run);
      assert_done (process);
      g_assert_cmpuint (measure_cache ("reference-cache"), >, 0);
    }
  return model;
}

static void
kill_and_wait (GSubprocess *process)
{
  g_subprocess_send_signal (process, 9);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
}

/* Whether the training says that it finished its first epoch. */
static void
wait_for_epoch (GSubprocess *process)
{
  g_autoptr (GDataInputStream)
    lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (process));
  gboolean seen = FALSE;
  char *line;

  while (!seen && (line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    {
      seen = g_str_has_prefix (line, "epoch 1/");
      g_free (line);
    }
  g_assert_true (seen);
}

/* Killed while features are computed, again in an epoch, and gone on with: the weights of a
 * training that nobody touched. */
static void
test_kill (void)
{
  const char *reference = get_reference ();
  g_autofree char *model = cli_path ("killed.safetensors");
  g_autofree char *run = cli_path ("killed run");
  g_autoptr (CliResult) end = NULL;

  use_cache ("killed-cache");
  {
    g_autoptr (GSubprocess) process = start_training (model, run);

    /* The second is the header and an index: a few records more, and it is in the midst. */
    while (measure_cache ("killed-cache") < 400000)
      g_usleep (500);
    kill_and_wait (process);
  }
  g_assert_cmpuint (measure_cache ("killed-cache"), <, measure_cache ("reference-cache"));
  {
    char *arguments[] = { "train", world.small, "-o", model, "--resume", run, NULL };
    g_autoptr (GSubprocess) process = cli_start (arguments, -1);

    wait_for_epoch (process);
    kill_and_wait (process);
  }
  end = cli_run ("train", world.small, "-o", model, "--resume", run, NULL);
  g_assert_cmpint (end->status, ==, 0);
  g_assert_cmpuint (measure_cache ("killed-cache"), ==, measure_cache ("reference-cache"));
  assert_same_weights (reference, model);
}

/* Two at the same time: one of them keeps what it computes, and both get it right; a third finds
 * all there. */
static void
test_two_processes (void)
{
  const char *reference = get_reference ();
  const char *names[] = { "first", "second", "third" };
  g_autofree char *last_log = cli_path ("third run/log.txt");
  g_autofree char *log = NULL;
  GSubprocess *processes[3];

  use_cache ("shared-cache");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strconcat (names[i], ".safetensors", NULL);
      g_autofree char *model = cli_path (name);
      g_autofree char *run_name = g_strconcat (names[i], " run", NULL);
      g_autofree char *run = cli_path (run_name);

      if (i == 2)
        {
          assert_done (processes[0]);
          assert_done (processes[1]);
        }
      processes[i] = start_training (model, run);
    }
  assert_done (processes[2]);
  g_assert_cmpuint (measure_cache ("shared-cache"), ==, measure_cache ("reference-cache"));
  g_assert_true (g_file_get_contents (last_log, &log, NULL, NULL));
  g_assert_null (strstr (log, "computed"));

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strconcat (names[i], ".safetensors", NULL);
      g_autofree char *model = cli_path (name);

      assert_same_weights (reference, model);
      g_object_unref (processes[i]);
    }
}

/* No file may grow over a size that the features do not fit: a notice, and the same weights. */
static void
test_full (void)
{
  const char *reference = get_reference ();
  g_autofree char *model = cli_path ("full.safetensors");
  g_autofree char *run = cli_path ("full run");
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *errors = NULL;
  g_autoptr (GError) error = NULL;
  char *arguments[] = { "train",       world.small, "-o", model, "--settings",
                        settings_path, "--run",     run,  NULL };
  struct rlimit before;
  struct rlimit limit;

  /* A checkpoint of this network takes less, the features more. */
  use_cache ("full-cache");
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 2200 * 1000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  process = cli_start (arguments, -1);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &errors, &error));
  g_assert_cmpint (cli_get_status (process), ==, 0);
  g_assert_nonnull (strstr (errors, "cannot be kept"));
  g_assert_cmpuint (measure_cache ("full-cache"), <, measure_cache ("reference-cache"));
  assert_same_weights (reference, model);
}

static void
test_options (void)
{
  g_autofree char *model = cli_path ("options.safetensors");
  g_autofree char *written = cli_path ("written.json");
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (CliResult) without = NULL;
  g_autoptr (CliResult) writing = NULL;
  g_autoptr (CliResult) training = NULL;
  JsonObject *cache;

  use_cache ("options-cache");
  without = cli_run ("train", world.small, "-o", model, "--settings", settings_path, "--no-cache",
                     "--epochs", "1", NULL);
  g_assert_cmpint (without->status, ==, 0);
  g_assert_cmpuint (measure_cache ("options-cache"), ==, 0);

  /* Pictures as they are need a quarter of the records, but for those of the validation. */
  training = cli_run ("train", world.small, "-o", model, "--settings", settings_path,
                      "--cache-variants", "1", "--epochs", "1", NULL);
  g_assert_cmpint (training->status, ==, 0);
  g_assert_cmpuint (measure_cache ("options-cache"), >, 0);

  writing = cli_run ("train", "--settings", settings_path, "--no-cache", "--cache-variants", "9",
                     "--write-settings", written, NULL);
  g_assert_cmpint (writing->status, ==, 0);
  g_assert_true (g_file_get_contents (written, &text, NULL, NULL));
  root = cli_parse_json (text);
  cache = json_object_get_object_member (json_node_get_object (root), "cache");
  g_assert_false (json_object_get_boolean_member (cache, "enabled"));
  g_assert_cmpint (json_object_get_int_member (cache, "variants"), ==, 9);
  g_assert_cmpint (json_object_get_int_member (cache, "limit"), ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("The path of mien-cli is to be the only argument");
  cli_world_set_up (argv[1]);
  settings_path = cli_path ("cache.json");
  g_assert_true (g_file_set_contents (settings_path, settings, -1, NULL));

  g_test_add_func ("/cli-cache/kill", test_kill);
  g_test_add_func ("/cli-cache/two-processes", test_two_processes);
  g_test_add_func ("/cli-cache/full", test_full);
  g_test_add_func ("/cli-cache/options", test_options);

  status = g_test_run ();
  g_free (settings_path);
  cli_world_tear_down ();
  return status;
}
