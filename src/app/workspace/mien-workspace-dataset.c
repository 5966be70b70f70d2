/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "app/workspace/mien-task.h"

/* Of the same folder, read again, an evaluation holds on under the labels that there are now. */
static void
take_dataset (MienWorkspace *self, MienDataset *dataset)
{
  g_autoptr (MienEvaluation) evaluation = NULL;

  if (self->evaluation != NULL && mien_workspace_is_of_folder (self, dataset))
    evaluation = mien_evaluation_relabel (self->evaluation, dataset);
  mien_workspace_set_dataset (self, dataset);
  mien_workspace_set_evaluation (self, evaluation, NULL);
}

static void
announce_open (MienWorkspace *self, guint n_rows_left_out)
{
  g_autofree char *name = g_filename_display_basename (mien_dataset_get_directory (self->dataset));

  if (n_rows_left_out > 0)
    mien_workspace_announce (
      self,
      g_dngettext (GETTEXT_PACKAGE, "Opened “%s”; %u line of the table cannot be used",
                   "Opened “%s”; %u lines of the table cannot be used", n_rows_left_out),
      name, n_rows_left_out);
  else
    mien_workspace_announce (self, _ ("Opened “%s”"), name);
}

static void
scan_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  MienNext next;

  dataset = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, task))
    return;

  next = self->next;
  self->next = MIEN_NEXT_NOTHING;
  if (dataset == NULL)
    {
      mien_workspace_set_dataset_error (self, error->message);
      mien_workspace_job_changed (self, MIEN_JOB_SCAN);
      mien_workspace_fail (self, MIEN_JOB_SCAN, error->message);
      return;
    }

  mien_workspace_set_dataset_error (self, NULL);
  take_dataset (self, dataset);
  mien_workspace_set_offer (self, g_steal_pointer (&task->offer));
  mien_workspace_job_changed (self, MIEN_JOB_SCAN);

  switch (next)
    {
    case MIEN_NEXT_ANNOUNCE:
      announce_open (self, task->n_rows_left_out);
      break;
    case MIEN_NEXT_TRAIN:
      mien_workspace_train (self);
      break;
    case MIEN_NEXT_TRAIN_AGAIN:
      mien_workspace_train_again (self);
      break;
    case MIEN_NEXT_EVALUATE:
      mien_workspace_evaluate (self, self->next_split);
      break;
    case MIEN_NEXT_NOTHING:
    default:
      break;
    }
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

static void
scan (MienWorkspace *self, const char *directory, MienNext next)
{
  MienTask *task;

  mien_workspace_cancel (self, MIEN_JOB_SAMPLE);
  mien_workspace_set_dataset_error (self, NULL);
  task = mien_workspace_begin (self, MIEN_JOB_SCAN);
  task->path = g_strdup (directory);
  self->next = next;
  mien_workspace_run (self, task, mien_task_scan, scan_done);
}

/**
 * mien_workspace_read_again:
 * @next: what is to follow
 *
 * Scans the folder of the data set once more, as mien_workspace_open_folder() does.
 */
void
mien_workspace_read_again (MienWorkspace *self, MienNext next)
{
  scan (self, mien_dataset_get_directory (self->dataset), next);
}

/**
 * mien_workspace_is_of_folder:
 * @dataset: a data set
 *
 * Returns: whether @dataset was read from the same folder or table as the one that is open
 */
gboolean
mien_workspace_is_of_folder (MienWorkspace *self, MienDataset *dataset)
{
  return self->dataset != NULL && g_str_equal (mien_dataset_get_directory (dataset),
                                               mien_dataset_get_directory (self->dataset));
}

/**
 * mien_workspace_open_folder:
 * @directory: (type filename): a folder of pictures, or a table of them
 *
 * Scans @directory and makes it the data set; "dataset-error" says why when that does not work, and
 * the data set stays what it was. A training that runs keeps the data set that it was started with.
 * Where it is the folder that is open already, and holds the same pictures, an evaluation of them
 * stays, with the labels as they are now.
 */
void
mien_workspace_open_folder (MienWorkspace *self, const char *directory)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (directory != NULL);

  scan (self, directory, MIEN_NEXT_ANNOUNCE);
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
