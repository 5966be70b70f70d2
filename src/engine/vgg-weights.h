/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-network.h"
#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

typedef enum
{
  VGG_WEIGHTS_BACKBONE, /* the convolutional part only; a head in the file is left alone */
  VGG_WEIGHTS_ALL       /* every parameter and statistic must be there */
} VggWeightsScope;

gboolean vgg_weights_detect (VggTensorFile *file, VggArchitecture *architecture, GError **error);
gboolean vgg_weights_apply (VggNetwork *network,
                            VggTensorFile *file,
                            VggWeightsScope scope,
                            GError **error);
void vgg_weights_collect (VggNetwork *network, VggTensorFile *file);

G_END_DECLS
