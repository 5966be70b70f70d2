/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-confusions.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "train/mien-train-error.h"

#define HEADER "epoch,actual,predicted,count"
#define N_FIELDS 4

/**
 * mien_confusions_to_csv:
 * @confusions: (element-type MienEpochConfusion): of finished epochs
 *
 * Writes a header and a row a cell. Classes are numbered from 0 in the model's order.
 *
 * Returns: (transfer full): the document, lines ended with a newline
 */
char *
mien_confusions_to_csv (const GArray *confusions)
{
  g_autoptr (GString) csv = g_string_new (HEADER "\n");

  for (guint i = 0; i < confusions->len; i++)
    {
      const MienEpochConfusion *cell = &g_array_index (confusions, MienEpochConfusion, i);

      g_string_append_printf (csv, "%u,%u,%u,%u\n", cell->epoch, cell->actual, cell->predicted,
                              cell->count);
    }

  return g_string_free (g_steal_pointer (&csv), FALSE);
}

/* Rows are sorted, so that none can stand twice. */
static gboolean
parse_row (const char *line,
           guint n_epochs,
           guint n_classes,
           const MienEpochConfusion *last,
           MienEpochConfusion *cell)
{
  g_auto (GStrv) fields = g_strsplit (line, ",", N_FIELDS + 1);
  const guint low[N_FIELDS] = { 1, 0, 0, 1 };
  const guint high[N_FIELDS] = { n_epochs, n_classes - 1, n_classes - 1, G_MAXINT };
  guint64 values[N_FIELDS];

  if (g_strv_length (fields) != N_FIELDS)
    return FALSE;
  for (guint i = 0; i < N_FIELDS; i++)
    if (!g_ascii_string_to_unsigned (fields[i], 10, low[i], high[i], &values[i], NULL))
      return FALSE;

  *cell = (MienEpochConfusion){ (guint) values[0], (guint) values[1], (guint) values[2],
                                (guint) values[3] };
  if (last == NULL || cell->epoch != last->epoch)
    return last == NULL || cell->epoch > last->epoch;
  if (cell->actual != last->actual)
    return cell->actual > last->actual;
  return cell->predicted > last->predicted;
}

/**
 * mien_confusions_from_csv:
 * @csv: what mien_confusions_to_csv() wrote
 * @n_epochs: finished epochs, at least 1
 * @n_classes: the model's classes, at least 1
 * @error: return location; `MIEN_TRAIN_ERROR_RUN` that names the line
 *
 * Returns: (transfer full) (nullable) (element-type MienEpochConfusion): the cells, by epoch,
 * actual and predicted class
 */
GArray *
mien_confusions_from_csv (const char *csv, guint n_epochs, guint n_classes, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  g_autoptr (GArray) confusions = g_array_new (FALSE, FALSE, sizeof (MienEpochConfusion));
  const guint n_lines = g_strv_length (lines);
  gboolean is_right = n_lines > 0 && g_str_equal (lines[0], HEADER);
  guint i = 0;

  while (is_right && ++i < n_lines && !(i == n_lines - 1 && *lines[i] == '\0'))
    {
      MienEpochConfusion cell;

      is_right = parse_row (lines[i], n_epochs, n_classes,
                            confusions->len > 0
                              ? &g_array_index (confusions, MienEpochConfusion, confusions->len - 1)
                              : NULL,
                            &cell);
      if (is_right)
        g_array_append_val (confusions, cell);
    }

  if (!is_right)
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                   _ ("Line %u of the confusion matrices is malformed"), i + 1);
      return NULL;
    }
  return g_steal_pointer (&confusions);
}

/**
 * mien_confusions_get_matrix:
 * @confusions: (element-type MienEpochConfusion): cells of classes below @n_classes
 * @epoch: from 1
 * @n_classes: classes
 * @counts: (out caller-allocates): (n_classes, n_classes): rows actual, columns predicted; all 0
 *   where nothing is known of the epoch
 */
void
mien_confusions_get_matrix (const GArray *confusions, guint epoch, guint n_classes, guint *counts)
{
  memset (counts, 0, (gsize) n_classes * n_classes * sizeof *counts);
  for (guint i = 0; i < confusions->len; i++)
    {
      const MienEpochConfusion *cell = &g_array_index (confusions, MienEpochConfusion, i);

      if (cell->epoch == epoch)
        counts[(gsize) cell->actual * n_classes + cell->predicted] = cell->count;
    }
}
