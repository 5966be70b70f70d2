/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-folder.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"

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

/**
 * mien_folder_set_write_error:
 * @path: (type filename): what could not be written
 * @reason: `errno`
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Says why, and what to do.
 */
void
mien_folder_set_write_error (const char *path, int reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
               _ ("“%s” cannot be written: %s. Check the folder's permissions and free space, or "
                  "choose another place."),
               name, g_strerror (reason));
}

/**
 * mien_folder_write_file:
 * @path: (type filename): a file in a folder that is not in its place yet
 * @data: (array length=length): what it holds
 * @length: bytes
 *
 * Writes a file, without waiting for the disk: who puts the folder in its place does that once for
 * all files. Safe on any thread, for different files.
 *
 * Returns: 0, or the `errno` for mien_folder_set_write_error(), with the path that it was to have
 */
int
mien_folder_write_file (const char *path, gconstpointer data, gsize length)
{
  FILE *file = g_fopen (path, "wbe");
  int reason = 0;

  if (file == NULL)
    return errno;
  errno = 0;
  if (fwrite (data, 1, length, file) != length)
    reason = errno != 0 ? errno : EIO;
  errno = 0;
  if (fclose (file) != 0 && reason == 0)
    reason = errno != 0 ? errno : EIO;
  return reason;
}
