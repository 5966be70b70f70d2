/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-network.h"
#include "session-fixture.h"
#include "train/mien-calibration.h"
#include "train/mien-confusions.h"
#include "train/mien-evaluation.h"
#include "train/mien-train-error.h"

static void
wait_for_state (MienSession *session, MienSessionState state)
{
  MienSessionSnapshot snapshot;

  do
    {
      g_usleep (500);
      mien_session_get_snapshot (session, &snapshot);
    }
  while (snapshot.state != state && mien_session_is_running (session));
  g_assert_cmpint (snapshot.state, ==, state);
}

/* The network learns, every file is there, the best epoch is the minimum of the history. */
static void
test_training (SessionFixture *self, gconstpointer data)
{
  static const char *const files[] = { "settings.json",          "history.csv",
                                       "confusions.csv",         "best.safetensors",
                                       "checkpoint.safetensors", "log.txt" };
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienModel) saved = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *best_path = g_build_filename (self->run, "best.safetensors", NULL);
  MienSessionSnapshot snapshot;
  guint best = 0;

  self->settings->epochs = 12;
  session = session_fixture_make (self, self->run);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpint (snapshot.state, ==, MIEN_SESSION_READY);
  g_assert_false (mien_session_is_running (session));
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);

  history = mien_session_dup_history (session);
  g_assert_cmpuint (history->len, ==, 12);
  for (guint i = 0; i < history->len; i++)
    if (g_array_index (history, MienEpoch, i).validation_loss <
        g_array_index (history, MienEpoch, best).validation_loss)
      best = i;
  g_assert_cmpfloat (g_array_index (history, MienEpoch, 11).loss, <,
                     0.8 * g_array_index (history, MienEpoch, 0).loss);
  g_assert_cmpfloat (g_array_index (history, MienEpoch, best).validation_accuracy, >=, 0.8);

  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpuint (snapshot.best_epoch, ==, best + 1);
  g_assert_cmpuint (snapshot.epoch, ==, 12);
  g_assert_cmpuint (snapshot.n_skipped, ==, 0);
  /* Three weight-sized arrays of some 84,000 floats, at least. */
  g_assert_cmpuint (snapshot.memory_bytes, >, 1000000);

  model = mien_session_dup_model (session);
  g_assert_cmpuint (mien_model_get_info (model)->best_epoch, ==, best + 1);
  g_assert_cmpfloat (mien_model_get_info (model)->validation_loss, ==,
                     g_array_index (history, MienEpoch, best).validation_loss);
  saved = mien_model_load (best_path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mien_model_get_info (saved)->best_epoch, ==, best + 1);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (self->run, files[i], NULL);

      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

/* The run keeps what each epoch took for what; the model has the temperature that a calibration on
 * the same pictures finds. */
static void
test_answers (SessionFixture *self, gconstpointer data)
{
  const guint n_validation = mien_dataset_count_split (self->dataset, MIEN_SPLIT_VALIDATION);
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  g_autofree char *path = g_build_filename (self->run, "confusions.csv", NULL);
  g_autofree char *csv = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (GArray) confusions = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autofree guint *counts = NULL;
  g_autoptr (GError) error = NULL;
  MienCalibration calibration;
  guint n_classes;

  mien_dataset_get_classes (self->dataset, &n_classes);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  history = mien_session_dup_history (session);
  g_assert_true (g_file_get_contents (path, &csv, NULL, NULL));
  confusions = mien_confusions_from_csv (csv, history->len, n_classes, &error);
  g_assert_no_error (error);
  counts = g_new (guint, (gsize) n_classes * n_classes);
  for (guint i = 0; i < history->len; i++)
    {
      guint n = 0;
      guint correct = 0;

      mien_confusions_get_matrix (confusions, i + 1, n_classes, counts);
      for (guint c = 0; c < n_classes * n_classes; c++)
        {
          n += counts[c];
          correct += c % (n_classes + 1) == 0 ? counts[c] : 0;
        }
      g_assert_cmpuint (n, ==, n_validation);
      g_assert_cmpfloat_with_epsilon (
        (double) correct / n, g_array_index (history, MienEpoch, i).validation_accuracy, 1e-9);
    }

  model = mien_session_dup_model (session);
  g_assert_cmpfloat (mien_model_get_temperature (model), !=, 1);
  mien_calibrate (model, self->dataset, &calibration, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (calibration.n, ==, n_validation);
  g_assert_cmpfloat_with_epsilon (calibration.temperature[1] / calibration.temperature[0], 1, 1e-3);
  g_assert_cmpfloat_with_epsilon (calibration.loss[1], calibration.loss[0], 1e-6);
}

/* The weights of the best epoch, not of the last, are what the model has: its loss over the
 * validation pictures is the history's. */
static void
test_best_weights (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  g_autoptr (VggTensorFile) best = NULL;
  g_autoptr (VggTensorFile) last = NULL;
  MienSessionSnapshot snapshot;
  guint n_same = 0;
  guint n_compared = 0;

  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  best = session_load_tensors (self->run, "best.safetensors");
  last = session_load_tensors (self->run, "checkpoint.safetensors");
  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (best); i++)
    {
      const char *name = vgg_tensor_file_get_name (best, i);
      const VggTensor *left = vgg_tensor_file_get (best, name);
      const VggTensor *right = vgg_tensor_file_get (last, name);

      g_assert_nonnull (right);
      n_compared++;
      n_same += memcmp (left->data, right->data,
                        vgg_shape_elements (&left->shape) * sizeof (float)) == 0;
    }
  if (snapshot.best_epoch == snapshot.epoch)
    g_assert_cmpuint (n_same, ==, n_compared);
  else
    g_assert_cmpuint (n_same, <, n_compared);
}

static void
test_folder_in_use (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  train_fixture_write_file (self->run, "diary.txt", "mine");
  g_assert_null (mien_session_new (self->dataset, self->settings, self->run, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
  g_assert_nonnull (strstr (error->message, self->run));
}

static void
test_stop (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;
  MienSessionSnapshot snapshot;

  self->settings->epochs = 100000;
  session = session_fixture_make (self, self->run);
  mien_session_start (session);
  session_wait_for_epoch (session, 1);
  g_assert_true (mien_session_is_running (session));
  mien_session_stop (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpint (snapshot.state, ==, MIEN_SESSION_STOPPED);
  g_assert_cmpuint (snapshot.epoch, ==, session_count_epochs (session));
  g_assert_false (mien_session_is_running (session));
  model = mien_session_dup_model (session);
  g_assert_nonnull (model);
  error = mien_session_dup_error (session);
  g_assert_no_error (error);
}

/* Stopped before anything happened: no model, and no harm. It can be gone on with. */
static void
test_stop_at_once (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  g_autoptr (MienSession) resumed = NULL;

  mien_session_stop (session);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_STOPPED);
  g_assert_null (mien_session_dup_model (session));

  resumed = session_fixture_resume (self, self->run);
  g_assert_cmpint (session_run_to_end (resumed), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpuint (session_count_epochs (resumed), ==, self->settings->epochs);
}

static void
test_pause (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  MienSessionSnapshot before;
  MienSessionSnapshot after;

  self->settings->epochs = 100000;
  session = session_fixture_make (self, self->run);
  mien_session_start (session);
  session_wait_for_epoch (session, 1);
  mien_session_pause (session);
  wait_for_state (session, MIEN_SESSION_PAUSED);
  mien_session_get_snapshot (session, &before);
  g_usleep (30000);
  mien_session_get_snapshot (session, &after);
  g_assert_true (mien_session_is_running (session));
  g_assert_cmpint (after.state, ==, MIEN_SESSION_PAUSED);
  g_assert_cmpuint (after.epoch, ==, before.epoch);
  g_assert_cmpuint (after.batch, ==, before.batch);
  g_assert_cmpfloat (after.seconds, ==, before.seconds);

  mien_session_go_on (session);
  session_wait_for_epoch (session, before.epoch + 1);
  g_assert_cmpuint (session_count_epochs (session), >=, before.epoch + 1);

  /* A paused training can be stopped, too. */
  mien_session_pause (session);
  wait_for_state (session, MIEN_SESSION_PAUSED);
  mien_session_stop (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &after);
  g_assert_cmpint (after.state, ==, MIEN_SESSION_STOPPED);
}

/* After a good epoch, the rate is set so high that the next falls apart. */
static void
test_divergence (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->run, "settings.json", NULL);
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;

  self->settings->epochs = 1;
  first = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (first), ==, MIEN_SESSION_FINISHED);

  self->settings->epochs = 5;
  self->settings->optimizer.learning_rate = 1e20f;
  mien_settings_save (self->settings, path, &error);
  g_assert_no_error (error);
  second = session_fixture_resume (self, self->run);
  g_assert_cmpint (session_run_to_end (second), ==, MIEN_SESSION_FAILED);
  session_assert_failed (second, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DIVERGED,
                         "lower learning rate");
  g_assert_cmpuint (session_count_epochs (second), ==, 1);
  model = mien_session_dup_model (second);
  g_assert_cmpuint (mien_model_get_info (model)->best_epoch, ==, 1);
  g_assert_true (isfinite (mien_model_get_info (model)->validation_loss));
}

/* A rate that moves no float: the validation loss stays, the first epoch is the best, and two more
 * are waited for. */
static void
test_early_stopping (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GArray) history = NULL;
  MienSessionSnapshot snapshot;

  self->settings->architecture.batch_norm = FALSE;
  vgg_optimizer_settings_init (&self->settings->optimizer, VGG_OPTIMIZER_SGD);
  self->settings->optimizer.learning_rate = 1e-30f;
  self->settings->epochs = 50;
  self->settings->patience = 2;
  session = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  history = mien_session_dup_history (session);
  g_assert_cmpuint (history->len, ==, 3);
  g_assert_cmpuint (snapshot.best_epoch, ==, 1);
  g_assert_cmpfloat (g_array_index (history, MienEpoch, 0).validation_loss, ==,
                     g_array_index (history, MienEpoch, 2).validation_loss);
}

static void
test_no_validation (SessionFixture *self, gconstpointer data)
{
  g_autofree char *pictures = g_build_filename (self->folder, "train-only", NULL);
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (pictures, 6, 0, 0);
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (GError) error = NULL;
  MienSessionSnapshot snapshot;
  guint best = 0;

  g_assert_cmpuint (mien_dataset_count_split (dataset, MIEN_SPLIT_VALIDATION), ==, 0);
  session = mien_session_new (dataset, self->settings, self->run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  history = mien_session_dup_history (session);
  mien_session_get_snapshot (session, &snapshot);
  for (guint i = 0; i < history->len; i++)
    {
      g_assert_true (isnan (g_array_index (history, MienEpoch, i).validation_loss));
      if (g_array_index (history, MienEpoch, i).loss <
          g_array_index (history, MienEpoch, best).loss)
        best = i;
    }
  g_assert_cmpuint (snapshot.best_epoch, ==, best + 1);
}

/* One picture goes away between scan and training: it is counted, and the training goes on. */
static void
test_skipped (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->pictures, "train", "red", "003.png", NULL);
  g_autofree char *log_path = g_build_filename (self->run, "log.txt", NULL);
  g_autofree char *log = NULL;
  g_autoptr (MienSession) session = session_fixture_make (self, self->run);
  MienSessionSnapshot snapshot;

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpuint (snapshot.n_skipped, ==, 1);
  g_assert_true (g_file_get_contents (log_path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, path));
}

typedef struct
{
  GMainLoop *loop;
  GThread *thread;
  guint n_changes;
} Watch;

static void
on_changed (MienSession *session, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_true (g_thread_self () == watch->thread);
  watch->n_changes++;
  if (!mien_session_is_running (session))
    g_main_loop_quit (watch->loop);
}

/* The signal comes in the context in which the session was made, and the last state is always told.
 */
static void
test_changed (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (MienSession) session = NULL;
  Watch watch = { loop, g_thread_self (), 0 };

  g_main_context_push_thread_default (context);
  session = session_fixture_make (self, self->run);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  mien_session_start (session);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_assert_cmpuint (watch.n_changes, >, 0);
  g_assert_cmpuint (session_count_epochs (session), ==, self->settings->epochs);
}

/* Many changes and nobody to hear: one emission waits. */
static void
test_coalesced (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (MienSession) session = NULL;
  Watch watch = { loop, g_thread_self (), 0 };

  g_main_context_push_thread_default (context);
  session = session_fixture_make (self, self->run);
  g_main_context_pop_thread_default (context);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (watch.n_changes, ==, 1);
}

/* Dropped while it trains, with an emission pending that must not reach anyone. */
static void
test_dropped (SessionFixture *self, gconstpointer data)
{
  MienSession *session;
  Watch watch = { NULL, g_thread_self (), 0 };

  self->settings->epochs = 100000;
  session = session_fixture_make (self, self->run);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  mien_session_start (session);
  session_wait_for_epoch (session, 1);
  g_object_unref (session);
  g_assert_null (session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (watch.n_changes, ==, 0);
}

static void
test_default_directory (SessionFixture *self, gconstpointer data)
{
  g_autofree char *directory = mien_session_default_run_directory ("/pictures/garden leaves");
  g_autofree char *above = g_build_filename (g_get_user_data_dir (), "mien", "runs", NULL);
  g_autofree char *parent = g_path_get_dirname (directory);
  g_autofree char *name = g_path_get_basename (directory);

  g_assert_cmpstr (parent, ==, above);
  g_assert_true (g_str_has_prefix (name, "garden leaves-"));
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

/* Validated and saved are the averaged weights; the checkpoint holds both. */
static void
test_average (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (VggTensorFile) best = NULL;
  g_autoptr (VggTensorFile) checkpoint = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (GError) error = NULL;

  self->settings->epochs = 1;
  self->settings->average_decay = 0.9f;
  session = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  best = session_load_tensors (self->run, "best.safetensors");
  checkpoint = session_load_tensors (self->run, "checkpoint.safetensors");

  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (best); i++)
    {
      const char *name = vgg_tensor_file_get_name (best, i);
      g_autofree char *average_name = g_strconcat ("average.", name, NULL);
      const VggTensor *saved = vgg_tensor_file_get (best, name);
      const VggTensor *average = vgg_tensor_file_get (checkpoint, average_name);
      const VggTensor *own = vgg_tensor_file_get (checkpoint, name);
      gsize bytes = vgg_shape_elements (&saved->shape) * sizeof (float);

      g_assert_cmpmem (saved->data, bytes, average->data, bytes);
      if (g_str_has_suffix (name, ".kernel") || g_str_has_suffix (name, ".variance"))
        g_assert_cmpint (memcmp (saved->data, own->data, bytes), !=, 0);
    }

  model = mien_session_dup_model (session);
  history = mien_session_dup_history (session);
  mien_model_set_temperature (model, 1);
  evaluation = mien_evaluation_run (model, self->dataset, MIEN_SPLIT_VALIDATION, NULL, NULL, NULL,
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (g_array_index (history, MienEpoch, 0).validation_loss,
                                  mien_evaluation_get_loss (evaluation), 1e-4);
}

/* The lower a block, the less an epoch moves it: the trainer hands the rates to the network. */
static void
test_layer_decay (SessionFixture *self, gconstpointer data)
{
  static const char *const kernels[] = { "block1_conv1.kernel", "block5_conv2.kernel" };
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  double moved[2][2] = { { 0 } };

  self->settings->epochs = 1;
  for (guint i = 0; i < 2; i++)
    {
      const char *run = i == 0 ? self->run : other;
      g_autoptr (VggNetwork) start = NULL;
      g_autoptr (MienSession) session = NULL;
      g_autoptr (VggTensorFile) after = NULL;
      VggArchitecture architecture = self->settings->architecture;

      architecture.n_classes = N_COLOURS;
      start = vgg_network_new (&architecture, NULL);
      vgg_network_initialize (start, VGG_INITIALIZATION_HE, self->settings->seed);
      self->settings->layer_decay = i == 0 ? 1 : 0.1f;
      session = session_fixture_make (self, run);
      g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
      after = session_load_tensors (run, "checkpoint.safetensors");
      for (guint k = 0; k < G_N_ELEMENTS (kernels); k++)
        {
          const VggParameter *was = vgg_network_find_parameter (start, kernels[k]);
          const VggTensor *is = vgg_tensor_file_get (after, kernels[k]);

          for (gsize j = 0; j < vgg_shape_elements (&was->shape); j++)
            moved[i][k] += fabs ((double) is->data[j] - was->value[j]);
        }
    }

  g_assert_cmpfloat (moved[0][0], >, 0);
  /* A factor of 0.1 to the power of 4; Adam's steps have the size of the rate. */
  g_assert_cmpfloat (moved[1][0], <, 1e-3 * moved[0][0]);
  g_assert_cmpfloat (moved[1][1], >, 0.5 * moved[0][1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, SessionFixture, NULL, session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/session/training", test_training);
  ADD ("/session/best-weights", test_best_weights);
  ADD ("/session/answers", test_answers);
  ADD ("/session/folder-in-use", test_folder_in_use);
  ADD ("/session/stop", test_stop);
  ADD ("/session/stop-at-once", test_stop_at_once);
  ADD ("/session/pause", test_pause);
  ADD ("/session/divergence", test_divergence);
  ADD ("/session/early-stopping", test_early_stopping);
  ADD ("/session/no-validation", test_no_validation);
  ADD ("/session/skipped", test_skipped);
  ADD ("/session/changed", test_changed);
  ADD ("/session/coalesced", test_coalesced);
  ADD ("/session/dropped", test_dropped);
  ADD ("/session/default-directory", test_default_directory);
  ADD ("/session/average", test_average);
  ADD ("/session/layer-decay", test_layer_decay);

  return g_test_run ();
}
