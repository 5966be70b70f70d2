/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-layer.h"
#include "engine/vgg-network.h"

G_BEGIN_DECLS

/* What vgg_network_plan() decided.
 *
 * Layers before a boundary run in slices of a few pictures through the two work buffers, the rest
 * on the whole batch with a kept output each. In a training pass the boundary is the first layer
 * that trains, so that frozen layers keep nothing; in any other pass it is the head, or with
 * options.to_maps the pool before it. The two work buffers hold gradients in the backward pass. */
typedef struct
{
  VggPlanOptions options;
  float *block; /* owned; everything below is cut from it. NULL: measured only, or not planned */
  gsize size;   /* bytes of the block */

  guint first_trained; /* layer with the lowest parameter that trains; n_layers: none does */
  guint boundary;
  guint slice;         /* pictures */

  float *work[2];
  VggWorkspace workspace;
} VggNetworkPlan;

struct _VggNetwork
{
  VggArchitecture architecture;
  GPtrArray *layers;     /* (element-type VggLayer) owned */
  GPtrArray *parameters; /* (element-type VggParameter) borrowed from the layers */
  guint first_head;      /* index of the first layer after pool5 */
  guint n_convolutions;
  guint n_frozen;

  float *values; /* owned; all parameters' memory */
  gsize value_bytes;

  VggNetworkPlan plan;
  guint n_forward;        /* pictures of the last pass that keeps, 0: another one came after it */
  const float *input;     /* that pass's, borrowed; NULL unless the boundary is 0 */
  guint64 values_version; /* counts up whenever parameters may have new values */
  VggLayerTimes *times;   /* (n_layers), borrowed; NULL: not wanted */
  float *fetched;         /* owned; the last result of vgg_network_layer_output() */
  gsize fetched_floats;
};

VggNetwork *vgg_network_new_outline (const VggArchitecture *architecture);
void vgg_network_drop_plan (VggNetwork *self);
guint vgg_network_find_boundary (VggNetwork *self);
VggActivation vgg_network_run_slice (VggNetwork *self,
                                     const float *pictures,
                                     guint n,
                                     guint end,
                                     const VggActivation *target);
VggActivation vgg_network_run_whole (VggNetwork *self,
                                     const VggPass *pass,
                                     VggActivation current,
                                     guint boundary,
                                     guint end);
VggActivation vgg_network_run_back (VggNetwork *self,
                                    const VggPass *pass,
                                    const float *logits_gradient,
                                    guint first,
                                    gboolean to_input);
void vgg_network_copy_planes (VggNetwork *self,
                              const VggActivation *maps,
                              const VggShape *shape,
                              guint n,
                              float *planes);

static inline VggLayer *
vgg_network_layer (VggNetwork *self, guint index)
{
  return g_ptr_array_index (self->layers, index);
}

G_END_DECLS
