/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which picture, seen how. */
typedef struct
{
  guint8 digest[32]; /* SHA-256 of the decoded pixels */
  guint64 seed;      /* of the augmentation; 0 where there is none */
  guint32 variant;   /* of the augmentation */
} MienFeatureKey;

/* One file of features that belong together: same weights, same preprocessing, same length. */
typedef struct _MienFeatureSet MienFeatureSet;

MienFeatureSet *mien_feature_set_open (const char *path,
                                       const guint8 id[32],
                                       gsize length,
                                       gboolean write,
                                       GError **error);
void mien_feature_set_free (MienFeatureSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienFeatureSet, mien_feature_set_free)

gboolean mien_feature_set_is_writable (MienFeatureSet *self);
guint mien_feature_set_get_n_records (MienFeatureSet *self);
gsize mien_feature_set_get_growth (MienFeatureSet *self);
gboolean mien_feature_set_has (MienFeatureSet *self, const MienFeatureKey *key);
const guint16 *mien_feature_set_lookup (MienFeatureSet *self, const MienFeatureKey *key);
gboolean mien_feature_set_store (MienFeatureSet *self,
                                 const MienFeatureKey *key,
                                 const guint16 *features,
                                 GError **error);
void mien_feature_set_prefetch (MienFeatureSet *self, const MienFeatureKey *key);
void mien_feature_set_release (MienFeatureSet *self, const MienFeatureKey *key);

G_END_DECLS
