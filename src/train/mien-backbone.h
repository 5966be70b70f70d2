/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-preprocessing.h"
#include "engine/vgg-architecture.h"
#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

/* What a training that starts from a weights file must know of it. */
typedef struct
{
  VggArchitecture architecture;    /* of the convolutions: without a head, classes 0 */
  MienPreprocessing preprocessing; /* what the weights were trained with */
  gboolean is_trained_here;        /* Mien trained them, and the file says how pictures went in */
} MienBackbone;

gboolean mien_backbone_read (VggTensorFile *file, MienBackbone *self, GError **error);

G_END_DECLS
