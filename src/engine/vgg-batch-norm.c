/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <math.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

/* As PyTorch's BatchNorm2d has them. */
#define EPSILON 1e-5
#define MOMENTUM 0.1

/* Of two kinds, for every channel of a block. */
#define N_SUMS (2 * VGG_BLOCK)

/* Outputs that are larger go past the caches. */
#define STREAM_BYTES (16 * 1024 * 1024)

typedef struct
{
  VggLayer parent;

  VggParameter *gamma;    /* (C) */
  VggParameter *beta;     /* (C) */
  VggParameter *mean;     /* (C), running */
  VggParameter *variance; /* (C), running */

  VggNormLanes *lanes; /* (blocks), of the last pass; the plan's memory; beyond C all 0 */
  float *batch_scale;  /* (C), 1 / sqrt (variance + epsilon) of the batch; the plan's memory */
} VggBatchNorm;

typedef struct _NormTask NormTask;

/* What a pass does with a block of channels: sums over its pixels, what follows from them for each
 * channel, and with that something for every pixel. */
typedef struct
{
  /* NULL: no sums are needed. sums: VGG_BLOCK of one kind, then as many of another. */
  void (*add) (const NormTask *task, gsize block, gsize offset, gsize n, double *sums);
  void (*finish) (const NormTask *task, gsize block, gsize lane, double sum, double other);
  void (*apply) (const NormTask *task, gsize block, gsize offset, gsize n);
} NormSteps;

struct _NormTask
{
  const NormSteps *steps;
  VggBatchNorm *norm;
  const VggPass *pass;
  const VggActivation *input;
  const VggActivation *output;
  const VggActivation *gradient;
  gsize n_blocks;
  gsize n_pixels;  /* of all pictures */
  gboolean stream; /* the output goes past the caches */
};

static void
batch_norm_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggBatchNorm *self = (VggBatchNorm *) layer;
  gsize n_blocks = vgg_maps_count_blocks (&layer->input);

  self->lanes = vgg_arena_take (plan->arena, n_blocks, sizeof (VggNormLanes));
  if (plan->trains)
    {
      self->batch_scale = vgg_arena_take (plan->arena, layer->input.dimensions[0], sizeof (float));
      vgg_workspace_need_sums (plan->workspace, n_blocks * N_SUMS);
    }
}

static void
finish_block (const NormTask *task, gsize block, const double *sums)
{
  gsize channels = task->norm->parent.input.dimensions[0];
  gsize n_lanes = MIN (VGG_BLOCK, channels - block * VGG_BLOCK);

  for (gsize lane = 0; lane < n_lanes; lane++)
    task->steps->finish (task, block, lane, sums[lane], sums[VGG_BLOCK + lane]);
}

/* All of a block on one thread: where the block fits the thread's cache, memory is read once. */
static void
blocks_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;
  gsize begin, end;

  vgg_split (task->n_blocks, part, n_parts, &begin, &end);

  for (gsize block = begin; block < end; block++)
    {
      double sums[N_SUMS] = { 0 };

      if (task->steps->add != NULL)
        task->steps->add (task, block, 0, task->n_pixels, sums);
      finish_block (task, block, sums);
      task->steps->apply (task, block, 0, task->n_pixels);
    }
}

static void
sums_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;
  double *sums = vgg_workspace_part_sums (task->pass->workspace, part, task->n_blocks * N_SUMS);
  gsize begin, end;

  vgg_split (task->n_pixels, part, n_parts, &begin, &end);

  for (gsize block = 0; block < task->n_blocks; block++)
    task->steps->add (task, block, begin * VGG_BLOCK, end - begin, sums + block * N_SUMS);
}

static void
apply_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;
  gsize begin, end;

  vgg_split (task->n_pixels, part, n_parts, &begin, &end);

  for (gsize block = 0; block < task->n_blocks; block++)
    task->steps->apply (task, block, begin * VGG_BLOCK, end - begin);
}

/* Parts share out blocks where that leaves none of them idle for long, otherwise pixels. */
static void
run_steps (NormTask *task)
{
  static const double no_sums[N_SUMS];
  const VggWorkspace *workspace = task->pass->workspace;
  guint n_parts = workspace->n_parts;

  if (task->n_blocks % n_parts == 0 || task->n_blocks >= 4 * n_parts)
    {
      vgg_threads_run_parts (n_parts, blocks_part, task);
      return;
    }

  if (task->steps->add != NULL)
    {
      vgg_threads_run_parts (n_parts, sums_part, task);
      vgg_workspace_add_sums (workspace, task->n_blocks * N_SUMS);
    }

  for (gsize block = 0; block < task->n_blocks; block++)
    finish_block (task, block,
                  task->steps->add != NULL ? workspace->sums + block * N_SUMS : no_sums);

  vgg_threads_run_parts (n_parts, apply_part, task);
}

static void
add_moments (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  vgg_kernels_get ()->moments (task->input->data + block * task->input->block_stride + offset, n,
                               sums, sums + VGG_BLOCK);
}

static void
set_channel (const NormTask *task, gsize block, gsize lane, double mean, double scale)
{
  VggNormLanes *lanes = &task->norm->lanes[block];

  lanes->mean[lane] = mean;
  lanes->scale[lane] = scale;
  lanes->shift[lane] = task->norm->beta->value[block * VGG_BLOCK + lane] - mean * scale;
}

/* From the sum of a channel's values, and that of their squares. */
static void
take_batch_statistics (const NormTask *task, gsize block, gsize lane, double sum, double squares)
{
  VggBatchNorm *self = task->norm;
  gsize c = block * VGG_BLOCK + lane;
  gsize m = task->n_pixels;
  double mean = sum / m;
  double deviations = squares - sum * mean;

  /* Rounding, where all values are equal; written so that NaN stays. */
  if (deviations < 0.0)
    deviations = 0.0;

  self->batch_scale[c] = 1.0 / sqrt (deviations / m + EPSILON);
  set_channel (task, block, lane, mean, self->gamma->value[c] * (double) self->batch_scale[c]);

  /* m is at least 4: no convolution of the table has maps below 2x2. */
  self->mean->value[c] += MOMENTUM * (mean - self->mean->value[c]);
  self->variance->value[c] += MOMENTUM * (deviations / (m - 1) - self->variance->value[c]);
}

static double
running_scale (const VggBatchNorm *self, gsize c)
{
  return self->gamma->value[c] / sqrt (self->variance->value[c] + EPSILON);
}

static void
take_running_statistics (const NormTask *task, gsize block, gsize lane, double sum, double squares)
{
  const VggBatchNorm *self = task->norm;
  gsize c = block * VGG_BLOCK + lane;

  set_channel (task, block, lane, self->mean->value[c], running_scale (self, c));
}

static void
normalise (const NormTask *task, gsize block, gsize offset, gsize n)
{
  const VggNormLanes *lanes = &task->norm->lanes[block];

  vgg_kernels_get ()->scale_shift (task->input->data + block * task->input->block_stride + offset,
                                   VGG_BLOCK, n, lanes->scale, lanes->shift, TRUE, task->stream,
                                   task->output->data + block * task->output->block_stride +
                                     offset);
}

static void
batch_norm_forward (VggLayer *layer,
                    const VggPass *pass,
                    const VggActivation *input,
                    const VggActivation *output)
{
  static const NormSteps of_batch = { add_moments, take_batch_statistics, normalise };
  static const NormSteps running = { NULL, take_running_statistics, normalise };
  NormTask task = {
    .steps = pass->training ? &of_batch : &running,
    .norm = (VggBatchNorm *) layer,
    .pass = pass,
    .input = input,
    .output = output,
    .n_blocks = vgg_maps_count_blocks (&layer->input),
    .n_pixels = pass->n * vgg_layer_plane (&layer->input),
  };

  /* The convolution before it did all. */
  if (pass->folds)
    return;

  task.stream = input->data != output->data &&
                task.n_blocks * task.n_pixels * VGG_BLOCK * sizeof (float) > STREAM_BYTES;
  run_steps (&task);
}

static void
add_gradients (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  vgg_kernels_get ()->norm_sums (
    &task->norm->lanes[block], task->input->data + block * task->input->block_stride + offset,
    task->gradient->data + block * task->gradient->block_stride + offset, n, sums,
    sums + VGG_BLOCK);
}

/* With g the gradient after the ReLU's mask, s = 1 / sqrt (variance + epsilon), x' = (x - mean) s,
 * m values a channel: dbeta = sum (g), dgamma = sum (g x'),
 * dx = gamma s (g - dbeta / m - x' dgamma / m). */
static void
take_gradients (const NormTask *task, gsize block, gsize lane, double sum, double product)
{
  const VggBatchNorm *self = task->norm;
  VggNormLanes *lanes = &self->lanes[block];
  gsize c = block * VGG_BLOCK + lane;
  double m = task->n_pixels;
  double scale = self->batch_scale[c];
  double gain = self->gamma->value[c] * scale;

  self->beta->gradient[c] = sum;
  self->gamma->gradient[c] = product * scale;

  lanes->gradient_scale[lane] = gain;
  lanes->x_scale[lane] = -gain * scale * scale * product / m;
  lanes->offset[lane] = -gain * sum / m;
}

static void
set_gradient (const NormTask *task, gsize block, gsize offset, gsize n)
{
  vgg_kernels_get ()->norm_gradient (
    &task->norm->lanes[block], task->input->data + block * task->input->block_stride + offset, n,
    task->gradient->data + block * task->gradient->block_stride + offset);
}

static void
batch_norm_backward (VggLayer *layer,
                     const VggPass *pass,
                     const VggActivation *input,
                     const VggActivation *output,
                     const VggActivation *gradient,
                     const VggActivation *input_gradient)
{
  static const NormSteps steps = { add_gradients, take_gradients, set_gradient };
  NormTask task = {
    .steps = &steps,
    .norm = (VggBatchNorm *) layer,
    .pass = pass,
    .input = input,
    .gradient = gradient,
    .n_blocks = vgg_maps_count_blocks (&layer->input),
    .n_pixels = pass->n * vgg_layer_plane (&layer->input),
  };

  run_steps (&task);
}

static const VggLayerOps batch_norm_ops = {
  .type = "batch_norm",
  .placement = VGG_LAYER_IN_PLACE_UNTRAINED,
  .plan = batch_norm_plan,
  .forward = batch_norm_forward,
  .backward = batch_norm_backward,
};

/**
 * vgg_batch_norm_new:
 * @name: the layer's name
 * @input: (C, H, W)
 *
 * Makes a batch normalisation followed by ReLU: maps to maps of the same shape (Ioffe and Szegedy,
 * "Batch normalization", 2015). In training each channel is normalised with the batch's mean and
 * biased variance, and the running ones go a tenth of the way to the batch's mean and unbiased
 * variance; otherwise the running ones are used. Epsilon and momentum are PyTorch's.
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_batch_norm_new (const char *name, const VggShape *input)
{
  VggBatchNorm *self = g_new0 (VggBatchNorm, 1);
  VggLayer *layer = &self->parent;
  const VggShape channels = { 1, { input->dimensions[0] } };

  vgg_layer_init (layer, &batch_norm_ops, name);
  layer->input = *input;
  layer->output = *input;

  self->gamma = vgg_layer_add_parameter (layer, "gamma", &channels, 1.0f);
  self->beta = vgg_layer_add_parameter (layer, "beta", &channels, 0.0f);
  self->mean = vgg_layer_add_parameter (layer, "mean", &channels, 0.0f);
  self->mean->statistic = TRUE;
  self->mean->trainable = FALSE;
  self->variance = vgg_layer_add_parameter (layer, "variance", &channels, 1.0f);
  self->variance->statistic = TRUE;
  self->variance->trainable = FALSE;

  return layer;
}

/**
 * vgg_batch_norm_get_running:
 * @layer: a batch normalisation
 * @scale: (out caller-allocates): (C)
 * @shift: (out caller-allocates): (C)
 *
 * Tells what the layer does with its running statistics: max (scale x + shift, 0).
 */
void
vgg_batch_norm_get_running (VggLayer *layer, float *scale, float *shift)
{
  const VggBatchNorm *self = (const VggBatchNorm *) layer;

  for (gsize c = 0; c < layer->input.dimensions[0]; c++)
    {
      double factor = running_scale (self, c);

      scale[c] = factor;
      shift[c] = self->beta->value[c] - self->mean->value[c] * factor;
    }
}
