/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>

#include "data/mien-sample.h"
#include "engine/vgg-tensor-file.h"
#include "train-fixture.h"
#include "train/mien-mistakes.h"
#include "train/mien-train-error.h"

/* The part of the labels that is made wrong. */
#define FLIPPED 0.05

/* The part of these that the head of the list must hold. */
#define FOUND 0.8

/* The sample data set as it is written, and once more with wrong labels; made once, for it takes a
 * while. */
static struct
{
  char *folder;
  char *flipped;
  GHashTable *wrong; /* paths in the latter */
} world;

static char *
get_class_folder (MienDataset *dataset, const MienPicture *picture, guint class_index)
{
  g_autofree char *old = g_path_get_dirname (picture->path);
  g_autofree char *split = g_path_get_dirname (old);

  return g_build_filename (split, mien_dataset_get_classes (dataset, NULL)[class_index], NULL);
}

/* Moves a twentieth of the pictures, drawn by the seed, into the folder of another class. */
static void
flip_labels (MienDataset *dataset, guint64 seed)
{
  const guint n = mien_dataset_get_n_pictures (dataset);
  const guint n_wrong = (guint) (n * FLIPPED);
  g_autofree guint *order = g_new (guint, n);
  VggRandom random;
  guint n_classes;

  mien_dataset_get_classes (dataset, &n_classes);
  vgg_random_init (&random, seed);
  for (guint i = 0; i < n; i++)
    order[i] = i;
  vgg_random_shuffle (&random, order, n);
  for (guint k = 0; k < n_wrong; k++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, order[k]);
      guint class_index = picture->class_index + 1 + vgg_random_below (&random, n_classes - 1);
      g_autofree char *folder = get_class_folder (dataset, picture, class_index % n_classes);
      g_autofree char *name = g_path_get_basename (picture->path);
      char *path = g_build_filename (folder, name, NULL);

      g_assert_cmpint (g_rename (picture->path, path), ==, 0);
      g_hash_table_add (world.wrong, path);
    }
}

static MienDataset *
scan (const char *folder)
{
  g_autoptr (GError) error = NULL;
  MienScanOptions options;
  MienDataset *dataset;

  mien_scan_options_init (&options);
  dataset = mien_dataset_scan (folder, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static void
world_set_up (void)
{
  g_autofree char *cache = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  world.folder = train_fixture_make_folder ();
  cache = g_build_filename (world.folder, "cache", NULL);
  g_setenv ("MIEN_FEATURE_CACHE", cache, TRUE);
  world.flipped = g_build_filename (world.folder, "flipped", NULL);
  world.wrong = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mien_sample_write (world.flipped, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  dataset = scan (world.flipped);
  flip_labels (dataset, 5);
}

static void
world_tear_down (void)
{
  g_hash_table_unref (world.wrong);
  g_free (world.flipped);
  train_fixture_remove_folder (world.folder);
}

static MienMistakes *
find (MienDataset *dataset, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  MienMistakes *mistakes = mien_mistakes_find (dataset, "compact", seed, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return mistakes;
}

/* Of as many pictures as have wrong labels, at least four fifths have. */
static void
test_flipped (void)
{
  g_autoptr (MienDataset) dataset = scan (world.flipped);
  const guint n_wrong = g_hash_table_size (world.wrong);

  for (guint64 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (MienMistakes) mistakes = find (dataset, seed);
      guint n_found = 0;

      g_assert_cmpuint (mien_mistakes_get_n (mistakes), >=, n_wrong);
      for (guint i = 0; i < n_wrong; i++)
        {
          const MienMistake *mistake = mien_mistakes_get (mistakes, i);

          n_found += g_hash_table_contains (
            world.wrong, mien_dataset_get_picture (dataset, mistake->picture)->path);
        }
      g_test_message ("seed %u: %u of %u", (guint) seed, n_found, n_wrong);
      g_assert_cmpfloat (n_found, >=, FOUND * n_wrong);
      g_assert_cmpuint (mien_mistakes_get_n_likely (mistakes), >=, n_wrong / 2);
      g_assert_cmpuint (mien_mistakes_get_n_likely (mistakes), <=, n_wrong * 2);
    }
}

/* Worst first, each picture once, each suggestion another class. */
static void
test_list (void)
{
  g_autoptr (MienDataset) dataset = scan (world.flipped);
  g_autoptr (MienMistakes) mistakes = find (dataset, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  double last = 1;

  for (guint i = 0; i < mien_mistakes_get_n (mistakes); i++)
    {
      const MienMistake *mistake = mien_mistakes_get (mistakes, i);

      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (mistake->picture)));
      g_assert_cmpuint (mistake->given, ==,
                        mien_dataset_get_picture (dataset, mistake->picture)->class_index);
      g_assert_cmpuint (mistake->suggested, !=, mistake->given);
      g_assert_cmpuint (mistake->suggested, <, 3);
      g_assert_cmpfloat (mistake->score, <=, last);
      /* Another class is likelier, so that the given one has less than half. */
      g_assert_cmpfloat (mistake->score, >=, 0.5);
      last = mistake->score;
    }
}

/* The same seed gives the same bits, whether features are computed or kept. */
static void
test_repeated (void)
{
  g_autofree char *folder = g_build_filename (world.folder, "colours", NULL);
  g_autofree char *before = g_strdup (g_getenv ("MIEN_FEATURE_CACHE"));
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (folder, 20, 0, 0);
  g_autoptr (MienMistakes) first = NULL;

  for (guint round = 0; round < 3; round++)
    {
      g_autofree char *cache = g_build_filename (folder, round < 2 ? "cache" : "another", NULL);
      g_autoptr (MienMistakes) again = NULL;

      g_setenv ("MIEN_FEATURE_CACHE", cache, TRUE);
      again = find (dataset, 2);
      if (first == NULL)
        first = mien_mistakes_ref (again);
      g_assert_cmpuint (mien_mistakes_get_n (first), ==, mien_mistakes_get_n (again));
      for (guint i = 0; i < mien_mistakes_get_n (first); i++)
        {
          const MienMistake *left = mien_mistakes_get (first, i);
          const MienMistake *right = mien_mistakes_get (again, i);

          g_assert_cmpuint (left->picture, ==, right->picture);
          g_assert_cmpuint (left->suggested, ==, right->suggested);
          g_assert_true (left->score == right->score);
        }
    }
  g_assert_cmpuint (mien_mistakes_get_n (first), >, 0);
  g_setenv ("MIEN_FEATURE_CACHE", before, TRUE);
}

/* Nothing can be told by a network that knows nothing. */
static void
test_scratch (void)
{
  g_autoptr (MienDataset) dataset = scan (world.flipped);
  g_autoptr (GError) error = NULL;

  g_assert_null (mien_mistakes_find (dataset, "scratch", 1, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
}

/* A file whose first kernel holds what is no number. */
static void
test_damaged (void)
{
  g_autofree char *folder = g_build_filename (world.folder, "damaged", NULL);
  g_autofree char *path = g_build_filename (world.folder, "damaged.safetensors", NULL);
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (folder, 4, 0, 0);
  g_autoptr (MienModel) model = train_fixture_colour_model (1);
  g_autoptr (VggTensorFile) file = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mien_model_save (model, path, &error));
  file = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  vgg_tensor_file_get (file, "block1_conv1.kernel")->data[4] = INFINITY;
  g_assert_true (vgg_tensor_file_save (file, path, &error));

  g_assert_null (mien_mistakes_find (dataset, path, 1, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL);
}

static void
test_cancelled (void)
{
  g_autoptr (MienDataset) dataset = scan (world.flipped);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_mistakes_find (dataset, NULL, 1, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The only picture of a class cannot look like its class to a fit that has not seen it. */
static void
test_alone (void)
{
  g_autofree char *folder = g_build_filename (world.folder, "alone", NULL);
  g_autofree char *lone = g_build_filename (folder, "train", "lone", "lone.png", NULL);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienMistakes) mistakes = NULL;

  train_fixture_write_split (folder, "train", 6, 1);
  train_fixture_write_picture (lone, 200, 200, 0, 9);
  dataset = train_fixture_scan (folder);
  mistakes = find (dataset, 1);
  for (guint i = 0; i < mien_mistakes_get_n (mistakes); i++)
    {
      const MienMistake *mistake = mien_mistakes_get (mistakes, i);

      g_assert_cmpstr (mien_dataset_get_picture (dataset, mistake->picture)->path, !=, lone);
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  /* The networks that come with the program, as the build folder has them. */
  g_unsetenv ("MIEN_WEIGHTS");
  world_set_up ();
  g_test_add_func ("/mistakes/flipped", test_flipped);
  g_test_add_func ("/mistakes/list", test_list);
  g_test_add_func ("/mistakes/repeated", test_repeated);
  g_test_add_func ("/mistakes/scratch", test_scratch);
  g_test_add_func ("/mistakes/damaged", test_damaged);
  g_test_add_func ("/mistakes/cancelled", test_cancelled);
  g_test_add_func ("/mistakes/alone", test_alone);
  status = g_test_run ();
  world_tear_down ();
  return status;
}
