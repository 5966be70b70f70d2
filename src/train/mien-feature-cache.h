/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-feature-set.h"

G_BEGIN_DECLS

/* The folder of feature sets, kept below a size. */
typedef struct _MienFeatureCache MienFeatureCache;

MienFeatureCache *mien_feature_cache_new (guint64 limit);
void mien_feature_cache_free (MienFeatureCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienFeatureCache, mien_feature_cache_free)

guint64 mien_feature_cache_get_limit (MienFeatureCache *self);
MienFeatureSet *mien_feature_cache_open_set (MienFeatureCache *self,
                                             const guint8 id[32],
                                             gsize length,
                                             gboolean write,
                                             GError **error);
gboolean mien_feature_cache_store (MienFeatureCache *self,
                                   MienFeatureSet *set,
                                   const MienFeatureKey *key,
                                   const guint16 *features,
                                   GError **error);

char *mien_feature_cache_dup_directory (void);
guint64 mien_feature_cache_measure (void);
gboolean mien_feature_cache_clear (GError **error);

G_END_DECLS
