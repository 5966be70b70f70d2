/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernels on maps in channel blocks: a pixel is VGG_BLOCK channels side by side. Every lane of a
 * vector is a channel, hence no sum runs across lanes. Comparisons are written so that NaN
 * survives. */

#include <string.h>

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"
#include "engine/kernels/vgg-vector.h"

#define TAPS 9

/* Pixels whose sums are floats; they are added as doubles, so that long sums lose nothing. */
#define CHUNK 64

typedef struct
{
  Vector v[VECTORS];
} Pixel;

static ALWAYS_INLINE Pixel
load (const float *values)
{
  Pixel pixel;

  UNROLL
  for (size_t i = 0; i < VECTORS; i++)
    pixel.v[i] = vector_load (values + i * VECTOR_LANES);

  return pixel;
}

static ALWAYS_INLINE void
store (float *values, Pixel pixel)
{
  UNROLL
  for (size_t i = 0; i < VECTORS; i++)
    vector_store (values + i * VECTOR_LANES, pixel.v[i]);
}

/* Past the caches. */
static ALWAYS_INLINE void
stream_out (float *values, Pixel pixel)
{
  UNROLL
  for (size_t i = 0; i < VECTORS; i++)
    vector_stream (values + i * VECTOR_LANES, pixel.v[i]);
}

/* A gradient before a ReLU from the one after it. */
static ALWAYS_INLINE Vector
mask (Vector output, Vector gradient)
{
  VectorMask cut = output <= 0.0f;

  return (Vector) ((VectorMask) gradient & ~cut);
}

static ALWAYS_INLINE Vector
choose (VectorMask which, Vector yes, Vector no)
{
  return (Vector) (((VectorMask) yes & which) | ((VectorMask) no & ~which));
}

static ALWAYS_INLINE void
add_to_doubles (Pixel sums, double totals[VGG_BLOCK])
{
  float lanes[VGG_BLOCK];

  store (lanes, sums);
  for (size_t l = 0; l < VGG_BLOCK; l++)
    totals[l] += (double) lanes[l];
}

static inline size_t
chunk_end (size_t begin, size_t n)
{
  return n - begin < CHUNK ? n : begin + CHUNK;
}

/* Writes rows of the matrix that turns a 3x3 convolution with padding 1 into a product: a row a
 * pixel, and in it VGG_BLOCK numbers for each of the items first … last - 1, item block * 9 + tap
 * being the pixel of that block shifted by (tap / 3 - 1, tap % 3 - 1), zero outside its picture.
 * Pixels begin … end - 1 are counted through all pictures; both are multiples of the width. */
void
VGG_KERNEL (im2col) (const float *maps,
                     size_t block_stride,
                     size_t first,
                     size_t last,
                     size_t height,
                     size_t width,
                     size_t begin,
                     size_t end,
                     float *columns)
{
  for (size_t pixel = begin; pixel < end; pixel++)
    {
      size_t x = pixel % width;
      size_t y = pixel / width % height;
      unsigned inside = 0;

      for (unsigned tap = 0; tap < TAPS; tap++)
        {
          size_t row = y + tap / 3;
          size_t column = x + tap % 3;

          if (row > 0 && row <= height && column > 0 && column <= width)
            inside |= 1u << tap;
        }

      for (size_t item = first; item < last; item++)
        {
          size_t tap = item % TAPS;
          const float *centre = maps + item / TAPS * block_stride + pixel * VGG_BLOCK;
          ptrdiff_t shift = ((ptrdiff_t) (tap / 3) - 1) * (ptrdiff_t) width +
                            (ptrdiff_t) (tap % 3) - 1;

          if (inside & 1u << tap)
            memcpy (columns, centre + shift * VGG_BLOCK, VGG_BLOCK * sizeof (float));
          else
            memset (columns, 0, VGG_BLOCK * sizeof (float));
          columns += VGG_BLOCK;
        }
    }
}

/* y = scale * x + shift, then max (y, 0) if wanted; x and y may be the same. `stream`: y will not
 * be found in the caches anyway; it is then aligned to 64 bytes. */
void
VGG_KERNEL (scale_shift) (const float *x,
                          size_t x_stride,
                          size_t n,
                          const float scale[VGG_BLOCK],
                          const float shift[VGG_BLOCK],
                          int relu,
                          int stream,
                          float *y)
{
  Pixel scales = load (scale);
  Pixel shifts = load (shift);

  for (size_t i = 0; i < n; i++)
    {
      Pixel pixel = load (x + i * x_stride);

      UNROLL
      for (size_t k = 0; k < VECTORS; k++)
        {
          pixel.v[k] = scales.v[k] * pixel.v[k] + shifts.v[k];
          if (relu)
            pixel.v[k] = vector_relu (pixel.v[k]);
        }

      if (stream)
        stream_out (y + i * VGG_BLOCK, pixel);
      else
        store (y + i * VGG_BLOCK, pixel);
    }

  if (stream)
    vector_stream_end ();
}

/* The gradient before a ReLU, in place, from the one after it, where there was one: output is not
 * NULL. Its sums are added to sums. */
void
VGG_KERNEL (mask_sums) (const float *output, float *gradient, size_t n, double sums[VGG_BLOCK])
{
  for (size_t begin = 0; begin < n; begin += CHUNK)
    {
      size_t end = chunk_end (begin, n);
      Pixel chunk = { 0 };

      for (size_t i = begin; i < end; i++)
        {
          Pixel pixel = load (gradient + i * VGG_BLOCK);

          if (output != NULL)
            {
              Pixel after = load (output + i * VGG_BLOCK);

              UNROLL
              for (size_t k = 0; k < VECTORS; k++)
                pixel.v[k] = mask (after.v[k], pixel.v[k]);
              store (gradient + i * VGG_BLOCK, pixel);
            }

          UNROLL
          for (size_t k = 0; k < VECTORS; k++)
            chunk.v[k] += pixel.v[k];
        }

      add_to_doubles (chunk, sums);
    }
}

/* Adds the sums of x and of x² to two sums. Squares are taken around each chunk's mean while it is
 * in the nearest cache, and moved to 0 in double precision: sum ((x - m)²) + (sum (x))² / n, which
 * loses nothing when the mean is far from 0 (Chan, Golub and LeVeque, "Algorithms for computing the
 * sample variance", 1983). */
void
VGG_KERNEL (moments) (const float *x, size_t n, double sums[VGG_BLOCK], double squares[VGG_BLOCK])
{
  for (size_t begin = 0; begin < n; begin += CHUNK)
    {
      size_t end = chunk_end (begin, n);
      float share = 1.0f / (float) (end - begin);
      Pixel chunk = { 0 };
      Pixel around = { 0 };
      Pixel mean;
      float lanes[VGG_BLOCK];

      for (size_t i = begin; i < end; i++)
        {
          Pixel pixel = load (x + i * VGG_BLOCK);

          UNROLL
          for (size_t k = 0; k < VECTORS; k++)
            chunk.v[k] += pixel.v[k];
        }

      UNROLL
      for (size_t k = 0; k < VECTORS; k++)
        mean.v[k] = chunk.v[k] * share;

      for (size_t i = begin; i < end; i++)
        {
          Pixel pixel = load (x + i * VGG_BLOCK);

          UNROLL
          for (size_t k = 0; k < VECTORS; k++)
            {
              Vector d = pixel.v[k] - mean.v[k];

              around.v[k] += d * d;
            }
        }

      add_to_doubles (around, squares);
      add_to_doubles (chunk, sums);
      store (lanes, chunk);
      for (size_t l = 0; l < VGG_BLOCK; l++)
        squares[l] += (double) lanes[l] * (double) lanes[l] / (double) (end - begin);
    }
}

/* The two sums that the gradient of a batch normalisation followed by ReLU needs are added to sums
 * and products: of the gradient g before the ReLU, and of g (x - mean). The ReLU's input is
 * computed anew, as VGG_KERNEL (scale_shift) does: cheaper than reading the output. */
void
VGG_KERNEL (norm_sums) (const VggNormLanes *lanes,
                        const float *x,
                        const float *gradient,
                        size_t n,
                        double sums[VGG_BLOCK],
                        double products[VGG_BLOCK])
{
  Pixel mean = load (lanes->mean);
  Pixel scale = load (lanes->scale);
  Pixel shift = load (lanes->shift);

  for (size_t begin = 0; begin < n; begin += CHUNK)
    {
      size_t end = chunk_end (begin, n);
      Pixel sum = { 0 };
      Pixel product = { 0 };

      for (size_t i = begin; i < end; i++)
        {
          Pixel pixel = load (x + i * VGG_BLOCK);
          Pixel g = load (gradient + i * VGG_BLOCK);

          UNROLL
          for (size_t k = 0; k < VECTORS; k++)
            {
              Vector before = mask (scale.v[k] * pixel.v[k] + shift.v[k], g.v[k]);

              sum.v[k] += before;
              product.v[k] += before * (pixel.v[k] - mean.v[k]);
            }
        }

      add_to_doubles (sum, sums);
      add_to_doubles (product, products);
    }
}

/* gradient = gradient_scale * g + x_scale * (x - mean) + offset, g as in norm_sums. */
void
VGG_KERNEL (norm_gradient) (const VggNormLanes *lanes, const float *x, size_t n, float *gradient)
{
  Pixel mean = load (lanes->mean);
  Pixel scale = load (lanes->scale);
  Pixel shift = load (lanes->shift);
  Pixel gradient_scale = load (lanes->gradient_scale);
  Pixel x_scale = load (lanes->x_scale);
  Pixel offset = load (lanes->offset);

  for (size_t i = 0; i < n; i++)
    {
      Pixel pixel = load (x + i * VGG_BLOCK);
      Pixel g = load (gradient + i * VGG_BLOCK);

      UNROLL
      for (size_t k = 0; k < VECTORS; k++)
        {
          Vector before = mask (scale.v[k] * pixel.v[k] + shift.v[k], g.v[k]);

          g.v[k] = gradient_scale.v[k] * before + x_scale.v[k] * (pixel.v[k] - mean.v[k]) +
                   offset.v[k];
        }

      store (gradient + i * VGG_BLOCK, g);
    }
}

/* Maximum of every 2x2 pixels, stride 2, for rows of the output; an odd last column is left out.
 * The choice, where wanted, is 0 to 3 in reading order: the first of equal ones, and NaN before any
 * number, as in PyTorch. */
void
VGG_KERNEL (
  max_pool) (const float *input, size_t n_rows, size_t width, float *output, uint8_t *choice)
{
  size_t out_width = width / 2;

  for (size_t y = 0; y < n_rows; y++)
    {
      const float *upper = input + 2 * y * width * VGG_BLOCK;
      const float *lower = upper + width * VGG_BLOCK;

      for (size_t x = 0; x < out_width; x++)
        {
          const float *const others[3] = {
            upper + (2 * x + 1) * VGG_BLOCK,
            lower + 2 * x * VGG_BLOCK,
            lower + (2 * x + 1) * VGG_BLOCK,
          };
          Pixel best = load (upper + 2 * x * VGG_BLOCK);
          VectorMask which[VECTORS] = { 0 };

          UNROLL
          for (int32_t i = 0; i < 3; i++)
            {
              Pixel pixel = load (others[i]);

              UNROLL
              for (size_t k = 0; k < VECTORS; k++)
                {
                  VectorMask better = (pixel.v[k] > best.v[k]) | (pixel.v[k] != pixel.v[k]);

                  best.v[k] = choose (better, pixel.v[k], best.v[k]);
                  which[k] = ((i + 1) & better) | (which[k] & ~better);
                }
            }

          store (output, best);
          output += VGG_BLOCK;

          if (choice != NULL)
            {
              int32_t lanes[VGG_BLOCK];

              memcpy (lanes, which, sizeof lanes);
              for (size_t l = 0; l < VGG_BLOCK; l++)
                choice[l] = (uint8_t) lanes[l];
              choice += VGG_BLOCK;
            }
        }
    }
}

/* Sends each gradient to the pixel that was chosen; all others of these rows become 0, those of an
 * odd last column too. */
void
VGG_KERNEL (max_pool_gradient) (const float *gradient,
                                const uint8_t *choice,
                                size_t n_rows,
                                size_t width,
                                float *input_gradient)
{
  size_t out_width = width / 2;

  for (size_t y = 0; y < n_rows; y++)
    {
      float *upper = input_gradient + 2 * y * width * VGG_BLOCK;
      float *lower = upper + width * VGG_BLOCK;

      for (size_t x = 0; x < out_width; x++)
        {
          float *const pixels[4] = {
            upper + 2 * x * VGG_BLOCK,
            upper + (2 * x + 1) * VGG_BLOCK,
            lower + 2 * x * VGG_BLOCK,
            lower + (2 * x + 1) * VGG_BLOCK,
          };
          Pixel g = load (gradient);
          int32_t lanes[VGG_BLOCK];
          VectorMask which[VECTORS];

          for (size_t l = 0; l < VGG_BLOCK; l++)
            lanes[l] = choice[l];
          memcpy (which, lanes, sizeof which);

          UNROLL
          for (int32_t i = 0; i < 4; i++)
            {
              Pixel pixel;

              UNROLL
              for (size_t k = 0; k < VECTORS; k++)
                pixel.v[k] = (Vector) ((VectorMask) g.v[k] & (which[k] == i));
              store (pixels[i], pixel);
            }

          gradient += VGG_BLOCK;
          choice += VGG_BLOCK;
        }

      if (width % 2 != 0)
        {
          memset (upper + (width - 1) * VGG_BLOCK, 0, VGG_BLOCK * sizeof (float));
          memset (lower + (width - 1) * VGG_BLOCK, 0, VGG_BLOCK * sizeof (float));
        }
    }
}
