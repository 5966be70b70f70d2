/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

VggTensorFile *figures_fixture_load (void);
const float *
figures_fixture_get (VggTensorFile *golden, const char *name, guint *n_rows, guint *n_columns);

G_END_DECLS
