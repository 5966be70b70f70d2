/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-destination.h"

/**
 * mien_destination_dup_default_folder:
 *
 * Returns: (transfer full) (type filename): where the data sets go that Mien makes, unless another
 *   place is chosen; it need not be there yet
 */
char *
mien_destination_dup_default_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "mien", "datasets", NULL);
}

/**
 * mien_destination_dup_free_name:
 * @folder: (type filename): a folder, there or not
 * @name: (type filename): the name that is wanted
 *
 * Returns: (transfer full) (type filename): @name, or else the first of "@name-2", "@name-3" … that
 *   nothing in @folder is called
 */
char *
mien_destination_dup_free_name (const char *folder, const char *name)
{
  g_autofree char *free_name = g_strdup (name);

  for (guint i = 2;; i++)
    {
      g_autofree char *path = g_build_filename (folder, free_name, NULL);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&free_name);
      g_free (free_name);
      free_name = g_strdup_printf ("%s-%u", name, i);
    }
}
