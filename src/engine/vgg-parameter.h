/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-tensor.h"

G_BEGIN_DECLS

/* One named tensor of a network. Owned by the network; layers and optimisers borrow it. */
typedef struct
{
  const char *name; /* "block1_conv1.kernel"; owned by the network */
  VggShape shape;
  float *value;
  float *gradient; /* same shape; NULL when the parameter does not train in the current plan */
  float l2; /* the loss holds l2 * sum (value²); the network adds 2 * l2 * value to the gradient */
  gboolean trainable; /* FALSE: frozen, or a running statistic of a batch normalisation */
  gboolean statistic; /* running mean or variance */
  float rate;         /* the optimiser's learning rate is multiplied by it; 1 unless rates differ */
  gboolean decays; /* the optimiser's weight decay applies: kernels, not biases, scales, offsets */
} VggParameter;

G_END_DECLS
