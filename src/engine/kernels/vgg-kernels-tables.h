/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kernels/vgg-kernels.h"

/* One table for every time that vgg-kernels-template.c is compiled. */
extern const VggKernels vgg_kernels_plain;
#ifdef VGG_KERNELS_X86
extern const VggKernels vgg_kernels_avx2;
extern const VggKernels vgg_kernels_avx512;
#endif
