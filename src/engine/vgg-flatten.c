/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  const VggShape *shape; /* (C, H, W) */
  const VggPass *pass;
  const VggActivation *maps;
  const VggActivation *rows;
  gboolean to_maps;
} FlattenTask;

static void
flatten_part (guint part, guint n_parts, gpointer user_data)
{
  const FlattenTask *task = user_data;
  gsize n_blocks = vgg_maps_count_blocks (task->shape);
  gsize begin, end;

  vgg_split (task->pass->n * n_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      gsize picture = i / n_blocks;
      float *row = task->rows->data + picture * vgg_shape_elements (task->shape);

      if (task->to_maps)
        vgg_maps_set_planes (task->maps, task->shape, picture, i % n_blocks, row);
      else
        vgg_maps_get_planes (task->maps, task->shape, picture, i % n_blocks, row);
    }
}

static void
flatten_forward (VggLayer *layer,
                 const VggPass *pass,
                 const VggActivation *input,
                 const VggActivation *output)
{
  FlattenTask task = { .shape = &layer->input, .pass = pass, .maps = input, .rows = output };

  vgg_threads_run_parts (pass->workspace->n_parts, flatten_part, &task);
}

static void
flatten_backward (VggLayer *layer,
                  const VggPass *pass,
                  const VggActivation *input,
                  const VggActivation *output,
                  const VggActivation *gradient,
                  const VggActivation *input_gradient)
{
  FlattenTask task = {
    .shape = &layer->input,
    .pass = pass,
    .maps = input_gradient,
    .rows = gradient,
    .to_maps = TRUE,
  };

  if (input_gradient != NULL)
    vgg_threads_run_parts (pass->workspace->n_parts, flatten_part, &task);
}

static const VggLayerOps flatten_ops = {
  .type = "flatten",
  .placement = VGG_LAYER_OWN_OUTPUT,
  .forward = flatten_forward,
  .backward = flatten_backward,
};

/**
 * vgg_flatten_new:
 * @name: the layer's name
 * @input: (C, H, W)
 *
 * Makes the layer that lays maps (C, H, W) out as rows (C * H * W): channel by channel, as
 * PyTorch's Flatten does, and unlike Keras with its channels last.
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_flatten_new (const char *name, const VggShape *input)
{
  VggLayer *self = g_new0 (VggLayer, 1);

  vgg_layer_init (self, &flatten_ops, name);
  self->input = *input;
  self->output = (VggShape){ 1, { vgg_shape_elements (input) } };

  return self;
}
