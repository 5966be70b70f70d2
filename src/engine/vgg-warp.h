/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Output pixel centre (x, y) samples the source at
 * (xx * x + xy * y + x0, yx * x + yy * y + y0), in source pixels, pixel centres at + 0.5. */
typedef struct
{
  float xx, xy, x0;
  float yx, yy, y0;
} VggAffine;

/* What becomes of a sample v, 0 to 255: min (factor v, 255) scale[channel] + shift[channel]. */
typedef struct
{
  float factor; /* 0 or more */
  float scale[3];
  float shift[3];
} VggTone;

void vgg_warp_bilinear (const guint8 *pixels,
                        guint width,
                        guint height,
                        gsize row_stride,
                        guint n_channels,
                        const VggAffine *affine,
                        const VggTone *tone,
                        float *output,
                        guint output_width,
                        guint output_height);

G_END_DECLS
