/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-warp.h"

#include "engine/kernels/vgg-kernels.h"

/**
 * vgg_warp_bilinear:
 * @pixels: (height, width, n_channels) bytes, interleaved
 * @width: the source's, at least 1
 * @height: the source's, at least 1
 * @row_stride: bytes from one source row to the next, at least @width times @n_channels
 * @n_channels: 1 (grey), 3 (RGB) or 4 (RGB and an alpha that is not looked at)
 * @affine: where each output pixel samples the source; a coordinate that is NaN counts as 0
 * @output: (out caller-allocates): (3, output_height, output_width) floats, planes R, G, B
 * @output_width: at least 1
 * @output_height: at least 1
 *
 * Resizes, turns and shifts a picture in one pass, with bilinear interpolation. Beyond its edges
 * the picture goes on with the pixels of the edge. Values are 0 to 255; a grey picture fills all
 * three planes. Runs on the calling thread.
 */
void
vgg_warp_bilinear (const guint8 *pixels,
                   guint width,
                   guint height,
                   gsize row_stride,
                   guint n_channels,
                   const VggAffine *affine,
                   float *output,
                   guint output_width,
                   guint output_height)
{
  const float map[6] = {
    affine->xx, affine->xy, affine->x0, affine->yx, affine->yy, affine->y0,
  };

  g_return_if_fail (width > 0 && height > 0 && output_width > 0 && output_height > 0);
  g_return_if_fail (n_channels == 1 || n_channels == 3 || n_channels == 4);
  g_return_if_fail (row_stride >= (gsize) width * n_channels);

  vgg_kernels_get ()->warp (pixels, width, height, row_stride, n_channels, map, output,
                            output_width, output_height);
}
