/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bilinear warps in plain C. Compiled once for every instruction set: a pixel of all channels is
 * one 32-bit word, so that the compiler can fetch many pixels at once where there are gathers. */

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

/* v limited to 0 … limit; NaN becomes 0, so that it can be an index. */
static inline float
limit_coordinate (float v, float limit)
{
  v = v > 0.0f ? v : 0.0f;

  return v < limit ? v : limit;
}

/* The channel that begins at a bit of each of the four pixels around a place. */
static inline float
interpolate (uint32_t p00, uint32_t p01, uint32_t p10, uint32_t p11, int bit, float fx, float fy)
{
  float v00 = (float) (int32_t) (p00 >> bit & 0xff);
  float v01 = (float) (int32_t) (p01 >> bit & 0xff);
  float v10 = (float) (int32_t) (p10 >> bit & 0xff);
  float v11 = (float) (int32_t) (p11 >> bit & 0xff);
  float upper = v00 + fx * (v01 - v00);
  float lower = v10 + fx * (v11 - v10);

  return upper + fy * (lower - upper);
}

/* A pixel's value, 0 to 255, as the network wants it. */
static inline float
adjust (float v, float factor, float scale, float shift)
{
  v *= factor;

  return (v < 255.0f ? v : 255.0f) * scale + shift;
}

/* grey is constant where this is inlined, hence one loop for each case. */
static inline void
warp_row (const VggWarp *warp,
          int grey,
          size_t row,
          float *restrict red,
          float *restrict green,
          float *restrict blue,
          size_t n)
{
  const VggWarp w = *warp;
  const uint32_t *pixels = w.pixels;
  int32_t width = (int32_t) w.width;
  int32_t height = (int32_t) w.height;
  float x_limit = (float) (width - 1);
  float y_limit = (float) (height - 1);
  float y = (float) row + 0.5f;
  float x_row = w.affine[1] * y + w.affine[2] - 0.5f;
  float y_row = w.affine[4] * y + w.affine[5] - 0.5f;

  for (size_t i = 0; i < n; i++)
    {
      float x = (float) (int32_t) i + 0.5f;
      float sx = limit_coordinate (w.affine[0] * x + x_row, x_limit);
      float sy = limit_coordinate (w.affine[3] * x + y_row, y_limit);
      int32_t left = (int32_t) sx;
      int32_t top = (int32_t) sy;
      int32_t right = left + 1 < width ? left + 1 : left;
      int32_t upper = top * width;
      int32_t lower = top + 1 < height ? upper + width : upper;
      float fx = sx - (float) left;
      float fy = sy - (float) top;
      uint32_t p00 = pixels[upper + left];
      uint32_t p01 = pixels[upper + right];
      uint32_t p10 = pixels[lower + left];
      uint32_t p11 = pixels[lower + right];
      float r = interpolate (p00, p01, p10, p11, 0, fx, fy);
      float g = grey ? r : interpolate (p00, p01, p10, p11, 8, fx, fy);
      float b = grey ? r : interpolate (p00, p01, p10, p11, 16, fx, fy);

      red[i] = adjust (r, w.factor, w.scale[0], w.shift[0]);
      green[i] = adjust (g, w.factor, w.scale[1], w.shift[1]);
      blue[i] = adjust (b, w.factor, w.scale[2], w.shift[2]);
    }
}

/* Bilinear samples along an affine map, as VggAffine describes it. Pixels beyond an edge equal the
 * edge's, which is what a limited coordinate gives. */
void
VGG_KERNEL (warp) (const VggWarp *warp, float *output, size_t output_width, size_t output_height)
{
  size_t plane = output_width * output_height;

  for (size_t row = 0; row < output_height; row++)
    {
      float *red = output + row * output_width;
      float *green = red + plane;
      float *blue = green + plane;

      if (warp->grey)
        warp_row (warp, 1, row, red, green, blue, output_width);
      else
        warp_row (warp, 0, row, red, green, blue, output_width);
    }
}
