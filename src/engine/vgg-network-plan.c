/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network-private.h"

#include <glib/gi18n-lib.h>

#include "engine/vgg-error.h"
#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

/* What one work buffer may take for a slice of pictures: eight of 224x224 pixels. Slices of several
 * pictures fill the tiles of small maps; more than this brings nothing. */
#define SLICE_BYTES (100 * 1024 * 1024)

static guint
find_first_trained (VggNetwork *self)
{
  for (guint l = 0; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);

      for (guint i = 0; i < layer->n_parameters; i++)
        {
          if (layer->parameters[i]->trainable)
            return l;
        }
    }

  return self->layers->len;
}

/*< private >
 * vgg_network_find_boundary:
 * @self: a network
 *
 * Returns: how many layers before the head come before every one that trains
 */
guint
vgg_network_find_boundary (VggNetwork *self)
{
  return MIN (find_first_trained (self), self->first_head);
}

/* The batch is a number that a person chose: the product with it is what may overflow. */
static void
take_kept (VggLayer *layer, guint batch, VggArena *arena)
{
  gsize floats = vgg_maps_count_floats (&layer->output);

  /* BLAS counts the elements of rows. */
  if (vgg_layer_is_spatial (layer))
    layer->kept.data = vgg_arena_take (arena, batch, floats * sizeof (float));
  else
    layer->kept.data = vgg_arena_take_floats (arena, batch, floats);
}

static guint
first_planned (const VggNetworkPlan *plan)
{
  return plan->options.from_features ? plan->boundary : 0;
}

/* The layer after the last one that is planned. */
static guint
end_planned (VggNetwork *self, const VggNetworkPlan *plan)
{
  return plan->options.to_features ? plan->boundary : self->layers->len;
}

/* Outputs that whole-batch passes leave behind: of the layer before the boundary, for it is their
 * input, and of all after it. */
static void
plan_outputs (VggNetwork *self, VggNetworkPlan *plan, VggArena *arena)
{
  guint batch = plan->options.batch;

  for (guint l = 0; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      gboolean shares = l > plan->boundary && vgg_layer_is_in_place (layer, plan->options.training);

      if (l + 1 < plan->boundary || plan->options.to_features)
        layer->kept.data = NULL;
      else if (shares)
        layer->kept.data = vgg_network_layer (self, l - 1)->kept.data;
      else
        take_kept (layer, batch, arena);
    }
}

/* Floats of the largest maps of a picture. */
static gsize
find_largest (VggNetwork *self)
{
  gsize largest = 0;

  for (guint l = 0; l < self->first_head; l++)
    largest = MAX (largest, vgg_maps_count_floats (&vgg_network_layer (self, l)->output));

  return largest;
}

/* Slices of equal length rather than a short last one. */
static guint
choose_slice (VggNetwork *self, guint batch)
{
  guint most = CLAMP (SLICE_BYTES / (find_largest (self) * sizeof (float)), 1, batch);
  guint n_slices = (batch - 1) / most + 1;

  return (batch - 1) / n_slices + 1;
}

/* Whether passes back reach the layers after the boundary. */
static gboolean
goes_back (const VggNetworkPlan *plan)
{
  return plan->options.training || plan->options.to_maps;
}

/* Whether a layer makes the maps that vgg_network_maps_gradient() shows. */
static gboolean
is_shown (VggNetwork *self, const VggNetworkPlan *plan, guint index)
{
  return plan->options.to_maps &&
         vgg_network_layer (self, index)->convolution == self->n_convolutions;
}

static void
plan_layers (VggNetwork *self, VggNetworkPlan *plan, VggArena *arena)
{
  for (guint l = first_planned (plan); l < end_planned (self, plan); l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      const VggLayerPlan layer_plan = {
        .batch = l < plan->boundary ? plan->slice : plan->options.batch,
        .sliced = l < plan->boundary && !is_shown (self, plan, l),
        .trains = goes_back (plan) && l >= plan->boundary,
        .input_gradient = plan->options.training && l > plan->first_trained,
        .arena = arena,
        .workspace = &plan->workspace,
      };

      if (layer->ops->plan != NULL)
        layer->ops->plan (layer, &layer_plan);
    }
}

/* The lowest layer whose output has a gradient; the number of layers: none has. */
static guint
find_first_gradient (VggNetwork *self, const VggNetworkPlan *plan)
{
  if (plan->options.training)
    return plan->first_trained;

  return plan->options.to_maps ? plan->boundary - 1 : self->layers->len;
}

/* Work buffers carry slices in forward passes and gradients of whole batches in backward ones. */
static void
plan_work (VggNetwork *self, VggNetworkPlan *plan, VggArena *arena)
{
  gsize largest_gradient = 0;
  gsize work_floats = plan->slice * find_largest (self);

  for (guint l = find_first_gradient (self, plan); l < self->layers->len; l++)
    largest_gradient = MAX (largest_gradient,
                            vgg_maps_count_floats (&vgg_network_layer (self, l)->output));

  /* The batch times any layer's floats was checked when the outputs were planned. */
  if (!arena->failed)
    work_floats = MAX (work_floats, plan->options.batch * largest_gradient);

  for (guint i = 0; i < G_N_ELEMENTS (plan->work); i++)
    plan->work[i] = vgg_arena_take (arena, work_floats, sizeof (float));
}

static void
plan_gradients (VggNetwork *self, VggNetworkPlan *plan, VggArena *arena)
{
  for (guint i = 0; i < self->parameters->len; i++)
    {
      VggParameter *parameter = g_ptr_array_index (self->parameters, i);

      parameter->gradient = NULL;
      if (plan->options.training && parameter->trainable)
        parameter->gradient = vgg_arena_take (arena, vgg_shape_elements (&parameter->shape),
                                              sizeof (float));
    }
}

/* Decides everything, and cuts it from the arena; an arena without memory measures. */
static void
lay_out (VggNetwork *self, const VggPlanOptions *options, VggNetworkPlan *plan, VggArena *arena)
{
  VggWorkspace *workspace = &plan->workspace;

  plan->options = *options;
  plan->first_trained = options->training ? find_first_trained (self) : self->layers->len;
  plan->boundary = options->training || options->from_features || options->to_features
                     ? vgg_network_find_boundary (self)
                     : self->first_head - (options->to_maps ? 1 : 0);
  plan->slice = options->from_features ? 0 : choose_slice (self, options->batch);
  *workspace = (VggWorkspace){ .n_parts = vgg_threads_get () };

  plan_outputs (self, plan, arena);
  plan_layers (self, plan, arena);
  plan_work (self, plan, arena);
  plan_gradients (self, plan, arena);

  workspace->part_memory = vgg_arena_take_floats (arena, workspace->n_parts,
                                                  workspace->part_floats);
  workspace->shared_memory = vgg_arena_take (arena, workspace->shared_floats, sizeof (float));
  workspace->sums = vgg_arena_take (arena, workspace->n_parts * workspace->n_sums, sizeof (double));
  plan->size = arena->size;
}

/*< private >
 * vgg_network_drop_plan:
 * @self: a network
 *
 * Gives back what the plan took. Nothing can run until the next one.
 */
void
vgg_network_drop_plan (VggNetwork *self)
{
  vgg_floats_free (self->plan.block);
  vgg_floats_free (self->fetched);
  self->plan = (VggNetworkPlan){ 0 };
  self->fetched = NULL;
  self->fetched_floats = 0;
  self->n_forward = 0;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      VggParameter *parameter = g_ptr_array_index (self->parameters, i);

      parameter->gradient = NULL;
    }
}

/**
 * vgg_network_plan:
 * @self: a network
 * @options: what it will be used for
 * @error: return location for a #GError
 *
 * Decides all shapes, algorithms and memory for passes of up to @options' batch, and takes the
 * memory in one piece. Forward and backward passes take nothing more. The number of threads is that
 * of vgg_threads_get() now. An earlier plan, and all that was borrowed from it, is gone whatever
 * the result.
 *
 * With training, parameters that train get a gradient; the order to follow is vgg_network_freeze(),
 * vgg_network_plan(), then making an optimiser. A plan from features needs a first convolution that
 * does not train, and serves no pass but vgg_network_forward_features() and the one back; a plan to
 * features, which is not for training, serves vgg_network_features() alone. A plan to maps is for
 * neither, and lets vgg_network_maps_gradient() follow vgg_network_forward().
 *
 * Returns: %FALSE with %VGG_ERROR_MEMORY when the memory cannot be had
 */
gboolean
vgg_network_plan (VggNetwork *self, const VggPlanOptions *options, GError **error)
{
  VggArena arena = { 0 };
  VggNetworkPlan plan = { 0 };

  g_return_val_if_fail (options->batch > 0, FALSE);
  g_return_val_if_fail (!(options->from_features || options->to_features) ||
                          vgg_network_find_boundary (self) > 0,
                        FALSE);
  g_return_val_if_fail (!options->to_features || !(options->training || options->from_features),
                        FALSE);
  g_return_val_if_fail (!options->to_maps ||
                          !(options->training || options->to_features || options->from_features),
                        FALSE);

  vgg_network_drop_plan (self);
  lay_out (self, options, &plan, &arena);

  if (!arena.failed)
    {
      plan.block = vgg_floats_new (arena.size / sizeof (float));
      arena = (VggArena){ .block = (char *) plan.block };
    }

  if (plan.block == NULL)
    {
      g_autofree char *size = g_format_size (vgg_network_estimate_bytes (self, options));

      g_set_error (error, VGG_ERROR, VGG_ERROR_MEMORY,
                   _ ("The network needs %s of memory for %u pictures of %u × %u pixels at a time, "
                      "which is not there; choose a smaller batch or input size"),
                   size, options->batch, self->architecture.input_width,
                   self->architecture.input_height);
      return FALSE;
    }

  lay_out (self, options, &plan, &arena);
  self->plan = plan;
  vgg_network_values_changed (self);

  return TRUE;
}

/**
 * vgg_network_estimate_bytes:
 * @self: a network
 * @options: what it would be used for
 *
 * Measures a plan without taking anything; the network's own plan stays as it is.
 *
 * Returns: bytes that the network would hold after vgg_network_plan(): weights, gradients,
 * activations and workspace; %G_MAXSIZE when they cannot be addressed
 */
gsize
vgg_network_estimate_bytes (VggNetwork *self, const VggPlanOptions *options)
{
  g_autoptr (VggNetwork) outline = vgg_network_new_outline (&self->architecture);
  VggArena arena = { 0 };
  VggNetworkPlan plan = { 0 };
  gsize bytes;

  g_return_val_if_fail (options->batch > 0, 0);

  vgg_network_freeze (outline, self->n_frozen);
  lay_out (outline, options, &plan, &arena);

  if (arena.failed || !g_size_checked_add (&bytes, self->value_bytes, arena.size))
    return G_MAXSIZE;

  return bytes;
}

/**
 * vgg_network_get_bytes:
 * @self: a network
 *
 * Returns: bytes that the network holds now: weights and, when it is planned, the plan's memory
 */
gsize
vgg_network_get_bytes (VggNetwork *self)
{
  return self->value_bytes + self->plan.size;
}

static void
add_row (const VggLayer *layer, VggPassKind pass, GArray *rows)
{
  const VggPlanRow row = { .layer = layer->name, .pass = pass };

  g_array_append_val (rows, row);
}

/**
 * vgg_network_describe_plan:
 * @self: a planned network
 *
 * Tells what the plan decided, in the order of a step: all forward passes from the first layer that
 * the plan serves, then the passes back. A gradient that is not computed has no row; layers without
 * a choice have one for all that their way back computes.
 *
 * Returns: (transfer full) (element-type VggPlanRow): the rows; the layers' names are the network's
 */
GArray *
vgg_network_describe_plan (VggNetwork *self)
{
  const VggNetworkPlan *plan = &self->plan;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (VggPlanRow));
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (VggPlanRow));

  g_return_val_if_fail (plan->block != NULL, rows);

  for (guint l = first_planned (plan); l < end_planned (self, plan); l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);

      if (layer->ops->describe != NULL)
        {
          layer->ops->describe (layer, plan->options.batch, found);
          continue;
        }

      add_row (layer, VGG_PASS_FORWARD, found);
      if (plan->options.training && l >= plan->first_trained)
        add_row (layer, VGG_PASS_INPUT_GRADIENT, found);
    }

  for (guint i = 0; i < found->len; i++)
    {
      const VggPlanRow *row = &g_array_index (found, VggPlanRow, i);

      if (row->pass == VGG_PASS_FORWARD)
        g_array_append_val (rows, *row);
    }

  for (guint i = found->len; i-- > 0;)
    {
      const VggPlanRow *row = &g_array_index (found, VggPlanRow, i);

      if (row->pass != VGG_PASS_FORWARD)
        g_array_append_val (rows, *row);
    }

  return rows;
}
