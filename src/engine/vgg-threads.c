/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-threads.h"

#include "engine/kernels/vgg-float-mode.h"
#include "engine/vgg-blas.h"

/* What Debian's OpenBLAS has buffers for. */
#define MAXIMUM_THREADS 128

typedef struct
{
  GThread *thread;
  guint index; /* 1 … n_threads - 1; the caller of a task is 0 */
} Worker;

/* The one pool of the process. */
static struct
{
  GMutex owner; /* held by whoever runs a task or changes the pool */

  GMutex mutex; /* guards what follows */
  GCond start;
  GCond done;
  guint64 task;  /* counts up with every task: how a worker knows a new one */
  guint running; /* workers that have not finished the task */
  gboolean quit;
  VggTaskFunc func;
  gpointer user_data;
  guint n_parts;

  Worker workers[MAXIMUM_THREADS];
  guint n_started; /* workers, beside the caller */
  guint size;      /* threads that were asked for, the caller included */
} pool;

static gint n_threads; /* atomic; 0: not set yet */

/* Set while the thread is inside a task, where another one runs inline. */
static GPrivate inside_task;

static void
run_share (guint index, guint stride, guint n_parts, VggTaskFunc func, gpointer user_data)
{
  gpointer outer = g_private_get (&inside_task);
  guint64 mode = vgg_float_mode_enter ();

  g_private_set (&inside_task, GINT_TO_POINTER (TRUE));
  for (guint part = index; part < n_parts; part += stride)
    func (part, n_parts, user_data);
  g_private_set (&inside_task, outer);
  vgg_float_mode_leave (mode);
}

static gpointer
worker_main (gpointer data)
{
  Worker *worker = data;
  guint64 seen = 0;

  g_mutex_lock (&pool.mutex);

  for (;;)
    {
      VggTaskFunc func;
      gpointer user_data;
      guint n_parts;
      guint stride;

      while (!pool.quit && pool.task == seen)
        g_cond_wait (&pool.start, &pool.mutex);

      if (pool.quit)
        break;

      seen = pool.task;
      func = pool.func;
      user_data = pool.user_data;
      n_parts = pool.n_parts;
      stride = pool.n_started + 1;

      g_mutex_unlock (&pool.mutex);
      run_share (worker->index, stride, n_parts, func, user_data);
      g_mutex_lock (&pool.mutex);

      if (--pool.running == 0)
        g_cond_signal (&pool.done);
    }

  g_mutex_unlock (&pool.mutex);

  return NULL;
}

/* Called with the pool owned. */
static void
stop_workers (void)
{
  g_mutex_lock (&pool.mutex);
  pool.quit = TRUE;
  g_cond_broadcast (&pool.start);
  g_mutex_unlock (&pool.mutex);

  for (guint i = 0; i < pool.n_started; i++)
    g_thread_join (pool.workers[i].thread);

  pool.quit = FALSE;
  pool.n_started = 0;
}

/* Called with the pool owned. A system that refuses a thread leaves a smaller pool: parts are
 * independent of who runs them. */
static void
start_workers (guint size)
{
  pool.task = 0;
  pool.size = size;

  for (guint i = 0; i + 1 < size; i++)
    {
      Worker *worker = &pool.workers[i];

      worker->index = i + 1;
      worker->thread = g_thread_try_new ("vgg-worker", worker_main, worker, NULL);
      if (worker->thread == NULL)
        break;
      pool.n_started++;
    }
}

/**
 * vgg_threads_set:
 * @n: threads that compute, the caller's included; 0 for one a core
 *
 * Sets the number of parts that work is split into, and of threads that work on them, from the next
 * task on. The same number gives the same results, bit for bit; a network keeps the number of parts
 * that it was planned with.
 */
void
vgg_threads_set (guint n)
{
  if (n == 0)
    n = g_get_num_processors ();

  g_atomic_int_set (&n_threads, CLAMP (n, 1, MAXIMUM_THREADS));
}

/**
 * vgg_threads_get:
 *
 * Returns: how many threads compute: what vgg_threads_set() was given, or the number of cores
 */
guint
vgg_threads_get (void)
{
  gint n = g_atomic_int_get (&n_threads);

  return n > 0 ? (guint) n : CLAMP (g_get_num_processors (), 1, MAXIMUM_THREADS);
}

/**
 * vgg_threads_run:
 * @func: (scope call): called once for every part
 * @user_data: for @func
 *
 * Runs a task in vgg_threads_get() parts and returns when all are done; see
 * vgg_threads_run_parts().
 */
void
vgg_threads_run (VggTaskFunc func, gpointer user_data)
{
  vgg_threads_run_parts (vgg_threads_get (), func, user_data);
}

/**
 * vgg_threads_run_parts:
 * @n_parts: how many parts, 1 or more
 * @func: (scope call): called once for every part
 * @user_data: for @func
 *
 * Runs a task in a number of parts that does not depend on the threads there are, and returns when
 * all are done. Part i always belongs to thread i modulo the pool's size; nothing is stolen.
 * Threads start at the first call and stay.
 *
 * When the pool works for another caller already, or the call comes from within a task, all parts
 * run one after the other on the calling thread: the same parts, hence the same numbers. Within a
 * task numbers below the normal range of floats count as 0.
 */
void
vgg_threads_run_parts (guint n_parts, VggTaskFunc func, gpointer user_data)
{
  static gsize blas_ready = 0;
  guint wanted = vgg_threads_get ();

  if (g_once_init_enter (&blas_ready))
    {
      vgg_blas_use_one_thread ();
      g_once_init_leave (&blas_ready, 1);
    }

  if (n_parts <= 1 || wanted <= 1 || g_private_get (&inside_task) != NULL ||
      !g_mutex_trylock (&pool.owner))
    {
      run_share (0, 1, n_parts, func, user_data);
      return;
    }

  if (pool.size != wanted)
    {
      stop_workers ();
      start_workers (wanted);
    }

  g_mutex_lock (&pool.mutex);
  pool.func = func;
  pool.user_data = user_data;
  pool.n_parts = n_parts;
  pool.running = pool.n_started;
  pool.task++;
  g_cond_broadcast (&pool.start);
  g_mutex_unlock (&pool.mutex);

  run_share (0, pool.n_started + 1, n_parts, func, user_data);

  g_mutex_lock (&pool.mutex);
  while (pool.running > 0)
    g_cond_wait (&pool.done, &pool.mutex);
  g_mutex_unlock (&pool.mutex);

  g_mutex_unlock (&pool.owner);
}
