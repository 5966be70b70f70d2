/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "data/mien-dataset-private.h"
#include "data/mien-folder.h"
#include "data/mien-prepare-private.h"

/* Room for numbers and an extension below the 255 bytes that file systems allow. */
#define MAX_STEM_BYTES 200
#define MAX_EXTENSION_BYTES 16

/* Splits a name before its extension, which stays empty where there is none. */
static void
split_name (const char *name, char **stem, char **extension)
{
  const char *dot = strrchr (name, '.');
  gsize length = dot != NULL && dot != name ? (gsize) (dot - name) : strlen (name);

  *extension = g_strdup (strlen (name + length) <= MAX_EXTENSION_BYTES ? name + length : "");
  if (length > MAX_STEM_BYTES)
    {
      length = MAX_STEM_BYTES;
      while ((name[length] & 0xc0) == 0x80) /* not within a character */
        length--;
    }
  *stem = g_strndup (name, length);
}

/* A path that no other item has, on a file system that ignores case either. `taken` holds folded
 * paths and the number that was last put behind each. */
static char *
make_unique (GHashTable *taken, const char *folder, const char *stem, const char *extension)
{
  g_autofree char *wanted = g_strdup_printf ("%s/%s%s", folder, stem, extension);
  g_autofree char *wanted_key = g_utf8_casefold (wanted, -1);
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (taken, wanted_key));

  if (number == 0)
    {
      g_hash_table_insert (taken, g_steal_pointer (&wanted_key), GUINT_TO_POINTER (1));
      return g_steal_pointer (&wanted);
    }
  while (TRUE)
    {
      char *path = g_strdup_printf ("%s/%s-%u%s", folder, stem, ++number, extension);
      char *key = g_utf8_casefold (path, -1);

      if (!g_hash_table_contains (taken, key))
        {
          g_hash_table_insert (taken, key, GUINT_TO_POINTER (1));
          g_hash_table_insert (taken, g_steal_pointer (&wanted_key), GUINT_TO_POINTER (number));
          return path;
        }
      g_free (key);
      g_free (path);
    }
}

/**
 * mien_prepare_plan_name_files:
 * @self: a plan with its items
 *
 * Names the files: `train/joy/0007.jpg` for the picture itself, `train/joy/0007-copy-1.png` for a
 * copy, with a number behind it where two sources have the same name.
 */
void
mien_prepare_plan_name_files (MienPreparePlan *self)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      MienPrepareItem *item = &g_array_index (self->items, MienPrepareItem, i);
      const MienPicture *picture = mien_dataset_get_picture (self->source, item->picture);
      g_autofree char *name = g_filename_display_basename (picture->path);
      g_autofree char *folder = NULL;
      g_autofree char *stem = NULL;
      g_autofree char *extension = NULL;

      folder = g_strdup_printf ("%s/%s", mien_split_to_string (item->split),
                                self->classes[item->class_index]);
      split_name (name, &stem, &extension);
      if (mien_folder_is_ignored (name) || mien_folder_is_ignored (stem))
        {
          /* A table may list a file that no scan would find. */
          char *shown = g_strconcat ("picture", stem, NULL);

          g_free (stem);
          stem = shown;
        }
      if (item->copy > 0)
        {
          char *copied = g_strdup_printf ("%s-copy-%u", stem, item->copy);

          g_free (stem);
          stem = copied;
          g_free (extension);
          extension = g_strdup (".png");
        }
      item->file = make_unique (taken, folder, stem, extension);
    }
}
