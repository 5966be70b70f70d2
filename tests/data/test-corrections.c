/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "data/mien-corrections.h"
#include "data/mien-data-error.h"
#include "prepare-fixture.h"

static MienDataset *
scan (FolderFixture *self)
{
  return fixture_scan (self->directory, 0);
}

static const MienPicture *
find (MienDataset *dataset, const char *suffix)
{
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    if (g_str_has_suffix (mien_dataset_get_picture (dataset, i)->path, suffix))
      return mien_dataset_get_picture (dataset, i);
  return NULL;
}

static void
correct (FolderFixture *self,
         MienDataset *dataset,
         const char *relative,
         MienCorrectionKind kind,
         const char *class_name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MienCorrections) corrections = mien_corrections_load (self->directory, &error);

  g_assert_no_error (error);
  mien_corrections_set (corrections, relative, find (dataset, relative)->digest, kind, class_name);
  g_assert_true (mien_corrections_save (corrections, &error));
  g_assert_no_error (error);
}

/* One picture is moved, one set aside, one kept; nothing else changes its split, and nothing in the
 * folder changes. Taken back, all is as it was. */
static void
test_apply (FolderFixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;
  g_autoptr (MienDataset) again = NULL;
  guint n_moved, n_set_aside;
  guint n_before;

  folder_fixture_add (self, "cats", 0, 20);
  folder_fixture_add (self, "dogs", 100, 20);
  before = scan (self);
  n_before = mien_dataset_get_n_pictures (before);
  correct (self, before, "cats/0003.png", MIEN_CORRECTION_MOVE, "dogs");
  correct (self, before, "dogs/0105.png", MIEN_CORRECTION_SET_ASIDE, NULL);
  correct (self, before, "dogs/0106.png", MIEN_CORRECTION_KEEP, NULL);

  after = scan (self);
  mien_dataset_get_corrections (after, &n_moved, &n_set_aside);
  g_assert_cmpuint (n_moved, ==, 1);
  g_assert_cmpuint (n_set_aside, ==, 1);
  g_assert_cmpuint (mien_dataset_get_n_pictures (after), ==, n_before - 1);
  g_assert_cmpuint (find (after, "cats/0003.png")->class_index, ==, 1);
  g_assert_cmpuint (find (after, "cats/0003.png")->given_class, ==, 0);
  g_assert_null (find (after, "dogs/0105.png"));
  g_assert_cmpstr (mien_dataset_get_digest (after), !=, mien_dataset_get_digest (before));
  for (guint i = 0; i < mien_dataset_get_n_pictures (after); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (after, i);

      g_assert_cmpint (picture->split, ==, find (before, picture->path)->split);
    }

  correct (self, before, "cats/0003.png", MIEN_CORRECTION_NONE, NULL);
  correct (self, before, "dogs/0105.png", MIEN_CORRECTION_NONE, NULL);
  correct (self, before, "dogs/0106.png", MIEN_CORRECTION_NONE, NULL);
  again = scan (self);
  g_assert_cmpstr (mien_dataset_get_digest (again), ==, mien_dataset_get_digest (before));
}

/* The same picture in two classes is no conflict any more once it was moved. */
static void
test_conflict (FolderFixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;

  folder_fixture_add (self, "cats", 0, 10);
  folder_fixture_add (self, "dogs", 9, 10);
  before = scan (self);
  g_assert_cmpuint (mien_dataset_get_n_twins (before), ==, 1);
  g_assert_true (mien_dataset_get_twins (before, 0)->conflicting);
  correct (self, before, "cats/0009.png", MIEN_CORRECTION_MOVE, "dogs");
  after = scan (self);
  g_assert_cmpuint (mien_dataset_get_n_twins (after), ==, 1);
  g_assert_false (mien_dataset_get_twins (after, 0)->conflicting);
}

/* Another picture under the same name is not what was decided of. */
static void
test_replaced (FolderFixture *self, gconstpointer data)
{
  g_autofree char *from = g_build_filename (self->directory, "cats", "0001.png", NULL);
  g_autofree char *to = g_build_filename (self->directory, "cats", "0003.png", NULL);
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;

  folder_fixture_add (self, "cats", 0, 10);
  folder_fixture_add (self, "dogs", 100, 10);
  before = scan (self);
  correct (self, before, "cats/0003.png", MIEN_CORRECTION_SET_ASIDE, NULL);
  g_assert_cmpint (g_rename (from, to), ==, 0);
  after = scan (self);
  g_assert_nonnull (find (after, "cats/0003.png"));
}

static void
test_damaged (FolderFixture *self, gconstpointer data)
{
  static const char *const documents[] = {
    "",
    "[]",
    "{\"format\": \"other\"}",
    "{\"format\": \"mien-corrections-1\"}",
    "{\"format\": \"mien-corrections-1\", \"corrections\": [1]}",
    "{\"format\": \"mien-corrections-1\", \"corrections\": [{\"path\": \"a\"}]}",
    "{\"format\": \"mien-corrections-1\", \"corrections\": [{\"path\": \"a\", \"action\": "
    "\"keep\", \"pixels\": \"12\"}]}",
  };
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, documents[i], -1, NULL));
      g_assert_null (mien_corrections_load (self->directory, &error));
      g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, "corrections"));
    }
  g_unlink (path);
}

/* Names that are no UTF-8, or that look like a URI, are told from others and come back as they
 * were.
 */
static void
test_names (FolderFixture *self, gconstpointer data)
{
  static const char *const names[] = {
    "cats/na\xefve.png", "cats/na\xeeve.png",   "file:cats/a%20b.png",
    "cats/\"a\", b.png", "/elsewhere/\xff.png", "/elsewhere/caf\xc3\xa9.png",
  };
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autoptr (MienCorrections) corrections = mien_corrections_load (self->directory, NULL);
  g_autoptr (MienCorrections) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const guint8 digest[32] = { (guint8) i };

      mien_corrections_set (corrections, names[i], digest, MIEN_CORRECTION_KEEP, NULL);
    }
  g_assert_true (mien_corrections_save (corrections, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_nonnull (strstr (text, "\"file:cats/na%EFve.png\""));

  back = mien_corrections_load (self->directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mien_corrections_get_n (back), ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const guint8 digest[32] = { (guint8) i };

      g_assert_nonnull (mien_corrections_find (back, names[i], digest));
    }
  g_unlink (path);
}

/* A data set's folder may have the longest name that there is. */
static void
test_long_name (FolderFixture *self, gconstpointer data)
{
  g_autofree char *name = g_strnfill (255, 'n');
  g_autofree char *directory = g_build_filename (self->directory, name, NULL);
  g_autofree char *path = mien_corrections_get_path (directory);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienCorrections) corrections = mien_corrections_load (directory, &error);
  const guint8 digest[32] = { 1 };

  g_assert_no_error (error);
  mien_corrections_set (corrections, "cats/1.png", digest, MIEN_CORRECTION_SET_ASIDE, NULL);
  g_assert_true (mien_corrections_save (corrections, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  mien_corrections_set (corrections, "cats/1.png", digest, MIEN_CORRECTION_NONE, NULL);
  g_assert_true (mien_corrections_save (corrections, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What is there and cannot be read is not taken for nothing: it would be written over. */
static void
test_unreadable (FolderFixture *self, gconstpointer data)
{
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_null (mien_corrections_load (self->directory, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, path));
  g_rmdir (path);

  g_clear_error (&error);
  g_assert_cmpint (symlink (path, path), ==, 0);
  g_assert_null (mien_corrections_load (self->directory, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, g_strerror (ELOOP)));
  g_unlink (path);
}

/* A class that is left without a picture to train on is refused by name. */
static void
test_empty_class (FolderFixture *self, gconstpointer data)
{
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;
  g_autoptr (GError) error = NULL;
  MienScanOptions options;

  folder_fixture_add (self, "train/cats", 0, 1);
  folder_fixture_add (self, "train/dogs", 100, 5);
  before = scan (self);
  correct (self, before, "train/cats/0000.png", MIEN_CORRECTION_SET_ASIDE, NULL);
  mien_scan_options_init (&options);
  after = mien_dataset_scan (self->directory, &options, NULL, NULL, NULL, &error);
  g_assert_null (after);
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT);
  g_assert_nonnull (strstr (error->message, "cats"));
  g_unlink (path);
}

static void
test_csv (FolderFixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienCorrections) corrections = NULL;
  g_autofree char *path = mien_corrections_get_path (self->directory);
  g_autofree char *csv = NULL;

  folder_fixture_add (self, "cats", 0, 10);
  folder_fixture_add (self, "dogs", 100, 10);
  dataset = scan (self);
  correct (self, dataset, "dogs/0101.png", MIEN_CORRECTION_SET_ASIDE, NULL);
  correct (self, dataset, "cats/0001.png", MIEN_CORRECTION_MOVE, "dogs");
  corrections = mien_corrections_load (self->directory, NULL);
  csv = mien_corrections_to_csv (corrections);
  g_assert_cmpstr (csv, ==,
                   "path,action,class\ncats/0001.png,move,dogs\ndogs/0101.png,set-aside,\n");
  g_unlink (path);
}

static guint
count_copies (MienDataset *dataset, const MienPicture *of, guint class_index)
{
  guint n = 0;

  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);

      n += picture->is_copy && picture->group == of->group && picture->class_index == class_index;
    }
  return n;
}

/* Of a prepared set, the copies of a picture go where it goes. */
static void
test_copies (PrepareFixture *fixture, gconstpointer data)
{
  FolderFixture prepared = { fixture->destination };
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;
  g_autofree char *path = mien_corrections_get_path (fixture->destination);
  g_autofree char *moved = NULL;
  g_autofree char *aside = NULL;
  const MienPicture *originals[2] = { NULL };
  guint n_copies[2], n_moved, n_set_aside, n_before;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  prepare_choose (&options, "angry", "angry");
  prepare_choose (&options, "sad", "sad");
  options.balance = 12;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);
  before = prepare_fixture_scan (fixture);
  n_before = mien_dataset_get_n_pictures (before);
  for (guint i = 0; i < n_before && originals[1] == NULL; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (before, i);

      if (!picture->is_copy && picture->class_index == 0 && picture->split == MIEN_SPLIT_TRAIN)
        originals[originals[0] != NULL] = picture;
    }
  for (guint k = 0; k < 2; k++)
    {
      n_copies[k] = count_copies (before, originals[k], 0);
      g_assert_cmpuint (n_copies[k], >, 0);
    }
  moved = g_strdup (mien_dataset_get_relative_path (before, originals[0]->path));
  aside = g_strdup (mien_dataset_get_relative_path (before, originals[1]->path));
  correct (&prepared, before, moved, MIEN_CORRECTION_MOVE,
           mien_dataset_get_classes (before, NULL)[1]);
  correct (&prepared, before, aside, MIEN_CORRECTION_SET_ASIDE, NULL);

  after = prepare_fixture_scan (fixture);
  g_assert_cmpuint (mien_dataset_get_n_pictures (after), ==, n_before - 1 - n_copies[1]);
  g_assert_cmpuint (count_copies (after, find (after, moved), 0), ==, 0);
  g_assert_cmpuint (count_copies (after, find (after, moved), 1), ==, n_copies[0]);
  mien_dataset_get_corrections (after, &n_moved, &n_set_aside);
  g_assert_cmpuint (n_moved, ==, 1);
  g_assert_cmpuint (n_set_aside, ==, 1);
  g_unlink (path);
}

/* A class that the data set has no more is told of, and the picture stays in its own. */
static void
test_class_gone (FolderFixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;
  g_autofree char *path = mien_corrections_get_path (self->directory);
  gboolean is_told = FALSE;

  folder_fixture_add (self, "cats", 0, 10);
  folder_fixture_add (self, "dogs", 100, 10);
  before = scan (self);
  correct (self, before, "cats/0003.png", MIEN_CORRECTION_MOVE, "birds");
  after = scan (self);
  g_assert_cmpuint (find (after, "cats/0003.png")->class_index, ==, 0);
  for (guint i = 0; i < mien_dataset_get_n_issues (after); i++)
    {
      const MienIssue *issue = mien_dataset_get_issue (after, i);

      is_told |= g_str_has_suffix (issue->path, "cats/0003.png") && strstr (issue->reason, "birds");
    }
  g_assert_true (is_told);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder_fixture_test ("/corrections/apply", test_apply);
  folder_fixture_test ("/corrections/conflict", test_conflict);
  folder_fixture_test ("/corrections/replaced", test_replaced);
  folder_fixture_test ("/corrections/damaged", test_damaged);
  folder_fixture_test ("/corrections/names", test_names);
  folder_fixture_test ("/corrections/long-name", test_long_name);
  folder_fixture_test ("/corrections/unreadable", test_unreadable);
  folder_fixture_test ("/corrections/empty-class", test_empty_class);
  folder_fixture_test ("/corrections/class-gone", test_class_gone);
  folder_fixture_test ("/corrections/csv", test_csv);
  prepare_fixture_test ("/corrections/copies", test_copies);
  return g_test_run ();
}
