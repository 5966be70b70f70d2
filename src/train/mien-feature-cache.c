/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-feature-cache.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SUFFIX ".features"
#define MAX_LIMIT ((guint64) 16 << 30)
#define FREE_SHARE 4 /* of the free disk, a part of so many */

struct _MienFeatureCache
{
  char *directory;
  guint64 limit;
  guint64 bytes; /* of all sets, as far as this process knows */
};

/* One file of the folder. */
typedef struct
{
  char *path;
  guint64 bytes;
  gint64 used; /* when, ns */
} SetFile;

static void
set_file_free (gpointer data)
{
  SetFile *file = data;

  g_free (file->path);
  g_free (file);
}

/* Sixty-four hexadecimal digits and the suffix: nothing else in the folder is ours to remove. */
static gboolean
is_set_name (const char *name)
{
  gsize digits = strspn (name, "0123456789abcdef");

  return digits == 64 && strcmp (name + digits, SUFFIX) == 0;
}

static GPtrArray *
list_files (const char *directory)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (set_file_free);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      struct stat status;
      SetFile *file;

      if (!is_set_name (name) || lstat (path, &status) != 0 || !S_ISREG (status.st_mode))
        continue;
      file = g_new (SetFile, 1);
      file->path = g_steal_pointer (&path);
      file->bytes = (guint64) status.st_size;
      file->used = (gint64) status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
      g_ptr_array_add (files, file);
    }
  return files;
}

static guint64
sum_bytes (GPtrArray *files)
{
  guint64 bytes = 0;

  for (guint i = 0; i < files->len; i++)
    bytes += ((SetFile *) g_ptr_array_index (files, i))->bytes;
  return bytes;
}

/**
 * mien_feature_cache_dup_directory:
 *
 * Returns: (transfer full) (type filename): the folder that the environment variable
 *   `MIEN_FEATURE_CACHE` names, otherwise `mien/features` in the user's cache folder; it need not
 *   be there
 */
char *
mien_feature_cache_dup_directory (void)
{
  const char *chosen = g_getenv ("MIEN_FEATURE_CACHE");

  if (chosen != NULL && *chosen != '\0')
    return g_canonicalize_filename (chosen, NULL);
  return g_build_filename (g_get_user_cache_dir (), "mien", "features", NULL);
}

/* A share of what would be free without the sets that are there. */
static guint64
choose_limit (const char *directory, guint64 bytes)
{
  struct statvfs status;
  guint64 available;

  if (statvfs (directory, &status) != 0)
    return MAX_LIMIT;
  available = (guint64) status.f_bavail * status.f_frsize;
  return MIN (MAX_LIMIT, (available + bytes) / FREE_SHARE);
}

/**
 * mien_feature_cache_new:
 * @limit: bytes that all sets may take together; 0: a quarter of the free disk, at most 16 GiB
 *
 * Returns: (transfer full): the cache in the folder of mien_feature_cache_dup_directory()
 */
MienFeatureCache *
mien_feature_cache_new (guint64 limit)
{
  MienFeatureCache *self = g_new0 (MienFeatureCache, 1);
  g_autoptr (GPtrArray) files = NULL;

  self->directory = mien_feature_cache_dup_directory ();
  g_mkdir_with_parents (self->directory, 0700);
  files = list_files (self->directory);
  self->bytes = sum_bytes (files);
  self->limit = limit > 0 ? limit : choose_limit (self->directory, self->bytes);
  return self;
}

/**
 * mien_feature_cache_free:
 * @self: (nullable) (transfer full): a cache; its sets live on
 */
void
mien_feature_cache_free (MienFeatureCache *self)
{
  if (self == NULL)
    return;

  g_free (self->directory);
  g_free (self);
}

/**
 * mien_feature_cache_get_limit:
 * @self: a cache
 *
 * Returns: bytes that all sets may take together
 */
guint64
mien_feature_cache_get_limit (MienFeatureCache *self)
{
  return self->limit;
}

/**
 * mien_feature_cache_open_set:
 * @self: a cache
 * @id: what the features depend on, as a digest
 * @length: 16-bit numbers of one record
 * @write: whether to write to it, if no other process does
 * @error: return location; `G_IO_ERROR`
 *
 * Opens the set of that name, or makes it; see mien_feature_set_open().
 *
 * Returns: (transfer full) (nullable): the set
 */
MienFeatureSet *
mien_feature_cache_open_set (MienFeatureCache *self,
                             const guint8 id[32],
                             gsize length,
                             gboolean write,
                             GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *path = NULL;
  MienFeatureSet *set;

  for (guint i = 0; i < 32; i++)
    g_string_append_printf (name, "%02x", id[i]);
  g_string_append (name, SUFFIX);
  path = g_build_filename (self->directory, name->str, NULL);
  set = mien_feature_set_open (path, id, length, write, error);
  files = list_files (self->directory);
  self->bytes = sum_bytes (files);
  return set;
}

static gint
compare_used (gconstpointer a, gconstpointer b)
{
  const SetFile *left = *(SetFile *const *) a;
  const SetFile *right = *(SetFile *const *) b;

  return (left->used > right->used) - (left->used < right->used);
}

/* Removes a set unless somebody, this process too, has it open for writing. */
static gboolean
drop_unused (const char *path)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  gboolean dropped;

  if (fd < 0)
    return FALSE;
  dropped = flock (fd, LOCK_EX | LOCK_NB) == 0 && unlink (path) == 0;
  close (fd);
  return dropped;
}

/* Drops the sets that were of use longest ago, until a record fits. */
static gboolean
make_room (MienFeatureCache *self, gsize wanted)
{
  g_autoptr (GPtrArray) files = NULL;

  if (wanted <= self->limit && self->bytes <= self->limit - wanted)
    return TRUE;

  files = list_files (self->directory);
  self->bytes = sum_bytes (files);
  g_ptr_array_sort (files, compare_used);
  for (guint i = 0; i < files->len && wanted + self->bytes > self->limit; i++)
    {
      const SetFile *file = g_ptr_array_index (files, i);

      if (drop_unused (file->path))
        self->bytes -= file->bytes;
    }
  return wanted <= self->limit && self->bytes <= self->limit - wanted;
}

/**
 * mien_feature_cache_store:
 * @self: a cache
 * @set: a set of it
 * @key: a picture
 * @features: (array): as many numbers as the set's length
 * @error: return location; as of mien_feature_set_store(), and `G_IO_ERROR_NO_SPACE` where the
 *   limit is reached
 *
 * Keeps a picture's features. Where they go over the limit, the sets that were used longest ago are
 * dropped first; those that a training uses now are not.
 *
 * Returns: %TRUE if they are kept
 */
gboolean
mien_feature_cache_store (MienFeatureCache *self,
                          MienFeatureSet *set,
                          const MienFeatureKey *key,
                          const guint16 *features,
                          GError **error)
{
  gsize bytes = mien_feature_set_get_growth (set);

  if (mien_feature_set_has (set, key))
    return TRUE;
  if (mien_feature_set_is_writable (set) && !make_room (self, bytes))
    {
      g_autofree char *name = g_filename_display_name (self->directory);
      g_autofree char *limit = g_format_size (self->limit);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                   _ ("The features in “%s” have reached their limit of %s"), name, limit);
      return FALSE;
    }
  if (!mien_feature_set_store (set, key, features, error))
    return FALSE;

  self->bytes += bytes;
  return TRUE;
}

/**
 * mien_feature_cache_measure:
 *
 * Returns: bytes that all sets take
 */
guint64
mien_feature_cache_measure (void)
{
  g_autofree char *directory = mien_feature_cache_dup_directory ();
  g_autoptr (GPtrArray) files = list_files (directory);

  return sum_bytes (files);
}

/**
 * mien_feature_cache_clear:
 * @error: return location; `G_IO_ERROR` that names the first file that cannot be removed
 *
 * Removes all sets. A training that uses one keeps it, unseen, until it ends.
 *
 * Returns: %TRUE if none is left
 */
gboolean
mien_feature_cache_clear (GError **error)
{
  g_autofree char *directory = mien_feature_cache_dup_directory ();
  g_autoptr (GPtrArray) files = list_files (directory);

  for (guint i = 0; i < files->len; i++)
    {
      const SetFile *file = g_ptr_array_index (files, i);

      if (unlink (file->path) != 0 && errno != ENOENT)
        {
          int reason = errno;
          g_autofree char *name = g_filename_display_name (file->path);

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (reason),
                       _ ("“%s” cannot be removed: %s"), name, g_strerror (reason));
          return FALSE;
        }
    }
  return TRUE;
}
