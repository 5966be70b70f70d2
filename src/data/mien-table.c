/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-table.h"

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"

#define REPORT_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)
#define MEGABYTE 1000000

/**
 * mien_table_is_file:
 * @path: (type filename): what is to be read as a data set
 *
 * Returns: %TRUE where it is a file, hence can only be a table
 */
gboolean
mien_table_is_file (const char *path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* The column of a name, in any case; n_columns where there is none. */
static guint
find_column (const MienTable *self, const char *name)
{
  guint i;

  for (i = 0; i < self->n_columns; i++)
    {
      g_autofree char *title = g_strstrip (g_strdup (mien_csv_get_field (self->csv, i)));

      if (g_ascii_strcasecmp (title, name) == 0)
        break;
    }
  return i;
}

/**
 * mien_table_open:
 * @path: (type filename): a CSV file
 * @error: return location for %MIEN_DATA_ERROR_FILE or %MIEN_DATA_ERROR_LAYOUT
 *
 * Opens a table and finds its columns by the names in its first line, in any order and case; other
 * columns do not matter.
 *
 * Returns: (transfer full): the table, before its first row; or %NULL
 */
MienTable *
mien_table_open (const char *path, GError **error)
{
  g_autoptr (MienTable) self = g_new0 (MienTable, 1);
  g_autoptr (GError) local = NULL;
  g_autofree char *name = g_filename_display_name (path);

  self->csv = mien_csv_open (path, error);
  if (self->csv == NULL)
    return NULL;
  if (mien_csv_next (self->csv, &local) && mien_csv_get_flaw (self->csv) == NULL)
    {
      self->n_columns = mien_csv_get_n_fields (self->csv);
      self->path = find_column (self, "path");
      self->label = find_column (self, "label");
      self->split = find_column (self, "split");
      self->emotion = find_column (self, "emotion");
      self->pixels = find_column (self, "pixels");
      self->usage = find_column (self, "usage");
      if (self->path < self->n_columns && self->label < self->n_columns)
        self->kind = MIEN_TABLE_PATHS;
      else if (MAX (MAX (self->emotion, self->pixels), self->usage) < self->n_columns)
        self->kind = MIEN_TABLE_PIXELS;
      else
        self->n_columns = 0;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (self->n_columns == 0)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” is neither a folder of pictures nor a table of them. The first line of "
                      "a table is “path,label” or “path,label,split”."),
                   name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * mien_table_free:
 * @self: (nullable) (transfer full): a table
 *
 * Closes the table.
 */
void
mien_table_free (MienTable *self)
{
  if (self == NULL)
    return;
  mien_csv_free (self->csv);
  g_free (self);
}

/**
 * mien_table_check_row:
 * @self: a table, at a row
 * @path: (type filename): its file
 * @issues: (element-type MienIssue): where a row that cannot be used is noted
 *
 * Returns: %TRUE where the row has all of its fields
 */
gboolean
mien_table_check_row (MienTable *self, const char *path, GArray *issues)
{
  const char *flaw = mien_csv_get_flaw (self->csv);
  guint n = mien_csv_get_n_fields (self->csv);

  if (flaw != NULL)
    mien_issues_add (issues, MIEN_ISSUE_ROW, path, _ ("Line %" G_GUINT64_FORMAT ": %s."),
                     mien_csv_get_line (self->csv), flaw);
  else if (n != self->n_columns)
    mien_issues_add (
      issues, MIEN_ISSUE_ROW, path,
      _ ("Line %" G_GUINT64_FORMAT ": it has %u fields where the first line has %u."),
      mien_csv_get_line (self->csv), n, self->n_columns);
  return flaw == NULL && n == self->n_columns;
}

/**
 * mien_table_report:
 * @self: a table
 * @reported: (inout): monotonic time of the last call of @progress; 0 at first
 * @progress: (nullable): told how many megabytes have been read
 * @user_data: passed to @progress
 *
 * Reports how far the table has been read, where that is due.
 */
void
mien_table_report (MienTable *self, gint64 *reported, MienProgressFunc progress, gpointer user_data)
{
  MienProgress report = { _ ("Reading the table (MB)") };

  if (progress == NULL || g_get_monotonic_time () - *reported < REPORT_INTERVAL)
    return;
  report.total = mien_csv_get_size (self->csv) / MEGABYTE + 1;
  report.done = MIN (mien_csv_get_n_read (self->csv) / MEGABYTE, report.total);
  *reported = g_get_monotonic_time ();
  progress (&report, user_data);
}
