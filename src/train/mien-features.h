/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-loader.h"
#include "engine/vgg-network.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What a training begins with instead of pictures, where layers are frozen: features of the data
 * set's pictures, kept in files or computed when they are wanted. */
typedef struct _MienFeatures MienFeatures;

typedef struct
{
  guint n;
  const guint16 **features; /* (n), each as vgg_network_features() makes it */
  guint *labels;            /* (n) class indices */
} MienFeatureBatch;

MienFeatures *mien_features_new (MienDataset *dataset,
                                 const MienSettings *settings,
                                 const MienPreprocessing *preprocessing,
                                 VggNetwork *network);
void mien_features_free (MienFeatures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienFeatures, mien_features_free)

gboolean mien_features_begin_fill (MienFeatures *self, GError **error);
gboolean mien_features_fill (MienFeatures *self);
void mien_features_end_fill (MienFeatures *self);
guint mien_features_get_n_missing (MienFeatures *self);
guint mien_features_get_n_filled (MienFeatures *self);
const char *mien_features_get_notice (MienFeatures *self);

void mien_features_start (MienFeatures *self, MienSplit split, guint epoch);
gboolean mien_features_next (MienFeatures *self, const MienFeatureBatch **batch, GError **error);
guint mien_features_get_n_batches (MienFeatures *self);
gsize mien_features_get_bytes (MienFeatures *self);
guint mien_features_get_n_failures (MienFeatures *self);
const MienLoaderFailure *mien_features_get_failure (MienFeatures *self, guint index);

G_END_DECLS
