/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/mien-cli-bench-work.h"

#include <glib/gi18n-lib.h>

#include "engine/vgg-error.h"
#include "engine/vgg-half.h"
#include "engine/vgg-loss.h"
#include "engine/vgg-threads.h"

#define N_CLASSES 3
#define SEED 1

/* The reference recipe's: VGG19 with two hidden dense layers of 128. */
static VggArchitecture
choose_architecture (const MienCliBenchOptions *options)
{
  const gboolean head = options->mode != MIEN_CLI_BENCH_FORWARD;

  return (VggArchitecture){
    .depth = 19,
    .batch_norm = options->batch_norm,
    .width_eighths = options->width,
    .input_width = options->input,
    .input_height = options->input,
    .head = VGG_HEAD_REFERENCE,
    .n_classes = head ? N_CLASSES : 0,
    .dropout = 0.5f,
    .l2 = 0.01f,
  };
}

static gboolean
is_training (MienCliBenchMode mode)
{
  return mode == MIEN_CLI_BENCH_NAIVE || mode == MIEN_CLI_BENCH_CACHED;
}

/* Pictures as preprocessing leaves them: about as many numbers below 0 as above. */
static gboolean
take_input (MienCliBenchWork *self, gsize input)
{
  gsize n = self->batch * 3 * input * input;

  self->input = vgg_floats_new (n);
  for (gsize i = 0; self->input != NULL && i < n; i++)
    self->input[i] = (float) vgg_random_normal (&self->random);

  return self->input != NULL;
}

/* Features as a ReLU leaves them: half of them are 0. */
static gboolean
take_features (MienCliBenchWork *self)
{
  gsize length = vgg_network_get_feature_length (self->network);

  self->features = g_try_new0 (guint16, self->batch * length);
  self->rows = g_new (const guint16 *, self->batch);
  if (self->features == NULL)
    return FALSE;

  for (gsize i = 0; i < self->batch; i++)
    self->rows[i] = self->features + i * length;
  if (self->mode == MIEN_CLI_BENCH_CACHED)
    for (gsize i = 0; i < self->batch * length; i++)
      self->features[i] = vgg_half_from_float (
        (float) MAX (vgg_random_normal (&self->random), 0.0));

  return TRUE;
}

static gboolean
take_data (MienCliBenchWork *self, const MienCliBenchOptions *options, GError **error)
{
  gboolean taken = TRUE;

  if (self->mode != MIEN_CLI_BENCH_CACHED)
    taken = take_input (self, options->input);
  if (taken && (self->mode == MIEN_CLI_BENCH_CACHED || self->mode == MIEN_CLI_BENCH_FRONT))
    taken = take_features (self);
  if (!taken)
    g_set_error (error, VGG_ERROR, VGG_ERROR_MEMORY,
                 _ ("There is no memory for %u pictures; choose a smaller batch or input size"),
                 self->batch);

  self->labels = g_new (guint, self->batch);
  self->gradient = g_new (float, self->batch *N_CLASSES);
  for (guint i = 0; i < self->batch; i++)
    self->labels[i] = i % N_CLASSES;

  return taken;
}

static void
make_optimizer (MienCliBenchWork *self)
{
  VggOptimizerSettings settings;
  VggParameter *const *parameters;
  guint n_parameters;

  vgg_optimizer_settings_init (&settings, VGG_OPTIMIZER_ADAM);
  settings.learning_rate = 1e-5f;
  parameters = vgg_network_get_parameters (self->network, &n_parameters);
  self->optimizer = vgg_optimizer_new (&settings, parameters, n_parameters);
}

/**
 * mien_cli_bench_work_new:
 * @options: mode, threads and sizes
 * @error: return location for a %VGG_ERROR
 *
 * Makes a VGG19 with random weights (He et al.), plans it, and makes random input: the same for the
 * same options. Sets the number of threads of the program.
 *
 * Returns: (transfer full) (nullable): the work
 */
MienCliBenchWork *
mien_cli_bench_work_new (const MienCliBenchOptions *options, GError **error)
{
  g_autoptr (MienCliBenchWork) self = g_new0 (MienCliBenchWork, 1);
  const VggArchitecture architecture = choose_architecture (options);
  const VggPlanOptions plan = {
    .batch = options->batch,
    .training = is_training (options->mode),
    .to_features = options->mode == MIEN_CLI_BENCH_FRONT,
    .from_features = options->mode == MIEN_CLI_BENCH_CACHED,
  };

  vgg_threads_set (options->threads);
  vgg_random_init (&self->random, SEED);
  self->mode = options->mode;
  self->batch = options->batch;
  self->network = vgg_network_new (&architecture, error);
  if (self->network == NULL)
    return NULL;

  vgg_network_initialize (self->network, VGG_INITIALIZATION_HE, SEED);
  vgg_network_freeze (self->network, options->freeze);
  if (!vgg_network_plan (self->network, &plan, error) || !take_data (self, options, error))
    return NULL;
  if (is_training (self->mode))
    make_optimizer (self);

  return g_steal_pointer (&self);
}

/**
 * mien_cli_bench_work_free:
 * @self: (nullable) (transfer full): the work
 *
 * Frees it with its network.
 */
void
mien_cli_bench_work_free (MienCliBenchWork *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->optimizer, vgg_optimizer_free);
  g_clear_pointer (&self->network, vgg_network_free);
  g_clear_pointer (&self->input, vgg_floats_free);
  g_free (self->features);
  g_free (self->rows);
  g_free (self->labels);
  g_free (self->gradient);
  g_free (self);
}

static void
descend (MienCliBenchWork *self, const float *logits)
{
  VggLossResult loss;

  vgg_loss_softmax_cross_entropy (logits, self->labels, self->batch, N_CLASSES, NULL,
                                  self->gradient, &loss);
  vgg_network_backward (self->network, self->gradient, self->batch);
  vgg_optimizer_step (self->optimizer, 1e-5f);
}

/**
 * mien_cli_bench_work_run:
 * @self: the work
 *
 * Does it once, for a whole batch.
 */
void
mien_cli_bench_work_run (MienCliBenchWork *self)
{
  switch (self->mode)
    {
    case MIEN_CLI_BENCH_FORWARD:
      vgg_network_forward (self->network, self->input, self->batch, FALSE, NULL);
      break;
    case MIEN_CLI_BENCH_NAIVE:
      descend (self,
               vgg_network_forward (self->network, self->input, self->batch, TRUE, &self->random));
      break;
    case MIEN_CLI_BENCH_CACHED:
      descend (self, vgg_network_forward_features (self->network, self->rows, self->batch, TRUE,
                                                   &self->random));
      break;
    case MIEN_CLI_BENCH_FRONT:
      vgg_network_features (self->network, self->input, self->batch, self->features);
      break;
    }
}

/**
 * mien_cli_bench_work_measure:
 * @self: the work
 * @n_rounds: how often, 1 or more
 *
 * Runs it once for nothing, so that memory and clocks are warm, then that often.
 *
 * Returns: what the rounds took
 */
MienCliBenchTimes
mien_cli_bench_work_measure (MienCliBenchWork *self, guint n_rounds)
{
  g_autoptr (GArray) seconds = g_array_new (FALSE, FALSE, sizeof (double));

  mien_cli_bench_work_run (self);
  for (guint i = 0; i < n_rounds; i++)
    {
      double start = vgg_profile_now ();
      double end;

      mien_cli_bench_work_run (self);
      end = vgg_profile_now () - start;
      g_array_append_val (seconds, end);
    }

  return mien_cli_bench_times (seconds);
}

/**
 * mien_cli_bench_work_get_bytes:
 * @self: the work
 *
 * Returns: the memory that network, optimiser and data say they take
 */
gsize
mien_cli_bench_work_get_bytes (MienCliBenchWork *self)
{
  const VggArchitecture *architecture = vgg_network_get_architecture (self->network);
  gsize bytes = vgg_network_get_bytes (self->network);

  if (self->optimizer != NULL)
    bytes += vgg_optimizer_get_bytes (self->optimizer);
  if (self->input != NULL)
    bytes += (gsize) self->batch * 3 * architecture->input_width * architecture->input_height *
             sizeof (float);
  if (self->features != NULL)
    bytes += self->batch * vgg_network_get_feature_length (self->network) * sizeof (guint16);

  return bytes;
}
