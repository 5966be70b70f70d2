/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include <string.h>

/**
 * vgg_layer_init:
 * @self: a layer, all zero
 * @ops: its type's operations
 * @name: its name, as in "block1_conv1"
 *
 * Sets what all layers have. The type's constructor sets the shapes.
 */
void
vgg_layer_init (VggLayer *self, const VggLayerOps *ops, const char *name)
{
  self->ops = ops;
  self->name = g_strdup (name);
}

/**
 * vgg_layer_add_parameter:
 * @self: a layer
 * @suffix: what follows the layer's name and a dot in the parameter's name
 * @shape: its shape
 * @initial: what it starts from; kernels, which VggParameter.decays marks, are drawn instead
 *
 * Adds a parameter that trains. Its memory comes later, from the network.
 *
 * Returns: (transfer none): the parameter
 */
VggParameter *
vgg_layer_add_parameter (VggLayer *self, const char *suffix, const VggShape *shape, float initial)
{
  VggParameter *parameter = g_new0 (VggParameter, 1);

  g_assert (self->n_parameters < VGG_LAYER_MAX_PARAMETERS);

  parameter->name = g_strdup_printf ("%s.%s", self->name, suffix);
  parameter->shape = *shape;
  parameter->trainable = TRUE;
  parameter->rate = 1;

  self->initial[self->n_parameters] = initial;
  self->parameters[self->n_parameters++] = parameter;

  return parameter;
}

/**
 * vgg_layer_free:
 * @self: (transfer full): a layer
 *
 * Frees the layer and its parameters, without the memory that they borrow.
 */
void
vgg_layer_free (VggLayer *self)
{
  for (guint i = 0; i < self->n_parameters; i++)
    {
      g_free ((char *) self->parameters[i]->name);
      g_free (self->parameters[i]);
    }

  g_free (self->name);
  g_free (self);
}

/**
 * vgg_layer_is_spatial:
 * @self: a layer
 *
 * Returns: whether the layer's output is maps rather than rows
 */
gboolean
vgg_layer_is_spatial (const VggLayer *self)
{
  return self->output.n_dimensions == 3;
}

/**
 * vgg_layer_is_in_place:
 * @self: a layer
 * @training: whether the pass is one of training
 *
 * Returns: whether the layer's output takes the place of its input
 */
gboolean
vgg_layer_is_in_place (const VggLayer *self, gboolean training)
{
  return self->ops->placement == VGG_LAYER_IN_PLACE ||
         (self->ops->placement == VGG_LAYER_IN_PLACE_UNTRAINED && !training);
}

/**
 * vgg_layer_get_written:
 * @self: a planned layer
 * @folds: whether the pass folds
 *
 * Returns: (transfer none): the shape that the layer writes a picture's output in: its own, or that
 *   of the pool whose work it does
 */
const VggShape *
vgg_layer_get_written (const VggLayer *self, gboolean folds)
{
  return folds && self->pool != NULL ? &self->pool->output : &self->output;
}

/**
 * vgg_layer_plane:
 * @shape: (C, H, W) or (F)
 *
 * Returns: pixels of one channel of one picture; 1 for rows
 */
gsize
vgg_layer_plane (const VggShape *shape)
{
  return shape->n_dimensions == 3 ? shape->dimensions[1] * shape->dimensions[2] : 1;
}

/**
 * vgg_workspace_need:
 * @self: a workspace whose sizes are being found
 * @part_floats: what a layer needs for every part of a task
 * @shared_floats: what it needs for all parts together
 *
 * Raises the sizes to what the layer needs.
 */
void
vgg_workspace_need (VggWorkspace *self, gsize part_floats, gsize shared_floats)
{
  self->part_floats = MAX (self->part_floats, part_floats);
  self->shared_floats = MAX (self->shared_floats, shared_floats);
}

/**
 * vgg_workspace_need_sums:
 * @self: a workspace whose sizes are being found
 * @n_sums: how many sums every part of a task makes
 *
 * Raises the number to what the layer needs.
 */
void
vgg_workspace_need_sums (VggWorkspace *self, gsize n_sums)
{
  self->n_sums = MAX (self->n_sums, n_sums);
}

/**
 * vgg_workspace_part_sums:
 * @self: a workspace
 * @part: a part of a task
 * @n_sums: how many sums it makes
 *
 * Returns: (transfer none) (array length=n_sums): the part's sums, set to 0
 */
double *
vgg_workspace_part_sums (const VggWorkspace *self, guint part, gsize n_sums)
{
  return memset (self->sums + part * self->n_sums, 0, n_sums * sizeof (double));
}

/**
 * vgg_workspace_add_sums:
 * @self: a workspace
 * @n_sums: how many sums every part made
 *
 * Adds the sums of all parts to those of the first, in order, so that the result is the same every
 * time.
 */
void
vgg_workspace_add_sums (const VggWorkspace *self, gsize n_sums)
{
  for (guint part = 1; part < self->n_parts; part++)
    for (gsize i = 0; i < n_sums; i++)
      self->sums[i] += self->sums[part * self->n_sums + i];
}

/**
 * vgg_split:
 * @n: items
 * @part: 0 … @n_parts - 1
 * @n_parts: at least 1
 * @begin: (out): the part's first item
 * @end: (out): the item after its last
 *
 * Splits items into parts that differ by one item at most, the same way every time.
 */
void
vgg_split (gsize n, guint part, guint n_parts, gsize *begin, gsize *end)
{
  gsize share = n / n_parts;
  gsize rest = n % n_parts;

  *begin = share * part + MIN (part, rest);
  *end = *begin + share + (part < rest ? 1 : 0);
}
