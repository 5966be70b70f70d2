/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For files that are compiled once for every instruction set, with VGG_KERNELS_SET defined as
 * plain, avx2 or avx512: VGG_KERNEL (warp) is vgg_warp_avx2 in the second of them. */
#define VGG_KERNEL_PASTE(name, set) vgg_##name##_##set
#define VGG_KERNEL_EXPAND(name, set) VGG_KERNEL_PASTE (name, set)
#define VGG_KERNEL(name) VGG_KERNEL_EXPAND (name, VGG_KERNELS_SET)
