/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prepare-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

static void
prepare_fixture_set_up (PrepareFixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
  fixture->source.directory = g_build_filename (fixture->directory, "source", NULL);
  fixture->destination = g_build_filename (fixture->directory, "out", NULL);
  g_assert_cmpint (g_mkdir (fixture->source.directory, 0755), ==, 0);
}

static void
prepare_fixture_tear_down (PrepareFixture *fixture, gconstpointer data)
{
  fixture_remove (fixture->directory);
  g_free (fixture->source.directory);
  g_free (fixture->directory);
  g_free (fixture->destination);
}

/* Adds a test that has both. */
void
prepare_fixture_test (const char *path, void (*func) (PrepareFixture *, gconstpointer))
{
  g_test_add (path, PrepareFixture, NULL, prepare_fixture_set_up, func, prepare_fixture_tear_down);
}

/* Three divided classes of 6, 10 and 4 training pictures and 3, 2 and 5 for the test. */
void
prepare_fixture_add_divided (PrepareFixture *fixture)
{
  folder_fixture_add (&fixture->source, "train/angry", 0, 6);
  folder_fixture_add (&fixture->source, "train/happy", 100, 10);
  folder_fixture_add (&fixture->source, "train/sad", 200, 4);
  folder_fixture_add (&fixture->source, "test/angry", 300, 3);
  folder_fixture_add (&fixture->source, "test/happy", 400, 2);
  folder_fixture_add (&fixture->source, "test/sad", 500, 5);
}

void
prepare_choose (MienPrepareOptions *options, const char *name, const char *joined)
{
  g_auto (GStrv) sources = g_strsplit (joined, ",", -1);

  mien_prepare_options_add_class (options, name, (const char *const *) sources);
}

MienPreparePlan *
prepare_fixture_plan (PrepareFixture *fixture, const MienPrepareOptions *options)
{
  g_autoptr (MienDataset) source = fixture_scan (fixture->source.directory, 0);
  g_autoptr (GError) error = NULL;
  MienPreparePlan *plan = mien_prepare_plan_new (source, options, &error);

  g_assert_no_error (error);
  return plan;
}

void
prepare_fixture_write (PrepareFixture *fixture, MienPreparePlan *plan)
{
  g_autoptr (GError) error = NULL;
  gboolean written = mien_prepare_write (plan, fixture->destination, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (written);
}

/* Scans what was prepared, with nothing held back. */
MienDataset *
prepare_fixture_scan (PrepareFixture *fixture)
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

GHashTable *
prepare_fixture_read_manifest (PrepareFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GHashTable *entries = mien_manifest_read (fixture->destination, &error);

  g_assert_no_error (error);
  g_assert_nonnull (entries);
  return entries;
}

void
prepare_assert_counts (MienDataset *dataset,
                       const char *name,
                       guint train,
                       guint validation,
                       guint test)
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
