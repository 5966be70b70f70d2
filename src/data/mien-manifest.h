/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "data/mien-augmentation.h"

G_BEGIN_DECLS

/* The file in a prepared data set's folder that says where each of its pictures came from. */
#define MIEN_MANIFEST_NAME "manifest.json"

/* One picture of a prepared data set. */
typedef struct
{
  const char *file;               /* below the prepared folder, UTF-8 */
  const char *source;             /* of what it was made: below the source folder, or its line */
  const char *source_split;       /* as the source calls it */
  const char *source_class;       /* UTF-8 */
  const guint8 *digest;           /* (32), of the source's pixels, as MienPicture has it */
  const MienTransform *transform; /* what was drawn for a copy; NULL: the picture itself */
} MienManifestRow;

/* Where a picture of a prepared data set came from. */
typedef struct
{
  char *source;
  guint8 digest[32];
  gboolean is_copy;
} MienManifestEntry;

typedef struct _MienManifestWriter MienManifestWriter;

MienManifestWriter *mien_manifest_writer_new (const char *source, JsonObject *settings);
void mien_manifest_writer_free (MienManifestWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienManifestWriter, mien_manifest_writer_free)

void mien_manifest_writer_add (MienManifestWriter *self, const MienManifestRow *row);
gboolean
mien_manifest_writer_save (MienManifestWriter *self, const char *directory, GError **error);

GHashTable *mien_manifest_read (const char *directory, GError **error);

G_END_DECLS
