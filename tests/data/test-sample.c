/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-sample.h"

#define N_TRAIN 200 /* a class */
#define N_TEST 60
#define N_PICTURES (3 * (N_TRAIN + N_TEST))

typedef struct
{
  char *directory;
  char *sample; /* not there yet */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->sample = g_build_filename (fixture->directory, "sample", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  fixture_remove (fixture->directory);
  g_free (fixture->directory);
  g_free (fixture->sample);
}

static void
write_sample (const char *path)
{
  g_autoptr (GError) error = NULL;

  mien_sample_write (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static guint
count_entries (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Adds each file's path below `directory` and the SHA-256 of its bytes. */
static void
add_digests (const char *directory, const char *relative, GHashTable *digests)
{
  g_autofree char *path = g_build_filename (directory, relative, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *entry;

  g_assert_nonnull (dir);
  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *name = g_build_filename (relative, entry, NULL);
      g_autofree char *file = g_build_filename (directory, name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        {
          add_digests (directory, name, digests);
          continue;
        }
      g_assert_true (g_file_get_contents (file, &content, &length, NULL));
      g_hash_table_insert (
        digests, g_steal_pointer (&name),
        g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) content, length));
    }
}

static GHashTable *
make_digests (const char *directory)
{
  GHashTable *digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  add_digests (directory, "", digests);
  return digests;
}

static void
assert_same_digests (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer name, digest;

  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &name, &digest))
    g_assert_cmpstr (g_hash_table_lookup (b, name), ==, digest);
}

static void
test_content (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GHashTable) distinct = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *const *classes;
  guint n_classes;

  write_sample (fixture->sample);
  dataset = fixture_scan (fixture->sample, 0);
  classes = mien_dataset_get_classes (dataset, &n_classes);
  g_assert_cmpuint (n_classes, ==, 3);
  g_assert_cmpstr (classes[0], ==, "anger");
  g_assert_cmpstr (classes[1], ==, "joy");
  g_assert_cmpstr (classes[2], ==, "sadness");
  for (guint i = 0; i < n_classes; i++)
    {
      guint duplicates = i == 2 ? 1 : 0;

      g_assert_cmpuint (mien_dataset_count (dataset, i, MIEN_SPLIT_TRAIN) +
                          mien_dataset_count (dataset, i, MIEN_SPLIT_VALIDATION),
                        ==, N_TRAIN + duplicates);
      g_assert_cmpuint (mien_dataset_count (dataset, i, MIEN_SPLIT_TEST), ==, N_TEST);
    }
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);

      g_hash_table_add (distinct, g_compute_checksum_for_data (G_CHECKSUM_MD5, picture->digest,
                                                               sizeof picture->digest));
    }
  g_assert_cmpuint (g_hash_table_size (distinct), ==, N_PICTURES);
}

static void
test_issues (Fixture *fixture, gconstpointer data)
{
  g_autofree char *broken = g_build_filename (fixture->sample, "train/joy/broken.jpg", NULL);
  g_autoptr (MienDataset) dataset = NULL;
  guint n_broken = 0;
  guint n_duplicate = 0;

  write_sample (fixture->sample);
  dataset = fixture_scan (fixture->sample, 0);
  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    {
      const MienIssue *issue = mien_dataset_get_issue (dataset, i);

      if (issue->kind == MIEN_ISSUE_BROKEN)
        {
          g_assert_true (g_str_has_suffix (issue->path, "/train/joy/broken.jpg"));
          n_broken++;
        }
      else if (issue->kind == MIEN_ISSUE_DUPLICATE)
        {
          g_assert_nonnull (strstr (issue->path, "sadness-007.jpg"));
          n_duplicate++;
        }
    }
  g_assert_true (g_file_test (broken, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (n_broken, ==, 1);
  g_assert_cmpuint (n_duplicate, ==, 1);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 2);
}

static void
test_repeat (Fixture *fixture, gconstpointer data)
{
  g_autofree char *again = g_build_filename (fixture->directory, "parents/that are/not there",
                                             NULL);
  g_autoptr (GHashTable) first = NULL;
  g_autoptr (GHashTable) second = NULL;

  write_sample (fixture->sample);
  write_sample (again);
  first = make_digests (fixture->sample);
  second = make_digests (again);
  /* The pictures, the broken one, the duplicate and the file by which a sample is known. */
  g_assert_cmpuint (g_hash_table_size (first), ==, N_PICTURES + 3);
  assert_same_digests (first, second);
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->sample, "train/anger/anger-001.jpg", NULL);
  g_autofree char *changed = g_build_filename (fixture->sample, "test/joy/joy-060.jpg", NULL);
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;

  g_assert_cmpint (g_mkdir (fixture->sample, 0777), ==, 0);
  write_sample (fixture->sample);
  before = make_digests (fixture->sample);
  g_assert_cmpint (g_unlink (missing), ==, 0);
  fixture_write (changed, "x", 1);
  write_sample (fixture->sample);
  after = make_digests (fixture->sample);
  assert_same_digests (before, after);
  /* Neither a temporary folder nor the replaced one stays. */
  g_assert_cmpuint (count_entries (fixture->directory), ==, 1);
}

static void
test_foreign_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *foreign = g_build_filename (fixture->sample, "train/joy/mine.jpg", NULL);
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autoptr (GError) error = NULL;

  write_sample (fixture->sample);
  fixture_write (foreign, "mine", 4);
  before = make_digests (fixture->sample);
  g_assert_false (mien_sample_write (fixture->sample, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, foreign));
  after = make_digests (fixture->sample);
  assert_same_digests (before, after);
}

static void
test_other_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *photo = g_build_filename (fixture->sample, "photo.jpg", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (fixture->sample, 0777), ==, 0);
  fixture_write (photo, "mine", 4);
  g_assert_false (mien_sample_write (fixture->sample, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, fixture->sample));
  g_assert_cmpuint (count_entries (fixture->sample), ==, 1);
  g_assert_cmpuint (count_entries (fixture->directory), ==, 1);
}

static void
test_file_in_the_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *below = g_build_filename (fixture->sample, "below", NULL);
  g_autoptr (GError) error = NULL;

  fixture_write (fixture->sample, "mine", 4);
  g_assert_false (mien_sample_write (fixture->sample, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (mien_sample_write (below, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_true (g_file_test (fixture->sample, G_FILE_TEST_IS_REGULAR));
}

static void
cancel (const MienProgress *progress, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (mien_sample_write (fixture->sample, cancel, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (fixture->directory), ==, 0);
}

static void
note (const MienProgress *progress, gpointer user_data)
{
  MienProgress *last = user_data;

  g_assert_cmpuint (progress->done, >=, last->done);
  g_assert_cmpuint (progress->done, <=, progress->total);
  *last = *progress;
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
  MienProgress last = { NULL, 0, 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (mien_sample_write (fixture->sample, note, &last, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (last.done, ==, N_PICTURES);
  g_assert_cmpuint (last.total, ==, N_PICTURES);
  g_assert_nonnull (last.phase);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/sample/content", test_content);
  ADD ("/sample/issues", test_issues);
  ADD ("/sample/repeat", test_repeat);
  ADD ("/sample/replace", test_replace);
  ADD ("/sample/foreign-file", test_foreign_file);
  ADD ("/sample/other-folder", test_other_folder);
  ADD ("/sample/file-in-the-way", test_file_in_the_way);
  ADD ("/sample/cancel", test_cancel);
  ADD ("/sample/progress", test_progress);
#undef ADD

  return g_test_run ();
}
