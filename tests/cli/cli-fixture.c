/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

static const char *const class_names[N_CLASSES] = { "anger", "joy", "sadness" };

static char *program_path;

CliWorld world;

/* Starts the program; `error_fd` takes its standard error and is closed here, -1: a pipe. */
GSubprocess *
cli_start (char **arguments, int error_fd)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *data_home = cli_path ("data-home");
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                        (error_fd < 0 ? G_SUBPROCESS_FLAGS_STDERR_PIPE : 0));
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", data_home, TRUE);
  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  if (error_fd >= 0)
    g_subprocess_launcher_take_stderr_fd (launcher, error_fd);

  g_ptr_array_add (argv, program_path);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, arguments[i]);
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);

  return process;
}

/* Of a process that has ended. */
int
cli_get_status (GSubprocess *process)
{
  if (g_subprocess_get_if_exited (process))
    return g_subprocess_get_exit_status (process);
  return 128 + g_subprocess_get_term_sig (process);
}

/* Empty bytes have no address. */
char *
cli_bytes_to_string (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return length > 0 ? g_strndup (data, length) : g_strdup ("");
}

CliResult *
cli_run_strv (char **arguments)
{
  g_autoptr (GSubprocess) process = cli_start (arguments, -1);
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;
  g_autoptr (GError) error = NULL;
  CliResult *result = g_new0 (CliResult, 1);

  g_subprocess_communicate (process, NULL, NULL, &output, &errors, &error);
  g_assert_no_error (error);
  result->status = cli_get_status (process);
  result->output = cli_bytes_to_string (output);
  result->errors = cli_bytes_to_string (errors);

  return result;
}

CliResult *
cli_run (const char *first, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  va_list list;

  va_start (list, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, (char *) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);

  return cli_run_strv ((char **) arguments->pdata);
}

void
cli_result_free (CliResult *self)
{
  g_free (self->output);
  g_free (self->errors);
  g_free (self);
}

/* Fails unless `text` is one JSON document and nothing else. */
JsonNode *
cli_parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  return node;
}

char *
cli_path (const char *name)
{
  return g_build_filename (world.directory, name, NULL);
}

/* Makes the folder of `to`, too. */
void
cli_copy (const char *from, const char *to)
{
  g_autofree char *folder = g_path_get_dirname (to);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_file_get_contents (from, &content, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, content, length, &error);
  g_assert_no_error (error);
}

void
cli_remove (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *entry;

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      dir = g_dir_open (path, 0, NULL);
      while ((entry = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, entry, NULL);

          cli_remove (child);
        }
    }
  g_remove (path);
}

static void
copy_small (const char *split, guint n)
{
  for (guint class = 0; class < N_CLASSES; class ++)
    for (guint i = 1; i <= n; i++)
      {
        g_autofree char *name = g_strdup_printf ("%s/%s/%s-%03u.jpg", split, class_names[class],
                                                 class_names[class], i);
        g_autofree char *from = g_build_filename (world.sample, name, NULL);
        g_autofree char *to = g_build_filename (world.small, name, NULL);

        cli_copy (from, to);
      }
}

void
cli_world_set_up (const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CliResult) sample = NULL;
  g_autoptr (CliResult) trained = NULL;

  program_path = g_strdup (program);
  world.directory = g_dir_make_tmp ("mien-cli-XXXXXX", &error);
  g_assert_no_error (error);
  world.sample = cli_path ("sample");
  world.small = cli_path ("small");
  world.model = cli_path ("small.safetensors");
  world.run = cli_path ("run");

  sample = cli_run ("sample", world.sample, NULL);
  g_assert_cmpint (sample->status, ==, 0);
  copy_small ("train", SMALL_TRAIN);
  copy_small ("test", SMALL_TEST);
  trained = cli_run ("train", world.small, "-o", world.model, "--epochs", "1", "--run", world.run,
                     NULL);
  g_assert_cmpstr (trained->errors, !=, "");
  g_assert_cmpint (trained->status, ==, 0);
}

void
cli_world_tear_down (void)
{
  cli_remove (world.directory);
  g_free (world.directory);
  g_free (world.sample);
  g_free (world.small);
  g_free (world.model);
  g_free (world.run);
  g_free (program_path);
}

/* The document of a run that must succeed; takes the result. */
JsonNode *
cli_take_json (CliResult *result)
{
  g_autoptr (CliResult) owned = result;

  if (owned->status != 0)
    g_test_message ("%s", owned->errors);
  g_assert_cmpint (owned->status, ==, 0);
  return cli_parse_json (owned->output);
}
