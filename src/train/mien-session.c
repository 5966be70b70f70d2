/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-session.h"

#include <glib/gi18n-lib.h>

#include "train/mien-run-record.h"
#include "train/mien-session-worker.h"
#include "train/mien-train-error.h"
#include "train/mien-training-set.h"

struct _MienSession
{
  GObject parent_instance;

  MienSessionShared *shared; /* owned */
  GThread *thread;           /* owned, joined when the session goes; NULL before the start */
};

G_DEFINE_FINAL_TYPE (MienSession, mien_session, G_TYPE_OBJECT)

static void
mien_session_dispose (GObject *object)
{
  MienSession *self = MIEN_SESSION (object);

  if (self->thread != NULL)
    {
      mien_session_stop (self);
      g_thread_join (g_steal_pointer (&self->thread));
    }

  G_OBJECT_CLASS (mien_session_parent_class)->dispose (object);
}

static void
mien_session_finalize (GObject *object)
{
  MienSession *self = MIEN_SESSION (object);

  if (self->shared != NULL)
    {
      g_autoptr (GSource) pending = NULL;

      /* The thread is joined: nobody makes another one. */
      g_mutex_lock (&self->shared->mutex);
      pending = g_steal_pointer (&self->shared->notification);
      g_mutex_unlock (&self->shared->mutex);
      if (pending != NULL)
        g_source_destroy (pending);
      g_clear_pointer (&self->shared, mien_session_shared_unref);
    }

  G_OBJECT_CLASS (mien_session_parent_class)->finalize (object);
}

static void
mien_session_class_init (MienSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = mien_session_dispose;
  object_class->finalize = mien_session_finalize;

  /**
   * MienSession::changed:
   *
   * A snapshot, the history or the model may differ from what they were. Emitted in the main
   * context in which the session was made, as often as that has time for it.
   */
  g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 0);
}

static void
mien_session_init (MienSession *self)
{
}

/* What can be said before any picture is read. */
static gboolean
check_task (MienDataset *dataset, const MienSettings *settings, GError **error)
{
  g_autofree char *name = g_filename_display_name (mien_dataset_get_directory (dataset));
  g_autoptr (MienTrainingSet) set = NULL;
  guint n_classes;

  if (!mien_settings_validate (settings, error))
    return FALSE;

  mien_dataset_get_classes (dataset, &n_classes);
  if (n_classes < 2)
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                   _ ("“%s” has one class only: a training needs two or more"), name);
      return FALSE;
    }

  set = mien_training_set_new (dataset, settings->leave_out_twins);
  return mien_training_set_check (set, dataset, error);
}

static MienSession *
session_new (MienDataset *dataset, const MienSettings *settings, MienRun *run, gboolean is_resumed)
{
  MienSession *self = g_object_new (MIEN_TYPE_SESSION, NULL);

  self->shared = mien_session_shared_new (dataset, settings, run, is_resumed);
  g_weak_ref_set (&self->shared->session, self);
  return self;
}

/**
 * mien_session_new:
 * @dataset: what to train on
 * @settings: how; copied
 * @run_directory: (type filename) (nullable): a folder that is empty or not there yet; %NULL:
 *   mien_session_default_run_directory()
 * @error: return location; `MIEN_TRAIN_ERROR`
 *
 * Makes the run folder and a session that is ready to be started. The session belongs to the main
 * context of the calling thread: its signal is emitted there.
 *
 * Returns: (transfer full) (nullable): the session
 */
MienSession *
mien_session_new (MienDataset *dataset,
                  const MienSettings *settings,
                  const char *run_directory,
                  GError **error)
{
  g_autofree char *directory = g_strdup (run_directory);
  MienRun *run;

  if (!check_task (dataset, settings, error))
    return NULL;

  if (directory == NULL)
    directory = mien_session_default_run_directory (mien_dataset_get_directory (dataset));
  run = mien_run_create (directory, settings, error);
  if (run == NULL)
    return NULL;

  return session_new (dataset, settings, run, FALSE);
}

/**
 * mien_session_new_resume:
 * @dataset: what the training began with
 * @run_directory: (type filename): the folder of an earlier training
 * @error: return location; `MIEN_TRAIN_ERROR`
 *
 * Makes a session that goes on after the last finished epoch of an earlier one, ended on purpose or
 * not, as if nothing had happened: it gives the same weights, bit for bit. A training whose first
 * epoch never ended begins again. That the data set is the same is checked once it is started, and
 * the session fails if not.
 *
 * Returns: (transfer full) (nullable): the session
 */
MienSession *
mien_session_new_resume (MienDataset *dataset, const char *run_directory, GError **error)
{
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienRun) run = mien_run_open (run_directory, &settings, error);

  if (run == NULL || !check_task (dataset, settings, error))
    return NULL;

  return session_new (dataset, settings, g_steal_pointer (&run), TRUE);
}

/**
 * mien_session_start:
 * @self: a session that was not started yet
 *
 * Starts the training on a thread of its own. The session may be dropped at any time: it stops, and
 * waits for the running batch.
 */
void
mien_session_start (MienSession *self)
{
  g_return_if_fail (MIEN_IS_SESSION (self));
  g_return_if_fail (self->thread == NULL);

  g_mutex_lock (&self->shared->mutex);
  self->shared->snapshot.state = MIEN_SESSION_PREPARING;
  g_mutex_unlock (&self->shared->mutex);
  self->thread = g_thread_new ("mien-training", mien_session_worker,
                               mien_session_shared_ref (self->shared));
}

static void
request (MienSession *self, gboolean pause, gboolean stop)
{
  g_mutex_lock (&self->shared->mutex);
  self->shared->pause = pause;
  self->shared->stop = self->shared->stop || stop;
  g_cond_broadcast (&self->shared->wake);
  g_mutex_unlock (&self->shared->mutex);
}

/**
 * mien_session_pause:
 * @self: a session
 *
 * Asks for a pause; the state becomes %MIEN_SESSION_PAUSED when the running batch is done. A
 * preparation is not interrupted: the pause begins after it.
 */
void
mien_session_pause (MienSession *self)
{
  g_return_if_fail (MIEN_IS_SESSION (self));

  request (self, TRUE, FALSE);
}

/**
 * mien_session_go_on:
 * @self: a session
 *
 * Ends a pause.
 */
void
mien_session_go_on (MienSession *self)
{
  g_return_if_fail (MIEN_IS_SESSION (self));

  request (self, FALSE, FALSE);
}

/**
 * mien_session_stop:
 * @self: a session
 *
 * Asks the training to end; the state becomes %MIEN_SESSION_STOPPED when the running batch is done.
 * The epoch that was running is lost; mien_session_new_resume() begins it again.
 */
void
mien_session_stop (MienSession *self)
{
  g_return_if_fail (MIEN_IS_SESSION (self));

  request (self, FALSE, TRUE);
  g_cancellable_cancel (self->shared->cancellable);
}

/**
 * mien_session_wait:
 * @self: a session
 *
 * Waits until the training has ended; returns at once if it was not started. Not for a thread that
 * a person waits for.
 */
void
mien_session_wait (MienSession *self)
{
  MienSessionShared *shared = self->shared;
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MIEN_IS_SESSION (self));

  if (self->thread == NULL)
    return;

  locker = g_mutex_locker_new (&shared->mutex);
  while (!shared->is_done)
    g_cond_wait (&shared->wake, &shared->mutex);
}

/**
 * mien_session_get_snapshot:
 * @self: a session
 * @snapshot: (out caller-allocates): where it stands now
 */
void
mien_session_get_snapshot (MienSession *self, MienSessionSnapshot *snapshot)
{
  g_return_if_fail (MIEN_IS_SESSION (self));

  g_mutex_lock (&self->shared->mutex);
  *snapshot = self->shared->snapshot;
  snapshot->seconds = mien_session_shared_get_seconds (self->shared);
  g_mutex_unlock (&self->shared->mutex);
}

/**
 * mien_session_is_running:
 * @self: a session
 *
 * Returns: %TRUE from its start, pauses included, until it finished, stopped or failed
 */
gboolean
mien_session_is_running (MienSession *self)
{
  gboolean is_done;

  g_return_val_if_fail (MIEN_IS_SESSION (self), FALSE);

  g_mutex_lock (&self->shared->mutex);
  is_done = self->shared->is_done;
  g_mutex_unlock (&self->shared->mutex);
  return self->thread != NULL && !is_done;
}

/**
 * mien_session_dup_history:
 * @self: a session
 *
 * Returns: (transfer full) (element-type MienEpoch): the finished epochs, those before a resumption
 * too
 */
GArray *
mien_session_dup_history (MienSession *self)
{
  GArray *history;

  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  g_mutex_lock (&self->shared->mutex);
  history = g_array_copy (self->shared->history);
  g_mutex_unlock (&self->shared->mutex);
  return history;
}

/**
 * mien_session_dup_error:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): why the training failed; %NULL: it did not
 */
GError *
mien_session_dup_error (MienSession *self)
{
  GError *error;

  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  g_mutex_lock (&self->shared->mutex);
  error = self->shared->error != NULL ? g_error_copy (self->shared->error) : NULL;
  g_mutex_unlock (&self->shared->mutex);
  return error;
}

/**
 * mien_session_dup_model:
 * @self: a session
 *
 * Returns: (transfer full) (nullable): the model of the best epoch so far, whether the training
 * runs, finished, was stopped or failed; %NULL: no epoch was finished
 */
MienModel *
mien_session_dup_model (MienSession *self)
{
  MienModel *model;

  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  g_mutex_lock (&self->shared->mutex);
  model = self->shared->best != NULL ? mien_model_ref (self->shared->best) : NULL;
  g_mutex_unlock (&self->shared->mutex);
  return model;
}

/**
 * mien_session_get_dataset:
 * @self: a session
 *
 * Returns: (transfer none): what it trains on
 */
MienDataset *
mien_session_get_dataset (MienSession *self)
{
  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  return self->shared->dataset;
}

/**
 * mien_session_get_settings:
 * @self: a session
 *
 * Returns: (transfer none): what it trains with; `architecture.n_classes` is the data set's
 */
const MienSettings *
mien_session_get_settings (MienSession *self)
{
  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  return self->shared->settings;
}

/**
 * mien_session_get_run_directory:
 * @self: a session
 *
 * Returns: (transfer none) (type filename): the absolute path of its run folder, with
 * `settings.json`, `history.csv`, `checkpoint.safetensors`, `best.safetensors` and `log.txt`
 */
const char *
mien_session_get_run_directory (MienSession *self)
{
  g_return_val_if_fail (MIEN_IS_SESSION (self), NULL);

  return self->shared->run->directory;
}

/**
 * mien_session_default_run_directory:
 * @dataset_directory: (type filename): the folder of a data set
 *
 * Returns: (transfer full) (type filename): `$XDG_DATA_HOME/mien/runs/NAME-DATE-TIME`, with a
 * number after it where that is taken
 */
char *
mien_session_default_run_directory (const char *dataset_directory)
{
  g_autofree char *name = g_path_get_basename (dataset_directory);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *base = g_strdup_printf ("%s-%s", name, time);
  g_autofree char *folder = mien_run_records_get_folder ();
  g_autofree char *directory = g_build_filename (folder, base, NULL);

  for (guint i = 2; g_file_test (directory, G_FILE_TEST_EXISTS); i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s-%u", base, i);

      g_free (directory);
      directory = g_build_filename (folder, numbered, NULL);
    }

  return g_steal_pointer (&directory);
}
