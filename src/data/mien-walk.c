/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-walk.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-folder.h"

#define REPORT_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* Deeper than any tree that a person made; a stop for those that a program made. */
#define MAX_DEPTH 128

/* The identity of a folder, whatever path led to it. */
typedef struct
{
  guint64 device;
  guint64 inode;
} FolderId;

/* The folders from the data set's own down to the one being read. */
typedef struct _Level Level;
struct _Level
{
  const Level *parent;
  FolderId id;
  guint depth;
};

typedef struct
{
  MienWalk *result;
  GHashTable *classes; /* name → MienClassFolder, borrowed from result */
  MienProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  gint64 reported; /* monotonic time of the last progress call */
} Walker;

static guint
folder_id_hash (gconstpointer key)
{
  const FolderId *id = key;

  return (guint) (id->inode ^ (id->inode >> 32) ^ id->device * 31);
}

static gboolean
folder_id_equal (gconstpointer a, gconstpointer b)
{
  const FolderId *id_a = a;
  const FolderId *id_b = b;

  return id_a->device == id_b->device && id_a->inode == id_b->inode;
}

static FolderId
folder_id (const GStatBuf *status)
{
  return (FolderId){ (guint64) status->st_dev, (guint64) status->st_ino };
}

static gboolean
is_above (const Level *level, const FolderId *id)
{
  for (; level != NULL; level = level->parent)
    if (folder_id_equal (&level->id, id))
      return TRUE;
  return FALSE;
}

/* As mien_folder_list_names(), with an issue where it fails. */
static GPtrArray *
list_names_or_issue (Walker *walker, const char *path)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *names = mien_folder_list_names (path, &error);

  if (names == NULL)
    mien_issues_add (walker->result->issues, MIEN_ISSUE_UNREADABLE, path,
                     _ ("%s. Check that you may read it."), error->message);
  return names;
}

/* stat(), with an issue where it fails: for a link that leads nowhere, one of its own. */
static gboolean
look_at (Walker *walker, const char *path, GStatBuf *status)
{
  GStatBuf link_status;
  int saved_errno;

  if (g_stat (path, status) == 0)
    return TRUE;

  saved_errno = errno;
  if (saved_errno == ELOOP)
    mien_issues_add (walker->result->issues, MIEN_ISSUE_LINK_LOOP, path,
                     _ ("This link leads back to itself."));
  else if (g_lstat (path, &link_status) == 0 && S_ISLNK (link_status.st_mode))
    mien_issues_add (walker->result->issues, MIEN_ISSUE_LINK_LOOP, path,
                     _ ("This link leads nowhere: %s."), g_strerror (saved_errno));
  else
    mien_issues_add (walker->result->issues, MIEN_ISSUE_UNREADABLE, path,
                     _ ("Cannot be opened: %s. Check that you may read it."),
                     g_strerror (saved_errno));
  return FALSE;
}

static gboolean
go_on (Walker *walker, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (walker->cancellable, error))
    return FALSE;

  if (walker->progress != NULL && g_get_monotonic_time () - walker->reported >= REPORT_INTERVAL)
    {
      MienProgress report = { _ ("Looking for pictures"), walker->result->files->len, 0 };

      walker->reported = g_get_monotonic_time ();
      walker->progress (&report, walker->user_data);
    }
  return TRUE;
}

/* Collects the files of a class, below `path`. `seen` holds the folders read for this class, so
 * that one that several links lead to is read once. */
static gboolean
walk_class (Walker *walker,
            const MienClassFolder *folder,
            MienSplit split,
            const char *path,
            const Level *level,
            GHashTable *seen,
            GError **error)
{
  g_autoptr (GPtrArray) names = list_names_or_issue (walker, path);

  if (names == NULL)
    return TRUE;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *child = g_build_filename (path, g_ptr_array_index (names, i), NULL);
      GStatBuf status;

      if (!go_on (walker, error))
        return FALSE;
      if (!look_at (walker, child, &status))
        continue;

      if (S_ISDIR (status.st_mode))
        {
          Level below = { level, folder_id (&status), level->depth + 1 };

          if (is_above (level, &below.id))
            mien_issues_add (walker->result->issues, MIEN_ISSUE_LINK_LOOP, child,
                             _ ("This link leads back to a folder above it."));
          else if (below.depth > MAX_DEPTH)
            mien_issues_add (walker->result->issues, MIEN_ISSUE_UNREADABLE, child,
                             _ ("This folder lies too deep to be looked into."));
          else if (g_hash_table_add (seen, g_memdup2 (&below.id, sizeof below.id)) &&
                   !walk_class (walker, folder, split, child, &below, seen, error))
            return FALSE;
        }
      else
        {
          MienFoundFile file = { g_steal_pointer (&child), folder, split, 0 };

          g_array_append_val (walker->result->files, file);
        }
    }
  return TRUE;
}

/* Names are compared in their composed form, as some systems store accents apart. */
static char *
class_name (const char *name)
{
  g_autofree char *shown = g_filename_display_name (name);

  return g_utf8_normalize (shown, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

static MienClassFolder *
get_class (Walker *walker, const char *file_name)
{
  g_autofree char *name = class_name (file_name);
  MienClassFolder *folder = g_hash_table_lookup (walker->classes, name);

  if (folder == NULL)
    {
      folder = g_new0 (MienClassFolder, 1);
      folder->name = g_steal_pointer (&name);
      g_ptr_array_add (walker->result->classes, folder);
      g_hash_table_insert (walker->classes, folder->name, folder);
    }
  return folder;
}

/* Takes each folder in `path` as a class. */
static gboolean
walk_split (Walker *walker, MienSplit split, const char *path, const Level *level, GError **error)
{
  g_autoptr (GPtrArray) names = list_names_or_issue (walker, path);

  if (names == NULL)
    return TRUE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *child = g_build_filename (path, name, NULL);
      g_autoptr (GHashTable) seen = NULL;
      MienClassFolder *folder;
      GStatBuf status;
      Level below;

      if (!look_at (walker, child, &status))
        continue;
      if (!S_ISDIR (status.st_mode))
        {
          walker->result->n_loose_files++;
          continue;
        }

      below = (Level){ level, folder_id (&status), level->depth + 1 };
      if (is_above (level, &below.id))
        {
          mien_issues_add (walker->result->issues, MIEN_ISSUE_LINK_LOOP, child,
                           _ ("This link leads back to a folder above it."));
          continue;
        }

      folder = get_class (walker, name);
      if (folder->paths[split] == NULL)
        folder->paths[split] = g_strdup (child);
      seen = g_hash_table_new_full (folder_id_hash, folder_id_equal, g_free, NULL);
      g_hash_table_add (seen, g_memdup2 (&below.id, sizeof below.id));
      if (!walk_class (walker, folder, split, child, &below, seen, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_folder (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static gboolean
holds_folders (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GPtrArray) names = mien_folder_list_names (path, NULL);

  for (guint i = 0; names != NULL && i < names->len; i++)
    if (is_folder (path, g_ptr_array_index (names, i)))
      return TRUE;
  return FALSE;
}

/* Finds the splits in `directory`. A "train" without folders may be the class of the trains, and
 * so may "test", unless there is nothing but such names. */
static void
find_splits (MienWalk *result, const char *directory, GPtrArray *names)
{
  gboolean is_certain = FALSE;
  gboolean has_others = FALSE;
  MienSplit split;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (!is_folder (directory, name))
        continue;
      if (!mien_split_from_string (name, &split))
        {
          has_others = TRUE;
          continue;
        }
      result->has_split[split] = TRUE;
      if (split == MIEN_SPLIT_TRAIN && holds_folders (directory, name))
        is_certain = TRUE;
    }
  if (has_others && !is_certain)
    memset (result->has_split, 0, sizeof result->has_split);
}

static gboolean
walk_directory (Walker *walker, const char *directory, GPtrArray *names, GError **error)
{
  Level top = { NULL };
  GStatBuf status;
  MienSplit split;

  find_splits (walker->result, directory, names);
  if (look_at (walker, directory, &status))
    top.id = folder_id (&status);
  if (!mien_walk_has_splits (walker->result))
    return walk_split (walker, MIEN_SPLIT_TRAIN, directory, &top, error);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *child = g_build_filename (directory, name, NULL);
      Level below = { .parent = &top, .depth = 1 };

      if (!mien_split_from_string (name, &split) || !is_folder (directory, name) ||
          !look_at (walker, child, &status))
        continue;
      below.id = folder_id (&status);
      if (!walk_split (walker, split, child, &below, error))
        return FALSE;
    }
  return TRUE;
}

static int
compare_classes (gconstpointer a, gconstpointer b)
{
  const MienClassFolder *const *class_a = a;
  const MienClassFolder *const *class_b = b;

  return strcmp ((*class_a)->name, (*class_b)->name);
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  return strcmp (((const MienFoundFile *) a)->path, ((const MienFoundFile *) b)->path);
}

static void
class_folder_free (gpointer data)
{
  MienClassFolder *folder = data;

  g_free (folder->name);
  for (guint i = 0; i < MIEN_N_SPLITS; i++)
    g_free (folder->paths[i]);
  g_free (folder);
}

static void
found_file_clear (gpointer data)
{
  g_free (((MienFoundFile *) data)->path);
}

/**
 * mien_walk_new_empty:
 *
 * Returns: (transfer full): a walk that has found nothing
 */
MienWalk *
mien_walk_new_empty (void)
{
  MienWalk *self = g_new0 (MienWalk, 1);

  self->classes = g_ptr_array_new_with_free_func (class_folder_free);
  self->files = g_array_new (FALSE, FALSE, sizeof (MienFoundFile));
  g_array_set_clear_func (self->files, found_file_clear);
  self->issues = mien_issues_new ();
  return self;
}

/**
 * mien_walk_sort:
 * @self: a walk with its classes and files
 *
 * Brings classes and files into the order of their names, and numbers the classes.
 */
void
mien_walk_sort (MienWalk *self)
{
  g_ptr_array_sort (self->classes, compare_classes);
  for (guint i = 0; i < self->classes->len; i++)
    ((MienClassFolder *) g_ptr_array_index (self->classes, i))->index = i;
  g_array_sort (self->files, compare_files);
}

/**
 * mien_walk_new:
 * @directory: (type filename): a data set's folder, absolute
 * @progress: (nullable): called on this thread with the files found so far
 * @user_data: passed to @progress
 * @cancellable: (nullable): looked at for every file
 * @error: return location for %MIEN_DATA_ERROR_FILE and %G_IO_ERROR_CANCELLED
 *
 * Finds the classes and the files of a data set, opening none of them. Where the folder holds
 * "train" (any case) with folders in it, it and "test", "val", "valid" and "validation" are splits
 * and what lies beside them is left alone; otherwise every folder is a class. Links are followed,
 * each folder is read once a class. Hidden names and what systems leave behind are ignored, and so
 * are files outside of a class's folder.
 *
 * The order of the result depends on names alone.
 *
 * Returns: (transfer full): what was found, or %NULL
 */
MienWalk *
mien_walk_new (const char *directory,
               MienProgressFunc progress,
               gpointer user_data,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (MienWalk) self = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GHashTable) classes = NULL;
  g_autoptr (GError) list_error = NULL;
  Walker walker = { .progress = progress, .user_data = user_data, .cancellable = cancellable };

  names = mien_folder_list_names (directory, &list_error);
  if (names == NULL)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                   _ ("%s. Choose a folder of pictures."), list_error->message);
      return NULL;
    }

  self = mien_walk_new_empty ();
  classes = g_hash_table_new (g_str_hash, g_str_equal);
  walker.result = self;
  walker.classes = classes;
  if (!walk_directory (&walker, directory, names, error))
    return NULL;

  mien_walk_sort (self);
  return g_steal_pointer (&self);
}

/**
 * mien_walk_has_splits:
 * @self: a walk
 *
 * Returns: %TRUE where the folder itself is divided into splits
 */
gboolean
mien_walk_has_splits (const MienWalk *self)
{
  for (guint i = 0; i < MIEN_N_SPLITS; i++)
    if (self->has_split[i])
      return TRUE;
  return FALSE;
}

/**
 * mien_walk_free:
 * @self: (nullable): a walk
 *
 * Frees what was found.
 */
void
mien_walk_free (MienWalk *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->classes);
  g_array_unref (self->files);
  g_array_unref (self->issues);
  g_free (self);
}
