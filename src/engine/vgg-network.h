/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-architecture.h"
#include "engine/vgg-parameter.h"
#include "engine/vgg-profile.h"
#include "engine/vgg-random.h"

G_BEGIN_DECLS

typedef struct _VggNetwork VggNetwork;

typedef enum
{
  VGG_INITIALIZATION_HE,    /* He et al. 2015, normal, fan in */
  VGG_INITIALIZATION_GLOROT /* Glorot & Bengio 2010, uniform */
} VggInitialization;

typedef struct
{
  guint batch;            /* pictures in the largest batch, at least 1 */
  gboolean training;      /* keep what the backward pass needs, and gradients */
  gboolean to_features;   /* passes end with features; nothing is taken for layers after them */
  gboolean from_features; /* passes begin with features; nothing is taken for layers before them */
  gboolean to_maps;       /* keep what the way back to the last convolution's maps needs */
} VggPlanOptions;

/* One layer as a reader may list it (inspect, window). */
typedef struct
{
  const char *name; /* "block1_conv1", "block1_pool", "dense_1", … */
  const char *type; /* "convolution", "batch_norm", "max_pool", "flatten", "global_average_pool",
                       "dense", "dropout" */
  VggShape output;  /* of one picture: (C, H, W) or (N) */
  gsize parameters; /* trainable or frozen weights, without running statistics */
  gboolean frozen;
} VggLayerInfo;

VggNetwork *vgg_network_new (const VggArchitecture *architecture, GError **error);
void vgg_network_free (VggNetwork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggNetwork, vgg_network_free)

const VggArchitecture *vgg_network_get_architecture (VggNetwork *self);
VggParameter *const *vgg_network_get_parameters (VggNetwork *self, guint *n_parameters);
VggParameter *vgg_network_find_parameter (VggNetwork *self, const char *name);
gsize vgg_network_count_parameters (VggNetwork *self);
gsize vgg_network_count_trainable (VggNetwork *self);
guint vgg_network_get_n_layers (VggNetwork *self);
void vgg_network_get_layer_info (VggNetwork *self, guint index, VggLayerInfo *info);

void vgg_network_initialize (VggNetwork *self, VggInitialization scheme, guint64 seed);
void vgg_network_initialize_head (VggNetwork *self, VggInitialization scheme, guint64 seed);
void vgg_network_freeze (VggNetwork *self, guint n_convolutions);
guint vgg_network_get_n_frozen (VggNetwork *self);
void vgg_network_set_rate_decay (VggNetwork *self, float decay);

gboolean vgg_network_plan (VggNetwork *self, const VggPlanOptions *options, GError **error);
gsize vgg_network_estimate_bytes (VggNetwork *self, const VggPlanOptions *options);
gsize vgg_network_get_bytes (VggNetwork *self);
GArray *vgg_network_describe_plan (VggNetwork *self);
void vgg_network_values_changed (VggNetwork *self);
void vgg_network_set_times (VggNetwork *self, VggLayerTimes *times);

const float *vgg_network_forward (VggNetwork *self,
                                  const float *input,
                                  guint n,
                                  gboolean training,
                                  VggRandom *random);
void vgg_network_backward (VggNetwork *self, const float *logits_gradient, guint n);
void vgg_network_get_maps_shape (VggNetwork *self, VggShape *shape);
void vgg_network_maps_gradient (VggNetwork *self,
                                const float *logits_gradient,
                                guint n,
                                float *maps,
                                float *gradient);
const float *
vgg_network_layer_output (VggNetwork *self, const char *layer, const float *input, guint n);

gboolean vgg_network_get_feature_shape (VggNetwork *self, VggShape *shape);
gsize vgg_network_get_feature_length (VggNetwork *self);
const char *vgg_network_get_feature_arithmetic (void);
void vgg_network_features (VggNetwork *self, const float *input, guint n, guint16 *features);
void vgg_network_pool_features (VggNetwork *self, const guint16 *features, float *means);
const float *vgg_network_forward_features (VggNetwork *self,
                                           const guint16 *const *features,
                                           guint n,
                                           gboolean training,
                                           VggRandom *random);

G_END_DECLS
