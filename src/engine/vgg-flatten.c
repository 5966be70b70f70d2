/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <string.h>

static void
flatten_forward (VggLayer *layer,
                 const VggPass *pass,
                 const VggActivation *input,
                 const VggActivation *output)
{
  gsize channels = layer->input.dimensions[0];
  gsize plane = vgg_layer_plane (&layer->input);

  for (gsize i = 0; i < pass->n; i++)
    for (gsize c = 0; c < channels; c++)
      memcpy (output->data + (i * channels + c) * plane,
              input->data + c * input->channel_stride + i * plane, plane * sizeof (float));
}

static void
flatten_backward (VggLayer *layer,
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

  for (gsize i = 0; i < pass->n; i++)
    for (gsize c = 0; c < channels; c++)
      memcpy (input_gradient->data + c * input_gradient->channel_stride + i * plane,
              gradient->data + (i * channels + c) * plane, plane * sizeof (float));
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
