/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-parallel.h"
#include "data/mien-png.h"
#include "data/mien-table.h"

/* FER2013 as it was published: Goodfellow et al., "Challenges in Representation Learning: A report
 * on three machine learning contests", 2013. */
#define SIDE 48
#define N_PIXELS (SIDE * SIDE)

/* Rows that are in memory at a time. */
#define BATCH_ROWS 1024

static const char *const emotions[] = {
  "angry", "disgust", "fear", "happy", "sad", "surprise", "neutral",
};

typedef struct
{
  guint64 line;
  guint emotion;
  MienSplit split;
  guint8 pixels[N_PIXELS];
} Row;

typedef struct
{
  MienNewFolder *folder;
  Row *rows; /* (BATCH_ROWS) */
  guint n_rows;
  GMutex mutex;
  GError *error; /* the first one */
} Batch;

/* Reads numbers of 0 to 255 with spaces between; FALSE where there are more or fewer of them. */
static gboolean
parse_pixels (const char *text, guint8 *pixels)
{
  guint n = 0;

  while (TRUE)
    {
      guint value = 0;
      guint n_digits = 0;

      while (*text == ' ')
        text++;
      if (*text == '\0')
        return n == N_PIXELS;
      for (; g_ascii_isdigit (*text) && n_digits < 4; text++, n_digits++)
        value = value * 10 + (guint) g_ascii_digit_value (*text);
      if (n_digits == 0 || value > 255 || n == N_PIXELS || (*text != ' ' && *text != '\0'))
        return FALSE;
      pixels[n++] = (guint8) value;
    }
}

static gboolean
parse_usage (const char *text, MienSplit *split)
{
  g_autofree char *usage = g_strstrip (g_strdup (text));

  if (g_ascii_strcasecmp (usage, "Training") == 0)
    *split = MIEN_SPLIT_TRAIN;
  else if (g_ascii_strcasecmp (usage, "PublicTest") == 0 ||
           g_ascii_strcasecmp (usage, "PrivateTest") == 0)
    *split = MIEN_SPLIT_TEST;
  else
    return FALSE;
  return TRUE;
}

/* Why a row cannot be used, or NULL. */
static const char *
parse_row (MienTable *table, Row *row)
{
  g_autofree char *emotion = NULL;
  guint64 number;

  row->line = mien_csv_get_line (table->csv);
  emotion = g_strstrip (g_strdup (mien_csv_get_field (table->csv, table->emotion)));
  if (!g_ascii_string_to_unsigned (emotion, 10, 0, G_N_ELEMENTS (emotions) - 1, &number, NULL))
    return _ ("the emotion is no number from 0 to 6");
  row->emotion = (guint) number;
  if (!parse_usage (mien_csv_get_field (table->csv, table->usage), &row->split))
    return _ ("the usage is not Training, PublicTest or PrivateTest");
  if (!parse_pixels (mien_csv_get_field (table->csv, table->pixels), row->pixels))
    return _ ("there are not 2304 pixels of 0 to 255");
  return NULL;
}

static void
write_row (guint index, gpointer data)
{
  Batch *batch = data;
  const Row *row = &batch->rows[index];
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, SIDE, SIDE);
  g_autofree char *file = NULL;
  g_autoptr (GBytes) png = NULL;
  GError *error = NULL;
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture);

  for (gsize y = 0; y < SIDE; y++)
    for (gsize x = 0; x < SIDE; x++)
      memset (pixels + y * stride + 3 * x, row->pixels[y * SIDE + x], 3);

  /* The number is the line, so that a picture can be found in the table. */
  file = g_strdup_printf ("%s/%s/%06" G_GUINT64_FORMAT ".png", mien_split_to_string (row->split),
                          emotions[row->emotion], row->line);
  png = mien_png_encode (picture, &error);
  if (png != NULL && mien_new_folder_add_file (batch->folder, file, g_bytes_get_data (png, NULL),
                                               g_bytes_get_size (png), &error))
    return;

  g_mutex_lock (&batch->mutex);
  if (batch->error == NULL)
    batch->error = g_steal_pointer (&error);
  g_mutex_unlock (&batch->mutex);
  g_clear_error (&error);
}

/* A folder for each class that has a picture, no other: an empty one is not a class. */
static gboolean
make_folders (Batch *batch, GError **error)
{
  for (guint i = 0; i < batch->n_rows; i++)
    {
      g_autofree char *path = NULL;

      path = g_build_filename (mien_new_folder_get_path (batch->folder),
                               mien_split_to_string (batch->rows[i].split),
                               emotions[batch->rows[i].emotion], NULL);
      if (g_mkdir_with_parents (path, 0777) != 0)
        {
          g_autofree char *name = g_filename_display_name (path);
          int reason = errno;

          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                       _ ("The folder “%s” cannot be made: %s."), name, g_strerror (reason));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_batch (Batch *batch, GCancellable *cancellable, GError **error)
{
  if (!make_folders (batch, error))
    return FALSE;
  if (!mien_parallel_for (batch->n_rows, write_row, batch, NULL, NULL, NULL, cancellable, error))
    return FALSE;
  if (batch->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&batch->error));
      return FALSE;
    }
  batch->n_rows = 0;
  return TRUE;
}

static gboolean
write_rows (MienTable *table,
            const char *path,
            Batch *batch,
            GArray *issues,
            MienProgressFunc progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 reported = 0;

  while (mien_csv_next (table->csv, &local))
    {
      const char *reason;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      mien_table_report (table, &reported, progress, user_data);
      if (!mien_table_check_row (table, path, issues))
        continue;
      reason = parse_row (table, &batch->rows[batch->n_rows]);
      if (reason != NULL)
        mien_issues_add (issues, MIEN_ISSUE_ROW, path, _ ("Line %" G_GUINT64_FORMAT ": %s."),
                         mien_csv_get_line (table->csv), reason);
      else if (++batch->n_rows == BATCH_ROWS && !write_batch (batch, cancellable, error))
        return FALSE;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return write_batch (batch, cancellable, error);
}

/**
 * mien_table_write_pictures:
 * @path: (type filename): a CSV file with the columns emotion, pixels and Usage, as FER2013 was
 *   published
 * @beside: (type filename): where the pictures will be needed: the temporary folder lies beside it
 * @issues: (out) (element-type MienIssue) (transfer full): rows that cannot be used
 * @progress: (nullable): called on this thread
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends it within some rows
 * @error: return location for a #MienDataError, a %GFileError or %G_IO_ERROR_CANCELLED
 *
 * Writes the pictures out as grey PNG files of 48x48 pixels, in folders of the splits and classes;
 * each file's number is its line in the table. Both tests of the contest are the test split. The
 * table is read as a stream, so that memory does not depend on its size.
 *
 * Returns: (transfer full): a folder that is a data set until it is freed; or %NULL, and then
 *   @issues is not set
 */
MienNewFolder *
mien_table_write_pictures (const char *path,
                           const char *beside,
                           GArray **issues,
                           MienProgressFunc progress,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (MienTable) table = mien_table_open (path, error);
  g_autoptr (MienNewFolder) folder = NULL;
  g_autoptr (GArray) found = mien_issues_new ();
  g_autofree Row *rows = NULL;
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  Batch batch = { 0 };
  gboolean written;

  if (table == NULL)
    return NULL;
  g_return_val_if_fail (table->kind == MIEN_TABLE_PIXELS, NULL);

  /* Pixels take less as PNG than as numbers with spaces. */
  folder = mien_new_folder_open (beside, mien_csv_get_size (table->csv), error);
  if (folder == NULL)
    return NULL;

  rows = g_new (Row, BATCH_ROWS);
  batch.folder = folder;
  batch.rows = rows;
  g_mutex_init (&batch.mutex);
  written = write_rows (table, absolute, &batch, found, progress, user_data, cancellable, error);
  g_mutex_clear (&batch.mutex);
  g_clear_error (&batch.error);
  if (!written)
    return NULL;
  *issues = g_steal_pointer (&found);
  return g_steal_pointer (&folder);
}
