/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels in plain C. Compiled once for every instruction set, with the compiler's flags for it
 * and VGG_KERNELS_TABLE and VGG_KERNELS_NAME defined: loops are written so that it vectorises them.
 * Comparisons are written so that NaN survives. */

#include <string.h>

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

/* The gradient before a ReLU, in place, from the one after it. */
static void
relu_mask (const float *output, size_t n, float *gradient)
{
  for (size_t i = 0; i < n; i++)
    gradient[i] = output[i] <= 0.0f ? 0.0f : gradient[i];
}

/* y += scale * x */
static void
add_scaled (const float *x, size_t n, float scale, float *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] += scale * x[i];
}

const VggKernels VGG_KERNELS_TABLE = {
  .name = VGG_KERNELS_NAME,
  .conv = &VGG_KERNEL (conv_kernels),
  .relu_mask = relu_mask,
  .add_scaled = add_scaled,
  .im2col = VGG_KERNEL (im2col),
  .scale_shift = VGG_KERNEL (scale_shift),
  .mask_sums = VGG_KERNEL (mask_sums),
  .moments = VGG_KERNEL (moments),
  .norm_sums = VGG_KERNEL (norm_sums),
  .norm_gradient = VGG_KERNEL (norm_gradient),
  .max_pool = VGG_KERNEL (max_pool),
  .max_pool_gradient = VGG_KERNEL (max_pool_gradient),
  .float_to_half = VGG_KERNEL (float_to_half),
  .half_to_float = VGG_KERNEL (half_to_float),
  .warp = VGG_KERNEL (warp),
};
