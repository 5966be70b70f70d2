/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "engine/kernels/vgg-conv-kernels.h"

/* A picture, where it is sampled, and what becomes of its values. Pixels are words with red in the
 * lowest byte, then green and blue; at most INT32_MAX of them. */
typedef struct
{
  const uint32_t *pixels; /* (height, width) */
  size_t width;
  size_t height;
  int grey;        /* whether the three channels are equal everywhere */
  float affine[6]; /* xx, xy, x0, yx, yy, y0 of VggAffine */
  float factor;    /* 0 or more; a value v, 0 to 255, becomes */
  float scale[3];  /* min (factor v, 255) scale + shift, a channel */
  float shift[3];
} VggWarp;

/* Channels of maps in blocks lie side by side, this many: one vector of AVX-512, two of AVX2. */
#define VGG_BLOCK 16

/* What a batch normalisation knows of the channels of a block. */
typedef struct
{
  float mean[VGG_BLOCK];
  float scale[VGG_BLOCK]; /* output = max (scale x + shift, 0) */
  float shift[VGG_BLOCK];
  float gradient_scale[VGG_BLOCK]; /* of the gradient; see norm_gradient */
  float x_scale[VGG_BLOCK];
  float offset[VGG_BLOCK];
} VggNormLanes;

/* What OpenBLAS has not, as one table of functions an instruction set. Maps are in channel blocks:
 * pixels of VGG_BLOCK channels, row after row, picture after picture, and a count of pixels where
 * it says n. No function allocates or keeps anything. */
typedef struct
{
  const char *name; /* "plain", "avx2", "avx512" */
  const VggConvKernels *conv;

  void (*relu_mask) (const float *output, size_t n, float *gradient);
  void (*add_scaled) (const float *x, size_t n, float scale, float *y);

  void (*im2col) (const float *maps,
                  size_t block_stride,
                  size_t first,
                  size_t last,
                  size_t height,
                  size_t width,
                  size_t begin,
                  size_t end,
                  float *columns);
  void (*scale_shift) (const float *x,
                       size_t x_stride,
                       size_t n,
                       const float scale[VGG_BLOCK],
                       const float shift[VGG_BLOCK],
                       int relu,
                       int stream,
                       float *y);
  void (*mask_sums) (const float *output, float *gradient, size_t n, double sums[VGG_BLOCK]);

  void (*moments) (const float *x, size_t n, double sums[VGG_BLOCK], double squares[VGG_BLOCK]);
  void (*norm_sums) (const VggNormLanes *lanes,
                     const float *x,
                     const float *gradient,
                     size_t n,
                     double sums[VGG_BLOCK],
                     double products[VGG_BLOCK]);
  void (*norm_gradient) (const VggNormLanes *lanes, const float *x, size_t n, float *gradient);

  void (*max_pool) (const float *input,
                    size_t n_rows,
                    size_t width,
                    float *output,
                    uint8_t *choice);
  void (*max_pool_gradient) (const float *gradient,
                             const uint8_t *choice,
                             size_t n_rows,
                             size_t width,
                             float *input_gradient);

  void (*warp) (const VggWarp *warp, float *output, size_t output_width, size_t output_height);

  void (*float_to_half) (const float *floats, size_t n, uint16_t *halves);
  void (*half_to_float) (const uint16_t *halves, size_t n, float *floats);
} VggKernels;

const VggKernels *vgg_kernels_get (void);
size_t vgg_kernels_list (const VggKernels **tables, size_t n_tables);
