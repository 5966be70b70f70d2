/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-threads.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "engine/kernels/vgg-float-mode.h"
#include "engine/vgg-blas.h"

/* What Debian's OpenBLAS has buffers for. */
#define MAXIMUM_THREADS 128

/* Who waits looks for so long before it sleeps: tasks that follow each other at once then start
 * within a microsecond or two, where waking a thread takes fifty. */
#define SPIN_MICROSECONDS 50

/* Looks between two looks at the clock, some microsecond. */
#define SPIN_LOOKS 32

#define CACHE_LINE 64

typedef struct
{
  GThread *thread;
  guint index; /* 1 … n_threads - 1; the caller of a task is 0 */
} Worker;

/* The one pool of the process. All atomics are sequentially consistent: whoever goes to sleep says
 * so before it looks for the last time, and whoever changes what it waits for looks for sleepers
 * afterwards, so that one of the two notices. */
static struct
{
  atomic_bool owned; /* somebody runs a task or changes the pool, and may write what follows */

  VggTaskFunc func; /* the task; read by workers once `task` has changed */
  gpointer user_data;
  guint n_parts;

  Worker workers[MAXIMUM_THREADS];
  guint n_started; /* workers, beside the caller */
  guint size;      /* threads that were asked for, the caller included */
  gboolean spins;  /* every thread has a core to itself */

  /* Counts up with every task: how a worker knows a new one. */
  _Alignas(CACHE_LINE) atomic_uint task;
  atomic_bool quit;
  _Alignas(CACHE_LINE) atomic_uint running;  /* workers that have not finished the task */
  _Alignas(CACHE_LINE) atomic_uint sleeping; /* workers that wait for `start` */
  atomic_bool waiting;                       /* the owner waits for `done` */

  GMutex mutex; /* for the conditions alone */
  GCond start;
  GCond done;
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

/* Tells the processor that the thread only waits. */
static inline void
relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Whether there is something to do for a worker that has seen this task last. */
static gboolean
is_called (guint seen)
{
  return pool.task != seen || pool.quit;
}

static gboolean
is_done (guint unused)
{
  return pool.running == 0;
}

/* Looks for a condition, for a bounded time. Returns whether it came to hold. */
static gboolean
spin (gboolean (*holds) (guint), guint argument)
{
  gint64 end;

  if (holds (argument))
    return TRUE;
  if (!pool.spins)
    return FALSE;

  end = g_get_monotonic_time () + SPIN_MICROSECONDS;
  do
    for (guint i = 0; i < SPIN_LOOKS; i++)
      {
        if (holds (argument))
          return TRUE;
        relax ();
      }
  while (g_get_monotonic_time () < end);

  return FALSE;
}

static void
wait_for_task (guint seen)
{
  if (spin (is_called, seen))
    return;

  g_mutex_lock (&pool.mutex);
  pool.sleeping++;
  while (!is_called (seen))
    g_cond_wait (&pool.start, &pool.mutex);
  pool.sleeping--;
  g_mutex_unlock (&pool.mutex);
}

static void
wait_for_workers (void)
{
  if (spin (is_done, 0))
    return;

  g_mutex_lock (&pool.mutex);
  pool.waiting = true;
  while (!is_done (0))
    g_cond_wait (&pool.done, &pool.mutex);
  pool.waiting = false;
  g_mutex_unlock (&pool.mutex);
}

/* To be called after `task` or `quit` has changed. */
static void
wake_workers (void)
{
  if (pool.sleeping == 0)
    return;

  g_mutex_lock (&pool.mutex);
  g_cond_broadcast (&pool.start);
  g_mutex_unlock (&pool.mutex);
}

static void
finish_share (void)
{
  if (atomic_fetch_sub (&pool.running, 1) != 1 || !pool.waiting)
    return;

  g_mutex_lock (&pool.mutex);
  g_cond_signal (&pool.done);
  g_mutex_unlock (&pool.mutex);
}

static gpointer
worker_main (gpointer data)
{
  Worker *worker = data;
  guint seen = 0;

  for (;;)
    {
      wait_for_task (seen);
      if (pool.quit)
        return NULL;

      seen++;
      run_share (worker->index, pool.n_started + 1, pool.n_parts, pool.func, pool.user_data);
      finish_share ();
    }
}

/* Called with the pool owned. */
static void
stop_workers (void)
{
  pool.quit = true;
  wake_workers ();

  for (guint i = 0; i < pool.n_started; i++)
    g_thread_join (pool.workers[i].thread);

  pool.quit = false;
  pool.n_started = 0;
}

/* Called with the pool owned. A system that refuses a thread leaves a smaller pool: parts are
 * independent of who runs them. */
static void
start_workers (guint size)
{
  pool.task = 0;
  pool.size = size;
  pool.spins = size <= g_get_num_processors ();

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
 * Threads start at the first call and stay; between tasks they look for the next one for
 * some fifty microseconds, where each has a core to itself, and then sleep.
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
      atomic_exchange (&pool.owned, true))
    {
      run_share (0, 1, n_parts, func, user_data);
      return;
    }

  if (pool.size != wanted)
    {
      stop_workers ();
      start_workers (wanted);
    }

  pool.func = func;
  pool.user_data = user_data;
  pool.n_parts = n_parts;
  pool.running = pool.n_started;
  pool.task++;
  wake_workers ();

  run_share (0, pool.n_started + 1, n_parts, func, user_data);
  wait_for_workers ();

  pool.owned = false;
}
