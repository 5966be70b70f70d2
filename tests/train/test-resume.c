/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "session-fixture.h"
#include "train/mien-train-error.h"

static void
test_same_seed (SessionFixture *self, gconstpointer data)
{
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  g_autofree char *third = g_build_filename (self->folder, "third", NULL);
  g_autofree char *mixed = g_build_filename (self->folder, "mixed", NULL);
  const char *runs[] = { self->run, other, third, mixed };

  self->settings->epochs = 2;
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_autoptr (MienSession) session = NULL;

      self->settings->seed = i == 2 ? 8 : 7;
      self->settings->mixup = i == 3 ? 0.5f : 0;
      session = session_fixture_make (self, runs[i]);
      g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
    }

  g_assert_true (session_same_tensors (self->run, other, "checkpoint.safetensors"));
  g_assert_false (session_same_tensors (self->run, third, "checkpoint.safetensors"));
  g_assert_false (session_same_tensors (self->run, mixed, "checkpoint.safetensors"));
}

/* Stops a training after its second epoch and before its last, and says where it is. On a machine
 * that is busy enough the stop may come too late: then there is another try. */
static char *
interrupt (SessionFixture *self, const char *run)
{
  for (guint attempt = 0; attempt < 20; attempt++)
    {
      char *cut = g_strdup_printf ("%s-%u", run, attempt);
      g_autoptr (MienSession) session = session_fixture_make (self, cut);

      mien_session_start (session);
      session_wait_for_epoch (session, 2);
      mien_session_stop (session);
      mien_session_wait (session);
      if (session_count_epochs (session) < self->settings->epochs)
        {
          g_assert_cmpuint (session_count_epochs (session), >=, 2);
          return cut;
        }
      g_free (cut);
    }

  g_assert_not_reached ();
}

/* Stopped after its second epoch, gone on with, and never stopped: the same bits, in weights,
 * running statistics, averages and the optimiser's memory, and the same history but for the time. */
static void
test_resume (SessionFixture *self, gconstpointer data)
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
      self->settings->mixup = i == 0 ? 0.4f : 0;
      self->settings->balance = i == 0 ? MIEN_BALANCE_SAMPLING : MIEN_BALANCE_WEIGHTS;
      self->settings->average_decay = i == 0 ? 0.95f : 0;
      self->settings->half = i == 1;
      self->settings->epochs = 5;

      uninterrupted = session_fixture_make (self, whole);
      g_assert_cmpint (session_run_to_end (uninterrupted), ==, MIEN_SESSION_FINISHED);

      cut = interrupt (self, whole);
      second = session_fixture_resume (self, cut);
      g_assert_cmpint (session_run_to_end (second), ==, MIEN_SESSION_FINISHED);
      g_assert_true (session_same_tensors (whole, cut, "checkpoint.safetensors"));
      g_assert_true (session_same_tensors (whole, cut, "best.safetensors"));

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
test_resume_finished (SessionFixture *self, gconstpointer data)
{
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;

  self->settings->epochs = 2;
  first = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (first), ==, MIEN_SESSION_FINISHED);
  second = session_fixture_resume (self, self->run);
  g_assert_cmpint (session_run_to_end (second), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpuint (session_count_epochs (second), ==, 2);
  model = mien_session_dup_model (second);
  g_assert_nonnull (model);
}

/* The power failed after the checkpoint of a best epoch and before its model was written. */
static void
test_resume_without_best (SessionFixture *self, gconstpointer data)
{
  g_autofree char *best = g_build_filename (self->run, "best.safetensors", NULL);
  g_autoptr (MienSession) first = NULL;
  g_autoptr (MienSession) second = NULL;
  g_autoptr (MienModel) model = NULL;

  self->settings->epochs = 1;
  first = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (first), ==, MIEN_SESSION_FINISHED);
  g_assert_cmpint (g_remove (best), ==, 0);
  second = session_fixture_resume (self, self->run);
  g_assert_cmpint (session_run_to_end (second), ==, MIEN_SESSION_FINISHED);
  model = mien_session_dup_model (second);
  g_assert_cmpuint (mien_model_get_info (model)->best_epoch, ==, 1);
  g_assert_true (session_same_tensors (self->run, self->run, "best.safetensors"));
}

static void
test_resume_refusals (SessionFixture *self, gconstpointer data)
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
  first = session_fixture_make (self, self->run);
  g_assert_cmpint (session_run_to_end (first), ==, MIEN_SESSION_FINISHED);

  wrong_data = mien_session_new_resume (other, self->run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (session_run_to_end (wrong_data), ==, MIEN_SESSION_FAILED);
  session_assert_failed (wrong_data, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, self->pictures);
  session_assert_failed (wrong_data, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, elsewhere);

  /* A model is a good file, but no checkpoint. */
  {
    g_autofree char *best = g_build_filename (self->run, "best.safetensors", NULL);
    g_autofree char *checkpoint = g_build_filename (self->run, "checkpoint.safetensors", NULL);

    g_assert_cmpint (g_rename (best, checkpoint), ==, 0);
  }
  damaged = session_fixture_resume (self, self->run);
  g_assert_cmpint (session_run_to_end (damaged), ==, MIEN_SESSION_FAILED);
  session_assert_failed (damaged, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, "checkpoint.safetensors");
}

static void
test_weights (SessionFixture *self, gconstpointer data)
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
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);

  before = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  after = session_load_tensors (self->run, "checkpoint.safetensors");
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
    g_autoptr (MienSession) resumed = session_fixture_resume (self, self->run);
    g_autofree char *other = g_build_filename (self->folder, "other", NULL);

    g_assert_cmpint (session_run_to_end (resumed), ==, MIEN_SESSION_FINISHED);
    missing = mien_session_new (self->dataset, settings, other, &error);
    g_assert_no_error (error);
    g_assert_cmpint (session_run_to_end (missing), ==, MIEN_SESSION_FAILED);
  }
  error = mien_session_dup_error (missing);
  g_assert_nonnull (strstr (error->message, "colours.safetensors"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, SessionFixture, NULL, session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/resume/same-seed", test_same_seed);
  ADD ("/resume/same-bits", test_resume);
  ADD ("/resume/finished", test_resume_finished);
  ADD ("/resume/without-best", test_resume_without_best);
  ADD ("/resume/refusals", test_resume_refusals);
  ADD ("/resume/weights", test_weights);

  return g_test_run ();
}
