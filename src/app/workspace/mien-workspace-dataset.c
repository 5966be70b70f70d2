/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "app/workspace/mien-task.h"

static void
scan_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  MienTask *task = mien_task_from_result (result);

  dataset = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, task))
    return;

  if (dataset == NULL)
    {
      self->trains_next = FALSE;
      mien_workspace_set_dataset_error (self, error->message);
      mien_workspace_job_changed (self, MIEN_JOB_SCAN);
      mien_workspace_fail (self, MIEN_JOB_SCAN, error->message);
      return;
    }

  mien_workspace_set_dataset_error (self, NULL);
  mien_workspace_set_dataset (self, dataset);
  mien_workspace_set_offer (self, g_steal_pointer (&task->offer));
  mien_workspace_job_changed (self, MIEN_JOB_SCAN);

  if (self->trains_next)
    {
      self->trains_next = FALSE;
      mien_workspace_train (self);
      return;
    }

  name = g_filename_display_basename (mien_dataset_get_directory (self->dataset));
  if (task->n_rows_left_out > 0)
    mien_workspace_announce (
      self,
      g_dngettext (GETTEXT_PACKAGE, "Opened “%s”; %u line of the table cannot be used",
                   "Opened “%s”; %u lines of the table cannot be used", task->n_rows_left_out),
      name, task->n_rows_left_out);
  else
    mien_workspace_announce (self, _ ("Opened “%s”"), name);
  if (task->imported)
    g_signal_emit_by_name (self, "imported");
}

static void
prepare_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  gboolean written = g_task_propagate_boolean (G_TASK (result), &error);

  if (!mien_workspace_finish (self, task))
    return;

  if (written)
    g_signal_emit_by_name (self, "prepared");
  mien_workspace_job_changed (self, MIEN_JOB_PREPARE);
  if (written)
    mien_workspace_open_folder (self, task->path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    mien_workspace_fail (self, MIEN_JOB_PREPARE, error->message);
}

static void
sample_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  gboolean written = g_task_propagate_boolean (G_TASK (result), &error);

  if (!mien_workspace_finish (self, task))
    return;

  if (written)
    {
      mien_workspace_open_folder (self, task->path);
    }
  else
    {
      mien_workspace_set_dataset_error (self, error->message);
      mien_workspace_fail (self, MIEN_JOB_SAMPLE, error->message);
    }
  mien_workspace_job_changed (self, MIEN_JOB_SAMPLE);
}

/**
 * mien_workspace_open_folder:
 * @directory: (type filename): a folder of pictures, or a table of them
 *
 * Scans @directory and makes it the data set; "dataset-error" says why when that does not work, and
 * the data set stays what it was. A training that runs keeps the data set that it was started with.
 */
void
mien_workspace_open_folder (MienWorkspace *self, const char *directory)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (directory != NULL);

  mien_workspace_cancel (self, MIEN_JOB_SAMPLE);
  mien_workspace_set_dataset_error (self, NULL);
  task = mien_workspace_begin (self, MIEN_JOB_SCAN);
  task->path = g_strdup (directory);
  mien_workspace_run (self, task, mien_task_scan, scan_done);
}

/**
 * mien_workspace_prepare:
 * @plan: (transfer full): what to write
 * @destination: (type filename): a folder that is new or empty
 *
 * Writes a prepared data set and opens it, with "prepared" between the two; "failed" says why when
 * that does not work. Nothing half written stays. Not while another is written.
 */
void
mien_workspace_prepare (MienWorkspace *self, MienPreparePlan *plan, const char *destination)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (plan != NULL && destination != NULL);
  g_return_if_fail (!mien_workspace_is_busy (self, MIEN_JOB_PREPARE));

  task = mien_workspace_begin (self, MIEN_JOB_PREPARE);
  task->plan = plan;
  task->path = g_strdup (destination);
  mien_workspace_run (self, task, mien_task_prepare, prepare_done);
}

/**
 * mien_workspace_open_sample:
 *
 * Writes the sample data set to the user's data folder and opens it.
 */
void
mien_workspace_open_sample (MienWorkspace *self)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  mien_workspace_cancel (self, MIEN_JOB_SCAN);
  mien_workspace_set_dataset_error (self, NULL);
  task = mien_workspace_begin (self, MIEN_JOB_SAMPLE);
  task->path = g_build_filename (g_get_user_data_dir (), "mien", "sample", NULL);
  mien_workspace_run (self, task, mien_task_write_sample, sample_done);
}
