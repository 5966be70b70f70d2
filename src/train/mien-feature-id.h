/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "data/mien-preprocessing.h"
#include "engine/vgg-network.h"
#include "train/mien-feature-set.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

gboolean mien_feature_is_used (const MienSettings *settings);
guint mien_feature_count_variants (const MienSettings *settings);
guint
mien_feature_choose_variant (const MienSettings *settings, const MienPicture *picture, guint epoch);
void mien_feature_init_augmentation_random (const MienSettings *settings,
                                            const MienPicture *picture,
                                            guint variant,
                                            VggRandom *random);
void mien_feature_key_init (MienFeatureKey *self,
                            const MienSettings *settings,
                            const MienPicture *picture,
                            gboolean augmented,
                            guint variant);

GPtrArray *mien_feature_list_parameters (VggNetwork *network);
void mien_feature_make_ids (VggNetwork *network,
                            const MienSettings *settings,
                            const MienPreprocessing *preprocessing,
                            guint8 plain[32],
                            guint8 augmented[32]);

G_END_DECLS
