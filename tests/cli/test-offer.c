/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cli-fixture.h"

/* Writes the settings that these arguments of `train` make, and reads them. */
static JsonObject *
write_settings (const char *first, ...)
{
  g_autofree char *path = cli_path ("offered.json");
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (CliResult) written = NULL;
  g_autofree char *content = NULL;
  g_autoptr (JsonNode) root = NULL;
  va_list rest;

  g_ptr_array_add (arguments, (char *) "train");
  g_ptr_array_add (arguments, (char *) "--write-settings");
  g_ptr_array_add (arguments, path);
  va_start (rest, first);
  for (const char *argument = first; argument != NULL; argument = va_arg (rest, const char *))
    g_ptr_array_add (arguments, (char *) argument);
  va_end (rest);
  g_ptr_array_add (arguments, NULL);

  written = cli_run_strv ((char **) arguments->pdata);
  g_assert_cmpint (written->status, ==, 0);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  root = cli_parse_json (content);
  return json_object_ref (json_node_get_object (root));
}

/* A model of its own stands in for the network that comes along. */
static void
test_offer (void)
{
  g_autofree char *weights = cli_path ("weights");
  g_autofree char *faces = cli_path ("weights/faces-compact.safetensors");
  g_autofree char *output = cli_path ("offered.safetensors");
  g_autoptr (JsonObject) offered = NULL;
  g_autoptr (JsonObject) changed = NULL;
  g_autoptr (JsonObject) compact = NULL;
  g_autoptr (JsonObject) scratch = NULL;
  g_autoptr (CliResult) with = NULL;
  g_autoptr (CliResult) without = NULL;

  g_assert_cmpint (g_mkdir (weights, 0755), ==, 0);
  cli_copy (world.model, faces);
  g_setenv ("MIEN_WEIGHTS", weights, TRUE);

  offered = write_settings (world.small, NULL);
  changed = write_settings (world.small, "--epochs", "3", NULL);
  compact = write_settings ("--backbone", "compact", NULL);
  scratch = write_settings (world.small, "--backbone", "scratch", NULL);
  g_assert_cmpstr (json_object_get_string_member (offered, "weights"), ==, faces);
  g_assert_cmpstr (json_object_get_string_member (compact, "weights"), ==, faces);
  g_assert_true (json_object_get_null_member (scratch, "weights"));
  g_assert_cmpint (json_object_get_int_member (changed, "epochs"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (changed, "batch"), ==,
                   json_object_get_int_member (offered, "batch"));

  /* The reason stands before the progress, where the program chose. */
  with = cli_run ("train", world.small, "-o", output, "--epochs", "1", "--json", NULL);
  without = cli_run ("train", world.small, "-o", output, "--epochs", "1", "--backbone", "scratch",
                     "--json", NULL);
  g_assert_cmpint (with->status, ==, 0);
  g_assert_cmpint (without->status, ==, 0);
  g_assert_nonnull (strstr (with->errors, "96 pixels"));
  g_assert_null (strstr (without->errors, "96 pixels"));
  g_assert_null (strstr (with->errors, "mien-cli fetch"));
}

static void
write_photograph (const char *folder, guint i)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 90, 128);
  g_autofree char *name = g_strdup_printf ("%u.png", i);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_fill (pixbuf, i << 24 | 0xff);
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
}

/* Photographs are better served by ImageNet weights: said where these are not there. */
static void
test_photographs (void)
{
  g_autofree char *photographs = cli_path ("photographs");
  g_autofree char *one = cli_path ("photographs/one");
  g_autofree char *two = cli_path ("photographs/two");
  g_autofree char *written = cli_path ("photographs.json");
  g_autoptr (CliResult) result = NULL;

  g_assert_cmpint (g_mkdir_with_parents (one, 0755), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (two, 0755), ==, 0);
  for (guint i = 0; i < 12; i++)
    write_photograph (i % 2 == 0 ? one : two, i);

  result = cli_run ("train", photographs, "--write-settings", written, NULL);
  g_assert_cmpint (result->status, ==, 0);
  g_assert_nonnull (strstr (result->errors, "128 pixels"));
  g_assert_nonnull (strstr (result->errors, "mien-cli fetch"));
}

/* The networks that come along have names for the command line. */
static void
test_names (void)
{
  g_autofree char *weights = cli_path ("named");
  g_autofree char *emotions = cli_path ("named/three-emotions.safetensors");
  g_autofree char *picture = g_build_filename (world.small, "test", "joy", NULL);
  g_autoptr (CliResult) inspected = NULL;
  g_autoptr (CliResult) predicted = NULL;
  g_autoptr (CliResult) evaluated = NULL;
  g_autoptr (CliResult) missing = NULL;

  g_assert_cmpint (g_mkdir (weights, 0755), ==, 0);
  cli_copy (world.model, emotions);
  g_setenv ("MIEN_WEIGHTS", weights, TRUE);

  inspected = cli_run ("inspect", "three-emotions", NULL);
  predicted = cli_run ("predict", "three-emotions", picture, NULL);
  evaluated = cli_run ("evaluate", "three-emotions", world.small, NULL);
  missing = cli_run ("inspect", "faces-compact", NULL);
  g_assert_cmpint (inspected->status, ==, 0);
  g_assert_cmpint (predicted->status, ==, 0);
  g_assert_cmpint (evaluated->status, ==, 0);
  g_assert_cmpint (missing->status, ==, 1);
  g_assert_nonnull (strstr (missing->errors, "faces-compact"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("The path of mien-cli is to be the only argument");
  cli_world_set_up (argv[1]);

  g_test_add_func ("/cli-offer/offer", test_offer);
  g_test_add_func ("/cli-offer/photographs", test_photographs);
  g_test_add_func ("/cli-offer/names", test_names);

  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
