/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <string.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  const VggLayer *layer;
  const VggPass *pass;
  const VggActivation *maps;
  const VggActivation *rows;
} AverageTask;

/* The pixels and the lanes of item i: a block of a picture. */
static float *
find_block (const AverageTask *task, gsize i, float **row, gsize *n_lanes)
{
  const VggShape *shape = &task->layer->input;
  gsize n_blocks = vgg_maps_count_blocks (shape);
  gsize picture = i / n_blocks;
  gsize block = i % n_blocks;

  *row = task->rows->data + picture * shape->dimensions[0] + block * VGG_BLOCK;
  *n_lanes = MIN (VGG_BLOCK, shape->dimensions[0] - block * VGG_BLOCK);

  return task->maps->data + block * task->maps->block_stride +
         picture * vgg_layer_plane (shape) * VGG_BLOCK;
}

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const AverageTask *task = user_data;
  const VggShape *shape = &task->layer->input;
  gsize plane = vgg_layer_plane (shape);
  gsize begin, end;

  vgg_split (task->pass->n * vgg_maps_count_blocks (shape), part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      double sums[VGG_BLOCK] = { 0 };
      gsize n_lanes;
      float *row;
      const float *pixels = find_block (task, i, &row, &n_lanes);

      for (gsize k = 0; k < plane; k++)
        for (gsize lane = 0; lane < VGG_BLOCK; lane++)
          sums[lane] += pixels[k * VGG_BLOCK + lane];

      for (gsize lane = 0; lane < n_lanes; lane++)
        row[lane] = sums[lane] / plane;
    }
}

static void
average_pool_forward (VggLayer *layer,
                      const VggPass *pass,
                      const VggActivation *input,
                      const VggActivation *output)
{
  AverageTask task = { layer, pass, input, output };

  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

static void
backward_part (guint part, guint n_parts, gpointer user_data)
{
  const AverageTask *task = user_data;
  const VggShape *shape = &task->layer->input;
  gsize plane = vgg_layer_plane (shape);
  gsize begin, end;

  vgg_split (task->pass->n * vgg_maps_count_blocks (shape), part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      float shares[VGG_BLOCK] = { 0 };
      gsize n_lanes;
      float *row;
      float *pixels = find_block (task, i, &row, &n_lanes);

      for (gsize lane = 0; lane < n_lanes; lane++)
        shares[lane] = row[lane] / plane;

      for (gsize k = 0; k < plane; k++)
        memcpy (pixels + k * VGG_BLOCK, shares, sizeof shares);
    }
}

static void
average_pool_backward (VggLayer *layer,
                       const VggPass *pass,
                       const VggActivation *input,
                       const VggActivation *output,
                       const VggActivation *gradient,
                       const VggActivation *input_gradient)
{
  AverageTask task = { layer, pass, input_gradient, gradient };

  if (input_gradient != NULL)
    vgg_threads_run_parts (pass->workspace->n_parts, backward_part, &task);
}

static const VggLayerOps average_pool_ops = {
  .type = "global_average_pool",
  .placement = VGG_LAYER_OWN_OUTPUT,
  .forward = average_pool_forward,
  .backward = average_pool_backward,
};

/**
 * vgg_average_pool_new:
 * @name: the layer's name
 * @input: (C, H, W)
 *
 * Makes a global average pool: maps (C, H, W) to rows (C).
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_average_pool_new (const char *name, const VggShape *input)
{
  VggLayer *self = g_new0 (VggLayer, 1);

  vgg_layer_init (self, &average_pool_ops, name);
  self->input = *input;
  self->output = (VggShape){ 1, { input->dimensions[0] } };

  return self;
}
