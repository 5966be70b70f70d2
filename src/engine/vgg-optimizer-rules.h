/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-optimizer.h"

G_BEGIN_DECLS

#define VGG_OPTIMIZER_MAX_STATES 2

/* What is the same for every element of a parameter in one step. */
typedef struct
{
  const VggOptimizerSettings *settings;
  float learning_rate;
  float weight_decay; /* 0 for parameters that do not decay */
  guint64 step;       /* from 1 */
} VggOptimizerStep;

/* Updates `n` elements. `states` are arrays of the same length, zero before the first step; those
 * that the settings do without are NULL. */
typedef void (*VggOptimizerUpdateFunc) (const VggOptimizerStep *step,
                                        float *value,
                                        const float *gradient,
                                        float *const *states,
                                        gsize n);

typedef struct
{
  const char *name;                             /* in files and on the command line */
  const char *states[VGG_OPTIMIZER_MAX_STATES]; /* their names in a checkpoint; NULL ends them */
  VggOptimizerUpdateFunc update;
} VggOptimizerRule;

const VggOptimizerRule *vgg_optimizer_rule_get (VggOptimizerKind kind);
guint vgg_optimizer_rule_count_states (const VggOptimizerRule *self,
                                       const VggOptimizerSettings *settings);

G_END_DECLS
