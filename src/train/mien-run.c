/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-run.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "train/mien-confusions.h"
#include "train/mien-train-error.h"

/* A history of a million epochs has less. */
#define MAX_TABLE_BYTES (128 * 1024 * 1024)

static MienRun *
run_new (const char *directory)
{
  MienRun *self = g_new0 (MienRun, 1);

  self->directory = g_canonicalize_filename (directory, NULL);
  self->settings = g_build_filename (self->directory, "settings.json", NULL);
  self->history = g_build_filename (self->directory, "history.csv", NULL);
  self->checkpoint = g_build_filename (self->directory, "checkpoint.safetensors", NULL);
  self->best = g_build_filename (self->directory, "best.safetensors", NULL);
  self->confusions = g_build_filename (self->directory, "confusions.csv", NULL);
  self->log = g_build_filename (self->directory, "log.txt", NULL);
  return self;
}

/**
 * mien_run_create:
 * @directory: (type filename): a folder that is empty or not there yet
 * @settings: what the training is made with
 * @error: return location; `MIEN_TRAIN_ERROR_RUN`: it cannot be made, or holds something already
 *
 * Makes the folder of a new training and writes its settings.
 *
 * Returns: (transfer full) (nullable): the run
 */
MienRun *
mien_run_create (const char *directory, const MienSettings *settings, GError **error)
{
  g_autoptr (MienRun) self = run_new (directory);
  g_autofree char *name = g_filename_display_name (self->directory);
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) local = NULL;

  if (g_mkdir_with_parents (self->directory, 0777) != 0)
    {
      int saved = errno;

      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                   _ ("Cannot make the folder “%s” for the training: %s"), name,
                   g_strerror (saved));
      return NULL;
    }

  folder = g_dir_open (self->directory, 0, &local);
  if (folder == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, local->message);
      return NULL;
    }

  if (g_dir_read_name (folder) != NULL)
    {
      g_set_error (
        error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
        _ ("The folder “%s” for the training is not empty: choose another, or go on with "
           "the training in it"),
        name);
      return NULL;
    }

  if (!mien_settings_save (settings, self->settings, &local))
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, local->message);
      return NULL;
    }

  return g_steal_pointer (&self);
}

/**
 * mien_run_open:
 * @directory: (type filename): the folder of an earlier training
 * @settings: (out): what it was made with
 * @error: return location; `MIEN_TRAIN_ERROR_RUN`
 *
 * Returns: (transfer full) (nullable): the run
 */
MienRun *
mien_run_open (const char *directory, MienSettings **settings, GError **error)
{
  g_autoptr (MienRun) self = run_new (directory);
  g_autofree char *name = g_filename_display_name (self->directory);
  g_autoptr (GError) local = NULL;

  if (!g_file_test (self->settings, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                   _ ("There is no training in “%s” to go on with: it has no settings.json"), name);
      return NULL;
    }

  *settings = mien_settings_load (self->settings, &local);
  if (*settings == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, local->message);
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
mien_run_free (MienRun *self)
{
  if (self == NULL)
    return;
  g_free (self->directory);
  g_free (self->settings);
  g_free (self->history);
  g_free (self->checkpoint);
  g_free (self->best);
  g_free (self->confusions);
  g_free (self->log);
  g_free (self);
}

/**
 * mien_run_has_checkpoint:
 * @self: a run
 *
 * Returns: %FALSE: it ended before its first epoch did
 */
gboolean
mien_run_has_checkpoint (const MienRun *self)
{
  return g_file_test (self->checkpoint, G_FILE_TEST_EXISTS);
}

static gboolean
replace (const char *path, const char *content, GError **error)
{
  return g_file_set_contents_full (
    path, content, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}

static char *
read_table (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local = NULL;
  GStatBuf status;
  char *csv;

  if (g_stat (path, &status) != 0)
    {
      const int saved = errno;

      if (saved == ENOENT || saved == ENOTDIR)
        g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                     _ ("There is no “%s”: no epoch was finished, or this is not the folder that a "
                        "training keeps"),
                     name);
      else
        g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, _ ("Cannot read “%s”: %s"),
                     name, g_strerror (saved));
      return NULL;
    }
  if (!S_ISREG (status.st_mode) || status.st_size > MAX_TABLE_BYTES)
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                   _ ("“%s” is no file that a training of Mien has written"), name);
      return NULL;
    }
  if (!g_file_get_contents (path, &csv, NULL, &local))
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN, local->message);
      return NULL;
    }
  return csv;
}

/**
 * mien_run_read_history:
 * @path: (type filename): the folder of a training, or a file in it, such as its best model
 * @error: return location; `MIEN_TRAIN_ERROR_RUN`
 *
 * Reads the history.csv of the folder.
 *
 * Returns: (transfer full) (nullable) (element-type MienEpoch): its finished epochs, one at least
 */
GArray *
mien_run_read_history (const char *path, GError **error)
{
  g_autofree char *directory = g_file_test (path, G_FILE_TEST_IS_DIR) ? g_strdup (path)
                                                                      : g_path_get_dirname (path);
  g_autoptr (MienRun) run = run_new (directory);
  g_autofree char *name = g_filename_display_name (run->history);
  g_autofree char *csv = read_table (run->history, error);
  g_autoptr (GArray) history = NULL;

  if (csv == NULL)
    return NULL;

  history = mien_history_from_csv (csv, error);
  if (history == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (history->len == 0)
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
                   _ ("“%s” has no epochs yet: wait until the first one is over"), name);
      return NULL;
    }

  return g_steal_pointer (&history);
}

/**
 * mien_run_read_confusions:
 * @self: a run
 * @n_epochs: its finished epochs, at least 1
 * @n_classes: its model's classes, at least 1
 * @error: return location; `MIEN_TRAIN_ERROR_RUN`
 *
 * Reads its confusions.csv.
 *
 * Returns: (transfer full) (nullable) (element-type MienEpochConfusion): as of
 *   mien_confusions_from_csv()
 */
GArray *
mien_run_read_confusions (const MienRun *self, guint n_epochs, guint n_classes, GError **error)
{
  g_autofree char *csv = read_table (self->confusions, error);
  GArray *confusions;

  if (csv == NULL)
    return NULL;

  confusions = mien_confusions_from_csv (csv, n_epochs, n_classes, error);
  if (confusions == NULL)
    {
      g_autofree char *name = g_filename_display_name (self->confusions);

      g_prefix_error (error, "%s: ", name);
    }
  return confusions;
}

/**
 * mien_run_write_history:
 * @self: a run
 * @history: (element-type MienEpoch): its finished epochs
 * @confusions: (element-type MienEpochConfusion): what was taken for what in them
 * @error: return location
 *
 * Replaces history.csv and confusions.csv. They are for people and their programs: what a resumed
 * training goes by stands in the checkpoint.
 *
 * Returns: %TRUE if both are on the disk
 */
gboolean
mien_run_write_history (const MienRun *self,
                        const GArray *history,
                        const GArray *confusions,
                        GError **error)
{
  g_autofree char *history_csv = mien_history_to_csv (history);
  g_autofree char *confusions_csv = mien_confusions_to_csv (confusions);

  return replace (self->history, history_csv, error) &&
         replace (self->confusions, confusions_csv, error);
}

/**
 * mien_run_log:
 * @self: a run
 * @format: printf() format of one line, without the newline
 * @...: its arguments
 *
 * Appends a line with the local time to log.txt. A log that cannot be written does not end a
 * training.
 */
void
mien_run_log (const MienRun *self, const char *format, ...)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%F %T");
  g_autofree char *line = NULL;
  va_list arguments;
  FILE *file;

  va_start (arguments, format);
  line = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  file = g_fopen (self->log, "ae");
  if (file == NULL)
    return;
  fprintf (file, "%s  %s\n", time, line);
  fclose (file);
}
