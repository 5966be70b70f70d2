/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-partial-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "train/mien-train-error.h"

/* A tag is of some ten characters; what is longer is none. */
#define MAX_TAG 1024

struct _MienPartialFile
{
  char *path;     /* owned: where it is to be at the end */
  char *part;     /* owned */
  char *tag_path; /* owned */
  char *tag;      /* owned; NULL: not known which version of the file the bytes are of */
  int fd;         /* -1: committed or discarded */
  guint64 length;
};

static void
set_error_from_errno (MienPartialFile *self, int reason, GError **error)
{
  g_autofree char *name = g_filename_display_name (self->part);

  g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH,
               _ ("“%s” cannot be written: %s. Check the folder's permissions and free space, "
                  "then start again: what is there is kept."),
               name, g_strerror (reason));
}

/* Another process may have renamed or removed the file between the opening and the lock. */
static gboolean
is_still_there (MienPartialFile *self)
{
  struct stat opened, named;

  return fstat (self->fd, &opened) == 0 && lstat (self->part, &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

static gboolean
open_and_lock (MienPartialFile *self, GError **error)
{
  for (;;)
    {
      self->fd = g_open (self->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
      if (self->fd < 0)
        {
          set_error_from_errno (self, errno, error);
          return FALSE;
        }
      if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
        {
          const int reason = errno;
          g_autofree char *name = g_filename_display_name (self->path);

          if (reason == EWOULDBLOCK)
            g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH,
                         _ ("“%s” is being fetched already, by this or another window or program. "
                            "Wait until that has ended."),
                         name);
          else
            set_error_from_errno (self, reason, error);
          /* What somebody else holds is not to be tidied up. */
          close (self->fd);
          self->fd = -1;
          return FALSE;
        }
      if (is_still_there (self))
        return TRUE;
      close (self->fd);
    }
}

static void
read_tag (MienPartialFile *self)
{
  g_autofree char *text = NULL;
  gsize length;

  if (self->length > 0 && g_file_get_contents (self->tag_path, &text, &length, NULL) &&
      length > 0 && length <= MAX_TAG && g_str_is_ascii (text))
    self->tag = g_steal_pointer (&text);
}

/**
 * mien_partial_file_open:
 * @path: (type filename): where the whole file is to be; its folder exists
 * @error: return location; %MIEN_TRAIN_ERROR_FETCH, also where somebody else has it
 *
 * Opens what has arrived of a file so far, or begins it, and keeps every other process out until it
 * is freed.
 *
 * Returns: (transfer full) (nullable): the part
 */
MienPartialFile *
mien_partial_file_open (const char *path, GError **error)
{
  g_autoptr (MienPartialFile) self = g_new0 (MienPartialFile, 1);
  struct stat status;

  self->fd = -1;
  self->path = g_strdup (path);
  self->part = g_strconcat (path, ".part", NULL);
  self->tag_path = g_strconcat (self->part, ".tag", NULL);
  if (!open_and_lock (self, error))
    return NULL;
  if (fstat (self->fd, &status) != 0 || lseek (self->fd, 0, SEEK_END) < 0)
    {
      set_error_from_errno (self, errno, error);
      return NULL;
    }
  self->length = (guint64) status.st_size;
  read_tag (self);
  return g_steal_pointer (&self);
}

/**
 * mien_partial_file_free:
 * @self: (nullable) (transfer full): the part
 *
 * Lets others have it. What has arrived stays; nothing stays of nothing.
 */
void
mien_partial_file_free (MienPartialFile *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0 && self->length == 0 && is_still_there (self))
    mien_partial_file_discard (self);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self->part);
  g_free (self->tag_path);
  g_free (self->tag);
  g_free (self);
}

/**
 * mien_partial_file_get_path:
 * @self: a part
 *
 * Returns: (type filename): where the bytes are for now
 */
const char *
mien_partial_file_get_path (MienPartialFile *self)
{
  return self->part;
}

/**
 * mien_partial_file_get_length:
 * @self: a part
 *
 * Returns: bytes that are there
 */
guint64
mien_partial_file_get_length (MienPartialFile *self)
{
  return self->length;
}

/**
 * mien_partial_file_get_tag:
 * @self: a part
 *
 * Returns: (nullable): which version of the file the bytes are of, as given to
 *   mien_partial_file_restart(); %NULL: not known, they cannot be gone on with
 */
const char *
mien_partial_file_get_tag (MienPartialFile *self)
{
  return self->tag;
}

/**
 * mien_partial_file_restart:
 * @self: a part
 * @tag: (nullable): which version of the file the next bytes are of
 * @error: return location; %MIEN_TRAIN_ERROR_FETCH
 *
 * Drops all bytes.
 *
 * Returns: %FALSE with @error set
 */
gboolean
mien_partial_file_restart (MienPartialFile *self, const char *tag, GError **error)
{
  g_clear_pointer (&self->tag, g_free);
  g_unlink (self->tag_path);
  if (ftruncate (self->fd, 0) != 0 || lseek (self->fd, 0, SEEK_SET) < 0)
    {
      set_error_from_errno (self, errno, error);
      return FALSE;
    }
  self->length = 0;

  if (tag == NULL || *tag == '\0' || strlen (tag) > MAX_TAG)
    return TRUE;
  if (!g_file_set_contents_full (self->tag_path, tag, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                 error))
    return FALSE;
  self->tag = g_strdup (tag);
  return TRUE;
}

/**
 * mien_partial_file_append:
 * @self: a part
 * @data: (array length=length): the next bytes
 * @length: how many
 * @error: return location; %MIEN_TRAIN_ERROR_FETCH
 *
 * Returns: %FALSE with @error set; what was written before stays
 */
gboolean
mien_partial_file_append (MienPartialFile *self, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;

  while (length > 0)
    {
      const gssize written = write (self->fd, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          set_error_from_errno (self, errno, error);
          return FALSE;
        }
      bytes += written;
      length -= (gsize) written;
      self->length += (guint64) written;
    }
  return TRUE;
}

/**
 * mien_partial_file_commit:
 * @self: a part
 * @error: return location; %MIEN_TRAIN_ERROR_FETCH
 *
 * Waits until the bytes are on the disk and puts the file under its path in one step. Only
 * mien_partial_file_free() may follow.
 *
 * Returns: %FALSE with @error set
 */
gboolean
mien_partial_file_commit (MienPartialFile *self, GError **error)
{
  if (fsync (self->fd) != 0 || g_rename (self->part, self->path) != 0)
    {
      set_error_from_errno (self, errno, error);
      return FALSE;
    }
  g_unlink (self->tag_path);
  close (self->fd);
  self->fd = -1;
  return TRUE;
}

/**
 * mien_partial_file_discard:
 * @self: a part
 *
 * Removes what has arrived. Only mien_partial_file_free() may follow.
 */
void
mien_partial_file_discard (MienPartialFile *self)
{
  g_unlink (self->tag_path);
  g_unlink (self->part);
  close (self->fd);
  self->fd = -1;
}

/**
 * mien_partial_file_measure:
 * @path: (type filename): where a file is to be
 *
 * Returns: bytes of it that have arrived and can be gone on with
 */
guint64
mien_partial_file_measure (const char *path)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autofree char *tag = g_strconcat (part, ".tag", NULL);
  GStatBuf status;

  if (g_access (tag, R_OK) != 0 || g_stat (part, &status) != 0)
    return 0;
  return (guint64) status.st_size;
}
