/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-bundled.h"

#include <glib/gstdio.h>
#include <string.h>

/* A card is a page of text. */
#define MAX_CARD_BYTES (1 << 16)

static const char *const names[] = { "faces-compact", "three-emotions" };

G_STATIC_ASSERT (G_N_ELEMENTS (names) == MIEN_N_BUNDLED);

/* The build folder has its copy two folders above every program that it builds. A program that
 * is installed must not look there: that may be anybody's folder. */
static char *
find_folder (void)
{
  const char *chosen = g_getenv ("MIEN_WEIGHTS");
  g_autofree char *program = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *built = NULL;

  if (chosen != NULL)
    return g_strdup (chosen);

  program = g_file_read_link ("/proc/self/exe", NULL);
  if (program == NULL)
    return g_strdup (MIEN_WEIGHTS_DIR);

  folder = g_path_get_dirname (program);
  built = g_build_filename (folder, "..", "..", "data", "weights", NULL);
  if (!g_str_equal (folder, MIEN_BIN_DIR) && g_file_test (built, G_FILE_TEST_IS_DIR))
    return g_canonicalize_filename (built, NULL);
  return g_strdup (MIEN_WEIGHTS_DIR);
}

/**
 * mien_bundled_find:
 * @which: a network that comes with the program
 *
 * Looks for its file in the folder that the environment variable `MIEN_WEIGHTS` names, and in no
 * other if it is set; otherwise in the build folder that the program was started from, or where
 * the program's data are installed.
 *
 * Returns: (transfer full) (nullable) (type filename): its absolute path, or %NULL where it is not
 *   there
 */
char *
mien_bundled_find (MienBundled which)
{
  g_autofree char *folder = find_folder ();
  g_autofree char *file = g_strconcat (names[which], ".safetensors", NULL);
  g_autofree char *relative = g_build_filename (folder, file, NULL);
  g_autofree char *path = g_canonicalize_filename (relative, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path) : NULL;
}

/**
 * mien_bundled_is:
 * @which: a network that comes with the program
 * @path: (nullable) (type filename): a file
 *
 * Returns: whether @path is that network's file
 */
gboolean
mien_bundled_is (MienBundled which, const char *path)
{
  g_autofree char *own = mien_bundled_find (which);
  g_autofree char *other = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;

  return own != NULL && g_strcmp0 (own, other) == 0;
}

/**
 * mien_bundled_resolve:
 * @argument: (type filename): what a command line has for a model: a file, or the name of a network
 *   that comes with the program, `three-emotions` or `faces-compact`
 *
 * A file goes before a network of its name.
 *
 * Returns: (transfer full) (type filename): the file that is meant
 */
char *
mien_bundled_resolve (const char *argument)
{
  if (!g_file_test (argument, G_FILE_TEST_EXISTS))
    for (guint i = 0; i < MIEN_N_BUNDLED; i++)
      if (g_str_equal (argument, names[i]))
        {
          char *path = mien_bundled_find ((MienBundled) i);

          if (path != NULL)
            return path;
        }
  return g_strdup (argument);
}

/**
 * mien_bundled_dup_card:
 * @path: (nullable) (type filename): a model or weights file
 *
 * Reads the card of a model: what it was trained on, how good it is, what it must not be used for.
 * It stands beside the file, under its name with the ending `.md`; the networks that come with the
 * program have one.
 *
 * Returns: (transfer full) (nullable): the card, Markdown in UTF-8; %NULL where there is none, or
 * where it is no text of up to 64 KiB
 */
char *
mien_bundled_dup_card (const char *path)
{
  g_autofree char *card = NULL;
  g_autofree char *text = NULL;
  g_autofree char *stem = NULL;
  gsize length;
  GStatBuf status;

  if (path == NULL || !g_str_has_suffix (path, ".safetensors"))
    return NULL;

  stem = g_strndup (path, strlen (path) - strlen (".safetensors"));
  card = g_strconcat (stem, ".md", NULL);
  if (g_stat (card, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > MAX_CARD_BYTES ||
      !g_file_get_contents (card, &text, &length, NULL) || !g_utf8_validate (text, length, NULL))
    return NULL;
  return g_steal_pointer (&text);
}
