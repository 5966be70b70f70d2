/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Multinomial logistic regression. */
typedef struct
{
  guint n_features;
  guint n_classes;
  double *weights; /* (n_classes, n_features + 1): the last of each row is the bias */
} MienSoftmaxRegression;

MienSoftmaxRegression *mien_softmax_regression_new (guint n_features, guint n_classes);
void mien_softmax_regression_free (MienSoftmaxRegression *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienSoftmaxRegression, mien_softmax_regression_free)

gboolean mien_softmax_regression_fit (MienSoftmaxRegression *self,
                                      const float *rows,
                                      const guint *labels,
                                      const guint8 *used,
                                      guint n,
                                      double penalty,
                                      GCancellable *cancellable,
                                      GError **error);
void mien_softmax_regression_run (const MienSoftmaxRegression *self,
                                  const float *rows,
                                  guint n,
                                  float *probabilities);

G_END_DECLS
