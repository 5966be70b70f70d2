/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-loader.h"
#include "data/mien-picture.h"

#define SIDE 16
#define INPUT_FLOATS (3 * SIDE * SIDE)

typedef struct
{
  char *directory;
  MienDataset *dataset;
  guint *indices;
  guint n;
} Fixture;

/* Two classes of 15 pictures, without a split: 30 training pictures. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  MienScanOptions options;

  fixture->directory = fixture_make_directory ();
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%02u.png", i % 2 == 0 ? "a" : "b", i);

      fixture_add (fixture->directory, name, i);
    }
  mien_scan_options_init (&options);
  options.validation_fraction = 0.0;
  options.test_fraction = 0.0;
  fixture->dataset = mien_dataset_scan (fixture->directory, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->indices = mien_dataset_list_split (fixture->dataset, MIEN_SPLIT_TRAIN, &fixture->n);
  g_assert_cmpuint (fixture->n, ==, 30);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->indices);
  mien_dataset_unref (fixture->dataset);
  fixture_remove (fixture->directory);
  g_free (fixture->directory);
}

static void
init_options (MienLoaderOptions *options, guint n_workers)
{
  *options = (MienLoaderOptions){
    .width = SIDE,
    .height = SIDE,
    .batch = 7,
    .seed = 5,
    .n_workers = n_workers,
  };
  mien_preprocessing_init (&options->preprocessing, MIEN_PREPROCESSING_UNIT);
  mien_augmentation_init_none (&options->augmentation);
}

/* What an epoch gave out, in order. */
typedef struct
{
  GArray *sizes;   /* of batches */
  GArray *indices; /* of pictures */
  GArray *labels;
  GArray *inputs;
} Epoch;

static Epoch *
run_epoch (MienLoader *loader, guint number)
{
  Epoch *epoch = g_new (Epoch, 1);
  const MienBatch *batch;

  epoch->sizes = g_array_new (FALSE, FALSE, sizeof (guint));
  epoch->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  epoch->labels = g_array_new (FALSE, FALSE, sizeof (guint));
  epoch->inputs = g_array_new (FALSE, FALSE, sizeof (float));
  mien_loader_start (loader, number);
  while ((batch = mien_loader_next (loader)) != NULL)
    {
      g_array_append_val (epoch->sizes, batch->n);
      g_array_append_vals (epoch->indices, batch->indices, batch->n);
      g_array_append_vals (epoch->labels, batch->labels, batch->n);
      g_array_append_vals (epoch->inputs, batch->input, batch->n * INPUT_FLOATS);
    }
  g_assert_null (mien_loader_next (loader));
  return epoch;
}

static void
epoch_free (Epoch *epoch)
{
  g_array_unref (epoch->sizes);
  g_array_unref (epoch->indices);
  g_array_unref (epoch->labels);
  g_array_unref (epoch->inputs);
  g_free (epoch);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Epoch, epoch_free)

static gboolean
same_array (GArray *a, GArray *b)
{
  return a->len == b->len && memcmp (a->data, b->data, a->len * g_array_get_element_size (a)) == 0;
}

static void
assert_same_epoch (Epoch *a, Epoch *b)
{
  g_assert_true (same_array (a->sizes, b->sizes));
  g_assert_true (same_array (a->indices, b->indices));
  g_assert_true (same_array (a->labels, b->labels));
  g_assert_true (same_array (a->inputs, b->inputs));
}

static int
compare_guint (gconstpointer a, gconstpointer b)
{
  return (int) *(const guint *) a - (int) *(const guint *) b;
}

/* Unshuffled and unaugmented: as listed, each picture as the data set has it. */
static void
test_plain (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLoader) loader = NULL;
  g_autoptr (Epoch) epoch = NULL;
  MienLoaderOptions options;

  init_options (&options, 2);
  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
  g_assert_null (mien_loader_next (loader));
  g_assert_cmpuint (mien_loader_get_n_batches (loader), ==, 5);
  g_assert_cmpuint (mien_loader_get_n_pictures (loader), ==, 30);

  epoch = run_epoch (loader, 0);
  g_assert_cmpuint (epoch->sizes->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (g_array_index (epoch->sizes, guint, i), ==, i < 4 ? 7 : 2);
  g_assert_cmpmem (epoch->indices->data, epoch->indices->len * sizeof (guint), fixture->indices,
                   fixture->n * sizeof (guint));
  for (guint i = 0; i < fixture->n; i++)
    g_assert_cmpuint (g_array_index (epoch->labels, guint, i), ==, i < 15 ? 0 : 1);
  for (guint i = 0; i < epoch->inputs->len; i++)
    {
      g_assert_cmpfloat (g_array_index (epoch->inputs, float, i), >=, 0.0f);
      g_assert_cmpfloat (g_array_index (epoch->inputs, float, i), <=, 1.0f);
    }
}

/* Order and augmentation follow from seed and epoch, whatever the number of workers. */
static void
test_reproducible (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Epoch) first = NULL;
  g_autoptr (Epoch) second = NULL;
  MienLoaderOptions options;

  for (guint n_workers = 1; n_workers <= 5; n_workers += 2)
    {
      g_autoptr (MienLoader) loader = NULL;
      g_autoptr (Epoch) third = NULL;
      g_autoptr (Epoch) fourth = NULL;

      init_options (&options, n_workers);
      options.order = MIEN_ORDER_SHUFFLED;
      mien_augmentation_init_default (&options.augmentation);
      loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
      third = run_epoch (loader, 1);
      fourth = run_epoch (loader, 2);
      if (first == NULL)
        {
          first = g_steal_pointer (&third);
          second = g_steal_pointer (&fourth);
        }
      else
        {
          assert_same_epoch (first, third);
          assert_same_epoch (second, fourth);
        }
    }

  /* Every picture once, in another order each epoch. */
  g_assert_false (same_array (first->indices, second->indices));
  g_array_sort (first->indices, compare_guint);
  g_array_sort (second->indices, compare_guint);
  g_assert_true (same_array (first->indices, second->indices));
  g_assert_cmpmem (first->indices->data, first->indices->len * sizeof (guint), fixture->indices,
                   fixture->n * sizeof (guint));
}

/* Two pictures of a class and fifteen of the other: those come several times in an epoch, each time
 * augmented in another way, whatever the number of workers. */
static void
test_balanced (Fixture *fixture, gconstpointer data)
{
  const guint size = INPUT_FLOATS * sizeof (float);
  g_autofree guint *indices = g_new (guint, fixture->n);
  g_autoptr (Epoch) first = NULL;
  guint n = 0;
  guint n_a = 0;
  guint n_pairs = 0;

  for (guint i = 0; i < fixture->n; i++)
    {
      const gboolean is_a = mien_dataset_get_picture (fixture->dataset, i)->class_index == 0;

      n_a += is_a;
      if (!is_a || n_a <= 2)
        indices[n++] = i;
    }
  g_assert_cmpuint (n, ==, 17);

  for (guint n_workers = 1; n_workers <= 5; n_workers += 2)
    {
      g_autoptr (MienLoader) loader = NULL;
      g_autoptr (Epoch) epoch = NULL;
      MienLoaderOptions options;

      init_options (&options, n_workers);
      options.order = MIEN_ORDER_BALANCED;
      options.augmentation.rotation = 20.0;
      loader = mien_loader_new (fixture->dataset, indices, n, &options, NULL);
      epoch = run_epoch (loader, 1);
      if (first == NULL)
        first = g_steal_pointer (&epoch);
      else
        assert_same_epoch (first, epoch);
    }

  g_assert_cmpuint (first->indices->len, ==, 17);
  for (guint i = 0; i < 17; i++)
    for (guint k = 0; k < i; k++)
      if (g_array_index (first->indices, guint, i) == g_array_index (first->indices, guint, k))
        {
          g_assert_cmpint (
            memcmp (first->inputs->data + i * size, first->inputs->data + k * size, size), !=, 0);
          n_pairs++;
        }
  g_assert_cmpuint (n_pairs, >, 3);
}

/* Another seed, another augmentation. */
static void
test_seed (Fixture *fixture, gconstpointer data)
{
  Epoch *epochs[2];
  MienLoaderOptions options;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (MienLoader) loader = NULL;

      init_options (&options, 2);
      options.seed = i;
      options.augmentation.rotation = 20.0;
      loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
      epochs[i] = run_epoch (loader, 0);
    }
  g_assert_true (same_array (epochs[0]->indices, epochs[1]->indices));
  g_assert_false (same_array (epochs[0]->inputs, epochs[1]->inputs));
  for (guint i = 0; i < 2; i++)
    epoch_free (epochs[i]);
}

/* An epoch given up in its middle leaves no trace in the next. */
static void
test_restart (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLoader) loader = NULL;
  g_autoptr (Epoch) expected = NULL;
  MienLoaderOptions options;

  init_options (&options, 3);
  options.order = MIEN_ORDER_SHUFFLED;
  mien_augmentation_init_default (&options.augmentation);
  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
  expected = run_epoch (loader, 3);
  for (guint n = 0; n <= 5; n++)
    {
      g_autoptr (Epoch) epoch = NULL;

      mien_loader_start (loader, 4);
      for (guint i = 0; i < n; i++)
        g_assert_nonnull (mien_loader_next (loader));
      epoch = run_epoch (loader, 3);
      assert_same_epoch (expected, epoch);
    }
  /* And it can be freed in the middle of one. */
  mien_loader_start (loader, 5);
}

/* Each picture in all its views, one picture after the other. */
static void
test_views (Fixture *fixture, gconstpointer data)
{
  const guint n_floats = 10 * INPUT_FLOATS;
  g_autofree float *expected = g_new (float, n_floats);
  g_autoptr (MienLoader) loader = NULL;
  MienLoaderOptions options;
  const MienBatch *batch;
  guint n = 0;

  init_options (&options, 2);
  options.views = MIEN_VIEWS_TEN_CROP;
  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
  mien_loader_start (loader, 0);
  while ((batch = mien_loader_next (loader)) != NULL)
    for (guint i = 0; i < batch->n; i++, n++)
      {
        const char *path = mien_dataset_get_picture (fixture->dataset, batch->indices[i])->path;
        g_autoptr (GdkPixbuf)
          picture = mien_picture_decode_at_least (path, MIEN_PICTURE_MAX_PIXELS, SIDE, SIDE, NULL);

        mien_views_from_picture (MIEN_VIEWS_TEN_CROP, picture, &options.preprocessing, expected,
                                 SIDE, SIDE);
        g_assert_cmpmem (batch->input + i * n_floats, n_floats * sizeof (float), expected,
                         n_floats * sizeof (float));
      }
  g_assert_cmpuint (n, ==, fixture->n);
}

/* Files that broke after the scan are left out and named once. */
static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLoader) loader = NULL;
  MienLoaderOptions options;

  /* All of the second batch, and the first of the third. */
  for (guint i = 7; i <= 14; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (fixture->dataset, i);

      if (i % 2 == 0)
        fixture_truncate (picture->path, 200);
      else
        g_assert_cmpint (g_remove (picture->path), ==, 0);
    }
  init_options (&options, 4);
  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
  for (guint pass = 0; pass < 2; pass++)
    {
      g_autoptr (Epoch) epoch = run_epoch (loader, pass);
      const guint sizes[] = { 7, 6, 7, 2 };

      g_assert_cmpmem (epoch->sizes->data, epoch->sizes->len * sizeof (guint), sizes, sizeof sizes);
      for (guint i = 0; i < epoch->indices->len; i++)
        g_assert_cmpuint (g_array_index (epoch->indices, guint, i), ==, i < 7 ? i : i + 8);
      for (guint i = 0; i < epoch->labels->len; i++)
        g_assert_cmpuint (g_array_index (epoch->labels, guint, i), ==, i < 7 ? 0 : 1);

      g_assert_cmpuint (mien_loader_get_n_failures (loader), ==, 8);
      for (guint i = 0; i < 8; i++)
        {
          const MienLoaderFailure *failure = mien_loader_get_failure (loader, i);
          const MienPicture *picture = mien_dataset_get_picture (fixture->dataset, 7 + i);

          g_assert_cmpuint (failure->index, ==, 7 + i);
          g_assert_nonnull (strstr (failure->reason, picture->path));
        }
    }
}

/* A compacted picture is the picture, not its neighbour: against a loader of the good ones alone.
 */
static void
test_compact (Fixture *fixture, gconstpointer data)
{
  const guint good[] = { 0, 1, 4, 5, 6 };
  g_autoptr (MienLoader) all = NULL;
  g_autoptr (MienLoader) few = NULL;
  g_autoptr (Epoch) all_epoch = NULL;
  g_autoptr (Epoch) few_epoch = NULL;
  MienLoaderOptions options;

  init_options (&options, 2);
  mien_augmentation_init_default (&options.augmentation);
  few = mien_loader_new (fixture->dataset, good, G_N_ELEMENTS (good), &options, NULL);
  few_epoch = run_epoch (few, 0);
  for (guint i = 2; i <= 3; i++)
    fixture_truncate (mien_dataset_get_picture (fixture->dataset, i)->path, 100);
  all = mien_loader_new (fixture->dataset, fixture->indices, 7, &options, NULL);
  all_epoch = run_epoch (all, 0);
  assert_same_epoch (few_epoch, all_epoch);
}

/* Kept pictures need no files any more. */
static void
test_cache (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLoader) loader = NULL;
  g_autoptr (Epoch) before = NULL;
  g_autoptr (Epoch) after = NULL;
  MienLoaderOptions options;

  init_options (&options, 2);
  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, NULL);
  before = run_epoch (loader, 0);
  for (guint i = 0; i < fixture->n; i++)
    fixture_write (mien_dataset_get_picture (fixture->dataset, i)->path, "", 0);
  after = run_epoch (loader, 1);
  assert_same_epoch (before, after);
  g_assert_cmpuint (mien_loader_get_n_failures (loader), ==, 0);

  /* Three batches, and 30 pictures of at least the input's size. */
  g_assert_cmpuint (mien_loader_get_bytes (loader), >=,
                    3 * 7 * INPUT_FLOATS * sizeof (float) + 30 * 3 * SIDE * SIDE);
  g_assert_cmpuint (mien_loader_get_bytes (loader), <,
                    2 * (3 * 7 * INPUT_FLOATS * sizeof (float) + 30 * 3 * 40 * 40));
}

/* More than there can be is an error, found before anything is taken. */
static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  const MienLoaderOptions options = { .width = G_MAXUINT, .height = G_MAXUINT, .batch = 4 };
  g_autoptr (MienLoader) loader = NULL;
  g_autoptr (GError) error = NULL;

  loader = mien_loader_new (fixture->dataset, fixture->indices, fixture->n, &options, &error);
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_MEMORY);
  g_assert_null (loader);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLoader) loader = NULL;
  g_autoptr (Epoch) epoch = NULL;
  MienLoaderOptions options;

  init_options (&options, 2);
  loader = mien_loader_new (fixture->dataset, NULL, 0, &options, NULL);
  epoch = run_epoch (loader, 0);
  g_assert_cmpuint (epoch->sizes->len, ==, 0);
  g_assert_cmpuint (mien_loader_get_n_batches (loader), ==, 0);
}

/* Half of the pictures are black, half have (200, 100, 50): means and deviations by hand. */
static void
test_measure (void)
{
  g_autofree char *directory = fixture_make_directory ();
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint *indices = NULL;
  MienPreprocessing standard;
  MienScanOptions options;
  guint n;

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *path = fixture_path (directory, "%s/%u.png", i < 4 ? "dark" : "light", i);
      g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 40, 33);

      gdk_pixbuf_fill (picture, i < 4 ? 0x000032ff : 0xc86432ff);
      fixture_save (picture, path, "png");
    }
  mien_scan_options_init (&options);
  options.validation_fraction = options.test_fraction = 0.0;
  dataset = mien_dataset_scan (directory, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  indices = mien_dataset_list_split (dataset, MIEN_SPLIT_TRAIN, &n);
  g_assert_cmpuint (n, ==, 8);

  g_assert_true (
    mien_loader_measure (dataset, indices, n, 20, 20, &standard, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (standard.kind, ==, MIEN_PREPROCESSING_STANDARD);
  g_assert_cmpfloat_with_epsilon (standard.mean[0], 100.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (standard.mean[1], 50.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (standard.mean[2], 50.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (standard.deviation[0], 100.0, 1e-3);
  g_assert_cmpfloat_with_epsilon (standard.deviation[1], 50.0, 1e-3);
  g_assert_cmpfloat (standard.deviation[2], ==, 1.0f);

  /* Files that are gone are left out; with none left, that is an error. */
  for (guint i = 4; i < 8; i++)
    g_assert_cmpint (g_remove (mien_dataset_get_picture (dataset, i)->path), ==, 0);
  g_assert_true (
    mien_loader_measure (dataset, indices, n, 20, 20, &standard, NULL, NULL, NULL, &error));
  g_assert_cmpfloat (standard.mean[0], ==, 0.0f);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (g_remove (mien_dataset_get_picture (dataset, i)->path), ==, 0);
  g_assert_false (
    mien_loader_measure (dataset, indices, n, 20, 20, &standard, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_PICTURE);
  fixture_remove (directory);
}

static void
add (const char *path, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/loader/plain", test_plain);
  add ("/loader/reproducible", test_reproducible);
  add ("/loader/balanced", test_balanced);
  add ("/loader/seed", test_seed);
  add ("/loader/restart", test_restart);
  add ("/loader/views", test_views);
  add ("/loader/failures", test_failures);
  add ("/loader/compact", test_compact);
  add ("/loader/cache", test_cache);
  add ("/loader/too-large", test_too_large);
  add ("/loader/empty", test_empty);
  g_test_add_func ("/loader/measure", test_measure);
  return g_test_run ();
}
