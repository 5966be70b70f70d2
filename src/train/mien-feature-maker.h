/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "data/mien-preprocessing.h"
#include "engine/vgg-network.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* Pictures whose features are computed together, at most. */
#define MIEN_FEATURE_BATCH 8

/* One picture to look at, in one way. */
typedef struct
{
  guint index; /* in the data set */
  gboolean augmented;
  guint variant;
} MienFeatureTask;

/* Computes features: decodes, varies and preprocesses pictures, and runs the frozen layers. */
typedef struct _MienFeatureMaker MienFeatureMaker;

MienFeatureMaker *mien_feature_maker_new (MienDataset *dataset,
                                          const MienSettings *settings,
                                          const MienPreprocessing *preprocessing,
                                          VggNetwork *network,
                                          GError **error);
void mien_feature_maker_free (MienFeatureMaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienFeatureMaker, mien_feature_maker_free)

gsize mien_feature_maker_estimate_bytes (VggNetwork *network);
void mien_feature_maker_run (MienFeatureMaker *self,
                             const MienFeatureTask *tasks,
                             guint n,
                             const guint16 *features[],
                             GError *errors[]);

G_END_DECLS
