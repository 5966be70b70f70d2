/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "../train/fetch-server.h"
#include "cli-fixture.h"

#define FILE_NAME "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"
#define SIZE 80134624
#define ARRIVED 3000000

static FetchServer *server;

/* So many bytes of the file, which the server says is of its right size. */
static void
serve (GBytes *bytes, gsize break_after, gboolean stalls)
{
  fetch_server_set (
    server, (FetchAnswer){
              .bytes = bytes, .tag = "\"zeros\"", .break_after = break_after, .stalls = stalls });
}

static char *
part_path (void)
{
  return cli_path ("data-home/mien/weights/" FILE_NAME ".part");
}

static gsize
measure_part (void)
{
  g_autofree char *path = part_path ();
  GStatBuf status;

  return g_stat (path, &status) == 0 ? (gsize) status.st_size : 0;
}

static void
test_usage (void)
{
  g_autoptr (CliResult) unknown = cli_run ("fetch", "resnet", NULL);
  g_autoptr (CliResult) many = cli_run ("fetch", "vgg19-imagenet", "more", NULL);
  g_autoptr (CliResult) help = cli_run ("fetch", "--help", NULL);

  g_assert_cmpint (unknown->status, ==, 2);
  g_assert_nonnull (strstr (unknown->errors, "resnet"));
  g_assert_nonnull (strstr (unknown->errors, "vgg19-imagenet"));
  g_assert_cmpint (many->status, ==, 2);
  g_assert_cmpint (help->status, ==, 0);
  g_assert_nonnull (strstr (help->output, "--json"));
  g_assert_cmpuint (fetch_server_count (server), ==, 0);
}

static void
test_backbone (void)
{
  g_autofree char *settings = cli_path ("imagenet.json");
  g_autoptr (CliResult) result = NULL;

  result = cli_run ("train", "--backbone", "imagenet", "--write-settings", settings, NULL);
  g_assert_cmpint (result->status, ==, 1);
  g_assert_nonnull (strstr (result->errors, "mien-cli fetch"));
  g_assert_false (g_file_test (settings, G_FILE_TEST_EXISTS));
}

static void
test_missing (void)
{
  g_autoptr (CliResult) result = NULL;

  fetch_server_set (server, (FetchAnswer){ .status = 404 });
  result = cli_run ("fetch", "--json", NULL);
  g_assert_cmpint (result->status, ==, 1);
  g_assert_cmpstr (result->output, ==, "");
  g_assert_nonnull (strstr (result->errors, "404"));
  g_assert_nonnull (strstr (result->errors, FILE_NAME));
}

/* Ctrl+C, then a broken connection: each goes on from where it was, and says so. */
static void
test_interrupt (void)
{
  char *arguments[] = { "fetch", NULL };
  g_autofree guint8 *zeros = g_malloc0 (SIZE);
  g_autoptr (GBytes) bytes = g_bytes_new_static (zeros, SIZE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) errors = NULL;
  g_autofree char *said = NULL;
  g_autofree char *range = NULL;
  g_autofree char *expected = g_strdup_printf ("bytes=%d-", ARRIVED);
  g_autoptr (CliResult) broken = NULL;
  g_autoptr (CliResult) wrong = NULL;

  serve (bytes, ARRIVED, TRUE);
  process = cli_start (arguments, -1);
  while (measure_part () < ARRIVED)
    g_usleep (1000);
  g_subprocess_send_signal (process, SIGINT);
  g_assert_true (g_subprocess_communicate (process, NULL, NULL, NULL, &errors, NULL));
  said = cli_bytes_to_string (errors);
  g_assert_cmpint (cli_get_status (process), ==, 130);
  g_assert_nonnull (strstr (said, "mien-cli fetch vgg19-imagenet"));
  g_assert_cmpuint (measure_part (), ==, ARRIVED);

  serve (bytes, ARRIVED, FALSE);
  broken = cli_run ("fetch", "vgg19-imagenet", NULL);
  g_assert_cmpint (broken->status, ==, 1);
  g_assert_nonnull (strstr (broken->errors, "mien-cli fetch vgg19-imagenet"));
  range = fetch_server_dup_range (server);
  g_assert_cmpstr (range, ==, expected);
  g_assert_cmpuint (measure_part (), ==, 2 * ARRIVED);

  /* Zeros are not the weights. */
  serve (bytes, 0, FALSE);
  wrong = cli_run ("fetch", NULL);
  g_assert_cmpint (wrong->status, ==, 1);
  g_assert_nonnull (strstr (wrong->errors, "253f8cb515780f3b799900260a226db6"));
  g_assert_null (strstr (wrong->errors, "goes on from there"));
  g_assert_cmpuint (measure_part (), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *address = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("The path of mien-cli is to be the only argument");
  cli_world_set_up (argv[1]);
  server = fetch_server_new ();
  address = fetch_server_dup_address (server, "/");
  g_setenv ("MIEN_WEIGHTS_MIRROR", address, TRUE);
  g_unsetenv ("http_proxy");
  g_unsetenv ("all_proxy");

  g_test_add_func ("/cli/fetch/usage", test_usage);
  g_test_add_func ("/cli/fetch/backbone", test_backbone);
  g_test_add_func ("/cli/fetch/missing", test_missing);
  g_test_add_func ("/cli/fetch/interrupt", test_interrupt);
  status = g_test_run ();

  fetch_server_free (server);
  cli_world_tear_down ();
  return status;
}
