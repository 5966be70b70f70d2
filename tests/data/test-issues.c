/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "data-fixture.h"

static void
link_to (FolderFixture *fixture, const char *relative, const char *target)
{
  g_autofree char *path = fixture_path (fixture->directory, "%s", relative);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

/* The issue of a kind with a file, whose reason holds `word`. */
static void
assert_issue (FolderFixture *fixture,
              MienDataset *dataset,
              MienIssueKind kind,
              const char *relative,
              const char *word)
{
  g_autofree char *path = g_build_filename (fixture->directory, relative, NULL);

  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    {
      const MienIssue *issue = mien_dataset_get_issue (dataset, i);

      if (issue->kind == kind && strcmp (issue->path, path) == 0)
        {
          g_assert_true (g_utf8_validate (issue->reason, -1, NULL));
          g_assert_nonnull (strstr (issue->reason, word));
          return;
        }
    }
  g_error ("No issue “%s” of “%s”", mien_issue_kind_to_string (kind), relative);
}

/* Every bad file is one issue, with its reason; the good ones are used. */
static void
test_files (FolderFixture *fixture, gconstpointer data)
{
  static const guint8 huge_png[] = {
    0x89, 'P', 'N',  'G',  '\r', '\n', 0x1a, '\n',       /* signature */
    0,    0,   0,    13,   'I',  'H',  'D',  'R',        /* IHDR */
    0,    1,   0x86, 0xa0, 0,    1,    0x86, 0xa0,       /* 100000 × 100000 */
    8,    2,   0,    0,    0,    0x27, 0x30, 0x9c, 0x9f, /* 8-bit RGB, checksum */
    0,    0,   0,    0,    'I',  'D',  'A',  'T',  0x35, 0xaf, 0x06, 0x1e,
  };
  g_autofree char *empty = fixture_path (fixture->directory, "a/empty.jpg");
  g_autofree char *text = fixture_path (fixture->directory, "a/text.jpg");
  g_autofree char *cut = fixture_path (fixture->directory, "a/cut.png");
  g_autofree char *cut_jpeg = fixture_path (fixture->directory, "b/cut.jpg");
  g_autofree char *huge = fixture_path (fixture->directory, "b/huge.png");
  g_autofree char *fifo = fixture_path (fixture->directory, "b/fifo.png");
  g_autoptr (GdkPixbuf) picture = fixture_picture (50, 50, 99);
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 3);
  folder_fixture_add (fixture, "b", 10, 3);
  fixture_write (empty, "", 0);
  fixture_write (text, "Not a picture at all.", 21);
  fixture_save (picture, cut, "png");
  fixture_truncate (cut, 3000);
  fixture_save (picture, cut_jpeg, "jpeg");
  fixture_truncate (cut_jpeg, 2000);
  fixture_write (huge, huge_png, sizeof huge_png);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  link_to (fixture, "a/dangling.png", "nowhere.png");

  dataset = fixture_scan (fixture->directory, 0);
  assert_issue (fixture, dataset, MIEN_ISSUE_EMPTY, "a/empty.jpg", "empty");
  assert_issue (fixture, dataset, MIEN_ISSUE_NOT_A_PICTURE, "a/text.jpg", "not a picture");
  assert_issue (fixture, dataset, MIEN_ISSUE_BROKEN, "a/cut.png", "damaged");
  assert_issue (fixture, dataset, MIEN_ISSUE_BROKEN, "b/cut.jpg", "damaged");
  assert_issue (fixture, dataset, MIEN_ISSUE_TOO_LARGE, "b/huge.png", "10000000000");
  assert_issue (fixture, dataset, MIEN_ISSUE_UNREADABLE, "b/fifo.png", "regular");
  assert_issue (fixture, dataset, MIEN_ISSUE_LINK_LOOP, "a/dangling.png", "nowhere");
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 7);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 6);
}

static void
test_no_permission (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->directory, "a/0000.png", NULL);
  g_autofree char *folder = g_build_filename (fixture->directory, "b/closed", NULL);
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 3);
  folder_fixture_add (fixture, "b", 10, 3);
  folder_fixture_add (fixture, "b/closed", 20, 3);
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  g_assert_cmpint (g_chmod (folder, 0), ==, 0);
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpint (g_chmod (folder, 0700), ==, 0);

  if (getuid () == 0)
    {
      g_test_message ("Root may read everything: all pictures have to be there");
      g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 9);
      return;
    }
  assert_issue (fixture, dataset, MIEN_ISSUE_UNREADABLE, "a/0000.png", "");
  assert_issue (fixture, dataset, MIEN_ISSUE_UNREADABLE, "b/closed", "");
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 5);
}

/* Links are followed, each folder once, and never in a circle. */
static void
test_links (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *outside = fixture_make_directory ();
  g_autofree char *picture = NULL;
  g_autofree char *elsewhere = g_build_filename (outside, "elsewhere", NULL);
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 2);
  folder_fixture_add (fixture, "a/x", 10, 2);
  folder_fixture_add (fixture, "a/y", 20, 2);
  folder_fixture_add (fixture, "b", 30, 2);
  fixture_add (outside, "elsewhere/1.png", 40);
  fixture_add (outside, "single.png", 41);
  picture = g_build_filename (outside, "single.png", NULL);
  link_to (fixture, "b/linked.png", picture);
  link_to (fixture, "b/linked-folder", elsewhere);
  link_to (fixture, "a/x/to-y", "../y");
  link_to (fixture, "a/y/to-x", "../x");
  link_to (fixture, "a/x/up", "..");
  link_to (fixture, "b/top", "..");
  link_to (fixture, "b/self", "self");

  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_count (dataset, 0, MIEN_SPLIT_TRAIN) +
                      mien_dataset_count (dataset, 0, MIEN_SPLIT_VALIDATION) +
                      mien_dataset_count (dataset, 0, MIEN_SPLIT_TEST),
                    ==, 6);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 10);
  assert_issue (fixture, dataset, MIEN_ISSUE_LINK_LOOP, "a/x/up", "above");
  assert_issue (fixture, dataset, MIEN_ISSUE_LINK_LOOP, "b/top", "above");
  assert_issue (fixture, dataset, MIEN_ISSUE_LINK_LOOP, "b/self", "itself");
  for (guint i = 0; i < mien_dataset_get_n_issues (dataset); i++)
    g_assert_cmpint (mien_dataset_get_issue (dataset, i)->kind, ==, MIEN_ISSUE_LINK_LOOP);
  fixture_remove (outside);
}

/* The same pixels count as the same picture, in another format and under another name too. */
static void
test_twins (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GdkPixbuf) picture = fixture_picture (40, 40, 1);
  g_autofree char *bitmap = fixture_path (fixture->directory, "train/a/twin.bmp");
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "train/a", 0, 4);
  folder_fixture_add (fixture, "train/b", 10, 4);
  folder_fixture_add (fixture, "test/a", 20, 2);
  fixture_save (picture, bitmap, "bmp");
  fixture_add (fixture->directory, "test/a/leak.png", 2);
  fixture_add (fixture->directory, "train/b/conflict.png", 3);
  fixture_add (fixture->directory, "test/b/both.png", 0);

  dataset = fixture_scan (fixture->directory, 0);
  assert_issue (fixture, dataset, MIEN_ISSUE_DUPLICATE, "train/a/twin.bmp", "train/a/0001.png");
  assert_issue (fixture, dataset, MIEN_ISSUE_LEAK, "test/a/leak.png", "train/a/0002.png");
  assert_issue (fixture, dataset, MIEN_ISSUE_CONFLICT, "train/b/conflict.png", "“a”");
  assert_issue (fixture, dataset, MIEN_ISSUE_LEAK, "test/b/both.png", "train/a/0000.png");
  assert_issue (fixture, dataset, MIEN_ISSUE_CONFLICT, "test/b/both.png", "“a”");
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 5);
  for (guint i = 1; i < 5; i++)
    g_assert_cmpint (mien_dataset_get_issue (dataset, i - 1)->kind, <=,
                     mien_dataset_get_issue (dataset, i)->kind);
}

/* Splits that were made here do not leak, and are not blamed. */
static void
test_no_leak (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 10);
  folder_fixture_add (fixture, "a/again", 0, 10);
  folder_fixture_add (fixture, "b", 20, 10);
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (mien_dataset_get_issue (dataset, i)->kind, ==, MIEN_ISSUE_DUPLICATE);
}

static void
test_imbalance (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) even = NULL;
  g_autoptr (MienDataset) uneven = NULL;

  folder_fixture_add (fixture, "train/few", 0, 4);
  folder_fixture_add (fixture, "train/many", 100, 12);
  folder_fixture_add (fixture, "val/many", 200, 20);
  even = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_issues (even), ==, 0);
  folder_fixture_add (fixture, "train/many", 300, 1);
  uneven = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_issues (uneven), ==, 1);
  assert_issue (fixture, uneven, MIEN_ISSUE_IMBALANCE, "train/few", "13");
}

static void
add_size (FolderFixture *fixture, const char *relative, guint width, guint height, guint seed)
{
  g_autofree char *path = fixture_path (fixture->directory, "%s", relative);
  g_autoptr (GdkPixbuf) picture = fixture_picture (width, height, seed);

  fixture_save (picture, path, "png");
}

static void
test_sizes (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  folder_fixture_add (fixture, "a", 0, 5);
  folder_fixture_add (fixture, "b", 10, 5);
  add_size (fixture, "a/small.png", 40, 31, 50);
  add_size (fixture, "a/least.png", 32, 32, 51);
  add_size (fixture, "b/long.png", 161, 40, 52);
  add_size (fixture, "b/most.png", 160, 40, 53);
  dataset = fixture_scan (fixture->directory, 0);
  assert_issue (fixture, dataset, MIEN_ISSUE_SIZE, "a/small.png", "40 × 31");
  assert_issue (fixture, dataset, MIEN_ISSUE_SIZE, "b/long.png", "161 × 40");
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 2);
}

/* A data set of small pictures is one issue, not thousands. */
static void
test_all_small (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = NULL;

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%u.png", i < 4 ? "a" : "b", i);

      add_size (fixture, name, 28, 28, i);
    }
  dataset = fixture_scan (fixture->directory, 0);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 1);
  g_assert_cmpint (mien_dataset_get_issue (dataset, 0)->kind, ==, MIEN_ISSUE_SIZE);
  g_assert_cmpstr (mien_dataset_get_issue (dataset, 0)->path, ==, fixture->directory);
}

static void
test_names (void)
{
  static const char *const names[] = {
    "unreadable", "empty",     "not-a-picture", "broken",   "too-large", "link-loop", "manifest",
    "row",        "duplicate", "leak",          "conflict", "imbalance", "size",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (mien_issue_kind_to_string (i), ==, names[i]);
      g_assert_cmpuint (strlen (mien_issue_kind_get_title (i)), >, 0);
    }
  g_assert_cmpuint (MIEN_ISSUE_SIZE + 1, ==, G_N_ELEMENTS (names));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/issues/files", test_files);
  folder_fixture_test ("/issues/no-permission", test_no_permission);
  folder_fixture_test ("/issues/links", test_links);
  folder_fixture_test ("/issues/twins", test_twins);
  folder_fixture_test ("/issues/no-leak", test_no_leak);
  folder_fixture_test ("/issues/imbalance", test_imbalance);
  folder_fixture_test ("/issues/sizes", test_sizes);
  folder_fixture_test ("/issues/all-small", test_all_small);
  g_test_add_func ("/issues/names", test_names);
  return g_test_run ();
}
