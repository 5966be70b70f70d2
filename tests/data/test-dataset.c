/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"

static void
assert_counts (MienDataset *dataset, guint class_index, guint train, guint validation, guint test)
{
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_TRAIN), ==, train);
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_VALIDATION), ==,
                    validation);
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_TEST), ==, test);
}

static void
assert_classes (MienDataset *dataset, const char *joined)
{
  guint n;
  const char *const *classes = mien_dataset_get_classes (dataset, &n);
  g_autofree char *found = g_strjoinv ("|", (char **) classes);

  g_assert_cmpstr (found, ==, joined);
  g_assert_cmpuint (n, ==, g_strv_length ((char **) classes));
}

/* The error of a folder that is no data set holds all of `words`. */
static void
assert_refused (FolderFixture *fixture, MienDataError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) list = g_strsplit (words, "|", -1);
  MienScanOptions options;

  mien_scan_options_init (&options);
  g_assert_null (mien_dataset_scan (fixture->directory, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, (int) code);
  for (guint i = 0; list[i] != NULL; i++)
    if (strstr (error->message, list[i]) == NULL)
      g_error ("“%s” is not in “%s”", list[i], error->message);
}

/* Splits made by the folder, in any case; classes are sorted by bytes. */
static void
test_folder_splits (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;
  g_autofree guint *indices = NULL;
  guint n;

  folder_fixture_add (fixture, "Train/zebra", 0, 4);
  folder_fixture_add (fixture, "Train/ape", 10, 5);
  folder_fixture_add (fixture, "Train/Éland", 20, 6);
  folder_fixture_add (fixture, "TEST/ape", 30, 3);
  folder_fixture_add (fixture, "TEST/zebra", 40, 2);
  folder_fixture_add (fixture, "valid/zebra/deep/deeper", 50, 2);
  fixture_add (fixture->directory, "loose.png", 60);
  fixture_add (fixture->directory, "other/thing/1.png", 61);

  dataset = fixture_scan (fixture->directory, 0);
  assert_classes (dataset, "ape|zebra|Éland");
  assert_counts (dataset, 0, 5, 0, 3);
  assert_counts (dataset, 1, 4, 2, 2);
  assert_counts (dataset, 2, 6, 0, 0);
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    g_assert_false (mien_dataset_split_was_made (dataset, split));
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 22);

  indices = mien_dataset_list_split (dataset, MIEN_SPLIT_TEST, &n);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_TEST), ==, 5);
  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, indices[i]);

      g_assert_cmpint (picture->split, ==, MIEN_SPLIT_TEST);
      g_assert_nonnull (strstr (picture->path, "/TEST/"));
      g_assert_cmpuint (picture->width, ==, 40);
      g_assert_cmpuint (picture->height, ==, 40);
    }
}

/* Test before validation before training, whichever has pictures first. */
static void
test_evaluation_split (FolderFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *folder;
    MienSplit split;
  } steps[] = {
    { "train/a", MIEN_SPLIT_TRAIN },
    { "val/a", MIEN_SPLIT_VALIDATION },
    { "test/a", MIEN_SPLIT_TEST },
  };
  MienScanOptions options;

  mien_scan_options_init (&options);
  options.validation_fraction = 0;
  folder_fixture_add (fixture, "train/b", 0, 2);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (MienDataset) dataset = NULL;
      g_autoptr (GError) error = NULL;

      folder_fixture_add (fixture, steps[i].folder, 10 + 10 * i, 2);
      dataset = mien_dataset_scan (fixture->directory, &options, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (mien_dataset_get_evaluation_split (dataset), ==, steps[i].split);
    }
}

/* Without a validation folder, or with an empty one, a fifth of training goes there. */
static void
test_made_validation (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *empty = fixture_path (fixture->directory, "val/a/x");
  g_autofree char *folder = g_path_get_dirname (empty);

  folder_fixture_add (fixture, "train/a", 0, 20);
  folder_fixture_add (fixture, "train/b", 100, 10);
  folder_fixture_add (fixture, "test/a", 200, 4);
  for (guint pass = 0; pass < 2; pass++)
    {
      g_autoptr (MienDataset) dataset = fixture_scan (fixture->directory, 0);

      assert_counts (dataset, 0, 16, 4, 4);
      assert_counts (dataset, 1, 8, 2, 0);
      g_assert_true (mien_dataset_split_was_made (dataset, MIEN_SPLIT_VALIDATION));
      g_assert_false (mien_dataset_split_was_made (dataset, MIEN_SPLIT_TEST));
      if (pass == 0)
        {
          g_autofree char *val = g_path_get_dirname (folder);

          fixture_remove (val);
        }
    }
}

/* One folder a class: a fifth to the test, a fifth of the rest to validation. */
static void
test_class_folders (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) one = NULL;
  g_autoptr (MienDataset) again = NULL;
  g_autoptr (MienDataset) other = NULL;
  guint n_moved = 0;

  folder_fixture_add (fixture, "a", 0, 50);
  folder_fixture_add (fixture, "b", 100, 25);
  folder_fixture_add (fixture, "train", 200, 2); /* the class of the trains */
  one = fixture_scan (fixture->directory, 1);
  again = fixture_scan (fixture->directory, 1);
  other = fixture_scan (fixture->directory, 2);

  assert_classes (one, "a|b|train");
  assert_counts (one, 0, 32, 8, 10);
  assert_counts (one, 1, 16, 4, 5);
  assert_counts (one, 2, 1, 0, 1);
  for (guint split = 0; split < MIEN_N_SPLITS; split++)
    g_assert_true (mien_dataset_split_was_made (one, split));

  assert_counts (other, 0, 32, 8, 10);
  for (guint i = 0; i < 77; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (one, i);

      g_assert_cmpint (picture->split, ==, mien_dataset_get_picture (again, i)->split);
      g_assert_cmpstr (picture->path, ==, mien_dataset_get_picture (other, i)->path);
      n_moved += picture->split != mien_dataset_get_picture (other, i)->split ? 1 : 0;
    }
  g_assert_cmpuint (n_moved, >, 0);
  g_assert_cmpstr (mien_dataset_get_digest (one), ==, mien_dataset_get_digest (other));
  g_assert_cmpuint (strlen (mien_dataset_get_digest (one)), ==, 64);
}

/* Every picture is there three times: its copies stay together, whatever the seed. */
static void
test_equal_stay_together (FolderFixture *fixture, gconstpointer data)
{
  for (guint copy = 0; copy < 3; copy++)
    {
      g_autofree char *a = g_strdup_printf ("a/copy-%u", copy);
      g_autofree char *b = g_strdup_printf ("b/copy-%u", copy);

      folder_fixture_add (fixture, a, 0, 20);
      folder_fixture_add (fixture, b, 100, 20);
    }
  for (guint seed = 0; seed < 4; seed++)
    {
      g_autoptr (MienDataset) dataset = fixture_scan (fixture->directory, seed);

      /* Of 60, 12 to the test; of 48, 10 to validation, which holds three groups of three. */
      assert_counts (dataset, 0, 39, 9, 12);
      assert_counts (dataset, 1, 39, 9, 12);
      for (guint i = 0; i < 120; i++)
        for (guint j = 0; j < i; j++)
          {
            const MienPicture *x = mien_dataset_get_picture (dataset, i);
            const MienPicture *y = mien_dataset_get_picture (dataset, j);

            if (memcmp (x->digest, y->digest, sizeof x->digest) == 0)
              g_assert_cmpint (x->split, ==, y->split);
          }
    }
}

/* Content and relative paths make the digest, not where the folder lies. */
static void
test_digest (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *moved = g_strconcat (fixture->directory, "-moved", NULL);
  g_autoptr (MienDataset) first = NULL;
  g_autoptr (MienDataset) second = NULL;
  g_autoptr (MienDataset) third = NULL;

  folder_fixture_add (fixture, "a", 0, 2);
  folder_fixture_add (fixture, "b", 10, 2);
  first = fixture_scan (fixture->directory, 0);
  g_assert_cmpint (g_rename (fixture->directory, moved), ==, 0);
  second = fixture_scan (moved, 0);
  g_assert_cmpstr (mien_dataset_get_digest (first), ==, mien_dataset_get_digest (second));
  g_assert_cmpint (g_rename (moved, fixture->directory), ==, 0);
  fixture_add (fixture->directory, "b/0011.png", 12);
  third = fixture_scan (fixture->directory, 0);
  g_assert_cmpstr (mien_dataset_get_digest (first), !=, mien_dataset_get_digest (third));
}

static void
test_ignored (FolderFixture *fixture, gconstpointer data)
{
  static const char *const names[] = {
    "a/.hidden.png",      "a/.git/x.png",     "a/Thumbs.db",    "b/desktop.ini",
    "b/__MACOSX/._1.png", "__MACOSX/a/1.png", ".cache/c/1.png", "b/.DS_Store",
  };
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 5);
  folder_fixture_add (fixture, "b", 10, 5);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = fixture_path (fixture->directory, "%s", names[i]);

      fixture_write (path, "x", 1);
    }
  dataset = fixture_scan (fixture->directory, 0);
  assert_classes (dataset, "a|b");
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 10);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
}

static void
test_other_names (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;
  const char *const *classes;

  folder_fixture_add (fixture, "a", 0, 2);
  folder_fixture_add (fixture, "caf\xe9", 10, 2); /* Latin 1 */
  fixture_add (fixture->directory, "a/\xff\xfe.png", 20);
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 5);
  classes = mien_dataset_get_classes (dataset, NULL);
  g_assert_true (g_utf8_validate (classes[1], -1, NULL));
  g_assert_true (g_str_has_prefix (classes[1], "caf"));
}

static void
test_layout_errors (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *absent = g_strconcat (fixture->directory, "/absent", NULL);
  g_autofree char *file = fixture_path (fixture->directory, "notes.txt");
  g_autofree char *bad = NULL;
  g_autoptr (GError) error = NULL;
  MienScanOptions options;

  mien_scan_options_init (&options);
  g_assert_null (mien_dataset_scan (absent, &options, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, absent));

  fixture_write (file, "x", 1);
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "no class|1 file|one folder|train|test");
  folder_fixture_add (fixture, "only", 0, 3);
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "one class only|“only”");

  /* A second class: empty, then with a file that is no picture. */
  bad = fixture_path (fixture->directory, "second/bad.png");
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "“second” is empty");
  fixture_write (bad, "x", 1);
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "“second”|none of the 1 |bad.png|not a picture");
  fixture_add (fixture->directory, "second/good.png", 9);
  mien_dataset_unref (fixture_scan (fixture->directory, 0));
}

static void
test_split_errors (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *empty = NULL;

  folder_fixture_add (fixture, "test/a", 0, 2);
  folder_fixture_add (fixture, "test/b", 10, 2);
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "no “train”");
  empty = fixture_path (fixture->directory, "train/a/x");
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "class “b”|test/b");
  folder_fixture_add (fixture, "train/b", 20, 2);
  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "“a” is empty");
  folder_fixture_add (fixture, "train/a", 30, 2);
  mien_dataset_unref (fixture_scan (fixture->directory, 0));
}

static void
test_no_picture (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *a = fixture_path (fixture->directory, "a/x");
  g_autofree char *b = fixture_path (fixture->directory, "b/x");

  assert_refused (fixture, MIEN_DATA_ERROR_LAYOUT, "no picture|2 class folders|one folder");
}

static void
count_calls (const MienProgress *progress, gpointer user_data)
{
  guint *n_calls = user_data;

  g_assert_nonnull (progress->phase);
  if (progress->total == 0) /* while looking for files */
    return;
  g_assert_cmpuint (progress->total, ==, 6);
  g_assert_cmpuint (progress->done, <=, 6);
  if (progress->done == 6)
    (*n_calls)++;
}

static void
test_cancel_and_progress (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  MienScanOptions options;
  guint n_calls = 0;

  folder_fixture_add (fixture, "a", 0, 3);
  folder_fixture_add (fixture, "b", 10, 3);
  mien_scan_options_init (&options);
  dataset = mien_dataset_scan (fixture->directory, &options, count_calls, &n_calls, cancellable,
                               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_calls, ==, 2); /* when all are read, and when all are compared */

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_dataset_scan (fixture->directory, &options, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    MienSplit split;
  } names[] = {
    { "train", MIEN_SPLIT_TRAIN },           { "test", MIEN_SPLIT_TEST },
    { "Val", MIEN_SPLIT_VALIDATION },        { "VALID", MIEN_SPLIT_VALIDATION },
    { "validation", MIEN_SPLIT_VALIDATION },
  };
  MienSplit split;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (mien_split_from_string (names[i].name, &split));
      g_assert_cmpint (split, ==, names[i].split);
    }
  g_assert_false (mien_split_from_string ("trains", &split));
  g_assert_cmpstr (mien_split_to_string (MIEN_SPLIT_TRAIN), ==, "train");
  g_assert_cmpstr (mien_split_to_string (MIEN_SPLIT_VALIDATION), ==, "validation");
  g_assert_cmpstr (mien_split_to_string (MIEN_SPLIT_TEST), ==, "test");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/dataset/folder-splits", test_folder_splits);
  folder_fixture_test ("/dataset/evaluation-split", test_evaluation_split);
  folder_fixture_test ("/dataset/made-validation", test_made_validation);
  folder_fixture_test ("/dataset/class-folders", test_class_folders);
  folder_fixture_test ("/dataset/equal-stay-together", test_equal_stay_together);
  folder_fixture_test ("/dataset/digest", test_digest);
  folder_fixture_test ("/dataset/ignored", test_ignored);
  folder_fixture_test ("/dataset/other-names", test_other_names);
  folder_fixture_test ("/dataset/layout-errors", test_layout_errors);
  folder_fixture_test ("/dataset/split-errors", test_split_errors);
  folder_fixture_test ("/dataset/no-picture", test_no_picture);
  folder_fixture_test ("/dataset/cancel-and-progress", test_cancel_and_progress);
  g_test_add_func ("/dataset/names", test_names);
  return g_test_run ();
}
