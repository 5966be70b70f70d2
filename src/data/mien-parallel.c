/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-parallel.h"

#define REPORT_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
#define MAX_THREADS 32

typedef struct
{
  guint n;
  MienParallelFunc func;
  gpointer data;
  GCancellable *cancellable;

  GMutex mutex;
  GCond changed;
  guint next;      /* the item that is handed out next */
  guint done;      /* items handled */
  guint n_running; /* threads that have not ended */
} Work;

static gpointer
work_on (gpointer user_data)
{
  Work *work = user_data;

  g_mutex_lock (&work->mutex);
  while (work->next < work->n && !g_cancellable_is_cancelled (work->cancellable))
    {
      guint index = work->next++;

      g_mutex_unlock (&work->mutex);
      work->func (index, work->data);
      g_mutex_lock (&work->mutex);
      work->done++;
    }
  work->n_running--;
  g_cond_signal (&work->changed);
  g_mutex_unlock (&work->mutex);
  return NULL;
}

/**
 * mien_parallel_for:
 * @n: number of items
 * @func: handles one of them; must not depend on the order
 * @data: passed to @func
 * @phase: (nullable): translated name of the work, for @progress
 * @progress: (nullable): called on this thread some ten times a second, and at the end
 * @user_data: passed to @progress
 * @cancellable: (nullable): looked at before every item
 * @error: return location for %G_IO_ERROR_CANCELLED
 *
 * Calls @func once for each of 0 … @n - 1, on as many threads as the machine has processors, and
 * waits for all of them. What the callers write in one item's place they may read afterwards.
 *
 * Returns: %TRUE when every item was handled, %FALSE when cancelled
 */
gboolean
mien_parallel_for (guint n,
                   MienParallelFunc func,
                   gpointer data,
                   const char *phase,
                   MienProgressFunc progress,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  GThread *threads[MAX_THREADS];
  guint n_threads = MIN (MIN (g_get_num_processors (), MAX_THREADS), n);
  Work work = { .n = n, .func = func, .data = data, .cancellable = cancellable };
  MienProgress report = { .phase = phase, .total = n };

  g_mutex_init (&work.mutex);
  g_cond_init (&work.changed);

  work.n_running = n_threads;
  for (guint i = 0; i < n_threads; i++)
    threads[i] = g_thread_new ("mien-data", work_on, &work);

  g_mutex_lock (&work.mutex);
  while (work.n_running > 0)
    {
      gint64 deadline = g_get_monotonic_time () + REPORT_INTERVAL;

      while (work.n_running > 0 && g_cond_wait_until (&work.changed, &work.mutex, deadline))
        ;
      if (progress != NULL && work.n_running > 0)
        {
          report.done = work.done;
          g_mutex_unlock (&work.mutex);
          progress (&report, user_data);
          g_mutex_lock (&work.mutex);
        }
    }
  g_mutex_unlock (&work.mutex);

  for (guint i = 0; i < n_threads; i++)
    g_thread_join (threads[i]);
  g_cond_clear (&work.changed);
  g_mutex_clear (&work.mutex);

  if (work.done < n)
    {
      g_cancellable_set_error_if_cancelled (cancellable, error);
      return FALSE;
    }
  if (progress != NULL)
    {
      report.done = n;
      progress (&report, user_data);
    }
  return TRUE;
}
