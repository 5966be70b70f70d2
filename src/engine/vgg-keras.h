/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

gboolean vgg_keras_read (VggTensorFile *self, const char *path, gboolean with_data, GError **error);

G_END_DECLS
