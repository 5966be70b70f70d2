/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <math.h>

#include "engine/kernels/vgg-kernels.h"
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

  /* Of the batch, from the forward pass to the backward one; the plan's memory. */
  float *batch_mean;  /* (C) */
  float *batch_scale; /* (C), 1 / sqrt (variance + epsilon) */
} VggBatchNorm;

typedef struct
{
  const VggBatchNorm *norm;
  const VggPass *pass;
  const VggActivation *input;
  const VggActivation *output;
  const VggActivation *gradient;
} NormTask;

static void
batch_norm_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggBatchNorm *self = (VggBatchNorm *) layer;

  if (plan->trains)
    {
      self->batch_mean = vgg_arena_take_floats (plan->arena, 1, layer->input.dimensions[0]);
      self->batch_scale = vgg_arena_take_floats (plan->arena, 1, layer->input.dimensions[0]);
    }
}

static void
take_statistics (const VggBatchNorm *self, gsize c, const float *x, gsize n)
{
  const VggKernels *kernels = vgg_kernels_get ();
  float mean = kernels->sum (x, n) / n;
  double squares = kernels->sum_squares (x, n, mean);

  self->batch_mean[c] = mean;
  self->batch_scale[c] = 1.0 / sqrt (squares / n + EPSILON);

  /* n is at least 4: no convolution of the table has maps below 2x2. */
  self->mean->value[c] += MOMENTUM * ((double) mean - self->mean->value[c]);
  self->variance->value[c] += MOMENTUM * (squares / (n - 1) - self->variance->value[c]);
}

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;
  const VggBatchNorm *self = task->norm;
  const VggLayer *layer = &self->parent;
  gsize n = task->pass->n * vgg_layer_plane (&layer->input);
  gsize begin, end;

  vgg_split (layer->input.dimensions[0], part, n_parts, &begin, &end);

  for (gsize c = begin; c < end; c++)
    {
      const float *x = task->input->data + c * task->input->channel_stride;
      double mean = self->mean->value[c];
      double scale;

      if (task->pass->training)
        {
          take_statistics (self, c, x, n);
          mean = self->batch_mean[c];
          scale = self->gamma->value[c] * (double) self->batch_scale[c];
        }
      else
        scale = self->gamma->value[c] / sqrt (self->variance->value[c] + EPSILON);

      vgg_kernels_get ()->scale_shift (x, n, scale, self->beta->value[c] - mean * scale, TRUE,
                                       task->output->data + c * task->output->channel_stride);
    }
}

static void
batch_norm_forward (VggLayer *layer,
                    const VggPass *pass,
                    const VggActivation *input,
                    const VggActivation *output)
{
  NormTask task = {
    .norm = (VggBatchNorm *) layer,
    .pass = pass,
    .input = input,
    .output = output,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* With g the gradient after the ReLU's mask, x' = (x - mean) scale, m values a channel:
 * dbeta = sum (g), dgamma = sum (g x'), dx = gamma scale (g - dbeta / m - x' dgamma / m). */
static void
backward_part (guint part, guint n_parts, gpointer user_data)
{
  const NormTask *task = user_data;
  const VggBatchNorm *self = task->norm;
  const VggLayer *layer = &self->parent;
  const VggKernels *kernels = vgg_kernels_get ();
  gsize n = task->pass->n * vgg_layer_plane (&layer->input);
  gsize begin, end;

  vgg_split (layer->input.dimensions[0], part, n_parts, &begin, &end);

  for (gsize c = begin; c < end; c++)
    {
      const float *x = task->input->data + c * task->input->channel_stride;
      const float *y = task->output->data + c * task->output->channel_stride;
      float *gradient = task->gradient->data + c * task->gradient->channel_stride;
      float mean = self->batch_mean[c];
      double scale = self->batch_scale[c];
      double gain = self->gamma->value[c] * scale;
      double sum, product;

      kernels->norm_sums (x, y, gradient, n, mean, &sum, &product);
      self->beta->gradient[c] = sum;
      self->gamma->gradient[c] = product * scale;

      kernels->norm_gradient (x, y, n, mean, gain, -gain * scale * scale * product / n,
                              -gain * sum / n, gradient);
    }
}

static void
batch_norm_backward (VggLayer *layer,
                     const VggPass *pass,
                     const VggActivation *input,
                     const VggActivation *output,
                     const VggActivation *gradient,
                     const VggActivation *input_gradient)
{
  NormTask task = {
    .norm = (VggBatchNorm *) layer,
    .pass = pass,
    .input = input,
    .output = output,
    .gradient = gradient,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, backward_part, &task);
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
