/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* syncfs() */

#include "data/mien-new-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-folder.h"

struct _MienNewFolder
{
  char *path;      /* owned; absolute, without a link in it */
  char *temporary; /* owned; beside it; NULL once it has been renamed */
  guint n_made;    /* folders above it that were made for it */
};

/* Absolute, and without a link as far as it exists. */
static char *
resolve (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *parent = NULL;
  g_autofree char *above = NULL;
  g_autofree char *name = NULL;
  char *resolved = realpath (absolute, NULL);

  if (resolved != NULL)
    return resolved;
  parent = g_path_get_dirname (absolute);
  if (strcmp (parent, absolute) == 0)
    return g_steal_pointer (&absolute);
  above = resolve (parent);
  name = g_path_get_basename (absolute);
  return g_build_filename (above, name, NULL);
}

static gboolean
is_below (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 &&
         (path[length] == G_DIR_SEPARATOR || path[length] == '\0' || length == 1);
}

/**
 * mien_new_folder_check_apart:
 * @path: (type filename): where a folder is to be
 * @source: (type filename): the folder that is read for it
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Returns: %FALSE where one of the two lies in the other, whatever links lead there
 */
gboolean
mien_new_folder_check_apart (const char *path, const char *source, GError **error)
{
  g_autofree char *target = resolve (path);
  g_autofree char *origin = resolve (source);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *source_name = g_filename_display_name (source);

  if (is_below (target, origin))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” lies in “%s”, which is only read. Choose a place outside of it."), name,
                   source_name);
      return FALSE;
    }
  if (is_below (origin, target))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” holds “%s”, which is only read. Choose a new folder."), name,
                   source_name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_free (const char *path, const char *name, GError **error)
{
  g_autoptr (GDir) dir = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("“%s” is a file. Choose a new folder."), name);
      return FALSE;
    }
  dir = g_dir_open (path, 0, error);
  if (dir == NULL)
    return FALSE;
  if (g_dir_read_name (dir) != NULL)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("The folder “%s” is not empty. Choose an empty or a new folder."), name);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_new_folder_check_space:
 * @folder: (type filename): a folder that exists
 * @bytes: what is to be written
 * @error: return location; %MIEN_DATA_ERROR_FILE
 *
 * Returns: whether the disk of @folder has room for @bytes, or %FALSE with @error set
 */
gboolean
mien_new_folder_check_space (const char *folder, guint64 bytes, GError **error)
{
  struct statvfs status;
  guint64 free_bytes;

  if (statvfs (folder, &status) != 0)
    {
      mien_folder_set_write_error (folder, errno, error);
      return FALSE;
    }
  if (g_uint64_checked_mul (&free_bytes, status.f_bavail, status.f_frsize) && free_bytes < bytes)
    {
      g_autofree char *name = g_filename_display_name (folder);
      g_autofree char *needed = g_format_size (bytes);
      g_autofree char *left = g_format_size (free_bytes);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("Up to %s would be written, and there are only %s free in “%s”. Make room, "
                      "or choose another place."),
                   needed, left, name);
      return FALSE;
    }
  return TRUE;
}

/* Removes empty folders from `path` upwards. */
static void
remove_parents (const char *path, guint n)
{
  g_autofree char *folder = g_strdup (path);

  for (guint i = 0; i < n; i++)
    {
      char *above = g_path_get_dirname (folder);

      g_rmdir (folder);
      g_free (folder);
      folder = above;
    }
}

static gboolean
make_parents (MienNewFolder *self, const char *parent, GError **error)
{
  g_autofree char *folder = g_strdup (parent);

  while (!g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      char *above = g_path_get_dirname (folder);

      self->n_made++;
      g_free (folder);
      folder = above;
    }
  if (g_mkdir_with_parents (parent, 0777) != 0)
    {
      mien_folder_set_write_error (parent, errno, error);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_new_folder_open:
 * @path: (type filename): where the folder is to appear; an empty folder there is taken
 * @bytes: what is to be written at most
 * @error: return location for %MIEN_DATA_ERROR_FILE or a %GFileError
 *
 * Starts a folder: a temporary one beside @path takes the files, so that the rename at the end
 * stays within one file system. What is there already and is no empty folder is refused, and so is
 * a disk with less than @bytes free.
 *
 * Returns: (transfer full): the folder, or %NULL
 */
MienNewFolder *
mien_new_folder_open (const char *path, guint64 bytes, GError **error)
{
  g_autoptr (MienNewFolder) self = g_new0 (MienNewFolder, 1);
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *parent = NULL;

  self->path = resolve (path);
  if (!check_free (self->path, name, error))
    return NULL;
  parent = g_path_get_dirname (self->path);
  if (!make_parents (self, parent, error) || !mien_new_folder_check_space (parent, bytes, error))
    return NULL;

  self->temporary = g_build_filename (parent, ".mien-new-XXXXXX", NULL);
  if (g_mkdtemp_full (self->temporary, 0777) == NULL)
    {
      mien_folder_set_write_error (self->path, errno, error);
      g_clear_pointer (&self->temporary, g_free);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* Removes a folder with what is in it; follows no link. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && (dir = g_dir_open (path, 0, NULL)) != NULL)
    while ((name = g_dir_read_name (dir)) != NULL)
      {
        g_autofree char *child = g_build_filename (path, name, NULL);

        remove_tree (child);
      }
  g_remove (path);
}

/**
 * mien_new_folder_free:
 * @self: (nullable) (transfer full): the folder
 *
 * Frees it. One that was not committed leaves no trace.
 */
void
mien_new_folder_free (MienNewFolder *self)
{
  if (self == NULL)
    return;
  if (self->temporary != NULL)
    remove_tree (self->temporary);
  if (self->n_made > 0)
    {
      g_autofree char *parent = g_path_get_dirname (self->path);

      remove_parents (parent, self->n_made);
    }
  g_free (self->path);
  g_free (self->temporary);
  g_free (self);
}

/**
 * mien_new_folder_get_path:
 * @self: a folder that is not committed
 *
 * Returns: (transfer none) (type filename): where its files are to be written
 */
const char *
mien_new_folder_get_path (MienNewFolder *self)
{
  return self->temporary;
}

/**
 * mien_new_folder_add_file:
 * @self: a folder that is not committed
 * @relative: (type filename): where in it; the folders above exist
 * @data: (array length=length): what the file holds
 * @length: bytes
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Writes a file. Safe on any thread, for different files.
 *
 * Returns: %FALSE where it could not be written
 */
gboolean
mien_new_folder_add_file (MienNewFolder *self,
                          const char *relative,
                          gconstpointer data,
                          gsize length,
                          GError **error)
{
  g_autofree char *path = g_build_filename (self->temporary, relative, NULL);
  g_autofree char *shown = g_build_filename (self->path, relative, NULL);
  int reason = mien_folder_write_file (path, data, length);

  if (reason != 0)
    mien_folder_set_write_error (shown, reason, error);
  return reason == 0;
}

/**
 * mien_new_folder_commit:
 * @self: a folder
 * @error: return location for %MIEN_DATA_ERROR_FILE
 *
 * Waits until the content is on disk, then puts the folder under its path in one step. Only
 * mien_new_folder_free() may follow.
 *
 * Returns: %TRUE when the folder is there
 */
gboolean
mien_new_folder_commit (MienNewFolder *self, GError **error)
{
  int fd = g_open (self->temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int reason = 0;

  /* One call for all files: a call for each takes as long as writing them. */
  if (fd < 0 || syncfs (fd) != 0)
    reason = errno;
  if (fd >= 0)
    close (fd);
  if (reason == 0 && g_rename (self->temporary, self->path) != 0)
    reason = errno;
  if (reason != 0)
    {
      mien_folder_set_write_error (self->path, reason, error);
      return FALSE;
    }
  g_clear_pointer (&self->temporary, g_free);
  self->n_made = 0;
  return TRUE;
}
