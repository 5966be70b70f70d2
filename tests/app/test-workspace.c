/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "app-fixture.h"
#include "app/prediction/mien-prediction-item.h"
#include "train/mien-known-weights.h"

typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  guint n_failed;
  guint n_announced;
  guint n_dataset_notified;
} Fixture;

static void
count_failed (MienWorkspace *workspace, guint job, const char *message, Fixture *fixture)
{
  g_assert_cmpstr (message, !=, "");
  fixture->n_failed++;
}

static void
count_announced (MienWorkspace *workspace, const char *message, Fixture *fixture)
{
  fixture->n_announced++;
}

static void
count_dataset (MienWorkspace *workspace, GParamSpec *pspec, Fixture *fixture)
{
  fixture->n_dataset_notified++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
  fixture->workspace = mien_workspace_new ();
  g_signal_connect (fixture->workspace, "failed", G_CALLBACK (count_failed), fixture);
  g_signal_connect (fixture->workspace, "announced", G_CALLBACK (count_announced), fixture);
  g_signal_connect (fixture->workspace, "notify::dataset", G_CALLBACK (count_dataset), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->workspace, fixture);
  g_object_unref (fixture->workspace);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
open_dataset (Fixture *fixture)
{
  app_fixture_write_dataset (fixture->folder);
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  g_assert_cmpint (mien_workspace_get_job (fixture->workspace), ==, MIEN_JOB_SCAN);
  app_fixture_wait_while_busy (fixture->workspace);
}

static void
open_model (Fixture *fixture)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "model.safetensors", NULL);

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  mien_workspace_open_model (fixture->workspace, path);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (mien_workspace_get_model_path (fixture->workspace), ==, path);
}

static void
test_scan (Fixture *fixture, gconstpointer data)
{
  MienDataset *dataset;

  open_dataset (fixture);
  dataset = mien_workspace_get_dataset (fixture->workspace);
  g_assert_nonnull (dataset);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==,
                    2 * (APP_FIXTURE_TRAIN + APP_FIXTURE_TEST));
  g_assert_cmpuint (fixture->n_dataset_notified, ==, 1);
  g_assert_cmpuint (fixture->n_announced, ==, 1);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_null (mien_workspace_get_dataset_error (fixture->workspace));
}

static void
test_scan_failure_keeps_the_data_set (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);

  open_dataset (fixture);
  mien_workspace_open_folder (fixture->workspace, missing);
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_nonnull (strstr (mien_workspace_get_dataset_error (fixture->workspace), "missing"));
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_nonnull (mien_workspace_get_dataset (fixture->workspace));

  mien_workspace_close_dataset_error (fixture->workspace);
  g_assert_null (mien_workspace_get_dataset_error (fixture->workspace));
}

/* A table of paths is a data set where it is. */
static void
test_table_of_paths (Fixture *fixture, gconstpointer data)
{
  g_autofree char *table = g_build_filename (fixture->folder, "table.csv", NULL);
  MienDataset *dataset;

  app_fixture_write_dataset (fixture->folder);
  app_fixture_write_file (fixture->folder, "table.csv",
                          "path,label,split\n"
                          "train/dark/dark-train-0.png,night,train\n"
                          "train/dark/dark-train-1.png,night,train\n"
                          "train/light/light-train-0.png,day,train\n"
                          "train/light/light-train-1.png,day,train\n"
                          "test/light/light-test-0.png,day,test\n");
  mien_workspace_open_folder (fixture->workspace, table);
  app_fixture_wait_while_busy (fixture->workspace);

  dataset = mien_workspace_get_dataset (fixture->workspace);
  g_assert_nonnull (dataset);
  g_assert_cmpstr (mien_dataset_get_directory (dataset), ==, table);
  g_assert_cmpstr (mien_dataset_get_classes (dataset, NULL)[0], ==, "day");
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 5);
}

static void
append_row (GString *table, guint emotion, guint8 grey, const char *usage)
{
  g_string_append_printf (table, "%u,", emotion);
  for (guint i = 0; i < 48 * 48; i++)
    g_string_append_printf (table, i > 0 ? " %u" : "%u", (grey + i) % 256);
  g_string_append_printf (table, ",%s\n", usage);
}

static void
count_imported (MienWorkspace *workspace, guint *n)
{
  (*n)++;
}

/* A table of pixels is written out to the user's data folder, each time to a new one. */
static void
test_table_of_pixels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) table = g_string_new ("emotion,pixels,Usage\n");
  g_autofree char *path = g_build_filename (fixture->folder, "faces.csv", NULL);
  guint n_imported = 0;

  /* 0 is angry and 3 is happy, as FER2013 was published. */
  for (guint i = 0; i < 8; i++)
    append_row (table, i % 2 * 3, (guint8) (10 * i), i < 6 ? "Training" : "PublicTest");
  g_string_append (table, "3,1 2 3,Training\n");
  app_fixture_write_file (fixture->folder, "faces.csv", table->str);
  g_signal_connect (fixture->workspace, "imported", G_CALLBACK (count_imported), &n_imported);

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *expected = g_build_filename (g_get_user_data_dir (), "mien", "datasets",
                                                    i == 0 ? "faces" : "faces-2", NULL);
      MienDataset *dataset;

      mien_workspace_open_folder (fixture->workspace, path);
      app_fixture_wait_while_busy (fixture->workspace);
      dataset = mien_workspace_get_dataset (fixture->workspace);
      g_assert_nonnull (dataset);
      g_assert_cmpstr (mien_dataset_get_directory (dataset), ==, expected);
      g_assert_cmpstr (mien_dataset_get_classes (dataset, NULL)[0], ==, "angry");
      g_assert_cmpstr (mien_dataset_get_classes (dataset, NULL)[1], ==, "happy");
      g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 8);
      g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_TEST), ==, 2);
      g_assert_cmpuint (n_imported, ==, i + 1);
    }
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static void
test_cancelled_scan_is_dropped (Fixture *fixture, gconstpointer data)
{
  app_fixture_write_dataset (fixture->folder);
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  mien_workspace_cancel (fixture->workspace, MIEN_JOB_SCAN);
  g_assert_cmpint (mien_workspace_get_job (fixture->workspace), ==, MIEN_JOB_NONE);

  /* Only the second one counts, whichever comes back first. */
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (fixture->n_dataset_notified, ==, 1);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

static void
test_model_round_trip (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "copy.safetensors", NULL);

  open_model (fixture);
  mien_workspace_save_model (fixture->workspace, path);
  g_assert_true (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_SAVE));
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_cmpstr (mien_workspace_get_model_path (fixture->workspace), ==, path);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpuint (fixture->n_announced, ==, 2);
}

static void
test_broken_model (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "broken.safetensors", NULL);

  app_fixture_write_file (fixture->folder, "broken.safetensors", "This is no model.");
  mien_workspace_open_model (fixture->workspace, path);
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_null (mien_workspace_get_model (fixture->workspace));
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_evaluation_goes_with_its_data_set (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = app_fixture_make_folder ();

  open_dataset (fixture);
  open_model (fixture);
  mien_workspace_evaluate (fixture->workspace, MIEN_SPLIT_TEST);
  g_assert_true (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_EVALUATE));
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_nonnull (mien_workspace_get_evaluation (fixture->workspace));
  g_assert_cmpuint (
    mien_evaluation_get_n_records (mien_workspace_get_evaluation (fixture->workspace)), ==,
    2 * APP_FIXTURE_TEST);

  /* The same pictures, read again. */
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_true (mien_evaluation_get_dataset (mien_workspace_get_evaluation (fixture->workspace)) ==
                 mien_workspace_get_dataset (fixture->workspace));

  app_fixture_write_dataset (other);
  mien_workspace_open_folder (fixture->workspace, other);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_null (mien_workspace_get_evaluation (fixture->workspace));
  app_fixture_remove (other);
}

static void
test_predict_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autofree char *folder = g_build_filename (fixture->folder, "test", "dark", NULL);
  g_autofree char *broken = g_build_filename (fixture->folder, "train", "dark", "broken.png", NULL);
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GFile) first = g_file_new_for_path (folder);
  g_autoptr (GFile) second = g_file_new_for_path (broken);
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  const guint n = APP_FIXTURE_TEST + 1;

  open_dataset (fixture);
  open_model (fixture);
  g_assert_null (mien_workspace_dup_predictions_csv (fixture->workspace));
  g_list_store_append (files, first);
  g_list_store_append (files, second);
  mien_workspace_predict_files (fixture->workspace, G_LIST_MODEL (files));
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MienPredictionItem) item = g_list_model_get_item (predictions, i);
      const MienPrediction *prediction = mien_prediction_item_get_prediction (item);

      if (i < APP_FIXTURE_TEST)
        g_assert_cmpfloat_with_epsilon (prediction->probabilities[0] + prediction->probabilities[1],
                                        1.0, 1e-5);
      else
        g_assert_nonnull (prediction->error);
    }

  csv = mien_workspace_dup_predictions_csv (fixture->workspace);
  lines = g_strsplit (g_strstrip (csv), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, n + 1);

  mien_workspace_clear_predictions (fixture->workspace);
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 0);
}

/* The same pixels give the same answer from a file and from the clipboard. */
static void
test_predict_texture (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "one.png", 50, 40, 0x4080c0);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_file (file, NULL);
  g_autoptr (MienPredictionItem) from_texture = NULL;
  g_autoptr (MienPredictionItem) from_file = NULL;
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);

  open_model (fixture);
  mien_workspace_predict_texture (fixture->workspace, texture, "Pasted");
  app_fixture_wait_while_busy (fixture->workspace);
  g_list_store_append (files, file);
  mien_workspace_predict_files (fixture->workspace, G_LIST_MODEL (files));
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 2);
  from_texture = g_list_model_get_item (predictions, 0);
  from_file = g_list_model_get_item (predictions, 1);
  g_assert_cmpfloat (mien_prediction_item_get_prediction (from_texture)->probabilities[0], ==,
                     mien_prediction_item_get_prediction (from_file)->probabilities[0]);
  g_assert_cmpstr (mien_picture_item_get_name (mien_prediction_item_get_picture (from_texture)), ==,
                   "Pasted");
}

static void
test_backbone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none.safetensors", NULL);
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);

  settings->epochs = 3;
  mien_workspace_set_backbone (fixture->workspace, path);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpuint (mien_workspace_get_settings (fixture->workspace)->epochs, ==, 3);

  mien_workspace_set_backbone (fixture->workspace, "compact");
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (mien_workspace_get_settings (fixture->workspace)->epochs, !=, 3);
}

static gboolean
has_session (gpointer data)
{
  Fixture *fixture = data;

  return mien_workspace_get_session (fixture->workspace) != NULL;
}

static void
test_train_stop_and_evaluate (Fixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  MienProgress progress;

  open_dataset (fixture);
  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->architecture.input_width = 32;
  settings->architecture.input_height = 32;
  settings->epochs = 1;
  settings->batch = 4;
  mien_workspace_train (fixture->workspace);
  g_assert_true (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_TRAIN));
  app_fixture_wait_while_busy (fixture->workspace);

  g_assert_nonnull (mien_workspace_get_model (fixture->workspace));
  g_assert_null (mien_workspace_get_model_path (fixture->workspace));
  g_assert_nonnull (mien_workspace_get_evaluation (fixture->workspace));
  g_assert_cmpint (mien_evaluation_get_split (mien_workspace_get_evaluation (fixture->workspace)),
                   ==, MIEN_SPLIT_TEST);
  mien_workspace_get_progress (fixture->workspace, MIEN_JOB_TRAIN, &progress);
  g_assert_cmpuint (progress.total, ==, 0);

  /* Stopping a training is the workspace's too. */
  settings->epochs = 1000;
  settings->patience = 0;
  mien_workspace_train (fixture->workspace);
  app_fixture_wait_for (has_session, fixture);
  mien_workspace_cancel (fixture->workspace, MIEN_JOB_TRAIN);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_false (mien_session_is_running (mien_workspace_get_session (fixture->workspace)));
  g_assert_cmpuint (fixture->n_failed, ==, 0);

  /* Before there is a session to stop, it ends at once, and none comes later. */
  mien_workspace_train (fixture->workspace);
  mien_workspace_cancel (fixture->workspace, MIEN_JOB_TRAIN);
  g_assert_false (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_TRAIN));
  mien_workspace_evaluate (fixture->workspace, MIEN_SPLIT_TEST);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_null (mien_workspace_get_session (fixture->workspace));

  /* Settings that no training can have are told, and nothing runs. */
  settings->epochs = 0;
  mien_workspace_train (fixture->workspace);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_null (mien_workspace_get_session (fixture->workspace));
}

/* What was offered for want of the ImageNet weights is chosen anew once a file is in their place;
 * as this one holds nothing, the reason tells of it. */
static void
test_offer_renewed (Fixture *fixture, gconstpointer data)
{
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();
  g_autofree char *path = mien_known_weights_dup_path (imagenet);
  g_autofree char *folder = g_path_get_dirname (path);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *class_folder = g_build_filename (fixture->folder, i % 2 ? "dark" : "light",
                                                        NULL);
      g_autofree char *name = g_strdup_printf ("%u.png", i);

      g_assert_cmpint (g_mkdir_with_parents (class_folder, 0700), ==, 0);
      g_free (app_fixture_write_picture (class_folder, name, 200, 150, i % 2 ? i : 0xf0f0f0 + i));
    }
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_true (mien_workspace_get_offer (fixture->workspace)->lacks_imagenet);
  g_assert_null (strstr (mien_workspace_get_offer (fixture->workspace)->reason, imagenet->file));

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, (off_t) imagenet->source.size), ==, 0);
  mien_workspace_set_backbone (fixture->workspace, "scratch");
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_nonnull (strstr (mien_workspace_get_offer (fixture->workspace)->reason, imagenet->file));
  g_assert_null (mien_workspace_get_settings (fixture->workspace)->weights);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  int status;

  /* Runs are written to the user's data folder: one of the test's own. */
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/workspace/scan", test_scan);
  ADD ("/workspace/scan-failure-keeps-the-data-set", test_scan_failure_keeps_the_data_set);
  ADD ("/workspace/table-of-paths", test_table_of_paths);
  ADD ("/workspace/table-of-pixels", test_table_of_pixels);
  ADD ("/workspace/cancelled-scan-is-dropped", test_cancelled_scan_is_dropped);
  ADD ("/workspace/model-round-trip", test_model_round_trip);
  ADD ("/workspace/broken-model", test_broken_model);
  ADD ("/workspace/evaluation-goes-with-its-data-set", test_evaluation_goes_with_its_data_set);
  ADD ("/workspace/predict-files", test_predict_files);
  ADD ("/workspace/predict-texture", test_predict_texture);
  ADD ("/workspace/backbone", test_backbone);
  ADD ("/workspace/offer-renewed", test_offer_renewed);
  ADD ("/workspace/train-stop-and-evaluate", test_train_stop_and_evaluate);
#undef ADD
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
