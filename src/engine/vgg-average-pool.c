/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include "engine/kernels/vgg-kernels.h"

static void
average_pool_forward (VggLayer *layer,
                      const VggPass *pass,
                      const VggActivation *input,
                      const VggActivation *output)
{
  const VggKernels *kernels = vgg_kernels_get ();
  gsize channels = layer->input.dimensions[0];
  gsize plane = vgg_layer_plane (&layer->input);

  for (gsize c = 0; c < channels; c++)
    for (gsize i = 0; i < pass->n; i++)
      output->data[i * channels + c] =
        kernels->sum (input->data + c * input->channel_stride + i * plane, plane) / plane;
}

static void
average_pool_backward (VggLayer *layer,
                       const VggPass *pass,
                       const VggActivation *input,
                       const VggActivation *output,
                       const VggActivation *gradient,
                       const VggActivation *input_gradient)
{
  gsize channels = layer->input.dimensions[0];
  gsize plane = vgg_layer_plane (&layer->input);

  if (input_gradient == NULL)
    return;

  for (gsize c = 0; c < channels; c++)
    for (gsize i = 0; i < pass->n; i++)
      {
        float *maps = input_gradient->data + c * input_gradient->channel_stride + i * plane;
        float share = gradient->data[i * channels + c] / plane;

        for (gsize k = 0; k < plane; k++)
          maps[k] = share;
      }
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
