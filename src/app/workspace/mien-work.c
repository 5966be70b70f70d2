/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-work.h"

struct _MienWork
{
  gatomicrefcount ref_count;
  GCancellable *cancellable; /* owned */
  MienWorkFunc changed;
  gpointer owner; /* borrowed; main thread only, NULL once dropped */

  GMutex mutex; /* guards what follows */
  MienProgress progress;
  GQueue items; /* owned items, oldest first */
  GDestroyNotify free_item;
  gboolean idle_queued;
};

/**
 * mien_work_new:
 * @changed: called on the main thread after reports and pushes
 * @owner: (not nullable): passed to @changed
 * @free_item: (nullable): frees an item that was pushed and never popped
 *
 * Makes the meeting point of a worker and the main thread: the worker writes fields behind a mutex,
 * the main thread is told by one coalesced idle callback and reads copies.
 *
 * Returns: (transfer full): a new piece of work
 */
MienWork *
mien_work_new (MienWorkFunc changed, gpointer owner, GDestroyNotify free_item)
{
  MienWork *self = g_new0 (MienWork, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->owner = owner;
  self->free_item = free_item;
  g_mutex_init (&self->mutex);
  g_queue_init (&self->items);

  return self;
}

/**
 * mien_work_ref:
 *
 * Returns: (transfer full): @self
 */
MienWork *
mien_work_ref (MienWork *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mien_work_unref:
 *
 * Drops a reference; items that nobody popped are freed with the last one.
 */
void
mien_work_unref (MienWork *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->free_item != NULL)
    g_queue_clear_full (&self->items, self->free_item);
  else
    g_queue_clear (&self->items);
  g_mutex_clear (&self->mutex);
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * mien_work_get_cancellable:
 *
 * Returns: (transfer none): what the worker has to look at
 */
GCancellable *
mien_work_get_cancellable (MienWork *self)
{
  return self->cancellable;
}

/**
 * mien_work_drop:
 *
 * Cancels the work. From here on `changed` is not called any more, whatever the worker still
 * reports. For the main thread only.
 */
void
mien_work_drop (MienWork *self)
{
  self->owner = NULL;
  g_cancellable_cancel (self->cancellable);
}

static gboolean
tell_owner (gpointer user_data)
{
  MienWork *self = user_data;

  g_mutex_lock (&self->mutex);
  self->idle_queued = FALSE;
  g_mutex_unlock (&self->mutex);

  if (self->owner != NULL)
    self->changed (self, self->owner);

  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
queue_idle (MienWork *self)
{
  if (self->idle_queued)
    return;

  self->idle_queued = TRUE;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, tell_owner, mien_work_ref (self),
                   (GDestroyNotify) mien_work_unref);
}

/**
 * mien_work_report:
 * @progress: how far the work is
 * @work: a #MienWork
 *
 * A #MienProgressFunc that keeps a copy of @progress. May be called on any thread.
 */
void
mien_work_report (const MienProgress *progress, gpointer work)
{
  MienWork *self = work;

  g_mutex_lock (&self->mutex);
  self->progress = *progress;
  queue_idle (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * mien_work_get_progress:
 * @progress: (out): a copy of the latest report; all zero before the first one
 */
void
mien_work_get_progress (MienWork *self, MienProgress *progress)
{
  g_mutex_lock (&self->mutex);
  *progress = self->progress;
  g_mutex_unlock (&self->mutex);
}

/**
 * mien_work_push:
 * @item: (transfer full): a partial result
 *
 * Queues an item for the main thread. May be called on any thread.
 */
void
mien_work_push (MienWork *self, gpointer item)
{
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->items, item);
  queue_idle (self);
  g_mutex_unlock (&self->mutex);
}

/**
 * mien_work_pop:
 *
 * Returns: (transfer full) (nullable): the oldest item, or %NULL when there is none
 */
gpointer
mien_work_pop (MienWork *self)
{
  gpointer item;

  g_mutex_lock (&self->mutex);
  item = g_queue_pop_head (&self->items);
  g_mutex_unlock (&self->mutex);

  return item;
}
