/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernels in plain C. Compiled once for every instruction set, with the compiler's flags for it
 * and VGG_KERNELS_TABLE and VGG_KERNELS_NAME defined: loops are written so that it vectorises them.
 * Comparisons are written so that NaN survives. */

#include <math.h>
#include <string.h>

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

/* Sums run in this many lanes, so that the compiler need not reorder additions, and in blocks whose
 * sums are added as doubles, so that long sums lose nothing. */
#define LANES 16
#define BLOCK 1024

/* Writes the matrix that turns a 3x3 convolution with padding 1 into a product: row (c, ky, kx) of
 * the result holds the input of channel c shifted by (ky - 1, kx - 1), zero outside the picture,
 * for the pixels begin … end - 1 of all pictures taken together; both are multiples of the width.
 * columns: (n_channels * 9, end - begin). A channel's pictures follow each other, hence a shift is
 * one copy, after which the pixels that came from across a border are set to zero. */
static void
im2col (const float *input,
        size_t channel_stride,
        size_t n_channels,
        size_t n_pictures,
        size_t height,
        size_t width,
        size_t begin,
        size_t end,
        float *columns)
{
  size_t n = end - begin;
  ptrdiff_t total = (ptrdiff_t) (n_pictures * height * width);

  for (size_t c = 0; c < n_channels; c++)
    {
      const float *plane = input + c * channel_stride;

      for (int k = 0; k < 9; k++)
        {
          int ky = k / 3 - 1;
          int kx = k % 3 - 1;
          ptrdiff_t shift = ky * (ptrdiff_t) width + kx;
          ptrdiff_t first = (ptrdiff_t) begin + shift;
          ptrdiff_t last = (ptrdiff_t) end + shift;
          size_t skip = first < 0 ? (size_t) -first : 0;
          size_t miss = last > total ? (size_t) (last - total) : 0;

          /* What lies before the first or after the last picture is beyond a border as well, and is
           * set to zero below. */
          if (skip + miss < n)
            memcpy (columns + skip, plane + first + (ptrdiff_t) skip,
                    (n - skip - miss) * sizeof (float));

          if (ky != 0)
            {
              size_t border = ky < 0 ? 0 : height - 1;
              size_t row = begin / width % height;
              size_t until = border >= row ? border - row : border + height - row;

              for (size_t i = until * width; i < n; i += height * width)
                memset (columns + i, 0, width * sizeof (float));
            }

          if (kx != 0)
            {
              for (size_t i = kx < 0 ? 0 : width - 1; i < n; i += width)
                columns[i] = 0.0f;
            }

          columns += n;
        }
    }
}

/* values += bias, then max (values, 0) if wanted. */
static void
bias_relu (float *values, size_t n, float bias, int relu)
{
  if (relu)
    {
      for (size_t i = 0; i < n; i++)
        {
          float v = values[i] + bias;

          values[i] = v < 0.0f ? 0.0f : v;
        }
    }
  else
    {
      for (size_t i = 0; i < n; i++)
        values[i] += bias;
    }
}

/* A gradient before a ReLU from the one after it. */
static inline float
mask (float output, float gradient)
{
  return output <= 0.0f ? 0.0f : gradient;
}

/* The gradient before a ReLU, in place, from the one after it. */
static void
relu_mask (const float *output, size_t n, float *gradient)
{
  for (size_t i = 0; i < n; i++)
    gradient[i] = mask (output[i], gradient[i]);
}

/* y += scale * x */
static void
add_scaled (const float *x, size_t n, float scale, float *y)
{
  for (size_t i = 0; i < n; i++)
    y[i] += scale * x[i];
}

static double
add_lanes (const float lanes[LANES])
{
  double sum = 0.0;

  for (size_t l = 0; l < LANES; l++)
    sum += (double) lanes[l];

  return sum;
}

static double
sum (const float *x, size_t n)
{
  double total = 0.0;

  for (size_t start = 0; start < n; start += BLOCK)
    {
      size_t length = n - start < BLOCK ? n - start : BLOCK;
      size_t whole = length - length % LANES;
      float lanes[LANES] = { 0 };

      for (size_t i = 0; i < whole; i += LANES)
        for (size_t l = 0; l < LANES; l++)
          lanes[l] += x[start + i + l];

      for (size_t i = whole; i < length; i++)
        lanes[i - whole] += x[start + i];

      total += add_lanes (lanes);
    }

  return total;
}

/* Sum of (x - mean)². */
static double
sum_squares (const float *x, size_t n, float mean)
{
  double total = 0.0;

  for (size_t start = 0; start < n; start += BLOCK)
    {
      size_t length = n - start < BLOCK ? n - start : BLOCK;
      size_t whole = length - length % LANES;
      float lanes[LANES] = { 0 };

      for (size_t i = 0; i < whole; i += LANES)
        for (size_t l = 0; l < LANES; l++)
          {
            float d = x[start + i + l] - mean;

            lanes[l] += d * d;
          }

      for (size_t i = whole; i < length; i++)
        {
          float d = x[start + i] - mean;

          lanes[i - whole] += d * d;
        }

      total += add_lanes (lanes);
    }

  return total;
}

/* y = scale * x + shift, then max (y, 0) if wanted; x and y may be the same. */
static void
scale_shift (const float *x, size_t n, float scale, float shift, int relu, float *y)
{
  if (relu)
    {
      for (size_t i = 0; i < n; i++)
        {
          float v = scale * x[i] + shift;

          y[i] = v < 0.0f ? 0.0f : v;
        }
    }
  else
    {
      for (size_t i = 0; i < n; i++)
        y[i] = scale * x[i] + shift;
    }
}

/* The two sums that the gradient of a batch normalisation followed by ReLU needs: of the gradient
 * g before the ReLU, and of g (x - mean). */
static void
norm_sums (const float *x,
           const float *y,
           const float *gradient,
           size_t n,
           float mean,
           double *sum_out,
           double *product_out)
{
  double total = 0.0;
  double total_product = 0.0;

  for (size_t start = 0; start < n; start += BLOCK)
    {
      size_t length = n - start < BLOCK ? n - start : BLOCK;
      size_t whole = length - length % LANES;
      float lanes[LANES] = { 0 };
      float products[LANES] = { 0 };

      for (size_t i = start; i < start + whole; i += LANES)
        for (size_t l = 0; l < LANES; l++)
          {
            float g = mask (y[i + l], gradient[i + l]);

            lanes[l] += g;
            products[l] += g * (x[i + l] - mean);
          }

      for (size_t i = start + whole; i < start + length; i++)
        {
          float g = mask (y[i], gradient[i]);

          lanes[i - start - whole] += g;
          products[i - start - whole] += g * (x[i] - mean);
        }

      total += add_lanes (lanes);
      total_product += add_lanes (products);
    }

  *sum_out = total;
  *product_out = total_product;
}

/* gradient = gradient_scale * g + x_scale * (x - mean) + shift, g as in norm_sums(). */
static void
norm_gradient (const float *x,
               const float *y,
               size_t n,
               float mean,
               float gradient_scale,
               float x_scale,
               float shift,
               float *gradient)
{
  for (size_t i = 0; i < n; i++)
    {
      float g = mask (y[i], gradient[i]);

      gradient[i] = gradient_scale * g + x_scale * (x[i] - mean) + shift;
    }
}

/* Maximum of every 2x2 pixels, stride 2; an odd last row or column is left out. The choice, where
 * wanted, is 0 to 3 in reading order: the first of equal ones, and NaN before any number, as in
 * PyTorch. */
static void
max_pool (const float *input,
          size_t n_maps,
          size_t height,
          size_t width,
          float *output,
          uint8_t *choice)
{
  size_t out_height = height / 2;
  size_t out_width = width / 2;

  for (size_t map = 0; map < n_maps; map++)
    {
      for (size_t y = 0; y < out_height; y++)
        {
          const float *upper = input + (map * height + 2 * y) * width;
          const float *lower = upper + width;

          if (choice == NULL)
            {
              for (size_t x = 0; x < out_width; x++)
                {
                  float best = upper[2 * x];
                  float b = upper[2 * x + 1];
                  float c = lower[2 * x];
                  float d = lower[2 * x + 1];

                  best = (b > best) | (b != b) ? b : best;
                  best = (c > best) | (c != c) ? c : best;
                  best = (d > best) | (d != d) ? d : best;
                  output[x] = best;
                }
            }
          else
            {
              for (size_t x = 0; x < out_width; x++)
                {
                  float best = upper[2 * x];
                  float b = upper[2 * x + 1];
                  float c = lower[2 * x];
                  float d = lower[2 * x + 1];
                  int32_t which = 0;

                  which = (b > best) | (b != b) ? 1 : which;
                  best = (b > best) | (b != b) ? b : best;
                  which = (c > best) | (c != c) ? 2 : which;
                  best = (c > best) | (c != c) ? c : best;
                  which = (d > best) | (d != d) ? 3 : which;
                  best = (d > best) | (d != d) ? d : best;
                  output[x] = best;
                  choice[x] = (uint8_t) which;
                }

              choice += out_width;
            }

          output += out_width;
        }
    }
}

/* Sends each gradient to the pixel that was chosen; all others become 0. */
static void
max_pool_gradient (const float *gradient,
                   const uint8_t *choice,
                   size_t n_maps,
                   size_t height,
                   size_t width,
                   float *input_gradient)
{
  size_t out_height = height / 2;
  size_t out_width = width / 2;

  for (size_t map = 0; map < n_maps; map++)
    {
      float *plane = input_gradient + map * height * width;

      for (size_t y = 0; y < out_height; y++)
        {
          float *upper = plane + 2 * y * width;
          float *lower = upper + width;

          for (size_t x = 0; x < out_width; x++)
            {
              float g = gradient[x];
              uint8_t which = choice[x];

              upper[2 * x] = which == 0 ? g : 0.0f;
              upper[2 * x + 1] = which == 1 ? g : 0.0f;
              lower[2 * x] = which == 2 ? g : 0.0f;
              lower[2 * x + 1] = which == 3 ? g : 0.0f;
            }

          if (width % 2 != 0)
            {
              upper[width - 1] = 0.0f;
              lower[width - 1] = 0.0f;
            }

          gradient += out_width;
          choice += out_width;
        }

      if (height % 2 != 0)
        memset (plane + (height - 1) * width, 0, width * sizeof (float));
    }
}

const VggKernels VGG_KERNELS_TABLE = {
  .name = VGG_KERNELS_NAME,
  .conv = &VGG_KERNEL (conv_kernels),
  .im2col = im2col,
  .bias_relu = bias_relu,
  .relu_mask = relu_mask,
  .add_scaled = add_scaled,
  .sum = sum,
  .sum_squares = sum_squares,
  .scale_shift = scale_shift,
  .norm_sums = norm_sums,
  .norm_gradient = norm_gradient,
  .max_pool = max_pool,
  .max_pool_gradient = max_pool_gradient,
  .float_to_half = VGG_KERNEL (float_to_half),
  .half_to_float = VGG_KERNEL (half_to_float),
  .warp = VGG_KERNEL (warp),
};
