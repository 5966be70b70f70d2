/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <utime.h>

#include "session-fixture.h"
#include "train/mien-run-record.h"
#include "train/mien-train-error.h"

/* A real training's folder tells what the session told. */
static void
test_read (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  g_autoptr (MienRunRecord) record = NULL;
  g_autoptr (GArray) history = NULL;
  g_autofree guint *counts = NULL;
  MienSessionSnapshot snapshot;
  const char *const *classes;
  guint n_classes;
  guint n = 0;

  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  history = mien_session_dup_history (session);
  classes = mien_dataset_get_classes (self->dataset, &n_classes);

  record = mien_run_record_read (self->run);
  g_assert_no_error (record->error);
  g_assert_cmpuint (record->history->len, ==, history->len);
  g_assert_cmpuint (record->best_epoch, ==, snapshot.best_epoch);
  g_assert_true (g_strv_equal ((const char *const *) record->classes, classes));
  g_assert_cmpfloat (mien_run_record_get_accuracy (record, 1), ==,
                     g_array_index (history, MienEpoch, 0).validation_accuracy);
  g_assert_cmpint (record->modified, >, 0);

  counts = g_new (guint, (gsize) n_classes * n_classes);
  mien_confusions_get_matrix (record->confusions, history->len, n_classes, counts);
  for (guint i = 0; i < n_classes * n_classes; i++)
    n += counts[i];
  g_assert_cmpuint (n, ==, mien_dataset_count_split (self->dataset, MIEN_SPLIT_VALIDATION));
}

static void
write_text (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

static void
set_age (const char *folder, const char *name, gint64 seconds)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct utimbuf times = { seconds, seconds };

  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

/* Three runs by hand, one without validation, one damaged, and a folder of something else. */
static void
test_list (SessionFixture *self, gconstpointer data)
{
  static const char header[] =
    "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n";
  g_autofree char *folder = g_build_filename (self->folder, "runs", NULL);
  g_autofree char *older = g_build_filename (folder, "older", NULL);
  g_autofree char *newer = g_build_filename (folder, "newer", NULL);
  g_autofree char *damaged = g_build_filename (folder, "damaged", NULL);
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  g_autofree char *hidden = g_build_filename (folder, ".hidden", NULL);
  g_autofree char *first = g_strconcat (header, "1,1,0.5,,,0.1,2\n2,0.5,0.75,,,0.1,2\n", NULL);
  g_autofree char *second = g_strconcat (
    header, "1,1,0.5,0.9,0.6,0.1,2\n2,0.5,0.75,0.4,0.8,0.1,2\n3,0.4,0.9,0.7,0.7,0.1,2\n", NULL);
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autofree char *settings_text = NULL;
  g_autofree char *difference = NULL;
  MienRunRecord *record;
  const char *folders[] = { older, newer, damaged };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "settings.json", NULL);

      g_assert_cmpint (g_mkdir_with_parents (folders[i], 0755), ==, 0);
      settings->epochs = 10 * (i + 1);
      settings->augmentation.rotation = i == 1 ? 33 : 3;
      g_assert_true (mien_settings_save (settings, path, NULL));
    }
  write_text (older, "history.csv", first);
  write_text (newer, "history.csv", second);
  write_text (damaged, "history.csv", "epoch\n1\n");
  write_text (other, "notes.txt", "none of ours");
  write_text (hidden, "notes.txt", "none of ours");
  set_age (older, "history.csv", 1000);
  set_age (newer, "history.csv", 2000);
  set_age (damaged, "history.csv", 1500);

  records = mien_run_records_list (folder, NULL);
  g_assert_cmpuint (records->len, ==, 4);
  record = g_ptr_array_index (records, 0);
  g_assert_cmpstr (record->name, ==, "newer");
  g_assert_no_error (record->error);
  g_assert_cmpuint (record->best_epoch, ==, 2);
  g_assert_cmpfloat (mien_run_record_get_accuracy (record, 2), ==, 0.8);
  g_assert_null (record->confusions);
  record = g_ptr_array_index (records, 1);
  g_assert_cmpstr (record->name, ==, "damaged");
  g_assert_nonnull (record->error);
  record = g_ptr_array_index (records, 2);
  g_assert_cmpstr (record->name, ==, "older");
  g_assert_cmpuint (record->best_epoch, ==, 2);
  g_assert_cmpfloat (mien_run_record_get_accuracy (record, 2), ==, 0.75);
  difference = mien_run_records_compare_settings (record, g_ptr_array_index (records, 0));
  g_assert_cmpstr (difference, ==, "augmentation.rotation: 3.0 → 33.0\nepochs: 10 → 20");
  record = g_ptr_array_index (records, 3);
  g_assert_cmpstr (record->name, ==, "other");
  g_assert_nonnull (record->error);

  none = mien_run_records_list ("/nowhere", NULL);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
assert_refused (const char *folder, const char *named)
{
  g_autoptr (MienRunRecord) record = mien_run_record_read (folder);

  g_assert_error (record->error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
  g_assert_nonnull (strstr (record->error->message, named));
  g_assert_null (record->settings);
  g_assert_null (record->history);
  g_assert_cmpuint (record->best_epoch, ==, 0);
}

/* What cannot be looked at has an error that names the file, and nothing else. */
static void
test_refused (SessionFixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "refused", NULL);
  g_autofree char *settings_path = g_build_filename (folder, "settings.json", NULL);
  g_autofree char *history_path = g_build_filename (folder, "history.csv", NULL);
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();

  assert_refused (folder, "settings.json");
  write_text (folder, "settings.json", "{");
  assert_refused (folder, "settings.json");
  g_assert_true (mien_settings_save (settings, settings_path, NULL));
  assert_refused (folder, "history.csv");
  write_text (folder, "history.csv",
              "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n");
  assert_refused (folder, "history.csv");
  write_text (folder, "history.csv", "epoch\n1\n");
  assert_refused (folder, "history.csv");
  g_assert_cmpint (g_unlink (history_path), ==, 0);
  g_assert_cmpint (g_mkdir (history_path, 0755), ==, 0);
  assert_refused (folder, "history.csv");
}

/* Matrices that are damaged are none; the run is one without them. */
static void
test_damaged_confusions (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  g_autoptr (MienRunRecord) record = NULL;

  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  write_text (self->run, "confusions.csv", "epoch,actual,predicted,count\n1,0,999,1\n");
  record = mien_run_record_read (self->run);
  g_assert_no_error (record->error);
  g_assert_null (record->confusions);
  g_assert_nonnull (record->classes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/run-record/read", SessionFixture, NULL, session_fixture_set_up, test_read,
              session_fixture_tear_down);
  g_test_add ("/run-record/list", SessionFixture, NULL, session_fixture_set_up, test_list,
              session_fixture_tear_down);
  g_test_add ("/run-record/refused", SessionFixture, NULL, session_fixture_set_up, test_refused,
              session_fixture_tear_down);
  g_test_add ("/run-record/damaged-confusions", SessionFixture, NULL, session_fixture_set_up,
              test_damaged_confusions, session_fixture_tear_down);
  return g_test_run ();
}
