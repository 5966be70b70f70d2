/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "cli-fixture.h"

#define COLUMNS 6
#define ROWS 4
#define TILE 240

/* Many of the sample's faces in one picture, of which a detector for photographs sees some. */
static char *
write_group (void)
{
  char *path = cli_path ("group.png");
  g_autoptr (GdkPixbuf)
    group = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, COLUMNS * TILE, ROWS * TILE);

  for (int i = 0; i < COLUMNS * ROWS; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/test/joy/joy-%03d.jpg", world.sample, i + 1);
      g_autoptr (GdkPixbuf) face = gdk_pixbuf_new_from_file_at_size (file, TILE, TILE, NULL);

      g_assert_nonnull (face);
      gdk_pixbuf_copy_area (face, 0, 0, TILE, TILE, group, i % COLUMNS * TILE, i / COLUMNS * TILE);
    }
  g_assert_true (gdk_pixbuf_save (group, path, "png", NULL, NULL));
  return path;
}

/* The three documents tell of the same faces, each within the picture. */
static void
test_group (void)
{
  g_autofree char *group = write_group ();
  g_autoptr (CliResult) result = cli_run ("predict", world.model, group, "--faces", "--json", NULL);
  g_autoptr (CliResult) csv = cli_run ("predict", world.model, group, "--faces", "--csv", NULL);
  g_autoptr (CliResult) text = cli_run ("predict", world.model, group, "--faces", NULL);
  g_auto (GStrv) csv_lines = g_strsplit (g_strchomp (csv->output), "\n", -1);
  g_auto (GStrv) text_lines = g_strsplit (g_strchomp (text->output), "\n", -1);
  g_autoptr (JsonNode) root = NULL;
  JsonArray *rows;

  g_assert_cmpint (result->status, ==, 0);
  root = cli_parse_json (result->output);
  rows = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (rows), >, 1);
  g_assert_cmpuint (g_strv_length (csv_lines), ==, json_array_get_length (rows) + 1);
  g_assert_cmpuint (g_strv_length (text_lines), ==, json_array_get_length (rows));
  g_assert_true (g_str_has_suffix (csv_lines[0], ",face_x,face_y,face_size"));
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonObject *row = json_array_get_object_element (rows, i);
      JsonObject *face = json_object_get_object_member (row, "face");
      const int x = (int) json_object_get_int_member (face, "x");
      const int y = (int) json_object_get_int_member (face, "y");
      const int size = (int) json_object_get_int_member (face, "size");
      g_autofree char *place = g_strdup_printf ("face at %d, %d of %d pixels: ", x, y, size);
      g_autofree char *fields = g_strdup_printf (",%d,%d,%d", x, y, size);

      g_assert_cmpstr (json_object_get_string_member (row, "path"), ==, group);
      g_assert_cmpint (x, >=, 0);
      g_assert_cmpint (y, >=, 0);
      g_assert_cmpint (size, >, 0);
      g_assert_cmpint (x + size, <=, COLUMNS * TILE);
      g_assert_cmpint (y + size, <=, ROWS * TILE);
      g_assert_nonnull (strstr (text_lines[i], place));
      g_assert_true (g_str_has_suffix (csv_lines[i + 1], fields));
    }
}

/* A picture that was cut to a face before is answered as without the option. */
static void
test_cut (void)
{
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-001.jpg", NULL);
  g_autoptr (CliResult) with = cli_run ("predict", world.model, picture, "--faces", "--csv", NULL);
  g_autoptr (CliResult) without = cli_run ("predict", world.model, picture, "--csv", NULL);

  g_assert_cmpint (with->status, ==, 0);
  g_assert_cmpstr (with->output, ==, without->output);
}

static void
test_refused (void)
{
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-001.jpg", NULL);
  g_autoptr (CliResult) result = cli_run ("predict", world.model, picture, "--faces", NULL);

  g_assert_cmpint (result->status, ==, 2);
  g_assert_nonnull (strstr (result->errors, "OpenCV"));
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  cli_world_set_up (argv[1]);
  if (MIEN_TEST_FACES)
    {
      g_test_add_func ("/cli/faces/group", test_group);
      g_test_add_func ("/cli/faces/cut", test_cut);
    }
  else
    {
      g_test_add_func ("/cli/faces/refused", test_refused);
    }
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
