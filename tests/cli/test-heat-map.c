/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>

#include "cli-fixture.h"

/* The picture has the sample's size, enlarged; the map a sixteenth of the input's. */
static void
test_heat_map (void)
{
  g_autofree char *picture = g_build_filename (world.sample, "test/joy/joy-001.jpg", NULL);
  g_autofree char *folder = g_build_filename (world.small, "test", NULL);
  g_autofree char *path = cli_path ("heat.png");
  g_autoptr (JsonNode) one = RUN_JSON ("heatmap", world.model, picture, "-o", path, "--json");
  g_autoptr (JsonNode) mean = NULL;
  JsonObject *object = json_node_get_object (one);
  JsonArray *map = json_object_get_array_member (object, "map");
  double largest = 0;
  int from[2], width, height;

  for (guint y = 0; y < 3; y++)
    for (guint x = 0; x < 3; x++)
      largest = MAX (largest,
                     json_array_get_double_element (json_array_get_array_element (map, y), x));
  g_assert_cmpuint (json_array_get_length (map), ==, 3);
  g_assert_cmpfloat (largest, ==, 1);
  g_assert_cmpint (json_object_get_int_member (object, "pictures"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (object, "output"), ==, path);

  g_assert_nonnull (gdk_pixbuf_get_file_info (picture, &from[0], &from[1]));
  g_assert_nonnull (gdk_pixbuf_get_file_info (path, &width, &height));
  g_assert_cmpint (width, >=, 256);
  g_assert_cmpint (width % from[0], ==, 0);
  g_assert_cmpint (width * from[1], ==, height * from[0]);

  mean = RUN_JSON ("heatmap", world.model, folder, "-o", path, "--class", "anger", "--json");
  object = json_node_get_object (mean);
  g_assert_cmpint (json_object_get_int_member (object, "pictures"), ==, N_CLASSES * SMALL_TEST);
  g_assert_cmpstr (json_object_get_string_member (object, "class"), ==, "anger");
  g_assert_cmpfloat (json_object_get_double_member (object, "peak"), <=, 1);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  cli_world_set_up (argv[1]);
  g_test_add_func ("/cli/heat-map", test_heat_map);
  status = g_test_run ();
  cli_world_tear_down ();
  return status;
}
