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
  void vgg_warp_##set (const VggWarp *warp, float *output, size_t output_width,                    \
                       size_t output_height);                                                      \
  extern const VggConvKernels vgg_conv_kernels_##set;                                              \
  extern const VggWinogradKernels vgg_winograd_##set[2];

VGG_DECLARE_KERNELS (plain)
#ifdef VGG_KERNELS_X86
VGG_DECLARE_KERNELS (avx2)
VGG_DECLARE_KERNELS (avx512)
#endif
