/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "data/mien-dataset-private.h"
#include "data/mien-manifest.h"
#include "data/mien-union.h"

/* Joins a picture with the first one that has the key; it is the first one where there is none. */
static guint
join_by_key (GHashTable *firsts, gconstpointer key, guint *parents, guint i)
{
  gpointer value;

  if (!g_hash_table_lookup_extended (firsts, key, NULL, &value))
    {
      g_hash_table_insert (firsts, (gpointer) key, GUINT_TO_POINTER (i));
      return i;
    }
  mien_union_join (parents, GPOINTER_TO_UINT (value), i);
  return GPOINTER_TO_UINT (value);
}

/**
 * mien_dataset_take_manifest:
 * @self: a data set whose pictures have their digests
 *
 * Sets what belongs together. A group is a picture and its copies, as the folder's manifest has
 * them; a picture that it does not know is a group of its own. A family is what must not be
 * separated by a split: pictures of one group, pictures with the same pixels, and those whose
 * sources had the same pixels. A manifest that cannot be read becomes an issue.
 */
void
mien_dataset_take_manifest (MienDataset *self)
{
  g_autoptr (GHashTable) entries = NULL;
  g_autoptr (GHashTable) by_digest = g_hash_table_new (mien_digest_hash, mien_digest_equal);
  g_autoptr (GHashTable) by_source = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  guint *parents = g_new (guint, MAX (self->pictures->len, 1));

  entries = mien_manifest_read (self->directory, &error);
  if (error != NULL)
    {
      g_autofree char *path = g_build_filename (self->directory, MIEN_MANIFEST_NAME, NULL);

      mien_issues_add (self->issues, MIEN_ISSUE_MANIFEST, path,
                       _ ("The manifest cannot be read: %s. Copies of a picture may come to lie on "
                          "both sides of a split."),
                       error->message);
    }

  for (guint i = 0; i < self->pictures->len; i++)
    parents[i] = i;
  for (guint i = 0; i < self->pictures->len; i++)
    {
      MienPicture *picture = &g_array_index (self->pictures, MienPicture, i);
      const MienManifestEntry *entry = NULL;

      picture->group = i;
      join_by_key (by_digest, picture->digest, parents, i);
      if (entries != NULL)
        entry = g_hash_table_lookup (entries, mien_dataset_get_relative_path (self, picture->path));
      if (entry == NULL)
        continue;
      picture->group = join_by_key (by_source, entry->source, parents, i);
      picture->is_copy = entry->is_copy;
      join_by_key (by_digest, entry->digest, parents, i);
    }

  mien_union_flatten (parents, self->pictures->len);
  self->families = parents;
}
