/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels in plain C. Compiled once for every instruction set, with the compiler's flags for it
 * and VGG_KERNELS_TABLE and VGG_KERNELS_NAME defined: loops are written so that it vectorises them.
 * Comparisons are written so that NaN survives. */

#include <string.h>

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

/* Writes the matrix that turns a 3x3 convolution with padding 1 of a picture (n_channels, height,
 * width), not in blocks, into a product: row (c, ky, kx) of the result holds channel c shifted by
 * (ky - 1, kx - 1), zero outside the picture, for the pixels begin … end - 1, both multiples of the
 * width. columns: (n_channels * 9, end - begin). A shift is one copy, after which the pixels that
 * came from across a border are set to zero. */
static void
im2col_picture (const float *picture,
                size_t n_channels,
                size_t height,
                size_t width,
                size_t begin,
                size_t end,
                float *columns)
{
  size_t n = end - begin;

  for (size_t c = 0; c < n_channels; c++)
    {
      const float *plane = picture + c * height * width;

      for (int k = 0; k < 9; k++)
        {
          int ky = k / 3 - 1;
          int kx = k % 3 - 1;
          ptrdiff_t shift = ky * (ptrdiff_t) width + kx;
          ptrdiff_t first = (ptrdiff_t) begin + shift;
          ptrdiff_t last = (ptrdiff_t) end + shift - (ptrdiff_t) (height * width);
          size_t skip = first < 0 ? (size_t) -first : 0;
          size_t miss = last > 0 ? (size_t) last : 0;

          /* What lies before the first or after the last pixel is beyond a border as well, and is
           * set to zero below. */
          if (skip + miss < n)
            memcpy (columns + skip, plane + first + (ptrdiff_t) skip,
                    (n - skip - miss) * sizeof (float));

          if (ky < 0 && begin == 0)
            memset (columns, 0, width * sizeof (float));
          if (ky > 0 && end == height * width)
            memset (columns + n - width, 0, width * sizeof (float));

          if (kx != 0)
            {
              for (size_t i = kx < 0 ? 0 : width - 1; i < n; i += width)
                columns[i] = 0.0f;
            }

          columns += n;
        }
    }
}

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
  .im2col_picture = im2col_picture,
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
