/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VGG_MAX_DIMENSIONS 4

typedef struct
{
  guint n_dimensions; /* 0 (a scalar) to VGG_MAX_DIMENSIONS */
  gsize dimensions[VGG_MAX_DIMENSIONS];
} VggShape;

typedef struct
{
  VggShape shape;
  float *data; /* owned, aligned to 64 bytes, row-major: the last dimension varies fastest */
} VggTensor;

gboolean vgg_shape_init (VggShape *self, guint n_dimensions, const guint64 *dimensions);
gsize vgg_shape_elements (const VggShape *self);
gboolean vgg_shape_equal (const VggShape *a, const VggShape *b);
char *vgg_shape_to_string (const VggShape *self);

float *vgg_floats_new (gsize n);
void vgg_floats_free (float *floats);

VggTensor *vgg_tensor_new (const VggShape *shape);
VggTensor *vgg_tensor_copy (const VggTensor *self);
void vgg_tensor_free (VggTensor *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggTensor, vgg_tensor_free)

G_END_DECLS
