/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The inner loops of 3x3 convolutions over channel blocks: Winograd's transforms, the products
 * between them, and the first layer's direct convolution. As in vgg-kernels.h there is one table an
 * instruction set, and no function allocates or keeps anything. */

#define VGG_WINOGRAD_MAX_POINTS 8

/* Where the pixels of tiles lie within a channel block: pixel (i, j) of the window of tile (y, x),
 * a tile's input, is at rows[y * n_points + i] + columns[x * n_points + j], counted in pixels from
 * the block's first one. A sum of n_pixels or more stands for a zero outside the pictures. The
 * tile's output is its window without the outermost pixels. */
typedef struct
{
  size_t n_tile_columns;
  size_t n_pixels;
  size_t row_pitch;            /* pixels from a row to the next within a picture */
  const uint32_t *rows;        /* (tile rows, n_points) */
  const uint32_t *columns;     /* (tile columns, n_points) */
  const uint8_t *row_whole;    /* (tile rows): all rows of the window are in one picture */
  const uint8_t *column_whole; /* (tile columns): likewise */
} VggTiles;

typedef void (*VggRestoreFunc) (const float *matrices,
                                size_t stride,
                                const VggTiles *tiles,
                                size_t begin,
                                size_t end,
                                const float *bias,
                                int relu,
                                int stream,
                                float *block);

/* Minimal filtering F(m x m, 3x3) with n_points = m + 2 points (Winograd 1980; Lavin and Gray,
 * "Fast algorithms for convolutional neural networks", 2016). The matrices of a pass lie as
 * (n_points²) matrices of (blocks, rows, 16), `stride` floats from one of the matrices to the next:
 * rows are tiles for activations, channels for kernels. */
typedef struct
{
  unsigned tile; /* m: output pixels a side */
  unsigned n_points;

  void (*transform_input) (const float *block,
                           const VggTiles *tiles,
                           size_t begin,
                           size_t end,
                           float *matrices,
                           size_t stride);
  void (*transform_gradient) (const float *block,
                              const VggTiles *tiles,
                              size_t begin,
                              size_t end,
                              float *matrices,
                              size_t stride);
  VggRestoreFunc restore_output;
  VggRestoreFunc restore_pooled;
  void (*transform_kernel) (const float *taps,
                            size_t n_rows,
                            int stream,
                            float *matrices,
                            size_t stride);
  void (*restore_kernel) (const float *matrices, size_t stride, size_t n_rows, float *taps);
} VggWinogradKernels;

typedef struct
{
  const VggWinogradKernels *winograd; /* (2): m = 4, m = 6 */

  size_t product_rows; /* row counts that are multiples of it waste nothing */

  void (*product) (const float *rows,
                   size_t rows_stride,
                   const float *kernel,
                   size_t kernel_stride,
                   size_t n_rows,
                   size_t n_in_blocks,
                   size_t n_out_blocks,
                   int accumulate,
                   float *result,
                   size_t result_stride);
  void (*outer_product) (const float *input,
                         size_t input_stride,
                         size_t n_in_blocks,
                         const float *gradient,
                         size_t gradient_stride,
                         size_t n_out_blocks,
                         size_t n_rows,
                         int accumulate,
                         float *result,
                         size_t result_stride);

  void (*first_forward) (const float *rows,
                         size_t row_stride,
                         size_t width,
                         const float *kernel,
                         size_t n_out_blocks,
                         const float *bias,
                         int relu,
                         float *output,
                         size_t block_stride);
  void (*first_gradient) (const float *rows,
                          size_t row_stride,
                          size_t width,
                          const float *gradient,
                          size_t block_stride,
                          size_t n_out_blocks,
                          float *kernel_gradient);
} VggConvKernels;
