/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-parameter.h"
#include "engine/vgg-tensor-file.h"

G_BEGIN_DECLS

typedef enum
{
  VGG_OPTIMIZER_SGD,
  VGG_OPTIMIZER_RMSPROP,
  VGG_OPTIMIZER_ADAGRAD,
  VGG_OPTIMIZER_ADAM,
  VGG_OPTIMIZER_ADAMW
} VggOptimizerKind;

typedef struct
{
  VggOptimizerKind kind;
  float learning_rate; /* > 0: the base rate that a schedule scales */
  float weight_decay;  /* >= 0; coupled (added to the gradient), decoupled for AdamW */
  float momentum;      /* [0, 1): SGD */
  gboolean nesterov;   /* SGD */
  float rho;           /* [0, 1): RMSprop's decay of the mean square */
  float beta1, beta2;  /* [0, 1): Adam, AdamW */
  float epsilon;       /* > 0 */
} VggOptimizerSettings;

typedef struct _VggOptimizer VggOptimizer;

void vgg_optimizer_settings_init (VggOptimizerSettings *self, VggOptimizerKind kind);
const char *vgg_optimizer_kind_to_string (VggOptimizerKind kind);
gboolean vgg_optimizer_kind_from_string (const char *string, VggOptimizerKind *kind);

VggOptimizer *vgg_optimizer_new (const VggOptimizerSettings *settings,
                                 VggParameter *const *parameters,
                                 guint n_parameters);
void vgg_optimizer_free (VggOptimizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggOptimizer, vgg_optimizer_free)

void vgg_optimizer_step (VggOptimizer *self, float learning_rate);
gsize vgg_optimizer_get_bytes (VggOptimizer *self);
void vgg_optimizer_save (VggOptimizer *self, VggTensorFile *file);
gboolean vgg_optimizer_restore (VggOptimizer *self, VggTensorFile *file, GError **error);

G_END_DECLS
