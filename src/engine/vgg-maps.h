/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-layer.h"

G_BEGIN_DECLS

gsize vgg_maps_count_blocks (const VggShape *shape);
gsize vgg_maps_count_floats (const VggShape *shape);
gsize vgg_maps_block_stride (const VggShape *shape, guint n);
void vgg_maps_get_planes (const VggActivation *maps,
                          const VggShape *shape,
                          gsize picture,
                          gsize block,
                          float *planes);
void vgg_maps_set_planes (const VggActivation *maps,
                          const VggShape *shape,
                          gsize picture,
                          gsize block,
                          const float *planes);

G_END_DECLS
