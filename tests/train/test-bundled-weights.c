/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "train/mien-bundled.h"
#include "train/mien-model.h"

/* The networks that come with the program, as the build folder has them. */

#define MAX_BYTES 6000000

static MienModel *
load (MienBundled which)
{
  g_autofree char *path = mien_bundled_find (which);
  g_autoptr (GError) error = NULL;
  MienModel *model;
  GStatBuf buffer;

  g_assert_nonnull (path);
  g_assert_cmpint (g_stat (path, &buffer), ==, 0);
  g_assert_cmpint (buffer.st_size, <=, MAX_BYTES);
  model = mien_model_load (path, &error);
  g_assert_no_error (error);
  return model;
}

static void
assert_card (MienBundled which)
{
  g_autofree char *path = mien_bundled_find (which);
  g_autofree char *card = mien_bundled_dup_card (path);

  g_assert_nonnull (card);
  g_assert_nonnull (g_strstr_len (card, -1, "2024/1689"));
  g_assert_null (g_strstr_len (card, -1, "not measured yet"));
}

static void
assert_classes (MienModel *model, const char *const *expected)
{
  g_assert_true (g_strv_equal (mien_model_get_classes (model, NULL), expected));
}

static void
assert_compact (MienModel *model)
{
  const VggArchitecture *architecture = &mien_model_get_settings (model)->architecture;

  g_assert_cmpuint (architecture->depth, ==, 19);
  g_assert_true (architecture->batch_norm);
  g_assert_cmpuint (architecture->input_width, ==, 48);
  g_assert_cmpuint (architecture->input_height, ==, 48);
}

static void
test_faces (void)
{
  const char *classes[] = {
    "angry", "disgust", "fear", "happy", "neutral", "sad", "surprise", NULL
  };
  g_autoptr (MienModel) model = load (MIEN_BUNDLED_FACES);

  assert_classes (model, classes);
  assert_compact (model);
  assert_card (MIEN_BUNDLED_FACES);
}

static void
test_three_emotions (void)
{
  const char *classes[] = { "anger", "joy", "sadness", NULL };
  g_autoptr (MienModel) model = load (MIEN_BUNDLED_THREE_EMOTIONS);

  assert_classes (model, classes);
  assert_compact (model);
  assert_card (MIEN_BUNDLED_THREE_EMOTIONS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("MIEN_WEIGHTS");
  g_test_add_func ("/bundled-weights/faces", test_faces);
  g_test_add_func ("/bundled-weights/three-emotions", test_three_emotions);
  return g_test_run ();
}
