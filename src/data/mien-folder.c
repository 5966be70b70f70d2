/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-folder.h"

#include <string.h>

/**
 * mien_folder_is_ignored:
 * @name: (type filename): of a file or folder
 *
 * Returns: whether it is hidden, or what systems and archive programs leave in folders; never a
 *   class, never a picture
 */
gboolean
mien_folder_is_ignored (const char *name)
{
  static const char *const names[] = { "Thumbs.db", "ehthumbs.db", "desktop.ini", "__MACOSX",
                                       "@eaDir" };

  if (name[0] == '.')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * mien_folder_list_names:
 * @path: (type filename): a folder
 * @error: return location; `G_FILE_ERROR` where it cannot be listed
 *
 * Lists a folder as a person means it: hidden files and folders, and what systems and archive
 * programs leave behind, are not in it.
 *
 * Returns: (transfer full) (nullable) (element-type filename): the names, in byte order
 */
GPtrArray *
mien_folder_list_names (const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return NULL;

  names = g_ptr_array_new_with_free_func (g_free);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!mien_folder_is_ignored (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_strings);
  return g_steal_pointer (&names);
}
