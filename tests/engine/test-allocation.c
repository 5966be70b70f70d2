/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Once planned, a network takes no memory: every allocation of the process is counted, by taking
 * the C library's functions' place or, where a sanitizer has done so already, by its hook. */

#include <errno.h>
#include <stdlib.h>

#include "engine/vgg-average.h"
#include "engine/vgg-loss.h"
#include "engine/vgg-mixup.h"
#include "engine/vgg-network.h"
#include "engine/vgg-optimizer.h"
#include "engine/vgg-threads.h"

#define BATCH 3
#define SIDE 48
#define N_CLASSES 3

static gint n_allocations; /* atomic */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

int __sanitizer_install_malloc_and_free_hooks (void (*malloc_hook) (const volatile void *, size_t),
                                               void (*free_hook) (const volatile void *));

static void
count_allocation (const volatile void *memory, size_t size)
{
  g_atomic_int_inc (&n_allocations);
}

static void
ignore_free (const volatile void *memory)
{
}

static void
start_counting (void)
{
  g_assert_cmpint (__sanitizer_install_malloc_and_free_hooks (count_allocation, ignore_free), >, 0);
}

#else

/* What the GNU C library's own functions are called when their place is taken. */
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *memory, size_t size);
void *__libc_memalign (size_t alignment, size_t size);

void *
malloc (size_t size)
{
  g_atomic_int_inc (&n_allocations);
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  g_atomic_int_inc (&n_allocations);
  return __libc_calloc (n, size);
}

void *
realloc (void *memory, size_t size)
{
  g_atomic_int_inc (&n_allocations);
  return __libc_realloc (memory, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  g_atomic_int_inc (&n_allocations);
  return __libc_memalign (alignment, size);
}

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  g_atomic_int_inc (&n_allocations);
  *memory = __libc_memalign (alignment, size);
  return *memory != NULL ? 0 : ENOMEM;
}

static void
start_counting (void)
{
}

#endif

/* How a network is used. */
typedef struct
{
  const char *name;
  guint frozen;
  gboolean batch_norm;
  gboolean training;
  gboolean from_features;
  gboolean mixup;
} Use;

static const Use uses[] = {
  { "forward", 0, FALSE, FALSE, FALSE },
  { "forward-batch-norm", 0, TRUE, FALSE, FALSE },
  { "train", 0, FALSE, TRUE, FALSE },
  { "train-batch-norm", 0, TRUE, TRUE, FALSE },
  { "train-mixup", 0, TRUE, TRUE, FALSE, TRUE },
  { "train-frozen", 12, FALSE, TRUE, FALSE },
  { "features", 12, FALSE, FALSE, FALSE },
  { "train-from-features", 12, FALSE, TRUE, TRUE },
};

typedef struct
{
  const Use *use;
  VggNetwork *network;
  VggOptimizer *optimizer;
  VggAverage *average;
  VggMixup *mixup;
  float *input;
  guint16 *features;
  const guint16 *rows[BATCH];
  VggRandom random;
} Work;

static void
run (Work *work)
{
  static const guint labels[BATCH] = { 0, 2, 1 };
  float gradient[BATCH * N_CLASSES];
  VggLossOptions options = { NULL };
  const float *logits;
  VggLossResult loss;

  if (work->use->mixup)
    {
      vgg_mixup_batch (work->mixup, work->input, 3 * SIDE * SIDE, labels, BATCH, &work->random);
      options.other_labels = work->mixup->other_labels;
      options.share = work->mixup->share;
    }
  if (work->use->from_features)
    logits = vgg_network_forward_features (work->network, work->rows, BATCH, TRUE, &work->random);
  else
    logits = vgg_network_forward (work->network, work->input, BATCH, work->use->training,
                                  &work->random);

  if (work->use->frozen > 0 && !work->use->training)
    vgg_network_features (work->network, work->input, BATCH, work->features);
  if (!work->use->training)
    return;

  vgg_loss_softmax_cross_entropy (logits, labels, BATCH, N_CLASSES, &options, gradient, &loss);
  vgg_network_backward (work->network, gradient, BATCH);
  vgg_optimizer_step (work->optimizer, 1e-4f);
  vgg_average_update (work->average);
}

static void
work_init (Work *work, const Use *use)
{
  const VggArchitecture architecture = {
    .depth = 19,
    .batch_norm = use->batch_norm,
    .width_eighths = 2,
    .input_width = SIDE,
    .input_height = SIDE,
    .head = VGG_HEAD_REFERENCE,
    .n_classes = N_CLASSES,
    .dropout = 0.5f,
    .l2 = 0.01f,
  };
  const VggPlanOptions plan = {
    .batch = BATCH,
    .training = use->training,
    .from_features = use->from_features,
  };
  g_autoptr (GError) error = NULL;
  VggOptimizerSettings settings;
  VggParameter *const *parameters;
  guint n_parameters;
  gsize length;

  *work = (Work){ .use = use };
  vgg_random_init (&work->random, 3);
  work->network = vgg_network_new (&architecture, &error);
  g_assert_no_error (error);
  vgg_network_initialize (work->network, VGG_INITIALIZATION_HE, 3);
  vgg_network_freeze (work->network, use->frozen);
  g_assert_true (vgg_network_plan (work->network, &plan, &error));
  g_assert_no_error (error);

  vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAM);
  parameters = vgg_network_get_parameters (work->network, &n_parameters);
  work->optimizer = vgg_optimizer_new (&settings, parameters, n_parameters);

  work->average = vgg_average_new (work->network, 0.9f, &error);
  g_assert_no_error (error);
  work->mixup = vgg_mixup_new (0.4f, BATCH);

  work->input = g_new (float, BATCH * 3 * SIDE * SIDE);
  for (guint i = 0; i < BATCH * 3 * SIDE * SIDE; i++)
    work->input[i] = (float) vgg_random_normal (&work->random);

  length = vgg_network_get_feature_length (work->network);
  work->features = g_new0 (guint16, BATCH * length + 1);
  for (guint i = 0; i < BATCH; i++)
    work->rows[i] = work->features + i * length;
}

static void
work_clear (Work *work)
{
  vgg_optimizer_free (work->optimizer);
  vgg_average_free (work->average);
  vgg_mixup_free (work->mixup);
  vgg_network_free (work->network);
  g_free (work->input);
  g_free (work->features);
}

/* Every way of taking memory that the program has is seen. */
static void
test_counts (void)
{
  gint before = g_atomic_int_get (&n_allocations);
  char *bytes = g_malloc (100);
  char *zeros = g_malloc0 (100);
  float *floats = vgg_floats_new (100);

  bytes = g_realloc (bytes, 100000);
  g_assert_cmpint (g_atomic_int_get (&n_allocations) - before, >=, 4);

  g_free (bytes);
  g_free (zeros);
  vgg_floats_free (floats);
}

static void
test_steps (gconstpointer data)
{
  Work work;
  gint before;

  vgg_threads_set (2);
  work_init (&work, data);
  /* Threads and what libraries keep for themselves are made in the first one. */
  run (&work);

  before = g_atomic_int_get (&n_allocations);
  g_assert_cmpint (before, >, 0);
  for (guint i = 0; i < 3; i++)
    run (&work);
  g_assert_cmpint (g_atomic_int_get (&n_allocations) - before, ==, 0);

  work_clear (&work);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  start_counting ();

  g_test_add_func ("/allocation/counts", test_counts);
  for (guint i = 0; i < G_N_ELEMENTS (uses); i++)
    {
      g_autofree char *path = g_strconcat ("/allocation/", uses[i].name, NULL);

      g_test_add_data_func (path, &uses[i], test_steps);
    }

  return g_test_run ();
}
