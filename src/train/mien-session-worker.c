/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-session-worker.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "train/mien-pace.h"
#include "train/mien-train-error.h"
#include "train/mien-trainer.h"
#include "train/mien-training-set.h"

typedef struct
{
  MienSessionShared *shared; /* borrowed from mien_session_worker() */
  MienTrainer *trainer;
  MienPace pace;
  gboolean notice_told;
} Worker;

static double
now (Worker *self)
{
  double seconds;

  g_mutex_lock (&self->shared->mutex);
  seconds = mien_session_shared_get_seconds (self->shared);
  g_mutex_unlock (&self->shared->mutex);
  return seconds;
}

static void
stop_clock (MienSessionShared *shared)
{
  shared->seconds = mien_session_shared_get_seconds (shared);
  shared->clock_start = 0;
}

/* The one place where the thread listens, once a batch: waits as long as a pause lasts. */
static gboolean
may_go_on (Worker *self)
{
  MienSessionShared *shared = self->shared;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared->mutex);
  MienSessionState state = shared->snapshot.state;

  if (shared->pause && !shared->stop)
    {
      stop_clock (shared);
      shared->snapshot.state = MIEN_SESSION_PAUSED;
      mien_session_shared_notify (shared);
      while (shared->pause && !shared->stop)
        g_cond_wait (&shared->wake, &shared->mutex);
      shared->snapshot.state = state;
      shared->clock_start = g_get_monotonic_time ();
      mien_session_shared_notify (shared);
    }

  return !shared->stop;
}

static void
set_state (Worker *self, MienSessionState state)
{
  g_mutex_lock (&self->shared->mutex);
  self->shared->snapshot.state = state;
  mien_session_shared_notify (self->shared);
  g_mutex_unlock (&self->shared->mutex);
}

/* Publishes where the training stands, in its `state` of the running epoch. */
static void
publish (Worker *self, MienSessionState state)
{
  const MienPass *pass = mien_trainer_get_pass (self->trainer);
  const MienTrainingState *training = mien_trainer_get_state (self->trainer);
  MienSessionShared *shared = self->shared;
  MienSessionSnapshot *snapshot = &shared->snapshot;
  guint n_training = snapshot->n_training;
  guint n_validation = mien_dataset_count_split (shared->dataset, MIEN_SPLIT_VALIDATION);
  guint epochs_left = shared->settings->epochs - training->epoch;
  guint64 pictures_left = (guint64) n_training * epochs_left;
  double validations_left = epochs_left;

  if (state == MIEN_SESSION_TRAINING)
    pictures_left -= MIN (pass->pictures, pictures_left);
  else
    {
      pictures_left -= MIN (n_training, pictures_left);
      validations_left -= (double) pass->batch / MAX (pass->n_batches, 1);
    }

  g_mutex_lock (&shared->mutex);
  snapshot->state = state;
  snapshot->epoch = training->epoch + 1;
  if (state == MIEN_SESSION_TRAINING)
    {
      snapshot->batch = pass->batch;
      snapshot->n_batches = pass->n_batches;
      snapshot->loss = pass->loss;
      snapshot->accuracy = pass->accuracy;
      snapshot->pictures_per_second = mien_pace_get_rate (&self->pace);
    }
  snapshot->seconds_left = mien_pace_get_seconds_left (
    &self->pace, pictures_left, n_validation > 0 ? validations_left : 0, n_validation);
  snapshot->n_skipped = mien_trainer_get_n_skipped (self->trainer);
  mien_session_shared_notify_progress (shared);
  g_mutex_unlock (&shared->mutex);
}

static void
prepare_progress (const MienProgress *progress, gpointer user_data)
{
  MienSessionShared *shared = user_data;

  g_mutex_lock (&shared->mutex);
  shared->snapshot.preparing = *progress;
  mien_session_shared_notify (shared);
  g_mutex_unlock (&shared->mutex);
}

static void
take_best (MienSessionShared *shared, MienModel *model)
{
  g_mutex_lock (&shared->mutex);
  g_clear_pointer (&shared->best, mien_model_unref);
  shared->best = model;
  g_mutex_unlock (&shared->mutex);
}

static void
publish_history (Worker *self)
{
  MienSessionShared *shared = self->shared;
  const MienTrainingState *state = mien_trainer_get_state (self->trainer);

  g_mutex_lock (&shared->mutex);
  g_array_set_size (shared->history, 0);
  g_array_append_vals (shared->history, state->history->data, state->history->len);
  shared->snapshot.best_epoch = state->best_epoch;
  mien_session_shared_notify (shared);
  g_mutex_unlock (&shared->mutex);
}

/* The checkpoint comes first: when it says that its own epoch is the best, the best weights are its
 * own, and best.safetensors may be missing or older, whenever the power failed. */
static gboolean
recover_best (Worker *self, GError **error)
{
  const MienTrainingState *state = mien_trainer_get_state (self->trainer);
  const MienRun *run = self->shared->run;
  g_autoptr (MienModel) model = NULL;

  if (state->best_epoch == 0)
    return TRUE;

  if (state->best_epoch == state->epoch)
    {
      model = mien_trainer_make_model (self->trainer, error);
      if (model == NULL || !mien_model_save (model, run->best, error))
        return FALSE;
    }
  else
    {
      model = mien_model_load (run->best, error);
      if (model == NULL)
        return FALSE;
      if (mien_model_get_info (model)->best_epoch != state->best_epoch)
        {
          g_autofree char *name = g_filename_display_name (run->best);

          g_set_error (
            error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
            _ ("“%s” is not of epoch %u, the best of this training: it has been replaced. Put "
               "the right one back, or start a new training"),
            name, state->best_epoch);
          return FALSE;
        }
    }

  take_best (self->shared, g_steal_pointer (&model));
  return TRUE;
}

static gboolean
prepare (Worker *self, GError **error)
{
  MienSessionShared *shared = self->shared;
  const char *checkpoint = NULL;
  const GArray *history;
  double seconds = 0;

  if (shared->is_resumed && mien_run_has_checkpoint (shared->run))
    checkpoint = shared->run->checkpoint;

  self->trainer = mien_trainer_new (shared->dataset, shared->settings, checkpoint, prepare_progress,
                                    shared, shared->cancellable, error);
  if (self->trainer == NULL || !recover_best (self, error))
    return FALSE;

  history = mien_trainer_get_state (self->trainer)->history;
  for (guint i = 0; i < history->len; i++)
    seconds += g_array_index (history, MienEpoch, i).seconds;

  g_mutex_lock (&shared->mutex);
  shared->seconds = seconds;
  shared->snapshot.epoch = history->len;
  g_mutex_unlock (&shared->mutex);
  publish_history (self);
  return TRUE;
}

/* A disk that is full makes the training slower, and does not end it. */
static void
tell_notice (Worker *self)
{
  const char *notice = mien_trainer_get_notice (self->trainer);

  if (notice == NULL || self->notice_told)
    return;

  self->notice_told = TRUE;
  mien_run_log (self->shared->run,
                _ ("features of layers that do not train are computed again each time: %s"),
                notice);
  g_mutex_lock (&self->shared->mutex);
  self->shared->snapshot.computes_again = TRUE;
  mien_session_shared_notify (self->shared);
  g_mutex_unlock (&self->shared->mutex);
}

static void
publish_features (Worker *self, MienPace *pace, guint n_done, guint n)
{
  MienSessionSnapshot *snapshot = &self->shared->snapshot;

  g_mutex_lock (&self->shared->mutex);
  snapshot->state = MIEN_SESSION_COMPUTING;
  snapshot->preparing = (MienProgress){ _ ("Computing features"), n_done, n };
  snapshot->pictures_per_second = mien_pace_get_rate (pace);
  mien_session_shared_notify_progress (self->shared);
  g_mutex_unlock (&self->shared->mutex);
}

/* Computes the features that are missing, if there are any to compute, and plans. Returns FALSE
 * with an error, or without one when it was stopped. */
static gboolean
compute_features (Worker *self, GError **error)
{
  MienSessionShared *shared = self->shared;
  gboolean is_over = FALSE;
  double begin = now (self);
  guint n_done = 0, n = 0;
  MienPace pace;

  mien_pace_init (&pace);
  while (!is_over)
    {
      double start;
      double end;
      guint before = n_done;

      if (!may_go_on (self))
        return FALSE;

      start = now (self);
      if (!mien_trainer_prepare (self->trainer, &is_over, error))
        return FALSE;
      mien_trainer_get_filled (self->trainer, &n_done, &n);
      end = now (self);
      if (n_done > before)
        mien_pace_add (&pace, end, end - start, n_done - before);
      if (n > 0 && !is_over)
        publish_features (self, &pace, n_done, n);
      tell_notice (self);
    }

  if (n_done > 0)
    mien_run_log (shared->run, _ ("computed %u features of layers that do not train, %.1f s"),
                  n_done, now (self) - begin);
  g_mutex_lock (&shared->mutex);
  shared->snapshot.memory_bytes = mien_trainer_get_bytes (self->trainer);
  shared->snapshot.pictures_per_second = 0;
  g_mutex_unlock (&shared->mutex);
  return TRUE;
}

/* Returns FALSE with an error, or without one when it was stopped. */
static gboolean
get_ready (Worker *self, GError **error)
{
  return prepare (self, error) &&
         (mien_trainer_is_finished (self->trainer) || compute_features (self, error));
}

static void
log_epoch (Worker *self, const MienEpoch *epoch, gboolean is_best)
{
  const MienRun *run = self->shared->run;
  const char *mark = is_best ? _ (", the best so far") : "";
  const char *path;
  const char *reason;

  while (mien_trainer_next_skipped (self->trainer, &path, &reason))
    {
      g_autofree char *name = g_filename_display_name (path);

      mien_run_log (run, _ ("skipped %s: %s"), name, reason);
    }

  if (mien_trainer_has_validation (self->trainer))
    mien_run_log (run,
                  _ ("epoch %u: loss %.5f, accuracy %.4f, validation loss %.5f, validation "
                     "accuracy %.4f, rate %g, %.1f s%s"),
                  epoch->epoch, epoch->loss, epoch->accuracy, epoch->validation_loss,
                  epoch->validation_accuracy, epoch->learning_rate, epoch->seconds, mark);
  else
    mien_run_log (run, _ ("epoch %u: loss %.5f, accuracy %.4f, rate %g, %.1f s%s"), epoch->epoch,
                  epoch->loss, epoch->accuracy, epoch->learning_rate, epoch->seconds, mark);
}

static gboolean
keep_epoch (Worker *self, double seconds, GError **error)
{
  const MienRun *run = self->shared->run;
  const MienTrainingState *state = mien_trainer_get_state (self->trainer);
  gboolean is_best = mien_trainer_end_epoch (self->trainer, seconds);

  log_epoch (self, &g_array_index (state->history, MienEpoch, state->history->len - 1), is_best);

  /* In memory before on disk: a full disk does not take the weights away. */
  if (is_best)
    {
      MienModel *model = mien_trainer_make_model (self->trainer, error);

      if (model == NULL)
        return FALSE;
      take_best (self->shared, model);
    }
  publish_history (self);

  return mien_trainer_save_checkpoint (self->trainer, run->checkpoint, error) &&
         (!is_best || mien_model_save (self->shared->best, run->best, error)) &&
         mien_run_write_history (run, state->history, state->confusions, error);
}

typedef gboolean (*BatchFunc) (MienTrainer *trainer, gboolean *is_over, GError **error);

/* Returns FALSE with an error, or without one when it was stopped. */
static gboolean
run_pass (Worker *self, MienSessionState state, BatchFunc run_batch, GError **error)
{
  for (;;)
    {
      gboolean is_over;
      guint before = mien_trainer_get_pass (self->trainer)->pictures;
      double start;
      double end;

      if (!may_go_on (self))
        return FALSE;

      start = now (self);
      if (!run_batch (self->trainer, &is_over, error))
        return FALSE;
      if (is_over)
        return TRUE;

      end = now (self);
      if (state == MIEN_SESSION_TRAINING)
        mien_pace_add (&self->pace, end, end - start,
                       mien_trainer_get_pass (self->trainer)->pictures - before);
      publish (self, state);
      tell_notice (self);
    }
}

static gboolean
run_epoch (Worker *self, GError **error)
{
  double start = now (self);

  mien_trainer_begin_training (self->trainer);
  publish (self, MIEN_SESSION_TRAINING);
  if (!run_pass (self, MIEN_SESSION_TRAINING, mien_trainer_train_batch, error))
    return FALSE;

  if (mien_trainer_has_validation (self->trainer))
    {
      double validation_start = now (self);

      mien_trainer_begin_validation (self->trainer);
      publish (self, MIEN_SESSION_VALIDATING);
      if (!run_pass (self, MIEN_SESSION_VALIDATING, mien_trainer_validate_batch, error))
        return FALSE;
      mien_pace_set_validation (&self->pace, now (self) - validation_start);
    }

  return keep_epoch (self, now (self) - start, error);
}

static void
finish (Worker *self, GError *error)
{
  gboolean is_finished = self->trainer != NULL && mien_trainer_is_finished (self->trainer);
  MienSessionShared *shared = self->shared;
  MienSessionState state = MIEN_SESSION_FINISHED;
  guint epoch = self->trainer != NULL ? mien_trainer_get_state (self->trainer)->epoch : 0;
  guint best_epoch = self->trainer != NULL ? mien_trainer_get_state (self->trainer)->best_epoch : 0;

  /* All memory of the training goes before anyone hears that it ended. */
  g_clear_pointer (&self->trainer, mien_trainer_free);

  g_mutex_lock (&shared->mutex);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  else if (error != NULL)
    state = MIEN_SESSION_FAILED;
  if (error == NULL && !is_finished)
    state = MIEN_SESSION_STOPPED;
  g_mutex_unlock (&shared->mutex);

  if (state == MIEN_SESSION_FAILED)
    mien_run_log (shared->run, _ ("failed: %s"), error->message);
  else if (state == MIEN_SESSION_STOPPED)
    mien_run_log (shared->run, _ ("stopped after epoch %u; the best is epoch %u"), epoch,
                  best_epoch);
  else
    mien_run_log (shared->run, _ ("finished after epoch %u; the best is epoch %u"), epoch,
                  best_epoch);

  g_mutex_lock (&shared->mutex);
  stop_clock (shared);
  shared->error = error;
  shared->snapshot.state = state;
  shared->snapshot.epoch = epoch;
  shared->snapshot.seconds_left = state == MIEN_SESSION_FINISHED ? 0 : -1;
  shared->is_done = TRUE;
  g_cond_broadcast (&shared->wake);
  mien_session_shared_notify (shared);
  g_mutex_unlock (&shared->mutex);
}

static void
log_left_out (MienSessionShared *shared)
{
  g_autofree char *text = NULL;

  if (shared->snapshot.n_left_out == 0)
    return;
  text = mien_training_set_describe_left_out (shared->snapshot.n_left_out);
  mien_run_log (shared->run, "%s", text);
}

/**
 * mien_session_worker:
 * @data: (transfer full): a #MienSessionShared
 *
 * The thread of a session: prepares, trains epoch by epoch, keeps each in the run folder, and
 * leaves a final state whatever happens.
 *
 * Returns: %NULL
 */
gpointer
mien_session_worker (gpointer data)
{
  g_autoptr (MienSessionShared) shared = data;
  g_autoptr (GError) error = NULL;
  Worker self = { .shared = shared };

  mien_pace_init (&self.pace);
  g_mutex_lock (&shared->mutex);
  shared->clock_start = g_get_monotonic_time ();
  g_mutex_unlock (&shared->mutex);
  set_state (&self, MIEN_SESSION_PREPARING);
  mien_run_log (shared->run, shared->is_resumed ? _ ("went on") : _ ("started"));
  log_left_out (shared);

  if (get_ready (&self, &error))
    while (!mien_trainer_is_finished (self.trainer))
      if (!run_epoch (&self, &error))
        break;

  finish (&self, g_steal_pointer (&error));
  return NULL;
}
