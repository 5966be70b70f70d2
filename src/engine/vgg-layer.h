/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-arena.h"
#include "engine/vgg-architecture.h"
#include "engine/vgg-parameter.h"
#include "engine/vgg-profile.h"
#include "engine/vgg-random.h"

G_BEGIN_DECLS

/* Activations or their gradients, in one of three layouts:
 * - maps (⌈C / 16⌉, n, H, W, 16), in blocks of VGG_BLOCK channels: all pictures' pixels of a block
 *   follow each other. Lanes beyond C hold zeros, always;
 * - pictures (n, C, H, W), planes as the caller gives them: the network's input, which only the
 *   first convolution reads;
 * - rows (n, F), in the head.
 * A layer's shapes say which one; a block stride of 0 tells pictures from maps. */
typedef struct
{
  float *data;
  gsize block_stride; /* floats from one block of maps to the next, at least n H W 16 */
} VggActivation;

/* Memory that all layers of a network share within one call of theirs. */
typedef struct
{
  guint n_parts; /* of every task of the plan */

  gsize part_floats;
  float *part_memory; /* (n_parts, part_floats) */

  gsize shared_floats;
  float *shared_memory; /* (shared_floats) */

  gsize n_sums;
  double *sums; /* (n_parts, n_sums): each part's sums, to be added in order */
} VggWorkspace;

/* One run through the network's layers. */
typedef struct
{
  guint n;           /* pictures */
  gboolean training; /* batch statistics and dropout */
  gboolean keeps;    /* a backward pass follows: what it needs is kept */
  VggRandom *random; /* borrowed; NULL when not training */
  const VggWorkspace *workspace;
  gboolean folds;       /* convolutions do what batch normalisation and pool after them would; not
                           when training */
  guint64 version;      /* of the parameters' values: forms of kernels that are kept depend on it */
  VggLayerTimes *times; /* borrowed; of the layer that runs; NULL: not wanted */
} VggPass;

typedef struct
{
  guint batch;             /* pictures that the layer gets at a time, at most */
  gboolean sliced;         /* what follows is computed at once: nobody else wants the output */
  gboolean trains;         /* the layer gets a backward pass */
  gboolean input_gradient; /* whose input gradient is wanted */
  VggArena *arena;
  VggWorkspace *workspace; /* sizes are raised to what the layer needs */
} VggLayerPlan;

typedef enum
{
  VGG_LAYER_OWN_OUTPUT,
  VGG_LAYER_IN_PLACE,          /* output and input may be the same memory, and are */
  VGG_LAYER_IN_PLACE_UNTRAINED /* the same, except in a training pass */
} VggLayerPlacement;

typedef struct _VggLayer VggLayer;

typedef struct
{
  const char *type; /* as VggLayerInfo has it */
  VggLayerPlacement placement;

  void (*plan) (VggLayer *self, const VggLayerPlan *plan); /* NULL: needs nothing */
  void (*forward) (VggLayer *self,
                   const VggPass *pass,
                   const VggActivation *input,
                   const VggActivation *output);

  /* gradient: of the output, may be overwritten. input_gradient: NULL when not wanted; the same
   * memory as gradient unless the placement is VGG_LAYER_OWN_OUTPUT. */
  void (*backward) (VggLayer *self,
                    const VggPass *pass,
                    const VggActivation *input,
                    const VggActivation *output,
                    const VggActivation *gradient,
                    const VggActivation *input_gradient);

  /* Appends a VggPlanRow for each of the layer's passes, in the order of VggPassKind. NULL: the
   * layer has no choice, and the network describes it. */
  void (*describe) (VggLayer *self, guint batch, GArray *rows);
} VggLayerOps;

#define VGG_LAYER_MAX_PARAMETERS 4

/* The first member of every layer type's struct. */
struct _VggLayer
{
  const VggLayerOps *ops;
  char *name;
  VggShape input; /* of one picture: (C, H, W) or (F) */
  VggShape output;
  guint convolution; /* from 1: the convolution that the layer is, or normalises; 0: neither */

  VggParameter *parameters[VGG_LAYER_MAX_PARAMETERS]; /* owned; their memory is the network's */
  float initial[VGG_LAYER_MAX_PARAMETERS];            /* value of those that are not drawn */
  guint n_parameters;

  /* Set by the network's plan: the output of a whole batch, where it is kept. */
  VggActivation kept;

  /* Set by the plan of a convolution. In passes that fold, it writes what this max pool would, or
   * NULL; borrowed. */
  VggLayer *pool;
  gboolean pooled_before; /* the layer is such a pool, and does nothing then */
};

void vgg_layer_init (VggLayer *self, const VggLayerOps *ops, const char *name);
VggParameter *
vgg_layer_add_parameter (VggLayer *self, const char *suffix, const VggShape *shape, float initial);
void vgg_layer_free (VggLayer *self);
gboolean vgg_layer_is_spatial (const VggLayer *self);
gboolean vgg_layer_is_in_place (const VggLayer *self, gboolean training);
const VggShape *vgg_layer_get_written (const VggLayer *self, gboolean folds);
gsize vgg_layer_plane (const VggShape *shape);

void vgg_workspace_need (VggWorkspace *self, gsize part_floats, gsize shared_floats);
void vgg_workspace_need_sums (VggWorkspace *self, gsize n_sums);
double *vgg_workspace_part_sums (const VggWorkspace *self, guint part, gsize n_sums);
void vgg_workspace_add_sums (const VggWorkspace *self, gsize n_sums);
void vgg_split (gsize n, guint part, guint n_parts, gsize *begin, gsize *end);

VggLayer *vgg_conv_new (const char *name,
                        const VggConvolutionSpec *spec,
                        gsize height,
                        gsize width,
                        gboolean relu);
void vgg_conv_set_norm (VggLayer *layer, VggLayer *norm);
void vgg_conv_set_pool (VggLayer *layer, VggLayer *pool);
VggLayer *vgg_batch_norm_new (const char *name, const VggShape *input);
void vgg_batch_norm_get_running (VggLayer *layer, float *scale, float *shift);
VggLayer *vgg_max_pool_new (const char *name, const VggShape *input);
VggLayer *vgg_average_pool_new (const char *name, const VggShape *input);
VggLayer *vgg_flatten_new (const char *name, const VggShape *input);
VggLayer *vgg_dense_new (const char *name, gsize n_inputs, gsize n_outputs, gboolean relu);
VggLayer *vgg_dropout_new (const char *name, gsize n_inputs, float rate);

G_END_DECLS
