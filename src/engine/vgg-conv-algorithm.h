/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-layer.h"

G_BEGIN_DECLS

/* A 3x3 convolution, stride 1, padding 1. */
typedef struct
{
  gsize in_channels;
  gsize out_channels;
  gsize height;
  gsize width;
} VggConvShape;

/* One way to compute convolutions; a layer's plan chooses among them. Activations are maps;
 * the input may be pictures, and then has no gradient. */
typedef struct
{
  const char *name;

  /* Tells what the passes need of the workspace. */
  void (*plan) (const VggConvShape *shape, const VggLayerPlan *plan);

  /* output = input * kernel + bias, then ReLU if wanted; kernel (O, I, 3, 3), bias (O). */
  void (*forward) (const VggConvShape *shape,
                   const VggPass *pass,
                   const float *kernel,
                   const float *bias,
                   gboolean relu,
                   const VggActivation *input,
                   const VggActivation *output);

  void (*input_gradient) (const VggConvShape *shape,
                          const VggPass *pass,
                          const float *kernel,
                          const VggActivation *gradient,
                          const VggActivation *input_gradient);

  void (*kernel_gradient) (const VggConvShape *shape,
                           const VggPass *pass,
                           const VggActivation *input,
                           const VggActivation *gradient,
                           float *kernel_gradient);
} VggConvAlgorithm;

extern const VggConvAlgorithm vgg_conv_im2col;

G_END_DECLS
