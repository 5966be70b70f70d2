/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "train-fixture.h"
#include "train/mien-bundled.h"

static void
test_find (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *expected = g_build_filename (folder, "faces-compact.safetensors", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *other = NULL;

  g_setenv ("MIEN_WEIGHTS", folder, TRUE);
  before = mien_bundled_find (MIEN_BUNDLED_FACES);
  g_assert_null (before);
  g_assert_false (mien_bundled_is (MIEN_BUNDLED_FACES, NULL));
  g_assert_false (mien_bundled_is (MIEN_BUNDLED_FACES, expected));

  train_fixture_write_file (folder, "faces-compact.safetensors", "x");
  after = mien_bundled_find (MIEN_BUNDLED_FACES);
  g_assert_cmpstr (after, ==, expected);
  g_assert_true (mien_bundled_is (MIEN_BUNDLED_FACES, expected));
  g_assert_false (mien_bundled_is (MIEN_BUNDLED_THREE_EMOTIONS, expected));
  other = mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);
  g_assert_null (other);

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

static void
assert_resolved (const char *argument, const char *expected)
{
  g_autofree char *path = mien_bundled_resolve (argument);

  g_assert_cmpstr (path, ==, expected);
}

static void
test_resolve (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *faces = g_build_filename (folder, "faces-compact.safetensors", NULL);
  g_autofree char *earlier = g_get_current_dir ();

  train_fixture_write_file (folder, "faces-compact.safetensors", "x");
  g_setenv ("MIEN_WEIGHTS", folder, TRUE);
  assert_resolved ("faces-compact", faces);
  assert_resolved ("three-emotions", "three-emotions");
  assert_resolved ("./faces-compact", "./faces-compact");
  assert_resolved ("other.safetensors", "other.safetensors");

  /* A file of that name is what is meant. */
  g_assert_cmpint (g_chdir (folder), ==, 0);
  train_fixture_write_file (folder, "faces-compact", "x");
  assert_resolved ("faces-compact", "faces-compact");
  g_assert_cmpint (g_chdir (earlier), ==, 0);

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

/* A folder of that name is no network; a folder that is not there holds none. */
static void
test_not_a_file (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *inner = g_build_filename (folder, "three-emotions.safetensors", NULL);
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);

  g_assert_cmpint (g_mkdir (inner, 0755), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = NULL;

      g_setenv ("MIEN_WEIGHTS", i == 0 ? folder : missing, TRUE);
      path = mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);
      g_assert_null (path);
    }

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

static void
test_card (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *model = g_build_filename (folder, "a.safetensors", NULL);
  g_autofree char *weights = g_build_filename (folder, "a.h5", NULL);
  g_autofree char *broken = g_build_filename (folder, "b.safetensors", NULL);
  g_autofree char *bare = g_build_filename (folder, "c.safetensors", NULL);
  g_autofree char *card = NULL;

  train_fixture_write_file (folder, "a.md", "# What it is\n");
  train_fixture_write_file (folder, "b.md", "\xff\xfe");
  card = mien_bundled_dup_card (model);
  g_assert_cmpstr (card, ==, "# What it is\n");
  g_assert_null (mien_bundled_dup_card (weights));
  g_assert_null (mien_bundled_dup_card (broken));
  g_assert_null (mien_bundled_dup_card (bare));
  g_assert_null (mien_bundled_dup_card (NULL));

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

/* What inspect says of a model ends with its card. */
static void
test_inspect (void)
{
  g_autofree char *folder = train_fixture_make_folder ();
  g_autofree char *path = g_build_filename (folder, "colours.safetensors", NULL);
  g_autoptr (MienModel) model = train_fixture_colour_model (1);
  g_autofree char *without = NULL;
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) before = NULL;
  g_autoptr (JsonNode) after = NULL;
  g_autoptr (GError) error = NULL;

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  without = mien_inspect_file (path, TRUE, &error);
  train_fixture_write_file (folder, "colours.md", "# Colours\n\nNot for \"work\".\n");
  json = mien_inspect_file (path, TRUE, &error);
  text = mien_inspect_file (path, FALSE, &error);
  g_assert_no_error (error);

  before = json_from_string (without, NULL);
  after = json_from_string (json, NULL);
  g_assert_true (json_object_get_null_member (json_node_get_object (before), "card"));
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (after), "card"), ==,
                   "# Colours\n\nNot for \"work\".\n");
  g_assert_true (g_str_has_suffix (text, "\n# Colours\n\nNot for \"work\".\n"));

  train_fixture_remove_folder (g_steal_pointer (&folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bundled/find", test_find);
  g_test_add_func ("/bundled/resolve", test_resolve);
  g_test_add_func ("/bundled/not-a-file", test_not_a_file);
  g_test_add_func ("/bundled/card", test_card);
  g_test_add_func ("/bundled/inspect", test_inspect);
  return g_test_run ();
}
