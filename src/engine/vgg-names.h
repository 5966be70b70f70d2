/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

gboolean vgg_names_are_pytorch (VggTensorFile *file);
GHashTable *vgg_names_map_pytorch (VggTensorFile *file, GError **error);

G_END_DECLS
