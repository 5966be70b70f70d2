/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "prepare-fixture.h"

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

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  plan = prepare_fixture_plan (fixture, &options);

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
assert_words (const GError *error, const char *joined)
{
  g_auto (GStrv) words = g_strsplit (joined, "|", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (error->message, words[i]) == NULL)
      g_error ("“%s” is not in “%s”", words[i], error->message);
}

/* Classes that cannot be made. */
static void
test_refused_classes (PrepareFixture *fixture, gconstpointer data)
{
  g_autofree char *too_long = g_strnfill (256, 'x');
  const struct
  {
    const char *name, *sources; /* of the first class; the second one is sad */
    const char *words;
  } cases[] = {
    { "joy", "happpy", "happpy|angry, happy, sad|source" },
    { "joy", "happy,happy", "happy|twice" },
    { "joy", "happy,sad", "sad|twice" },
    { "sad", "happy", "two classes" },
    { "a/b", "happy", "a/b" },
    { ".", "happy", "“.”" },
    { "..", "happy", "“..”" },
    { ".joy", "happy", ".joy" },
    { "Thumbs.db", "happy", "Thumbs.db" },
    { "a\nb", "happy", "called" },
    { "", "happy", "“”" },
    { too_long, "happy", "xxx" },
  };
  g_autoptr (MienDataset) source = NULL;

  prepare_fixture_add_divided (fixture);
  source = fixture_scan (fixture->source.directory, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (MienPrepareOptions) options;
      g_autoptr (GError) error = NULL;

      mien_prepare_options_init (&options);
      prepare_choose (&options, cases[i].name, cases[i].sources);
      prepare_choose (&options, "sad", "sad");
      g_assert_null (mien_prepare_plan_new (source, &options, &error));
      g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT);
      assert_words (error, cases[i].words);
    }
}

/* Copies that would all be the same, and a class that has nothing to be made from. */
static void
test_refused_balance (PrepareFixture *fixture, gconstpointer data)
{
  static const char *const none[] = { NULL };
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienDataset) source = NULL;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  prepare_fixture_add_divided (fixture);
  source = fixture_scan (fixture->source.directory, 0);
  mien_prepare_options_init (&options);
  mien_augmentation_init_none (&options.augmentation);
  options.balance = 5;
  g_assert_null (mien_prepare_plan_new (source, &options, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT);
  assert_words (error, "“sad”|4 |5");
  g_clear_error (&error);

  options.balance = 4;
  plan = mien_prepare_plan_new (source, &options, &error);
  g_assert_no_error (error);

  prepare_choose (&options, "joy", "happy");
  prepare_choose (&options, "sad", "sad");
  mien_prepare_options_add_class (&options, "nothing", none);
  g_assert_null (mien_prepare_plan_new (source, &options, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT);
  assert_words (error, "“nothing”");
}

/* Eleven classes of a million. */
static void
test_too_many (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienDataset) source = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 11; i++)
    {
      g_autofree char *folder = g_strdup_printf ("train/%02u", i);

      folder_fixture_add (&fixture->source, folder, i, 1);
    }
  source = fixture_scan (fixture->source.directory, 0);
  mien_prepare_options_init (&options);
  options.balance = MIEN_PREPARE_MAX_BALANCE;
  g_assert_null (mien_prepare_plan_new (source, &options, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_TOO_LARGE);
}

static void
assert_refused (MienPreparePlan *plan, const char *destination, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mien_prepare_write (plan, destination, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  assert_words (error, words);
}

/* Places that must not be written to; none of them is changed. */
static void
test_refused_destination (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (MienDataset) before = NULL;
  g_autoptr (MienDataset) after = NULL;
  g_autofree char *inside = g_build_filename (fixture->source.directory, "new/folder", NULL);
  g_autofree char *link = g_build_filename (fixture->directory, "link", NULL);
  g_autofree char *through = g_build_filename (link, "new", NULL);
  g_autofree char *file = fixture_path (fixture->directory, "full/file");
  g_autofree char *full = g_path_get_dirname (file);
  g_autofree char *empty = g_build_filename (fixture->directory, "empty", NULL);

  prepare_fixture_add_divided (fixture);
  before = fixture_scan (fixture->source.directory, 0);
  mien_prepare_options_init (&options);
  plan = prepare_fixture_plan (fixture, &options);
  fixture_write (file, "x", 1);
  g_assert_cmpint (symlink (fixture->source.directory, link), ==, 0);

  assert_refused (plan, fixture->source.directory, "only read");
  assert_refused (plan, inside, "lies in|only read");
  assert_refused (plan, through, "lies in|only read");
  assert_refused (plan, fixture->directory, "holds|only read");
  assert_refused (plan, full, "full|not empty");
  assert_refused (plan, file, "is a file");
  after = fixture_scan (fixture->source.directory, 0);
  g_assert_cmpstr (mien_dataset_get_digest (before), ==, mien_dataset_get_digest (after));
  g_assert_false (g_file_test (inside, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_mkdir (empty, 0755), ==, 0);
  g_assert_true (mien_prepare_write (plan, empty, NULL, NULL, NULL, NULL));
}

/* Copies of some terabytes are refused before anything is written. */
static void
test_no_space (PrepareFixture *fixture, gconstpointer data)
{
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autoptr (GdkPixbuf) large = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 4000, 4000);
  g_autofree char *path = fixture_path (fixture->source.directory, "train/large/1.png");

  gdk_pixbuf_fill (large, 0x336699ff);
  fixture_save (large, path, "png");
  folder_fixture_add (&fixture->source, "train/small", 0, 2);
  mien_prepare_options_init (&options);
  options.balance = 500000;
  plan = prepare_fixture_plan (fixture, &options);
  /* 4000² pixels of three bytes, half a million times, less the one that is there. */
  g_assert_cmpuint (mien_prepare_plan_get_bytes (plan), >, G_GUINT64_CONSTANT (23999952000000));
  assert_refused (plan, fixture->destination, "TB|free");
  assert_nothing_written (fixture);
}

static void
assert_manifest_issue (PrepareFixture *fixture, const char *words)
{
  g_autoptr (MienDataset) dataset = prepare_fixture_scan (fixture);
  const MienIssue *issue;
  g_autoptr (GError) as_error = NULL;

  g_assert_cmpuint (mien_dataset_get_n_issues (dataset), ==, 1);
  issue = mien_dataset_get_issue (dataset, 0);
  g_assert_cmpint (issue->kind, ==, MIEN_ISSUE_MANIFEST);
  g_assert_true (g_str_has_suffix (issue->path, "/" MIEN_MANIFEST_NAME));
  as_error = g_error_new_literal (MIEN_DATA_ERROR, 0, issue->reason);
  assert_words (as_error, words);
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    g_assert_cmpuint (mien_dataset_get_picture (dataset, i)->group, ==, i);
}

/* A damaged manifest, and another program's, are issues; the pictures stay usable. */
static void
test_bad_manifest (PrepareFixture *fixture, gconstpointer data)
{
#define HEAD "{\"format\":\"mien-prepared\",\"version\":1,"
#define ROW "{\"file\":\"train/sad/0200.png\",\"source\":\"x\",\"copy\":false,\"digest\":"
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "", "damaged" },
    { "{", "damaged" },
    { "\xff{}", "damaged|UTF-8" },
    { "[1]", "not written by Mien" },
    { "{\"name\":\"a web page\"}", "not written by Mien" },
    { "{\"format\":1}", "not written by Mien" },
    { "{\"format\":\"mien-prepared\",\"version\":2}", "version" },
    { "{\"format\":\"mien-prepared\"}", "version" },
    { HEAD "\"files\":3}", "list of files" },
    { HEAD "\"a\":1}", "list of files" },
    { HEAD "\"files\":[7]}", "number 1 " },
    { HEAD "\"files\":[{}]}", "number 1 " },
    { HEAD "\"files\":[" ROW "\"12\"}]}", "number 1 " },
    { HEAD "\"files\":[" ROW "7}]}", "number 1 " },
  };
  g_auto (MienPrepareOptions) options;
  g_autoptr (MienPreparePlan) plan = NULL;
  g_autofree char *path = g_build_filename (fixture->destination, MIEN_MANIFEST_NAME, NULL);
  g_autofree char *content = NULL;
  g_autoptr (GString) deep = g_string_new (NULL);
  gsize length;

  prepare_fixture_add_divided (fixture);
  mien_prepare_options_init (&options);
  options.balance = 9;
  plan = prepare_fixture_plan (fixture, &options);
  prepare_fixture_write (fixture, plan);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fixture_write (path, cases[i].text, strlen (cases[i].text));
      assert_manifest_issue (fixture, cases[i].words);
    }

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  fixture_write (path, deep->str, deep->len);
  assert_manifest_issue (fixture, "damaged");

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0755), ==, 0);
  assert_manifest_issue (fixture, "no file");
  g_assert_cmpint (g_rmdir (path), ==, 0);
  fixture_remove (fixture->destination);
  prepare_fixture_write (fixture, plan);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  fixture_write (path, content, length / 2);
  assert_manifest_issue (fixture, "damaged");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  prepare_fixture_test ("/prepare-refused/nothing-left", test_nothing_left);
  prepare_fixture_test ("/prepare-refused/classes", test_refused_classes);
  prepare_fixture_test ("/prepare-refused/balance", test_refused_balance);
  prepare_fixture_test ("/prepare-refused/too-many", test_too_many);
  prepare_fixture_test ("/prepare-refused/destination", test_refused_destination);
  prepare_fixture_test ("/prepare-refused/no-space", test_no_space);
  prepare_fixture_test ("/prepare-refused/bad-manifest", test_bad_manifest);
  return g_test_run ();
}
