/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network-private.h"

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggActivation maps;
  gsize n;
  gsize n_blocks;
  gsize block_length;           /* numbers in a block of one picture */
  guint16 *features;            /* (n, n_blocks, block_length) to write, or NULL */
  const guint16 *const *stored; /* (n), each (n_blocks, block_length), to read */
} FeatureTask;

/**
 * vgg_network_get_feature_shape:
 * @self: a network
 * @shape: (out caller-allocates): (C, H, W)
 *
 * Tells what the layers before the first one that trains make of a picture: the output of the last
 * of them, or of pool5 where all convolutions are frozen. It depends on vgg_network_freeze(), not
 * on the plan.
 *
 * Returns: %FALSE when the first convolution trains: nothing stays the same from step to step
 */
gboolean
vgg_network_get_feature_shape (VggNetwork *self, VggShape *shape)
{
  guint boundary = vgg_network_find_boundary (self);

  if (boundary == 0)
    return FALSE;

  *shape = vgg_network_layer (self, boundary - 1)->output;

  return TRUE;
}

/**
 * vgg_network_get_feature_length:
 * @self: a network
 *
 * Returns: 16-bit numbers in the features of one picture: (⌈C / 16⌉, H, W, 16); 0 when the first
 *   convolution trains
 */
gsize
vgg_network_get_feature_length (VggNetwork *self)
{
  VggShape shape;

  if (!vgg_network_get_feature_shape (self, &shape))
    return 0;

  return vgg_maps_count_floats (&shape);
}

/* The blocks of all pictures are shared out. */
static void
store_part (guint part, guint n_parts, gpointer user_data)
{
  const FeatureTask *task = user_data;
  gsize begin, end;

  vgg_split (task->n * task->n_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      const float *block = task->maps.data + i % task->n_blocks * task->maps.block_stride +
                           i / task->n_blocks * task->block_length;

      vgg_kernels_get ()->float_to_half (block, task->block_length,
                                         task->features + i * task->block_length);
    }
}

static void
load_part (guint part, guint n_parts, gpointer user_data)
{
  const FeatureTask *task = user_data;
  gsize begin, end;

  vgg_split (task->n * task->n_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      gsize picture = i / task->n_blocks;
      gsize block = i % task->n_blocks;

      vgg_kernels_get ()->half_to_float (
        task->stored[picture] + block * task->block_length, task->block_length,
        task->maps.data + block * task->maps.block_stride + picture * task->block_length);
    }
}

/**
 * vgg_network_get_feature_arithmetic:
 *
 * Returns: a name for the arithmetic of this process: features that were computed with another one
 *   may differ in their last bits
 */
const char *
vgg_network_get_feature_arithmetic (void)
{
  return vgg_kernels_get ()->name;
}

/**
 * vgg_network_features:
 * @self: a planned network whose first convolution does not train; not planned from features
 * @input: (n, 3, H, W) preprocessed pictures
 * @n: pictures, 1 to the plan's batch
 * @features: (out caller-allocates): (n, vgg_network_get_feature_length()) IEEE 754 binary16
 *   numbers, a picture's as (⌈C / 16⌉, H, W, 16): channels beyond C are 0
 *
 * Runs the layers before the first one that trains. Numbers are rounded to the nearest half
 * precision one, and limited to its largest, 65504; a NaN stays one, so that broken weights show.
 */
void
vgg_network_features (VggNetwork *self, const float *input, guint n, guint16 *features)
{
  const VggNetworkPlan *plan = &self->plan;
  const VggArchitecture *architecture = &self->architecture;
  gsize picture = (gsize) 3 * architecture->input_width * architecture->input_height;
  guint boundary = vgg_network_find_boundary (self);
  const VggShape *shape;
  guint n_slices;

  g_return_if_fail (plan->block != NULL && !plan->options.from_features);
  g_return_if_fail (boundary > 0);
  g_return_if_fail (n > 0 && n <= plan->options.batch);

  self->n_forward = 0;
  shape = &vgg_network_layer (self, boundary - 1)->output;
  n_slices = (n + plan->slice - 1) / plan->slice;

  for (guint i = 0; i < n_slices; i++)
    {
      FeatureTask task = {
        .n_blocks = vgg_maps_count_blocks (shape),
        .block_length = vgg_layer_plane (shape) * VGG_BLOCK,
      };
      gsize begin, end;

      vgg_split (n, i, n_slices, &begin, &end);
      task.n = end - begin;
      task.features = features + begin * task.n_blocks * task.block_length;
      task.maps = vgg_network_run_slice (self, input + begin * picture, task.n, boundary, NULL);
      vgg_threads_run_parts (plan->workspace.n_parts, store_part, &task);
    }
}

/**
 * vgg_network_pool_features:
 * @self: a network whose first convolution does not train
 * @features: of one picture, as vgg_network_features() makes them
 * @means: (out caller-allocates): (C): the mean of each channel over its positions
 *
 * Makes of features what a global average pool makes of maps.
 */
void
vgg_network_pool_features (VggNetwork *self, const guint16 *features, float *means)
{
  g_autofree float *maps = NULL;
  gsize length, plane;
  VggShape shape;

  g_return_if_fail (vgg_network_get_feature_shape (self, &shape));

  length = vgg_network_get_feature_length (self);
  maps = g_new (float, length);
  plane = vgg_layer_plane (&shape);
  vgg_kernels_get ()->half_to_float (features, length, maps);
  for (gsize c = 0; c < shape.dimensions[0]; c++)
    {
      const float *channel = maps + c / VGG_BLOCK * plane * VGG_BLOCK + c % VGG_BLOCK;
      double sum = 0;

      for (gsize i = 0; i < plane; i++)
        sum += channel[i * VGG_BLOCK];
      means[c] = (float) (sum / plane);
    }
}

/**
 * vgg_network_forward_features:
 * @self: a network planned for training or from features
 * @features: (array length=n): the features of each picture, as vgg_network_features() makes them
 *   with the same frozen layers
 * @n: pictures, 1 to the plan's batch
 * @training: as in vgg_network_forward()
 * @random: (nullable): as in vgg_network_forward()
 *
 * Runs the layers from the first one that trains. vgg_network_backward() may follow.
 *
 * Returns: (transfer none): as vgg_network_forward()
 */
const float *
vgg_network_forward_features (VggNetwork *self,
                              const guint16 *const *features,
                              guint n,
                              gboolean training,
                              VggRandom *random)
{
  const VggNetworkPlan *plan = &self->plan;
  guint boundary = vgg_network_find_boundary (self);
  const VggPass pass = {
    .n = n,
    .training = training,
    .keeps = training,
    .random = random,
    .workspace = &plan->workspace,
    .folds = !training,
    .version = self->values_version,
  };
  VggLayer *last;
  FeatureTask task;

  g_return_val_if_fail (plan->block != NULL && plan->boundary == boundary, NULL);
  g_return_val_if_fail (!plan->options.to_features, NULL);
  g_return_val_if_fail (boundary > 0, NULL);
  g_return_val_if_fail (n > 0 && n <= plan->options.batch, NULL);
  g_return_val_if_fail (!training || (plan->options.training && random != NULL), NULL);

  self->n_forward = training ? n : 0;
  last = vgg_network_layer (self, boundary - 1);
  task = (FeatureTask){
    .n = n,
    .n_blocks = vgg_maps_count_blocks (&last->output),
    .block_length = vgg_layer_plane (&last->output) * VGG_BLOCK,
    .stored = features,
  };
  last->kept.block_stride = n * task.block_length;
  task.maps = last->kept;
  vgg_threads_run_parts (plan->workspace.n_parts, load_part, &task);

  return vgg_network_run_whole (self, &pass, last->kept, boundary, self->layers->len).data;
}
