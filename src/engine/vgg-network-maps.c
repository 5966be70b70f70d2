/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network-private.h"

/* The maps go into the last pool. */
static const VggLayer *
get_last_pool (VggNetwork *self)
{
  return vgg_network_layer (self, self->first_head - 1);
}

/**
 * vgg_network_get_maps_shape:
 * @self: a network
 * @shape: (out caller-allocates): (C, H, W)
 *
 * Tells the size of what the last convolution makes of a picture.
 */
void
vgg_network_get_maps_shape (VggNetwork *self, VggShape *shape)
{
  *shape = get_last_pool (self)->input;
}

/**
 * vgg_network_maps_gradient:
 * @self: a network planned to maps whose last call was vgg_network_forward()
 * @logits_gradient: (n, n_classes): of whatever is asked about, by the logits
 * @n: pictures, as in the forward pass
 * @maps: (out caller-allocates): (n, C, H, W): what the last convolution made, with its batch
 *   normalisation and ReLU
 * @gradient: (out caller-allocates): (n, C, H, W): the same thing's gradient by @maps
 *
 * Goes back from the logits to the maps of the last convolution, through the network as it is
 * outside training: running statistics, no dropout. No parameter gets a gradient. May be called
 * again after the same forward pass.
 */
void
vgg_network_maps_gradient (VggNetwork *self,
                           const float *logits_gradient,
                           guint n,
                           float *maps,
                           float *gradient)
{
  const VggNetworkPlan *plan = &self->plan;
  const VggPass pass = {
    .n = n,
    .keeps = TRUE,
    .workspace = &plan->workspace,
    .version = self->values_version,
  };
  const VggShape *shape = &get_last_pool (self)->input;
  VggActivation wanted;

  g_return_if_fail (plan->options.to_maps && n > 0 && self->n_forward == n);

  vgg_network_copy_planes (self, &vgg_network_layer (self, plan->boundary - 1)->kept, shape, n,
                           maps);
  wanted = vgg_network_run_back (self, &pass, logits_gradient, plan->boundary, TRUE);
  vgg_network_copy_planes (self, &wanted, shape, n, gradient);
}
