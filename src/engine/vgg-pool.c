/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <string.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggLayer parent;

  guint8 *choice; /* (blocks, n, H / 2, W / 2, 16); the plan's memory */
} VggMaxPool;

typedef struct
{
  const VggMaxPool *pool;
  const VggPass *pass;
  const VggActivation *input;  /* or its gradient */
  const VggActivation *output; /* or its gradient */
  gboolean backward;
} PoolTask;

static void
max_pool_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggMaxPool *self = (VggMaxPool *) layer;

  if (plan->trains)
    self->choice = vgg_arena_take (plan->arena, plan->batch,
                                   vgg_maps_count_floats (&layer->output));
}

/* Rows of the output within one block of one picture. */
static void
pool_rows (const PoolTask *task, gsize block, gsize picture, gsize row, gsize n_rows)
{
  const VggKernels *kernels = vgg_kernels_get ();
  const gsize *in = task->pool->parent.input.dimensions;
  const gsize *out = task->pool->parent.output.dimensions;
  gsize out_offset = (picture * out[1] + row) * out[2] * VGG_BLOCK;
  gsize in_row = picture * in[1] + 2 * row;
  float *input = task->input->data + block * task->input->block_stride + in_row * in[2] * VGG_BLOCK;
  float *output = task->output->data + block * task->output->block_stride + out_offset;
  guint8 *choice = NULL;

  if (task->pass->keeps)
    choice = task->pool->choice + block * task->pass->n * out[1] * out[2] * VGG_BLOCK + out_offset;

  if (!task->backward)
    {
      kernels->max_pool (input, n_rows, in[2], output, choice);
      return;
    }

  kernels->max_pool_gradient (output, choice, n_rows, in[2], input);

  /* An odd last row was left out. */
  if (in[1] % 2 != 0 && row + n_rows == out[1])
    memset (input + 2 * n_rows * in[2] * VGG_BLOCK, 0, in[2] * VGG_BLOCK * sizeof (float));
}

static void
pool_part (guint part, guint n_parts, gpointer user_data)
{
  const PoolTask *task = user_data;
  const VggShape *shape = &task->pool->parent.output;
  gsize height = shape->dimensions[1];
  gsize begin, end;

  vgg_split (vgg_maps_count_blocks (shape) * task->pass->n * height, part, n_parts, &begin, &end);

  while (begin < end)
    {
      gsize row = begin % height;
      gsize n_rows = MIN (height - row, end - begin);

      pool_rows (task, begin / height / task->pass->n, begin / height % task->pass->n, row, n_rows);
      begin += n_rows;
    }
}

static void
max_pool_forward (VggLayer *layer,
                  const VggPass *pass,
                  const VggActivation *input,
                  const VggActivation *output)
{
  PoolTask task = { (VggMaxPool *) layer, pass, input, output, FALSE };

  /* The convolution before it did the work. */
  if (pass->folds && layer->pooled_before)
    return;

  vgg_threads_run_parts (pass->workspace->n_parts, pool_part, &task);
}

static void
max_pool_backward (VggLayer *layer,
                   const VggPass *pass,
                   const VggActivation *input,
                   const VggActivation *output,
                   const VggActivation *gradient,
                   const VggActivation *input_gradient)
{
  PoolTask task = { (VggMaxPool *) layer, pass, input_gradient, gradient, TRUE };

  if (input_gradient != NULL)
    vgg_threads_run_parts (pass->workspace->n_parts, pool_part, &task);
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
