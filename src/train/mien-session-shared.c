/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "train/mien-session-worker.h"
#include "train/mien-training-set.h"

/* Between two emissions that tell of progress. */
#define PROGRESS_INTERVAL_MS 100

/**
 * mien_session_shared_new:
 * @dataset: what is trained on
 * @settings: how
 * @run: (transfer full): where it is kept
 * @is_resumed: whether @run has begun earlier
 *
 * Returns: (transfer full): the state of a session that is not started
 */
MienSessionShared *
mien_session_shared_new (MienDataset *dataset,
                         const MienSettings *settings,
                         MienRun *run,
                         gboolean is_resumed)
{
  MienSessionShared *self = g_new0 (MienSessionShared, 1);
  g_autoptr (MienTrainingSet) set = mien_training_set_new (dataset, settings->leave_out_twins);
  guint n_classes;

  g_atomic_ref_count_init (&self->ref_count);
  self->dataset = mien_dataset_ref (dataset);
  self->settings = mien_settings_copy (settings);
  mien_dataset_get_classes (dataset, &n_classes);
  self->settings->architecture.n_classes = n_classes;
  self->run = run;
  self->is_resumed = is_resumed;
  self->cancellable = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->session, NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  self->history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));
  self->snapshot = (MienSessionSnapshot){
    .state = MIEN_SESSION_READY,
    .n_epochs = settings->epochs,
    .loss = NAN,
    .accuracy = NAN,
    .seconds_left = -1,
    .n_training = set->n,
    .n_left_out = set->n_left_out,
  };
  return self;
}

MienSessionShared *
mien_session_shared_ref (MienSessionShared *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mien_session_shared_unref (MienSessionShared *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  /* A pending notification holds a reference. */
  g_assert (self->notification == NULL);

  g_clear_pointer (&self->best, mien_model_unref);
  g_clear_error (&self->error);
  g_array_unref (self->history);
  g_cond_clear (&self->wake);
  g_mutex_clear (&self->mutex);
  g_weak_ref_clear (&self->session);
  g_main_context_unref (self->context);
  g_object_unref (self->cancellable);
  mien_run_free (self->run);
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self);
}

static gboolean
emit_changed (gpointer user_data)
{
  MienSessionShared *self = user_data;
  g_autoptr (MienSession) session = NULL;

  /* First, so that a change from here on is told again. */
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->notification, g_source_unref);
  g_mutex_unlock (&self->mutex);

  session = g_weak_ref_get (&self->session);
  if (session != NULL)
    g_signal_emit_by_name (session, "changed");
  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
notify_within (MienSessionShared *self, guint milliseconds)
{
  const gint64 ready_time = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

  if (self->notification != NULL)
    {
      if (g_source_get_ready_time (self->notification) > ready_time)
        g_source_set_ready_time (self->notification, ready_time);
      return;
    }

  self->notification = g_timeout_source_new (milliseconds);
  g_source_set_priority (self->notification, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_static_name (self->notification, "mien-session-changed");
  g_source_set_callback (self->notification, emit_changed, mien_session_shared_ref (self),
                         (GDestroyNotify) mien_session_shared_unref);
  g_source_attach (self->notification, self->context);
}

/**
 * mien_session_shared_notify:
 * @self: shared state, locked by the caller
 *
 * Has "changed" emitted in the session's main context, soon. However often this is called, one
 * emission waits at a time.
 */
void
mien_session_shared_notify (MienSessionShared *self)
{
  notify_within (self, 0);
}

/**
 * mien_session_shared_notify_progress:
 * @self: shared state, locked by the caller
 *
 * As mien_session_shared_notify(), for what changes with every batch: ten times a second are
 * enough for the eye, and drawing takes from the cores that train.
 */
void
mien_session_shared_notify_progress (MienSessionShared *self)
{
  notify_within (self, PROGRESS_INTERVAL_MS);
}

/**
 * mien_session_shared_get_seconds:
 * @self: shared state, locked by the caller
 *
 * Returns: how long the training has run, pauses left out
 */
double
mien_session_shared_get_seconds (MienSessionShared *self)
{
  double running = 0;

  if (self->clock_start != 0)
    running = (double) (g_get_monotonic_time () - self->clock_start) / G_USEC_PER_SEC;
  return self->seconds + running;
}
