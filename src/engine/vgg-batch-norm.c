/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <math.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

/* As PyTorch's BatchNorm2d has them. */
#define EPSILON 1e-5
#define MOMENTUM 0.1

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

typedef struct
{
  const VggBatchNorm *norm;
  const VggPass *pass;
  const VggActivation *input;
  const VggActivation *output;
  const VggActivation *gradient;
} NormTask;

typedef void (*NormFunc) (const NormTask *task, gsize block, gsize offset, gsize n, double *sums);

static void
batch_norm_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggBatchNorm *self = (VggBatchNorm *) layer;
  gsize n_blocks = vgg_maps_count_blocks (&layer->input);

  self->lanes = vgg_arena_take (plan->arena, n_blocks, sizeof (VggNormLanes));
  if (plan->trains)
    {
      self->batch_scale = vgg_arena_take (plan->arena, layer->input.dimensions[0], sizeof (float));
      vgg_workspace_need_sums (plan->workspace, 2 * n_blocks * VGG_BLOCK);
    }
}

/* A part takes its range of pixels from every block. */
static void
run_part (const NormTask *task, guint part, guint n_parts, NormFunc func, double *sums)
{
  const VggShape *shape = &task->norm->parent.input;
  gsize n_blocks = vgg_maps_count_blocks (shape);
  gsize begin, end;

  vgg_split (task->pass->n * vgg_layer_plane (shape), part, n_parts, &begin, &end);

  for (gsize block = 0; block < n_blocks; block++)
    func (task, block, begin * VGG_BLOCK, end - begin,
          sums != NULL ? sums + 2 * block * VGG_BLOCK : NULL);
}

static double *
part_sums (const NormTask *task, guint part)
{
  gsize n_blocks = vgg_maps_count_blocks (&task->norm->parent.input);

  return vgg_workspace_part_sums (task->pass->workspace, part, 2 * n_blocks * VGG_BLOCK);
}

/* Runs a task and returns the sums of all pixels: for each block VGG_BLOCK sums, then as many
 * others. */
static const double *
run_sums (NormTask *task, VggTaskFunc func)
{
  const VggWorkspace *workspace = task->pass->workspace;

  vgg_threads_run_parts (workspace->n_parts, func, task);
  vgg_workspace_add_sums (workspace,
                          2 * VGG_BLOCK * vgg_maps_count_blocks (&task->norm->parent.input));

  return workspace->sums;
}

static gsize
count_values (const NormTask *task)
{
  return task->pass->n * vgg_layer_plane (&task->norm->parent.input);
}

static void
add_moments (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  vgg_kernels_get ()->moments (task->input->data + block * task->input->block_stride + offset, n,
                               sums, sums + VGG_BLOCK);
}

static void
moments_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;

  run_part (task, part, n_parts, add_moments, part_sums (task, part));
}

static void
set_channel (VggBatchNorm *self, gsize c, double mean, double scale)
{
  VggNormLanes *lanes = &self->lanes[c / VGG_BLOCK];

  lanes->mean[c % VGG_BLOCK] = mean;
  lanes->scale[c % VGG_BLOCK] = scale;
  lanes->shift[c % VGG_BLOCK] = self->beta->value[c] - mean * scale;
}

/* From the sums of m values of a channel, and of their squares. */
static void
take_statistics (VggBatchNorm *self, gsize c, gsize m, double sum, double squares)
{
  double mean = sum / m;
  double deviations = squares - sum * mean;

  /* Rounding, where all values are equal; written so that NaN stays. */
  if (deviations < 0.0)
    deviations = 0.0;

  self->batch_scale[c] = 1.0 / sqrt (deviations / m + EPSILON);
  set_channel (self, c, mean, self->gamma->value[c] * (double) self->batch_scale[c]);

  /* m is at least 4: no convolution of the table has maps below 2x2. */
  self->mean->value[c] += MOMENTUM * (mean - self->mean->value[c]);
  self->variance->value[c] += MOMENTUM * (deviations / (m - 1) - self->variance->value[c]);
}

static void
apply (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  const VggNormLanes *lanes = &task->norm->lanes[block];

  vgg_kernels_get ()->scale_shift (
    task->input->data + block * task->input->block_stride + offset, VGG_BLOCK, n, lanes->scale,
    lanes->shift, TRUE, task->output->data + block * task->output->block_stride + offset);
}

static void
apply_part (guint part, guint n_parts, gpointer user_data)
{
  run_part (user_data, part, n_parts, apply, NULL);
}

static void
batch_norm_forward (VggLayer *layer,
                    const VggPass *pass,
                    const VggActivation *input,
                    const VggActivation *output)
{
  VggBatchNorm *self = (VggBatchNorm *) layer;
  NormTask task = { .norm = self, .pass = pass, .input = input, .output = output };
  gsize channels = layer->input.dimensions[0];

  if (pass->training)
    {
      const double *sums = run_sums (&task, moments_part);

      for (gsize c = 0; c < channels; c++)
        {
          const double *block = sums + 2 * (c - c % VGG_BLOCK);

          take_statistics (self, c, count_values (&task), block[c % VGG_BLOCK],
                           block[c % VGG_BLOCK + VGG_BLOCK]);
        }
    }
  else
    {
      for (gsize c = 0; c < channels; c++)
        set_channel (self, c, self->mean->value[c],
                     self->gamma->value[c] / sqrt (self->variance->value[c] + EPSILON));
    }

  vgg_threads_run_parts (pass->workspace->n_parts, apply_part, &task);
}

static void
add_gradients (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  vgg_kernels_get ()->norm_sums (
    &task->norm->lanes[block], task->input->data + block * task->input->block_stride + offset,
    task->gradient->data + block * task->gradient->block_stride + offset, n, sums,
    sums + VGG_BLOCK);
}

static void
gradient_sums_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;

  run_part (task, part, n_parts, add_gradients, part_sums (task, part));
}

static void
set_gradient (const NormTask *task, gsize block, gsize offset, gsize n, double *sums)
{
  vgg_kernels_get ()->norm_gradient (
    &task->norm->lanes[block], task->input->data + block * task->input->block_stride + offset, n,
    task->gradient->data + block * task->gradient->block_stride + offset);
}

static void
gradient_part (guint part, guint n_parts, gpointer user_data)
{
  run_part (user_data, part, n_parts, set_gradient, NULL);
}

/* With g the gradient after the ReLU's mask, s = 1 / sqrt (variance + epsilon), x' = (x - mean) s,
 * m values a channel: dbeta = sum (g), dgamma = sum (g x'),
 * dx = gamma s (g - dbeta / m - x' dgamma / m). */
static void
batch_norm_backward (VggLayer *layer,
                     const VggPass *pass,
                     const VggActivation *input,
                     const VggActivation *output,
                     const VggActivation *gradient,
                     const VggActivation *input_gradient)
{
  VggBatchNorm *self = (VggBatchNorm *) layer;
  NormTask task = { .norm = self, .pass = pass, .input = input, .gradient = gradient };
  const double *sums = run_sums (&task, gradient_sums_part);
  double m = count_values (&task);

  for (gsize c = 0; c < layer->input.dimensions[0]; c++)
    {
      VggNormLanes *lanes = &self->lanes[c / VGG_BLOCK];
      gsize lane = c % VGG_BLOCK;
      double sum = sums[2 * (c - lane) + lane];
      double product = sums[2 * (c - lane) + lane + VGG_BLOCK];
      double inverse = self->batch_scale[c];
      double gain = self->gamma->value[c] * inverse;

      self->beta->gradient[c] = sum;
      self->gamma->gradient[c] = product * inverse;

      lanes->gradient_scale[lane] = gain;
      lanes->x_scale[lane] = -gain * inverse * inverse * product / m;
      lanes->offset[lane] = -gain * sum / m;
    }

  vgg_threads_run_parts (pass->workspace->n_parts, gradient_part, &task);
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
