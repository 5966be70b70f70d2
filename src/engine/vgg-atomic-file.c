/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "engine/vgg-error.h"

/* Linux writes at most 0x7ffff000 bytes a call; smaller pieces work everywhere. */
#define LARGEST_WRITE (64 * 1024 * 1024)

struct _VggAtomicFile
{
  char *path;      /* owned */
  char *folder;    /* owned */
  char *temporary; /* owned; NULL once it has been renamed */
  int fd;          /* -1: closed */
};

static void
set_error_from_errno (VggAtomicFile *self, int reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->path);

  g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
               _ ("“%s” cannot be written: %s. Check the folder's permissions and free space, "
                  "or choose another place."),
               name, g_strerror (reason));
}

/**
 * vgg_atomic_file_open:
 * @path: where the file is to appear
 * @error: return location for an error
 *
 * Starts a file: a temporary one in the same folder takes what is written, so that the rename at
 * the end stays within one file system. Nothing is seen under @path before
 * vgg_atomic_file_commit().
 *
 * Returns: (transfer full): the file, or %NULL with a %VGG_ERROR_FILE
 */
VggAtomicFile *
vgg_atomic_file_open (const char *path, GError **error)
{
  g_autoptr (VggAtomicFile) self = g_new0 (VggAtomicFile, 1);

  self->path = g_strdup (path);
  self->folder = g_path_get_dirname (path);
  self->temporary = g_build_filename (self->folder, ".mien-XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (self->fd < 0)
    {
      set_error_from_errno (self, errno, error);
      g_clear_pointer (&self->temporary, g_free);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * vgg_atomic_file_free:
 * @self: (nullable) (transfer full): the file
 *
 * Frees the file. One that was not committed leaves no trace.
 */
void
vgg_atomic_file_free (VggAtomicFile *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);

  g_free (self->path);
  g_free (self->folder);
  g_free (self->temporary);
  g_free (self);
}

/**
 * vgg_atomic_file_write:
 * @self: a file that was not committed
 * @data: @length bytes
 * @length: how many
 * @error: return location for an error
 *
 * Appends to the file.
 *
 * Returns: %TRUE when all of it was taken, else %FALSE with a %VGG_ERROR_FILE
 */
gboolean
vgg_atomic_file_write (VggAtomicFile *self, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;

  while (length > 0)
    {
      gssize written = write (self->fd, bytes, MIN (length, LARGEST_WRITE));

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          set_error_from_errno (self, errno, error);
          return FALSE;
        }

      bytes += written;
      length -= written;
    }

  return TRUE;
}

/**
 * vgg_atomic_file_commit:
 * @self: a file that was not committed
 * @error: return location for an error
 *
 * Waits until the content is on disk, then puts the file under its path in one step, in place of
 * an older one. Only vgg_atomic_file_free() may follow.
 *
 * Returns: %TRUE when the file is there, else %FALSE with a %VGG_ERROR_FILE
 */
gboolean
vgg_atomic_file_commit (VggAtomicFile *self, GError **error)
{
  int folder;
  int fd = self->fd;

  if (fsync (fd) != 0)
    {
      set_error_from_errno (self, errno, error);
      return FALSE;
    }

  self->fd = -1;
  if (close (fd) != 0 || g_rename (self->temporary, self->path) != 0)
    {
      set_error_from_errno (self, errno, error);
      return FALSE;
    }
  g_clear_pointer (&self->temporary, g_free);

  /* The rename survives a power cut only once the folder is on disk. Some file systems cannot sync
   * a folder; the content is safe all the same. */
  folder = g_open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (folder >= 0)
    {
      fsync (folder);
      close (folder);
    }

  return TRUE;
}
