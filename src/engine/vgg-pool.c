/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggLayer parent;

  guint8 *choice; /* (C, n, H / 2, W / 2); the plan's memory */
} VggMaxPool;

typedef struct
{
  const VggMaxPool *pool;
  const VggPass *pass;
  const VggActivation *input;  /* or its gradient */
  const VggActivation *output; /* or its gradient */
} PoolTask;

static void
max_pool_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggMaxPool *self = (VggMaxPool *) layer;

  if (plan->trains)
    self->choice = vgg_arena_take (plan->arena, plan->batch, vgg_shape_elements (&layer->output));
}

static void
max_pool_forward_part (guint part, guint n_parts, gpointer user_data)
{
  const PoolTask *task = user_data;
  const VggLayer *layer = &task->pool->parent;
  gsize n = task->pass->n;
  gsize n_outputs = n * vgg_layer_plane (&layer->output);
  gsize begin, end;

  vgg_split (layer->input.dimensions[0], part, n_parts, &begin, &end);

  for (gsize c = begin; c < end; c++)
    vgg_kernels_get ()->max_pool (task->input->data + c * task->input->channel_stride, n,
                                  layer->input.dimensions[1], layer->input.dimensions[2],
                                  task->output->data + c * task->output->channel_stride,
                                  task->pass->training ? task->pool->choice + c * n_outputs : NULL);
}

static void
max_pool_forward (VggLayer *layer,
                  const VggPass *pass,
                  const VggActivation *input,
                  const VggActivation *output)
{
  PoolTask task = { (VggMaxPool *) layer, pass, input, output };

  vgg_threads_run_parts (pass->workspace->n_parts, max_pool_forward_part, &task);
}

static void
max_pool_backward_part (guint part, guint n_parts, gpointer user_data)
{
  const PoolTask *task = user_data;
  const VggLayer *layer = &task->pool->parent;
  gsize n = task->pass->n;
  gsize n_outputs = n * vgg_layer_plane (&layer->output);
  gsize begin, end;

  vgg_split (layer->input.dimensions[0], part, n_parts, &begin, &end);

  for (gsize c = begin; c < end; c++)
    vgg_kernels_get ()->max_pool_gradient (task->output->data + c * task->output->channel_stride,
                                           task->pool->choice + c * n_outputs, n,
                                           layer->input.dimensions[1], layer->input.dimensions[2],
                                           task->input->data + c * task->input->channel_stride);
}

static void
max_pool_backward (VggLayer *layer,
                   const VggPass *pass,
                   const VggActivation *input,
                   const VggActivation *output,
                   const VggActivation *gradient,
                   const VggActivation *input_gradient)
{
  PoolTask task = { (VggMaxPool *) layer, pass, input_gradient, gradient };

  if (input_gradient != NULL)
    vgg_threads_run_parts (pass->workspace->n_parts, max_pool_backward_part, &task);
}

static const VggLayerOps max_pool_ops = {
  .type = "max_pool",
  .placement = VGG_LAYER_OWN_OUTPUT,
  .plan = max_pool_plan,
  .forward = max_pool_forward,
  .backward = max_pool_backward,
};

/**
 * vgg_max_pool_new:
 * @name: the layer's name
 * @input: (C, H, W)
 *
 * Makes a 2x2 max pool of stride 2: maps (C, H, W) to maps (C, H / 2, W / 2), rounded down. Of
 * equal values the first in reading order gets the gradient.
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_max_pool_new (const char *name, const VggShape *input)
{
  VggMaxPool *self = g_new0 (VggMaxPool, 1);
  VggLayer *layer = &self->parent;

  vgg_layer_init (layer, &max_pool_ops, name);
  layer->input = *input;
  layer->output = (VggShape){
    3, { input->dimensions[0], input->dimensions[1] / 2, input->dimensions[2] / 2 }
  };

  return layer;
}
