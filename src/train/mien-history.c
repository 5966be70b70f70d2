/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-history.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "train/mien-train-error.h"

#define HEADER "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds"
#define N_NUMBERS 6

/* The numbers after the epoch, in the order of HEADER. */
static void
epoch_get_numbers (const MienEpoch *epoch, double numbers[N_NUMBERS])
{
  numbers[0] = epoch->loss;
  numbers[1] = epoch->accuracy;
  numbers[2] = epoch->validation_loss;
  numbers[3] = epoch->validation_accuracy;
  numbers[4] = epoch->learning_rate;
  numbers[5] = epoch->seconds;
}

/**
 * mien_history_to_csv:
 * @history: (element-type MienEpoch): finished epochs
 *
 * Writes a header and a row an epoch. Numbers have as many digits as reading them back exactly
 * takes; one that is not known (validation without validation pictures) is an empty field.
 *
 * Returns: (transfer full): the document, lines ended with a newline
 */
char *
mien_history_to_csv (const GArray *history)
{
  g_autoptr (GString) csv = g_string_new (HEADER "\n");

  for (guint i = 0; i < history->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (history, MienEpoch, i);
      double numbers[N_NUMBERS];
      char buffer[G_ASCII_DTOSTR_BUF_SIZE];

      epoch_get_numbers (epoch, numbers);
      g_string_append_printf (csv, "%u", epoch->epoch);
      for (guint k = 0; k < N_NUMBERS; k++)
        {
          g_string_append_c (csv, ',');
          if (!isnan (numbers[k]))
            g_string_append (csv, g_ascii_dtostr (buffer, sizeof buffer, numbers[k]));
        }
      g_string_append_c (csv, '\n');
    }

  return g_string_free (g_steal_pointer (&csv), FALSE);
}

static gboolean
parse_row (const char *line, guint expected_epoch, MienEpoch *epoch)
{
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);
  double numbers[N_NUMBERS];
  guint64 number;

  if (g_strv_length (fields) != 1 + N_NUMBERS ||
      !g_ascii_string_to_unsigned (fields[0], 10, expected_epoch, expected_epoch, &number, NULL))
    return FALSE;

  for (guint k = 0; k < N_NUMBERS; k++)
    {
      char *end;

      numbers[k] = *fields[1 + k] != '\0' ? g_ascii_strtod (fields[1 + k], &end) : NAN;
      if (*fields[1 + k] != '\0' && (*end != '\0' || !isfinite (numbers[k])))
        return FALSE;
    }
  /* There may be no validation pictures, but every epoch trains. */
  if (isnan (numbers[0]) || isnan (numbers[1]))
    return FALSE;

  *epoch = (MienEpoch){
    .epoch = expected_epoch,
    .loss = numbers[0],
    .accuracy = numbers[1],
    .validation_loss = numbers[2],
    .validation_accuracy = numbers[3],
    .learning_rate = numbers[4],
    .seconds = numbers[5],
  };
  return TRUE;
}

/**
 * mien_history_from_csv:
 * @csv: what mien_history_to_csv() wrote
 * @error: return location; `MIEN_TRAIN_ERROR_RUN` that names the line
 *
 * Returns: (transfer full) (nullable) (element-type MienEpoch): the epochs, numbered from 1 on
 */
GArray *
mien_history_from_csv (const char *csv, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));
  guint n_lines = g_strv_length (lines);

  for (guint i = 0; i < n_lines; i++)
    {
      MienEpoch epoch;

      if (i > 0 && i == n_lines - 1 && *lines[i] == '\0')
        break;

      if (i == 0 ? g_strcmp0 (lines[i], HEADER) != 0 : !parse_row (lines[i], i, &epoch))
        {
          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                       _ ("Line %u of the history is malformed"), i + 1);
          return NULL;
        }

      if (i > 0)
        g_array_append_val (history, epoch);
    }

  if (n_lines == 0)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                           _ ("The history is empty"));
      return NULL;
    }

  return g_steal_pointer (&history);
}

/**
 * mien_history_find_best:
 * @history: (element-type MienEpoch): the epochs of a training
 *
 * Looks for the best epoch as mien_trainer_end_epoch() chooses it: that of lowest validation loss,
 * the earliest of equals; without validation pictures, of lowest training loss.
 *
 * Returns: its number, from 1; 0: there is none
 */
guint
mien_history_find_best (const GArray *history)
{
  double lowest = INFINITY;
  guint best = 0;

  for (guint i = 0; i < history->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (history, MienEpoch, i);
      const double loss = isnan (epoch->validation_loss) ? epoch->loss : epoch->validation_loss;

      if (loss < lowest)
        {
          lowest = loss;
          best = epoch->epoch;
        }
    }

  return best;
}
