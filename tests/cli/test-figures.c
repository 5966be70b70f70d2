/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli-fixture.h"

static void
assert_begins (const char *path, const char *start)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpuint (length, >, 1000);
  g_assert_cmpmem (content, strlen (start), start, strlen (start));
}

static void
test_plot (void)
{
  const struct
  {
    const char *name, *figure, *start;
  } figures[] = {
    { "loss.png", "loss", "\211PNG" },
    { "accuracy.svg", "accuracy", "<?xml" },
    { "rate.pdf", "rate", "%PDF" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    {
      g_autofree char *path = cli_path (figures[i].name);
      g_autoptr (CliResult)
        result = cli_run ("plot", world.run, "-o", path, "--figure", figures[i].figure, NULL);

      g_assert_cmpstr (result->errors, ==, "");
      g_assert_cmpint (result->status, ==, 0);
      assert_begins (path, figures[i].start);
    }
}

static void
test_plot_json (void)
{
  g_autofree char *path = cli_path ("again.png");
  g_autoptr (CliResult) result = cli_run ("plot", world.run, "-o", path, "--json", NULL);
  g_autoptr (JsonNode) root = cli_parse_json (result->output);
  JsonObject *object = json_node_get_object (root);

  g_assert_cmpstr (json_object_get_string_member (object, "output"), ==, path);
  g_assert_cmpint (json_object_get_int_member (object, "epochs"), >, 0);
  assert_begins (path, "\211PNG");
}

static void
test_matrix (void)
{
  g_autofree char *path = cli_path ("matrix.png");
  g_autoptr (CliResult) result = cli_run ("evaluate", world.model, world.small, "--matrix", path,
                                          "--cells", "rows", NULL);

  g_assert_cmpint (result->status, ==, 0);
  assert_begins (path, "\211PNG");
}

/* The curves of the run make it longer. */
static void
test_report (void)
{
  g_autofree char *plain = cli_path ("plain.pdf");
  g_autofree char *full = cli_path ("full.pdf");
  g_autofree char *table = cli_path ("table.csv");
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;
  gsize lengths[2];
  g_autofree char *contents[2] = { NULL, NULL };
  g_autoptr (CliResult)
    first = cli_run ("evaluate", world.model, world.small, "--report", plain, "--csv", table, NULL);
  g_autoptr (CliResult) second = cli_run ("evaluate", world.model, world.small, "--report", full,
                                          "--run", world.run, NULL);

  g_assert_cmpint (first->status, ==, 0);
  g_assert_cmpint (second->status, ==, 0);
  assert_begins (plain, "%PDF");
  assert_begins (full, "%PDF");
  g_assert_true (g_file_get_contents (plain, &contents[0], &lengths[0], NULL));
  g_assert_true (g_file_get_contents (full, &contents[1], &lengths[1], NULL));
  g_assert_cmpuint (lengths[1], >, lengths[0]);

  g_assert_true (g_file_get_contents (table, &csv, NULL, NULL));
  lines = g_strsplit (csv, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + N_CLASSES * SMALL_TEST + 1);
  g_assert_cmpstr (lines[0], ==, "path,actual,predicted,confidence,anger,joy,sadness");
}

static void
test_errors (void)
{
  g_autofree char *other = cli_path ("matrix.jpg");
  g_autofree char *picture = cli_path ("none.png");
  g_autofree char *nowhere = cli_path ("none/table.csv");
  const struct
  {
    const char *arguments[7];
    int status;
    const char *message;
  } cases[] = {
    { { "plot", world.run }, 2, "-o" },
    { { "plot", world.run, "-o", other }, 2, ".svg" },
    { { "plot", world.run, "-o", picture, "--figure", "f1" }, 2, "f1" },
    { { "plot", world.small, "-o", picture }, 1, "history.csv" },
    { { "evaluate", world.model, world.small, "--matrix", other }, 2, ".svg" },
    { { "evaluate", world.model, world.small, "--cells", "all" }, 2, "all" },
    { { "evaluate", world.model, world.small, "--report", other }, 2, ".pdf" },
    { { "evaluate", world.model, world.small, "--csv", nowhere }, 1, "none" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliResult) result = cli_run_strv ((char **) cases[i].arguments);

      g_assert_cmpint (result->status, ==, cases[i].status);
      g_assert_nonnull (strstr (result->errors, cases[i].message));
    }
  g_assert_false (g_file_test (picture, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli_world_set_up (argv[1]);
  g_test_add_func ("/cli/plot", test_plot);
  g_test_add_func ("/cli/plot-json", test_plot_json);
  g_test_add_func ("/cli/matrix", test_matrix);
  g_test_add_func ("/cli/pdf-report", test_report);
  g_test_add_func ("/cli/figure-errors", test_errors);
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
