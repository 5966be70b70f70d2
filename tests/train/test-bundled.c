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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bundled/find", test_find);
  g_test_add_func ("/bundled/not-a-file", test_not_a_file);
  g_test_add_func ("/bundled/card", test_card);
  return g_test_run ();
}
