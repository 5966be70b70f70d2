/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-tensor-file.h"
#include "train-fixture.h"
#include "train/mien-session.h"
#include "train/mien-train-error.h"

/* 3 x 11 training pictures in batches of 8: the last batch of an epoch has one picture. */
#define N_TRAIN 11
#define N_VALIDATION 5

typedef struct
{
  char *folder;
  char *pictures;
  char *run;
  MienDataset *dataset;
  MienSettings *settings;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->pictures = g_build_filename (self->folder, "pictures", NULL);
  self->run = g_build_filename (self->folder, "run", NULL);
  self->dataset = train_fixture_make_dataset (self->pictures, N_TRAIN, N_VALIDATION, 0);
  self->settings = train_fixture_settings ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self->run);
  g_free (self->pictures);
  train_fixture_remove_folder (self->folder);
}

static MienSession *
make_session (Fixture *self, const char *run)
{
  g_autoptr (GError) error = NULL;
  MienSession *session = mien_session_new (self->dataset, self->settings, run, &error);

  g_assert_no_error (error);
  return session;
}

static MienSession *
resume_session (Fixture *self, const char *run)
{
  g_autoptr (GError) error = NULL;
  MienSession *session = mien_session_new_resume (self->dataset, run, &error);

  g_assert_no_error (error);
  return session;
}

static MienSessionState
run_to_end (MienSession *session)
{
  MienSessionSnapshot snapshot;

  mien_session_start (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &snapshot);
  return snapshot.state;
}

static guint
count_epochs (MienSession *session)
{
  g_autoptr (GArray) history = mien_session_dup_history (session);

  return history->len;
}

static void
wait_for_epoch (MienSession *session, guint epoch)
{
  while (count_epochs (session) < epoch && mien_session_is_running (session))
    g_usleep (500);
}

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

static VggTensorFile *
load_tensors (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

/* Whether all tensors of a file, the optimiser's too, are the same bits in two runs. */
static gboolean
same_tensors (const char *first_run, const char *second_run, const char *name)
{
  g_autoptr (VggTensorFile) first = load_tensors (first_run, name);
  g_autoptr (VggTensorFile) second = load_tensors (second_run, name);
  guint n = vgg_tensor_file_get_n_tensors (first);

  g_assert_cmpuint (n, >, 8);
  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (second), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const VggTensor *left = vgg_tensor_file_get (first, vgg_tensor_file_get_name (first, i));
      const VggTensor *right = vgg_tensor_file_get (second, vgg_tensor_file_get_name (first, i));

      g_assert_nonnull (right);
      if (memcmp (left->data, right->data, vgg_shape_elements (&left->shape) * sizeof (float)) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
assert_failed (MienSession *session, GQuark domain, int code, const char *named)
{
  g_autoptr (GError) error = mien_session_dup_error (session);

  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, named));
}

/* The network learns, every file is there, the best epoch is the minimum of the history. */
static void
test_training (Fixture *self, gconstpointer data)
{
  static const char *const files[]
    = { "settings.json", "history.csv", "checkpoint.safetensors", "best.safetensors", "log.txt" };
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GArray) history = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienModel) saved = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *best_path = g_build_filename (self->run, "best.safetensors", NULL);
  MienSessionSnapshot snapshot;
  guint best = 0;

  self->settings->epochs = 12;
  session = make_session (self, self->run);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpint (snapshot.state, ==, MIEN_SESSION_READY);
  g_assert_false (mien_session_is_running (session));
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);

  history = mien_session_dup_history (session);
  g_assert_cmpuint (history->len, ==, 12);
  for (guint i = 0; i < history->len; i++)
    if (g_array_index (history, MienEpoch, i).validation_loss
        < g_array_index (history, MienEpoch, best).validation_loss)
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

/* The weights of the best epoch, not of the last, are what the model has: its loss over the validation
 * pictures is the history's. */
static void
test_best_weights (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = make_session (self, self->run);
  g_autoptr (VggTensorFile) best = NULL;
  g_autoptr (VggTensorFile) last = NULL;
  MienSessionSnapshot snapshot;
  guint n_same = 0;
  guint n_compared = 0;

  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  best = load_tensors (self->run, "best.safetensors");
  last = load_tensors (self->run, "checkpoint.safetensors");
  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (best); i++)
    {
      const char *name = vgg_tensor_file_get_name (best, i);
      const VggTensor *left = vgg_tensor_file_get (best, name);
      const VggTensor *right = vgg_tensor_file_get (last, name);

      g_assert_nonnull (right);
      n_compared++;
      n_same += memcmp (left->data, right->data, vgg_shape_elements (&left->shape) * sizeof (float)) == 0;
    }
  if (snapshot.best_epoch == snapshot.epoch)
    g_assert_cmpuint (n_same, ==, n_compared);
  else
    g_assert_cmpuint (n_same, <, n_compared);
}

static void
test_same_seed (Fixture *self, gconstpointer data)
{
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  g_autofree char *third = g_build_filename (self->folder, "third", NULL);
  const char *runs[] = { self->run, other, third };

  self->settings->epochs = 2;
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autoptr (MienSession) session = NULL;

      self->settings->seed = i == 2 ? 8 : 7;
      session = make_session (self, runs[i]);
      g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
    }

  g_assert_true (same_tensors (self->run, other, "checkpoint.safetensors"));
  g_assert_false (same_tensors (self->run, third, "checkpoint.safetensors"));
}

/* Stops a training after its second epoch and before its last, and says where it is. On a machine that is busy
 * enough the stop may come too late: then there is another try. */
static char *
interrupt (Fixture *self, const char *run)
{
  for (guint attempt = 0; attempt < 20; attempt++)
    {
      char *cut = g_strdup_printf ("%s-%u", run, attempt);
      g_autoptr (MienSession) session = make_session (self, cut);

      mien_session_start (session);
      wait_for_epoch (session, 2);
      mien_session_stop (session);
      mien_session_wait (session);
      if (count_epochs (session) < self->settings->epochs)
        {
          g_assert_cmpuint (count_epochs (session), >=, 2);
          return cut;
        }
      g_free (cut);
    }

  g_assert_not_reached ();
}

/* Stopped after its second epoch, gone on with, and never stopped: the same bits, in weights, running statistics
 * and the optimiser's memory, and the same history but for the time. */
static void
test_resume (Fixture *self, gconstpointer data)
{
  const VggOptimizerKind optimizers[] = { VGG_OPTIMIZER_ADAMW, VGG_OPTIMIZER_SGD };
  const VggScheduleKind schedules[] = { VGG_SCHEDULE_COSINE, VGG_SCHEDULE_PLATEAU };

  for (guint i = 0; i < G_N_ELEMENTS (optimizers); i++)
    {
      g_autofree char *whole = g_strdup_printf ("%s-whole-%u", self->run, i);
      g_autofree char *cut = NULL;
      g_autoptr (MienSession) uninterrupted = NULL;
      g_autoptr (MienSession) second = NULL;
      g_autoptr (GArray) expected = NULL;
      g_autoptr (GArray) history = NULL;

      vgg_optimizer_settings_init (&self->settings->optimizer, optimizers[i]);
      vgg_schedule_settings_init (&self->settings->schedule, schedules[i]);
      self->settings->optimizer.learning_rate = 0.002f;
      self->settings->optimizer.momentum = 0.9f;
      self->settings->schedule.patience = 1;
      self->settings->schedule.factor = 0.5;
      self->settings->epochs = 5;

      uninterrupted = make_session (self, whole);
      g_assert_cmpint (run_to_end (uninterrupted), ==, MIEN_SESSION_FINISHED);

      cut = interrupt (self, whole);
      second = resume_session (self, cut);
      g_assert_cmpint (run_to_end (second), ==, MIEN_SESSION_FINISHED);
      g_assert_true (same_tensors (whole, cut, "checkpoint.safetensors"));
      g_assert_true (same_tensors (whole, cut, "best.safetensors"));

      expected = mien_session_dup_history (uninterrupted);
      history = mien_session_dup_history (second);
      g_assert_cmpuint (history->len, ==, 5);
      for (guint e = 0; e < history->len; e++)
        {
          const MienEpoch *left = &g_array_index (expected, MienEpoch, e);
          const MienEpoch *right = &g_array_index (history, MienEpoch, e);

          g_assert_cmpfloat (left->loss, ==, right->loss);
          g_assert_cmpfloat (left->accuracy, ==, right->accuracy);
          g_assert_cmpfloat (left->validation_loss, ==, right->validation_loss);
          g_assert_cmpfloat (left->learning_rate, ==, right->learning_rate);
        }
    }
}

/* Gone on with when nothing is left to do: it ends at once, and the model is there. */
static void
test_resume_finished (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;

  self->settings->epochs = 2;
  first = make_session (self, self->run);
  g_assert_cmpint (run_to_end (first), ==, MIEN_SESSION_FINISHED);
  second = resume_session (self, self->run);
  g_assert_cmpint (run_to_end (second), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpuint (count_epochs (second), ==, 2);
  model = mien_session_dup_model (second);
  g_assert_nonnull (model);
}

/* The power failed after the checkpoint of a best epoch and before its model was written. */
static void
test_resume_without_best (Fixture *self, gconstpointer data)
{
  g_autofree char *best = g_build_filename (self->run, "best.safetensors", NULL);
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;

  self->settings->epochs = 1;
  first = make_session (self, self->run);
  g_assert_cmpint (run_to_end (first), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpint (g_remove (best), ==, 0);
  second = resume_session (self, self->run);
  g_assert_cmpint (run_to_end (second), ==, MIEN_SESSION_FINISHED);
  model = mien_session_dup_model (second);
  g_assert_cmpuint (mien_model_get_info (model)->best_epoch, ==, 1);
  g_assert_true (same_tensors (self->run, self->run, "best.safetensors"));
}

static void
test_resume_refusals (Fixture *self, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (self->folder, "elsewhere", NULL);
  g_autoptr (MienDataset) other = train_fixture_make_dataset (elsewhere, 4, 2, 0);
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) wrong_data = NULL;
  g_autoptr (MienSession) damaged = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (mien_session_new_resume (self->dataset, self->run, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
  g_clear_error (&error);

  self->settings->epochs = 2;
  first = make_session (self, self->run);
  g_assert_cmpint (run_to_end (first), ==, MIEN_SESSION_FINISHED);

  wrong_data = mien_session_new_resume (other, self->run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run_to_end (wrong_data), ==, MIEN_SESSION_FAILED);
  assert_failed (wrong_data, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, self->pictures);
  assert_failed (wrong_data, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, elsewhere);

  /* A model is a good file, but no checkpoint. */
  {
    g_autofree char *best = g_build_filename (self->run, "best.safetensors", NULL);
    g_autofree char *checkpoint = g_build_filename (self->run, "checkpoint.safetensors", NULL);

    g_assert_cmpint (g_rename (best, checkpoint), ==, 0);
  }
  damaged = resume_session (self, self->run);
  g_assert_cmpint (run_to_end (damaged), ==, MIEN_SESSION_FAILED);
  assert_failed (damaged, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, "checkpoint.safetensors");
}

static void
test_folder_in_use (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  train_fixture_write_file (self->run, "diary.txt", "mine");
  g_assert_null (mien_session_new (self->dataset, self->settings, self->run, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
  g_assert_nonnull (strstr (error->message, self->run));
}

static void
test_stop (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;
  MienSessionSnapshot snapshot;

  self->settings->epochs = 100000;
  session = make_session (self, self->run);
  mien_session_start (session);
  wait_for_epoch (session, 1);
  g_assert_true (mien_session_is_running (session));
  mien_session_stop (session);
  mien_session_wait (session);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpint (snapshot.state, ==, MIEN_SESSION_STOPPED);
  g_assert_cmpuint (snapshot.epoch, ==, count_epochs (session));
  g_assert_false (mien_session_is_running (session));
  model = mien_session_dup_model (session);
  g_assert_nonnull (model);
  error = mien_session_dup_error (session);
  g_assert_no_error (error);
}

/* Stopped before anything happened: no model, and no harm. It can be gone on with. */
static void
test_stop_at_once (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = make_session (self, self->run);
  g_autoptr (MienSession) resumed = NULL;

  mien_session_stop (session);
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_STOPPED);
  g_assert_null (mien_session_dup_model (session));

  resumed = resume_session (self, self->run);
  g_assert_cmpint (run_to_end (resumed), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpuint (count_epochs (resumed), ==, self->settings->epochs);
}

static void
test_pause (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  MienSessionSnapshot before;
  MienSessionSnapshot after;

  self->settings->epochs = 100000;
  session = make_session (self, self->run);
  mien_session_start (session);
  wait_for_epoch (session, 1);
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
  wait_for_epoch (session, before.epoch + 1);
  g_assert_cmpuint (count_epochs (session), >=, before.epoch + 1);

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
test_divergence (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->run, "settings.json", NULL);
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;

  self->settings->epochs = 1;
  first = make_session (self, self->run);
  g_assert_cmpint (run_to_end (first), ==, MIEN_SESSION_FINISHED);

  self->settings->epochs = 5;
  self->settings->optimizer.learning_rate = 1e20f;
  mien_settings_save (self->settings, path, &error);
  g_assert_no_error (error);
  second = resume_session (self, self->run);
  g_assert_cmpint (run_to_end (second), ==, MIEN_SESSION_FAILED);
  assert_failed (second, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DIVERGED, "lower learning rate");
  g_assert_cmpuint (count_epochs (second), ==, 1);
  model = mien_session_dup_model (second);
  g_assert_cmpuint (mien_model_get_info (model)->best_epoch, ==, 1);
  g_assert_true (isfinite (mien_model_get_info (model)->validation_loss));
}

/* A rate that moves no float: the validation loss stays, the first epoch is the best, and two more are waited
 * for. */
static void
test_early_stopping (Fixture *self, gconstpointer data)
{
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GArray) history = NULL;
  MienSessionSnapshot snapshot;

  self->settings->architecture.batch_norm = FALSE;
  vgg_optimizer_settings_init (&self->settings->optimizer, VGG_OPTIMIZER_SGD);
  self->settings->optimizer.learning_rate = 1e-30f;
  self->settings->epochs = 50;
  self->settings->patience = 2;
  session = make_session (self, self->run);
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  history = mien_session_dup_history (session);
  g_assert_cmpuint (history->len, ==, 3);
  g_assert_cmpuint (snapshot.best_epoch, ==, 1);
  g_assert_cmpfloat (g_array_index (history, MienEpoch, 0).validation_loss, ==,
                     g_array_index (history, MienEpoch, 2).validation_loss);
}

static void
test_no_validation (Fixture *self, gconstpointer data)
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
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
  history = mien_session_dup_history (session);
  mien_session_get_snapshot (session, &snapshot);
  for (guint i = 0; i < history->len; i++)
    {
      g_assert_true (isnan (g_array_index (history, MienEpoch, i).validation_loss));
      if (g_array_index (history, MienEpoch, i).loss < g_array_index (history, MienEpoch, best).loss)
        best = i;
    }
  g_assert_cmpuint (snapshot.best_epoch, ==, best + 1);
}

/* One picture goes away between scan and training: it is counted, and the training goes on. */
static void
test_skipped (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->pictures, "train", "red", "003.png", NULL);
  g_autofree char *log_path = g_build_filename (self->run, "log.txt", NULL);
  g_autofree char *log = NULL;
  g_autoptr (MienSession) session = make_session (self, self->run);
  MienSessionSnapshot snapshot;

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpuint (snapshot.n_skipped, ==, 1);
  g_assert_true (g_file_get_contents (log_path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, path));
}

static void
test_weights (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "colours.safetensors", NULL);
  g_autoptr (MienModel) colours = train_fixture_colour_model (1);
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienSession) session = NULL;
  g_autoptr (MienSession) missing = NULL;
  g_autoptr (VggTensorFile) before = NULL;
  g_autoptr (VggTensorFile) after = NULL;
  g_autoptr (GError) error = NULL;
  static const struct
  {
    const char *name;
    gboolean trains;
  } table[] = {
    { "block1_conv1.kernel", FALSE },
    { "block4_conv2.kernel", FALSE },
    { "block5_conv1.kernel", TRUE },
  };

  mien_model_save (colours, path, &error);
  g_assert_no_error (error);
  settings = mien_settings_new_for_weights (path, &error);
  g_assert_no_error (error);
  settings->epochs = 1;
  settings->optimizer.learning_rate = 0.001f;
  session = mien_session_new (self->dataset, settings, self->run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);

  before = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  after = load_tensors (self->run, "checkpoint.safetensors");
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const VggTensor *left = vgg_tensor_file_get (before, table[i].name);
      const VggTensor *right = vgg_tensor_file_get (after, table[i].name);
      gsize size = vgg_shape_elements (&left->shape) * sizeof (float);

      g_assert_true (vgg_shape_equal (&left->shape, &right->shape));
      g_assert_cmpint (memcmp (left->data, right->data, size) != 0, ==, table[i].trains);
    }

  /* Once begun, a training does not need the file any more; a new one says that it is missing. */
  g_assert_cmpint (g_remove (path), ==, 0);
  {
    g_autoptr (MienSession) resumed = resume_session (self, self->run);
    g_autofree char *other = g_build_filename (self->folder, "other", NULL);

    g_assert_cmpint (run_to_end (resumed), ==, MIEN_SESSION_FINISHED);
    missing = mien_session_new (self->dataset, settings, other, &error);
    g_assert_no_error (error);
    g_assert_cmpint (run_to_end (missing), ==, MIEN_SESSION_FAILED);
  }
  error = mien_session_dup_error (missing);
  g_assert_nonnull (strstr (error->message, "colours.safetensors"));
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

/* The signal comes in the context in which the session was made, and the last state is always told. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (MienSession) session = NULL;
  Watch watch = { loop, g_thread_self (), 0 };

  g_main_context_push_thread_default (context);
  session = make_session (self, self->run);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  mien_session_start (session);
  g_main_loop_run (loop);
  g_main_context_pop_thread_default (context);
  g_assert_cmpuint (watch.n_changes, >, 0);
  g_assert_cmpuint (count_epochs (session), ==, self->settings->epochs);
}

/* Many changes and nobody to hear: one emission waits. */
static void
test_coalesced (Fixture *self, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (MienSession) session = NULL;
  Watch watch = { loop, g_thread_self (), 0 };

  g_main_context_push_thread_default (context);
  session = make_session (self, self->run);
  g_main_context_pop_thread_default (context);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  g_assert_cmpint (run_to_end (session), ==, MIEN_SESSION_FINISHED);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_assert_cmpuint (watch.n_changes, ==, 1);
}

/* Dropped while it trains, with an emission pending that must not reach anyone. */
static void
test_dropped (Fixture *self, gconstpointer data)
{
  MienSession *session;
  Watch watch = { NULL, g_thread_self (), 0 };

  self->settings->epochs = 100000;
  session = make_session (self, self->run);
  g_signal_connect (session, "changed", G_CALLBACK (on_changed), &watch);
  g_object_add_weak_pointer (G_OBJECT (session), (gpointer *) &session);
  mien_session_start (session);
  wait_for_epoch (session, 1);
  g_object_unref (session);
  g_assert_null (session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (watch.n_changes, ==, 0);
}

static void
test_default_directory (Fixture *self, gconstpointer data)
{
  g_autofree char *directory = mien_session_default_run_directory ("/pictures/garden leaves");
  g_autofree char *above = g_build_filename (g_get_user_data_dir (), "mien", "runs", NULL);
  g_autofree char *parent = g_path_get_dirname (directory);
  g_autofree char *name = g_path_get_basename (directory);

  g_assert_cmpstr (parent, ==, above);
  g_assert_true (g_str_has_prefix (name, "garden leaves-"));
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/session/training", test_training);
  ADD ("/session/best-weights", test_best_weights);
  ADD ("/session/same-seed", test_same_seed);
  ADD ("/session/resume", test_resume);
  ADD ("/session/resume-finished", test_resume_finished);
  ADD ("/session/resume-without-best", test_resume_without_best);
  ADD ("/session/resume-refusals", test_resume_refusals);
  ADD ("/session/folder-in-use", test_folder_in_use);
  ADD ("/session/stop", test_stop);
  ADD ("/session/stop-at-once", test_stop_at_once);
  ADD ("/session/pause", test_pause);
  ADD ("/session/divergence", test_divergence);
  ADD ("/session/early-stopping", test_early_stopping);
  ADD ("/session/no-validation", test_no_validation);
  ADD ("/session/skipped", test_skipped);
  ADD ("/session/weights", test_weights);
  ADD ("/session/changed", test_changed);
  ADD ("/session/coalesced", test_coalesced);
  ADD ("/session/dropped", test_dropped);
  ADD ("/session/default-directory", test_default_directory);

  return g_test_run ();
}
