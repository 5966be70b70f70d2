/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-table.h"

typedef struct
{
  MienTable *table;
  const char *path; /* the table's */
  char *folder;     /* that its paths are relative to */
  MienWalk *walk;
  GHashTable *classes; /* name → MienClassFolder, borrowed */
  GHashTable *lines;   /* path → GUINT_TO_POINTER (line); paths are the walk's */
} Reader;

static void add_row_issue (Reader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_row_issue (Reader *reader, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  mien_issues_add (reader->walk->issues, MIEN_ISSUE_ROW, reader->path,
                   _ ("Line %" G_GUINT64_FORMAT ": %s."), mien_csv_get_line (reader->table->csv),
                   reason);
}

static char *
get_stripped (Reader *reader, guint column)
{
  return g_strstrip (g_strdup (mien_csv_get_field (reader->table->csv, column)));
}

static MienClassFolder *
get_class (Reader *reader, const char *label, MienSplit split)
{
  g_autofree char *name = g_utf8_normalize (label, -1, G_NORMALIZE_DEFAULT_COMPOSE);
  MienClassFolder *folder = g_hash_table_lookup (reader->classes, name);

  if (folder == NULL)
    {
      folder = g_new0 (MienClassFolder, 1);
      folder->name = g_steal_pointer (&name);
      g_ptr_array_add (reader->walk->classes, folder);
      g_hash_table_insert (reader->classes, folder->name, folder);
    }
  if (folder->paths[split] == NULL)
    folder->paths[split] = g_strdup (reader->path);
  return folder;
}

/* Takes a row of the right number of fields, or adds an issue. */
static void
take_row (Reader *reader)
{
  MienTable *table = reader->table;
  g_autofree char *path = get_stripped (reader, table->path);
  g_autofree char *label = get_stripped (reader, table->label);
  g_autofree char *split_name = NULL;
  g_autofree char *file_name = NULL;
  g_autofree char *full = NULL;
  MienSplit split = MIEN_SPLIT_TRAIN;
  MienFoundFile file;
  gpointer other;

  if (path[0] == '\0' || label[0] == '\0')
    {
      add_row_issue (reader, "%s", path[0] == '\0' ? _ ("it has no path") : _ ("it has no label"));
      return;
    }
  if (table->split < table->n_columns)
    {
      split_name = get_stripped (reader, table->split);
      if (!mien_split_from_string (split_name, &split))
        {
          add_row_issue (reader, _ ("there is no split “%s”; it is train, validation or test"),
                         split_name);
          return;
        }
    }

  file_name = g_filename_from_utf8 (path, -1, NULL, NULL, NULL);
  full = g_canonicalize_filename (file_name != NULL ? file_name : path, reader->folder);
  if (g_hash_table_lookup_extended (reader->lines, full, NULL, &other))
    {
      add_row_issue (reader, _ ("line %u has the same picture; the first one counts"),
                     GPOINTER_TO_UINT (other));
      return;
    }

  file = (MienFoundFile){ .path = g_steal_pointer (&full), .split = split };
  file.line = (guint) MIN (mien_csv_get_line (table->csv), G_MAXUINT);
  file.folder = get_class (reader, label, split);
  g_hash_table_insert (reader->lines, file.path, GUINT_TO_POINTER (file.line));
  g_array_append_val (reader->walk->files, file);
  if (table->split < table->n_columns)
    reader->walk->has_split[split] = TRUE;
}

static gboolean
read_rows (Reader *reader,
           MienProgressFunc progress,
           gpointer user_data,
           GCancellable *cancellable,
           GError **error)
{
  gint64 reported = 0;
  g_autoptr (GError) local = NULL;

  while (mien_csv_next (reader->table->csv, &local))
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      mien_table_report (reader->table, &reported, progress, user_data);
      if (mien_table_check_row (reader->table, reader->path, reader->walk->issues))
        take_row (reader);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_classes (const MienWalk *walk, const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  if (walk->classes->len < 2)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” lists pictures of %u classes, and %u lines of it cannot be used; a "
                      "classifier needs two classes or more."),
                   name, walk->classes->len, walk->issues->len);
      return FALSE;
    }
  for (guint i = 0; i < walk->classes->len; i++)
    {
      const MienClassFolder *class = g_ptr_array_index (walk->classes, i);

      if (class->paths[MIEN_SPLIT_TRAIN] != NULL)
        continue;
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("The class “%s” has no picture to train on in “%s”. Add one whose split is "
                      "“train”, or remove the class."),
                   class->name, name);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_table_walk:
 * @path: (type filename): a CSV file with the columns path and label, and perhaps split; absolute
 * @progress: (nullable): called on this thread while it is read
 * @user_data: passed to @progress
 * @cancellable: (nullable): looked at for every row
 * @error: return location for a #MienDataError or %G_IO_ERROR_CANCELLED
 *
 * Lists the pictures of a table, opening none of them. Paths are relative to the table's folder.
 * Without the column split, the table is as a folder without splits. A row that cannot be used
 * becomes an issue with its line; of rows with one path, the first one counts.
 *
 * Errors: %MIEN_DATA_ERROR_LAYOUT for a table of pixels, whose pictures have to be written out
 * first, for one of fewer than two classes, and for a class without training pictures.
 *
 * Returns: (transfer full): what was found, in the order of mien_walk_new(); or %NULL
 */
MienWalk *
mien_table_walk (const char *path,
                 MienProgressFunc progress,
                 gpointer user_data,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (MienTable) table = mien_table_open (path, error);
  g_autoptr (MienWalk) walk = NULL;
  g_autoptr (GHashTable) classes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) lines = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *folder = g_path_get_dirname (path);
  Reader reader = { table, path, folder, NULL, classes, lines };

  if (table == NULL)
    return NULL;
  if (table->kind == MIEN_TABLE_PIXELS)
    {
      g_autofree char *name = g_filename_display_name (path);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” holds the pictures themselves. Write them out as files first, with "
                      "“mien-cli prepare”, and use the folder that it makes."),
                   name);
      return NULL;
    }

  walk = mien_walk_new_empty ();
  reader.walk = walk;
  if (!read_rows (&reader, progress, user_data, cancellable, error) ||
      !check_classes (walk, path, error))
    return NULL;
  mien_walk_sort (walk);
  return g_steal_pointer (&walk);
}
