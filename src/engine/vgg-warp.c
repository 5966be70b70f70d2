/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-warp.h"

#include <string.h>

#include "engine/kernels/vgg-kernels.h"

/* The picture as one word a pixel, red lowest; tells whether it is grey. */
static gboolean
pack (const guint8 *pixels,
      gsize width,
      gsize height,
      gsize row_stride,
      guint n_channels,
      guint32 *words)
{
  guint32 colour = 0;

  for (gsize y = 0; y < height; y++)
    {
      const guint8 *row = pixels + y * row_stride;

      if (n_channels == 1)
        for (gsize x = 0; x < width; x++)
          words[x] = row[x];
      else
        for (gsize x = 0; x < width; x++)
          {
            const guint8 *p = row + x * n_channels;

            words[x] = p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16;
            colour |= (p[0] ^ p[1]) | (p[0] ^ p[2]);
          }
      words += width;
    }

  return colour == 0;
}

/**
 * vgg_warp_bilinear:
 * @pixels: (height, width, n_channels) bytes, interleaved
 * @width: the source's, at least 1
 * @height: the source's, at least 1
 * @row_stride: bytes from one source row to the next, at least @width times @n_channels
 * @n_channels: 1 (grey), 3 (RGB) or 4 (RGB and an alpha that is not looked at)
 * @affine: where each output pixel samples the source; a coordinate that is NaN counts as 0
 * @tone: (nullable): what becomes of the samples; %NULL leaves them as they are, 0 to 255
 * @output: (out caller-allocates): (3, output_height, output_width) floats, planes R, G, B
 * @output_width: at least 1
 * @output_height: at least 1
 *
 * Resizes, turns and shifts a picture in one pass, with bilinear interpolation. Beyond its edges
 * the picture goes on with the pixels of the edge. A grey picture fills all three planes. Runs on
 * the calling thread, and takes 4 bytes a source pixel while it does.
 */
void
vgg_warp_bilinear (const guint8 *pixels,
                   guint width,
                   guint height,
                   gsize row_stride,
                   guint n_channels,
                   const VggAffine *affine,
                   const VggTone *tone,
                   float *output,
                   guint output_width,
                   guint output_height)
{
  static const VggTone unchanged = { 1.0f, { 1.0f, 1.0f, 1.0f }, { 0.0f, 0.0f, 0.0f } };
  g_autofree guint32 *words = NULL;
  VggWarp warp = {
    .width = width,
    .height = height,
    .affine = { affine->xx, affine->xy, affine->x0, affine->yx, affine->yy, affine->y0 },
  };

  g_return_if_fail (width > 0 && height > 0 && output_width > 0 && output_height > 0);
  g_return_if_fail (width <= (guint) G_MAXINT32 / height);
  g_return_if_fail (n_channels == 1 || n_channels == 3 || n_channels == 4);
  g_return_if_fail (row_stride >= (gsize) width * n_channels);

  if (tone == NULL)
    tone = &unchanged;

  words = g_new (guint32, (gsize) width * height);
  warp.grey = pack (pixels, width, height, row_stride, n_channels, words);
  warp.pixels = words;
  warp.factor = tone->factor;
  memcpy (warp.scale, tone->scale, sizeof warp.scale);
  memcpy (warp.shift, tone->shift, sizeof warp.shift);
  vgg_kernels_get ()->warp (&warp, output, output_width, output_height);
}
