/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

/* The specification's limit, of the JSON header: https://github.com/huggingface/safetensors */
#define VGG_SAFETENSORS_MAX_HEADER 100000000
#define VGG_SAFETENSORS_METADATA "__metadata__"

gboolean vgg_safetensors_read (VggTensorFile *self,
                               const char *bytes,
                               gsize length,
                               gboolean with_data,
                               GError **error);
gboolean vgg_safetensors_write (VggTensorFile *self, const char *path, GError **error);

G_END_DECLS
