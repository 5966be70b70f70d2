/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-manifest.h"
#include "data/mien-prepare.h"

/* A source and where the prepared folder is to be, side by side. */
typedef struct
{
  FolderFixture source; /* first, so that its functions take this too */
  char *directory;      /* holds both */
  char *destination;
} PrepareFixture;

static void
set_up (PrepareFixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->source.directory = g_build_filename (fixture->directory, "source", NULL);
  fixture->destination = g_build_filename (fixture->directory, "out", NULL);
  g_assert_cmpint (g_mkdir (fixture->source.directory, 0755), ==, 0);
}

static void
tear_down (PrepareFixture *fixture, gconstpointer data)
{
  fixture_remove (fixture->directory);
  g_free (fixture->source.directory);
  g_free (fixture->directory);
  g_free (fixture->destination);
}

/* Three divided classes of 6, 10 and 4 training pictures and 3, 2 and 5 for the test. */
static void
add_divided (PrepareFixture *fixture)
{
  folder_fixture_add (&fixture->source, "train/angry", 0, 6);
  folder_fixture_add (&fixture->source, "train/happy", 100, 10);
  folder_fixture_add (&fixture->source, "train/sad", 200, 4);
  folder_fixture_add (&fixture->source, "test/angry", 300, 3);
  folder_fixture_add (&fixture->source, "test/happy", 400, 2);
  folder_fixture_add (&fixture->source, "test/sad", 500, 5);
}

static void
choose (MienPrepareOptions *options, const char *name, const char *joined)
{
  g_auto (GStrv) sources = g_strsplit (joined, ",", -1);

  mien_prepare_options_add_class (options, name, (const char *const *) sources);
}

static MienPreparePlan *
make_plan (PrepareFixture *fixture, const MienPrepareOptions *options)
{
  g_autoptr (MienDataset) source = fixture_scan (fixture->source.directory, 0);
  g_autoptr (GError) error = NULL;
  MienPreparePlan *plan = mien_prepare_plan_new (source, options, &error);

  g_assert_no_error (error);
  return plan;
}

static void
write_plan (PrepareFixture *fixture, MienPreparePlan *plan)
{
  g_autoptr (GError) error = NULL;
  gboolean written = mien_prepare_write (plan, fixture->destination, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (written);
}

/* Scans what was prepared, with nothing held back. */
static MienDataset *
scan_destination (PrepareFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  MienDataset *dataset;
  MienScanOptions options;

  mien_scan_options_init (&options);
  options.validation_fraction = 0.0;
  dataset = mien_dataset_scan (fixture->destination, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static GHashTable *
read_manifest (PrepareFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GHashTable *entries = mien_manifest_read (fixture->destination, &error);

  g_assert_no_error (error);
  g_assert_nonnull (entries);
  return entries;
}

static void
assert_counts (MienDataset *dataset, const char *name, guint train, guint validation, guint test)
{
  guint n;
  const char *const *classes = mien_dataset_get_classes (dataset, &n);
  guint c = 0;

  while (c < n && strcmp (classes[c], name) != 0)
    c++;
  g_assert_cmpuint (c, <, n);
  g_assert_cmpuint (mien_dataset_count (dataset, c, MIEN_SPLIT_TRAIN), ==, train);
  g_assert_cmpuint (mien_dataset_count (dataset, c, MIEN_SPLIT_VALIDATION), ==, validation);
  g_assert_cmpuint (mien_dataset_count (dataset, c, MIEN_SPLIT_TEST), ==, test);
}

/* Nothing but the source is left where the prepared folder was to be. */
static void
assert_nothing_written (PrepareFixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->directory, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_assert_cmpuint (n, ==, 1);
}

/* Chosen, renamed, merged, and balanced in both directions. */
static void
test_balance (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  guint n;
  const char *const *classes;

  add_divided (fixture);
  mien_prepare_options_init (&options);
  choose (&options, "joy", "happy");
  choose (&options, "bad", "angry,sad");
  options.balance = 8;
  plan = make_plan (fixture, &options);

  classes = mien_prepare_plan_get_classes (plan, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (classes[0], ==, "joy");
  g_assert_cmpstr (classes[1], ==, "bad");
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 0, MIEN_SPLIT_TRAIN), ==, 10);
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 1, MIEN_SPLIT_TRAIN), ==, 10);
  g_assert_cmpuint (mien_prepare_plan_count_before (plan, 1, MIEN_SPLIT_TEST), ==, 8);
  g_assert_cmpuint (mien_prepare_plan_count_after (plan, 1, MIEN_SPLIT_TRAIN), ==, 8);
  g_assert_cmpuint (mien_prepare_plan_get_n_pictures (plan), ==, 8 + 8 + 2 + 8);

  write_plan (fixture, plan);
  dataset = scan_destination (fixture);
  assert_counts (dataset, "joy", 8, 0, 2);
  assert_counts (dataset, "bad", 8, 0, 8);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
}

/* Copies are spread evenly, of training pictures alone, and lie in one group with their source. */
static void
test_copies (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GHashTable) entries = NULL;
  guint n_copies[4] = { 0 };
  guint n_groups = 0;

  add_divided (fixture);
  mien_prepare_options_init (&options);
  choose (&options, "angry", "angry");
  choose (&options, "sad", "sad");
  options.balance = 11;
  plan = make_plan (fixture, &options);
  g_assert_cmpuint (mien_prepare_plan_count_copies (plan, 0), ==, 5);
  g_assert_cmpuint (mien_prepare_plan_count_copies (plan, 1), ==, 7);
  write_plan (fixture, plan);

  dataset = scan_destination (fixture);
  entries = read_manifest (fixture);
  g_assert_cmpuint (g_hash_table_size (entries), ==, mien_dataset_get_n_pictures (dataset));
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);
      const MienPicture *first = mien_dataset_get_picture (dataset, picture->group);
      const char *file = picture->path + strlen (fixture->destination) + 1;
      const MienManifestEntry *entry = g_hash_table_lookup (entries, file);
      g_autofree char *source = NULL;

      g_assert_nonnull (entry);
      g_assert_cmpint (entry->is_copy, ==, strstr (file, "-copy-") != NULL);
      g_assert_cmpint (picture->is_copy, ==, entry->is_copy);
      g_assert_cmpint (picture->split, ==, first->split);
      if (picture->is_copy)
        g_assert_cmpint (picture->split, ==, MIEN_SPLIT_TRAIN);
      source = g_build_filename (fixture->source.directory, entry->source, NULL);
      g_assert_true (g_file_test (source, G_FILE_TEST_IS_REGULAR));
      if (!picture->is_copy)
        {
          n_groups++;
          g_assert_true (memcmp (picture->digest, entry->digest, 32) == 0);
          if (g_str_has_prefix (file, "train/sad/"))
            {
              guint n = 0;

              for (guint j = 0; j < mien_dataset_get_n_pictures (dataset); j++)
                n += mien_dataset_get_picture (dataset, j)->group == picture->group ? 1 : 0;
              g_assert_cmpuint (n, >=, 2);
              g_assert_cmpuint (n, <=, 3);
              n_copies[n]++;
            }
        }
    }
  /* Seven copies of four pictures: three of them twice. */
  g_assert_cmpuint (n_copies[2], ==, 1);
  g_assert_cmpuint (n_copies[3], ==, 3);
  g_assert_cmpuint (n_groups, ==, 6 + 4 + 3 + 5);
}

/* Whatever the seed, no split that is made later separates a picture from its copies. */
static void
test_no_leak (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (GHashTable) entries = NULL;

  add_divided (fixture);
  /* The same picture under two names: copies of either belong on one side. */
  fixture_add (fixture->source.directory, "train/sad/again.png", 200);
  mien_prepare_options_init (&options);
  options.balance = 20;
  plan = make_plan (fixture, &options);
  write_plan (fixture, plan);
  entries = read_manifest (fixture);

  for (guint seed = 0; seed < 5; seed++)
    {
      g_autoptr (MienDataset) dataset = fixture_scan (fixture->destination, seed);
      g_autoptr (GHashTable) sides = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                                            (GDestroyNotify) g_bytes_unref, NULL);

      g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_VALIDATION), >, 0);
      for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
        {
          const MienPicture *picture = mien_dataset_get_picture (dataset, i);
          const MienManifestEntry *entry = NULL;
          GBytes *key;
          gpointer side;

          entry = g_hash_table_lookup (entries, picture->path + strlen (fixture->destination) + 1);
          key = g_bytes_new (entry->digest, sizeof entry->digest);
          side = GUINT_TO_POINTER (picture->split + 1u);
          if (g_hash_table_contains (sides, key))
            g_assert_true (g_hash_table_lookup (sides, key) == side);
          g_hash_table_insert (sides, key, side);
        }
      g_assert_cmpuint (g_hash_table_size (sides), ==, 6 + 10 + 4 + 3 + 2 + 5);
    }
}

/* A cancelled preparation, and one that fails half-way, leave nothing. */
static void
test_nothing_left (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *deep = g_build_filename (fixture->directory, "a", "b", "c", NULL);
  g_autofree char *gone = g_build_filename (fixture->source.directory, "test/sad/0504.png", NULL);

  add_divided (fixture);
  mien_prepare_options_init (&options);
  plan = make_plan (fixture, &options);

  g_cancellable_cancel (cancellable);
  g_assert_false (mien_prepare_write (plan, deep, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_nothing_written (fixture);
  g_clear_error (&error);

  g_assert_cmpint (g_unlink (gone), ==, 0);
  g_assert_false (mien_prepare_write (plan, deep, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "0504.png"));
  assert_nothing_written (fixture);
}

static void
add (const char *path, void (*func) (PrepareFixture *, gconstpointer))
{
  g_test_add (path, PrepareFixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add ("/prepare/balance", test_balance);
  add ("/prepare/copies", test_copies);
  add ("/prepare/no-leak", test_no_leak);
  add ("/prepare/nothing-left", test_nothing_left);
  return g_test_run ();
}
