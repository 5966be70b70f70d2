/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kernels/vgg-conv-kernels.h"
#include "engine/kernels/vgg-kernels.h"

/* One table for every time that vgg-kernels-template.c is compiled. */
extern const VggKernels vgg_kernels_plain;
#ifdef VGG_KERNELS_X86
extern const VggKernels vgg_kernels_avx2;
extern const VggKernels vgg_kernels_avx512;
#endif

/* Kernels that are in a file of their own. */
#define VGG_DECLARE_KERNELS(set)                                                                   \
  void vgg_float_to_half_##set (const float *floats, size_t n, uint16_t *halves);                  \
  void vgg_half_to_float_##set (const uint16_t *halves, size_t n, float *floats);                  \
  void vgg_im2col_##set (const float *maps, size_t block_stride, size_t first, size_t last,        \
                         size_t height, size_t width, size_t begin, size_t end, float *columns);   \
  void vgg_scale_shift_##set (const float *x, size_t x_stride, size_t n,                           \
                              const float scale[VGG_BLOCK], const float shift[VGG_BLOCK],          \
                              int relu, int stream, float *y);                                     \
  void vgg_mask_sums_##set (const float *output, float *gradient, size_t n,                        \
                            double sums[VGG_BLOCK]);                                               \
  void vgg_moments_##set (const float *x, size_t n, double sums[VGG_BLOCK],                        \
                          double squares[VGG_BLOCK]);                                              \
  void vgg_norm_sums_##set (const VggNormLanes *lanes, const float *x, const float *gradient,      \
                            size_t n, double sums[VGG_BLOCK], double products[VGG_BLOCK]);         \
  void vgg_norm_gradient_##set (const VggNormLanes *lanes, const float *x, size_t n,               \
                                float *gradient);                                                  \
  void vgg_max_pool_##set (const float *input, size_t n_rows, size_t width, float *output,         \
                           uint8_t *choice);                                                       \
  void vgg_max_pool_gradient_##set (const float *gradient, const uint8_t *choice, size_t n_rows,   \
                                    size_t width, float *input_gradient);                          \
  void vgg_warp_##set (const VggWarp *warp, float *output, size_t output_width,                    \
                       size_t output_height);                                                      \
  extern const VggConvKernels vgg_conv_kernels_##set;                                              \
  extern const VggWinogradKernels vgg_winograd_##set[2];

VGG_DECLARE_KERNELS (plain)
#ifdef VGG_KERNELS_X86
VGG_DECLARE_KERNELS (avx2)
VGG_DECLARE_KERNELS (avx512)
#endif
