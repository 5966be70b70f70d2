/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const float *class_weights; /* (C), borrowed; NULL: all 1 */
  float label_smoothing;      /* [0, 1) */
  const guint *other_labels;  /* (n), borrowed: each picture's second label; NULL: it has one */
  double share;               /* of the first label, with a second one, 0 to 1 */
} VggLossOptions;

typedef struct
{
  double objective;     /* what the gradient descends: weighted, smoothed mean over the batch */
  double cross_entropy; /* plain, mean over the batch, natural logarithm */
  double correct;       /* pictures whose largest logit is the label's; with two, by their shares */
} VggLossResult;

guint vgg_argmax (const float *scores, guint n_classes);
void vgg_softmax (const float *logits, guint n, guint n_classes, float *probabilities);
void vgg_loss_softmax_cross_entropy (const float *logits,
                                     const guint *labels,
                                     guint n,
                                     guint n_classes,
                                     const VggLossOptions *options,
                                     float *logits_gradient,
                                     VggLossResult *result);

G_END_DECLS
