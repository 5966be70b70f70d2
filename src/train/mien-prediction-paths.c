/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-prediction.h"

#include "data/mien-folder.h"

/* Which folder it is, however it was reached; NULL: it cannot be seen. */
static char *
folder_identity (const char *directory)
{
  g_autoptr (GFile) file = g_file_new_for_path (directory);
  g_autoptr (GFileInfo)
    info = g_file_query_info (file, G_FILE_ATTRIBUTE_ID_FILE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL ? g_strdup (g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_ID_FILE))
                      : NULL;
}

/* `above` holds the folders on the way down: a link that leads back to one of them is not followed.
 * A folder inside one that cannot be listed is kept as a path, so that it becomes a row with the
 * reason. */
static gboolean
expand_folder (const char *directory,
               GHashTable *above,
               GPtrArray *paths,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree char *identity = folder_identity (directory);
  g_autoptr (GPtrArray) names = NULL;

  if (identity != NULL && g_hash_table_contains (above, identity))
    return TRUE;

  names = mien_folder_list_names (directory, NULL);
  if (names == NULL)
    {
      g_ptr_array_add (paths, g_strdup (directory));
      return TRUE;
    }

  if (identity != NULL)
    g_hash_table_add (above, identity);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, g_ptr_array_index (names, i), NULL);

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (paths, g_steal_pointer (&path));
      else if (!expand_folder (path, above, paths, cancellable, error))
        return FALSE;
    }

  if (identity != NULL)
    g_hash_table_remove (above, identity);
  return TRUE;
}

/**
 * mien_prediction_list_paths:
 * @paths: (array zero-terminated=1) (element-type filename): files and folders
 * @cancellable: (nullable): ends it with `G_IO_ERROR_CANCELLED`
 * @error: return location
 *
 * Replaces each folder by the files in it and in its folders, sorted by name, byte by byte; hidden
 * ones and litter such as Thumbs.db are left out, links are followed unless they lead back up. A
 * path that was given by itself stays, whatever it is, in its place: what is wrong with it is for
 * its prediction to say.
 *
 * Returns: (transfer full) (nullable) (element-type filename): the files
 */
GPtrArray *
mien_prediction_list_paths (const char *const *paths, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) above = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;

      if (!g_file_test (paths[i], G_FILE_TEST_IS_DIR))
        g_ptr_array_add (files, g_strdup (paths[i]));
      else if (!expand_folder (paths[i], above, files, cancellable, error))
        return NULL;
    }

  return g_steal_pointer (&files);
}
