/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "data-fixture.h"
#include "data/mien-data-error.h"
#include "data/mien-picture.h"
#include "data/mien-table.h"

static char *
write_table (FolderFixture *fixture, const char *text)
{
  char *path = fixture_path (fixture->directory, "table.csv");

  fixture_write (path, text, strlen (text));
  return path;
}

/* Four pictures: p/0000.png … p/0003.png. */
static void
add_pictures (FolderFixture *fixture)
{
  folder_fixture_add (fixture, "p", 0, 4);
}

static void
assert_counts (MienDataset *dataset, guint class_index, guint train, guint validation, guint test)
{
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_TRAIN), ==, train);
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_VALIDATION), ==,
                    validation);
  g_assert_cmpuint (mien_dataset_count (dataset, class_index, MIEN_SPLIT_TEST), ==, test);
}

/* The columns in another order and case, splits, and what a spreadsheet adds. */
static void
test_splits (FolderFixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  const char *const *classes;
  guint n;

  add_pictures (fixture);
  folder_fixture_add (fixture, "q, r", 10, 3);
  path = write_table (fixture, "\xef\xbb\xbfSplit,PATH,note,Label\r\n"
                               "train,p/0000.png,,cat\r\n"
                               "train,p/0001.png,a note,dog\r\n"
                               "test, p/0002.png ,,\"cat\"\r\n"
                               "val,p/../p/0003.png,,dog\r\n"
                               "Train,\"q, r/0010.png\",,dog\r\n");
  dataset = fixture_scan (path, 0);
  classes = mien_dataset_get_classes (dataset, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (classes[0], ==, "cat");
  g_assert_cmpstr (classes[1], ==, "dog");
  assert_counts (dataset, 0, 1, 0, 1);
  assert_counts (dataset, 1, 2, 1, 0);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 0);
  g_assert_cmpstr (mien_dataset_get_directory (dataset), ==, path);
  g_assert_false (mien_dataset_split_was_made (dataset, MIEN_SPLIT_TEST));
}

/* Without a column for it, the scan makes the splits as for a folder; pictures may lie anywhere. */
static void
test_made_splits (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("path,label\n");
  g_autofree char *path = NULL;
  g_autofree char *moved = g_build_filename (fixture->directory, "elsewhere", "table.csv", NULL);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienDataset) absolute = NULL;

  folder_fixture_add (fixture, "p", 0, 20);
  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "p/%04u.png,%s\n", i, i < 10 ? "a" : "b");
  path = write_table (fixture, text->str);
  dataset = fixture_scan (path, 0);
  /* A fifth of ten for the test, and of eight for validation. */
  assert_counts (dataset, 0, 6, 2, 2);
  assert_counts (dataset, 1, 6, 2, 2);
  g_assert_true (mien_dataset_split_was_made (dataset, MIEN_SPLIT_TEST));

  g_string_assign (text, "path,label\n");
  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "%s/p/%04u.png,%s\n", fixture->directory, i, i < 10 ? "a" : "b");
  g_free (fixture_path (fixture->directory, "elsewhere/x"));
  fixture_write (moved, text->str, text->len);
  absolute = fixture_scan (moved, 0);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (mien_dataset_get_picture (absolute, i)->split, ==,
                     mien_dataset_get_picture (dataset, i)->split);
}

/* Each bad row is an issue with its line; the others make a data set. */
static void
test_bad_rows (FolderFixture *fixture, gconstpointer data)
{
  static const struct
  {
    MienIssueKind kind;
    const char *words;
  } expected[] = {
    { MIEN_ISSUE_UNREADABLE, "Line 4: |gone.png" },
    { MIEN_ISSUE_NOT_A_PICTURE, "Line 12: |notes.txt" },
    { MIEN_ISSUE_ROW, "Line 5: |1 |3" },
    { MIEN_ISSUE_ROW, "Line 6: |no path" },
    { MIEN_ISSUE_ROW, "Line 7: |no label" },
    { MIEN_ISSUE_ROW, "Line 8: |“trian”" },
    { MIEN_ISSUE_ROW, "Line 9: |line 2 " },
    { MIEN_ISSUE_ROW, "Line 10: |quote" },
    { MIEN_ISSUE_ROW, "Line 11: |UTF-8" },
  };
  g_autofree char *notes = fixture_path (fixture->directory, "notes.txt");
  g_autofree char *path = NULL;
  g_autoptr (MienDataset) dataset = NULL;

  add_pictures (fixture);
  fixture_write (notes, "hello", 5);
  path = write_table (fixture, "path,label,split\n"
                               "p/0000.png,a,train\n"
                               "p/0001.png,b,train\n"
                               "gone.png,a,train\n"
                               "p/0002.png\n"
                               ",a,train\n"
                               "p/0002.png,  ,train\n"
                               "p/0002.png,a,trian\n"
                               "./p/0000.png,b,train\n"
                               "\"p/0002.png\" x,a,train\n"
                               "p/\xe9.png,a,train\n"
                               "notes.txt,b,train\n"
                               "p/0003.png,b,test\n");
  dataset = fixture_scan (path, 0);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 3);
  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const MienIssue *issue = mien_dataset_get_issue (dataset, i);
      g_auto (GStrv) words = g_strsplit (expected[i].words, "|", -1);

      g_assert_cmpint (issue->kind, ==, expected[i].kind);
      for (guint j = 0; words[j] != NULL; j++)
        if (strstr (issue->reason, words[j]) == NULL)
          g_error ("“%s” is not in “%s”", words[j], issue->reason);
    }
}

/* What is no table of pictures, and what says no data set. */
static void
test_refused (FolderFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "", "path,label" },
    { "file;class\na;b\n", "path,label" },
    { "\"path,label\n", "path,label" },
    { "path,label\n", "0 classes" },
    { "path,label\np/0000.png,a\np/0001.png\n", "1 classes|1 lines" },
    { "path,label,split\np/0000.png,a,train\np/0001.png,b,test\n", "“b”|train" },
    { "path,label\ngone.png,a\np/0000.png,b\n", "“a”|none of the 1 |gone.png" },
    { "emotion,pixels,Usage\n0,1 2 3,Training\n", "mien-cli prepare" },
  };

  add_pictures (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = write_table (fixture, cases[i].text);
      g_auto (GStrv) words = g_strsplit (cases[i].words, "|", -1);
      g_autoptr (GError) error = NULL;
      MienScanOptions options;

      mien_scan_options_init (&options);
      g_assert_null (mien_dataset_scan (path, &options, NULL, NULL, NULL, &error));
      g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT);
      g_assert_nonnull (strstr (error->message, "table.csv"));
      for (guint j = 0; words[j] != NULL; j++)
        if (strstr (error->message, words[j]) == NULL)
          g_error ("“%s” is not in “%s”", words[j], error->message);
    }
}

/* 2304 numbers, pixel i being (i + first) % 256. */
static void
append_pixels (GString *text, guint first)
{
  for (guint i = 0; i < 2304; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? " " : "", (i + first) % 256);
}

static void
append_row (GString *text, const char *emotion, guint first, const char *usage)
{
  g_string_append_printf (text, "%s,", emotion);
  append_pixels (text, first);
  g_string_append_printf (text, ",%s\n", usage);
}

static void
assert_pixels (const char *path, guint first)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, &error);
  const guint8 *pixels;
  gsize stride;

  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (picture), ==, 48);
  g_assert_cmpint (gdk_pixbuf_get_height (picture), ==, 48);
  pixels = gdk_pixbuf_read_pixels (picture);
  stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  for (guint i = 0; i < 2304; i++)
    for (guint c = 0; c < 3; c++)
      g_assert_cmpuint (pixels[i / 48 * stride + i % 48 * 3 + c], ==, (i + first) % 256);
}

/* Pixels become files of the same pixels, grey, numbered by line; bad rows are told. */
static void
test_pixels (FolderFixture *fixture, gconstpointer data)
{
  static const char *const reasons[] = {
    "Line 5: ", "Line 6: ", "Line 7: ", "Line 8: ", "Line 9: ", "Line 10: ", "Line 11: ",
  };
  static const struct
  {
    const char *file;
    guint first;
  } files[] = {
    { "train/angry/000002.png", 0 },
    { "test/neutral/000003.png", 7 },
    { "test/happy/000004.png", 200 },
    { "train/sad/000012.png", 9 },
  };
  g_autoptr (GString) text = g_string_new ("emotion,pixels,Usage\n");
  g_autofree char *path = NULL;
  g_autofree char *beside = g_build_filename (fixture->directory, "out", NULL);
  g_autofree char *temporary = NULL;
  g_autoptr (MienNewFolder) folder = NULL;
  g_autoptr (GArray) issues = NULL;
  g_autoptr (GError) error = NULL;

  append_row (text, "0", 0, "Training");
  append_row (text, "6", 7, "PublicTest");
  append_row (text, " 3", 200, "PrivateTest");
  append_row (text, "7", 0, "Training");
  append_row (text, "-1", 0, "Training");
  append_row (text, "1", 0, "Validation");
  g_string_append (text, "1,0 1 2,Training\n1,");
  append_pixels (text, 0);
  g_string_append (text, " 5,Training\n1,256 ");
  append_pixels (text, 0);
  g_string_append (text, ",Training\n1,x ");
  append_pixels (text, 0);
  g_string_append (text, ",Training\n");
  append_row (text, "4", 9, "Training");
  path = write_table (fixture, text->str);

  folder = mien_table_write_pictures (path, beside, &issues, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  temporary = g_strdup (mien_new_folder_get_path (folder));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *file = g_build_filename (temporary, files[i].file, NULL);
      g_autofree char *content = NULL;
      gsize length;

      assert_pixels (file, files[i].first);
      /* PNG specification, 11.2.2: bit depth and colour type follow the size; 0 is grey. */
      g_assert_true (g_file_get_contents (file, &content, &length, NULL));
      g_assert_cmpuint (length, >, 26);
      g_assert_cmpint (content[24], ==, 8);
      g_assert_cmpint (content[25], ==, 0);
    }
  g_assert_cmpuint (issues->len, ==, G_N_ELEMENTS (reasons));
  for (guint i = 0; i < issues->len; i++)
    {
      const MienIssue *issue = &g_array_index (issues, MienIssue, i);

      g_assert_cmpint (issue->kind, ==, MIEN_ISSUE_ROW);
      g_assert_true (g_str_has_prefix (issue->reason, reasons[i]));
    }

  g_clear_pointer (&folder, mien_new_folder_free);
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
}

static void
test_cancel (FolderFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) text = g_string_new ("emotion,pixels,Usage\n");
  g_autoptr (GError) error = NULL;
  g_autofree char *beside = g_build_filename (fixture->directory, "out", NULL);
  g_autofree char *path = NULL;
  GArray *issues = NULL;
  MienScanOptions options;

  append_row (text, "0", 0, "Training");
  path = write_table (fixture, text->str);
  g_cancellable_cancel (cancellable);
  g_assert_null (
    mien_table_write_pictures (path, beside, &issues, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (issues);
  g_clear_error (&error);

  g_free (path);
  path = write_table (fixture, "path,label\na,b\nc,d\n");
  mien_scan_options_init (&options);
  g_assert_null (mien_dataset_scan (path, &options, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  folder_fixture_test ("/table/splits", test_splits);
  folder_fixture_test ("/table/made-splits", test_made_splits);
  folder_fixture_test ("/table/bad-rows", test_bad_rows);
  folder_fixture_test ("/table/refused", test_refused);
  folder_fixture_test ("/table/pixels", test_pixels);
  folder_fixture_test ("/table/cancel", test_cancel);
  return g_test_run ();
}
