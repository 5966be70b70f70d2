/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/workspace/mien-task.h"

static void
backbone_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);

  settings = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, task))
    return;

  if (task->offer != NULL && task->dataset == self->dataset)
    mien_workspace_set_offer (self, g_steal_pointer (&task->offer));
  if (settings == NULL)
    mien_workspace_fail (self, MIEN_JOB_BACKBONE, error->message);
  /* Told after a failure too: what shows the choice has to go back to the settings. */
  mien_workspace_take_settings (self, g_steal_pointer (&settings));
  mien_workspace_job_changed (self, MIEN_JOB_BACKBONE);
}

static void
session_ended (MienWorkspace *self, const MienSessionSnapshot *snapshot)
{
  g_autoptr (MienModel) model = mien_session_dup_model (self->session);
  g_autoptr (GError) error = mien_session_dup_error (self->session);
  const double before = self->accuracy_before;

  if (model != NULL)
    {
      mien_workspace_set_model (self, model, NULL);
      self->accuracy_before = before;
      if (mien_workspace_is_of_folder (self, mien_session_get_dataset (self->session)))
        mien_workspace_evaluate (self, mien_dataset_get_evaluation_split (self->dataset));
    }

  if (snapshot->state == MIEN_SESSION_FAILED)
    mien_workspace_fail (self, MIEN_JOB_TRAIN,
                         error != NULL ? error->message : _ ("The training failed."));
  else if (model == NULL)
    mien_workspace_announce (self, _ ("Training stopped before its first epoch ended"));
  else if (snapshot->state == MIEN_SESSION_STOPPED)
    mien_workspace_announce (self,
                             _ ("Training stopped; the model is that of epoch %u, the best so far"),
                             snapshot->best_epoch);
  else
    mien_workspace_announce (self,
                             _ ("Training finished; the model is that of epoch %u, the best one"),
                             snapshot->best_epoch);
}

static void
session_changed (MienSession *session, MienWorkspace *self)
{
  MienSessionSnapshot snapshot;
  gboolean running;

  if (session != self->session || !self->training)
    return;

  running = mien_session_is_running (session);
  if (!running)
    mien_workspace_set_training (self, FALSE);
  g_signal_emit_by_name (self, "progress", MIEN_JOB_TRAIN);
  if (!running)
    {
      mien_session_get_snapshot (session, &snapshot);
      session_ended (self, &snapshot);
    }
}

static void
session_made (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GError) error = NULL;

  session = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, mien_task_from_result (result)))
    return;

  if (session == NULL)
    {
      mien_workspace_set_training (self, FALSE);
      mien_workspace_job_changed (self, MIEN_JOB_TRAIN);
      mien_workspace_fail (self, MIEN_JOB_TRAIN, error->message);
      return;
    }

  g_signal_connect_object (session, "changed", G_CALLBACK (session_changed), self, 0);
  mien_workspace_set_session (self, session);
  mien_session_start (session);
  mien_workspace_job_changed (self, MIEN_JOB_TRAIN);
}

/* A session's folder and files are made and read off the main thread; until they are, there is no
 * session. */
static void
make_session (MienWorkspace *self, const char *run_directory, GTaskThreadFunc func)
{
  MienTask *task = mien_workspace_begin (self, MIEN_JOB_TRAIN);

  task->dataset = mien_dataset_ref (self->dataset);
  task->settings = mien_settings_copy (self->settings);
  task->path = g_strdup (run_directory);
  mien_workspace_set_session (self, NULL);
  mien_workspace_set_training (self, TRUE);
  mien_workspace_run (self, task, func, session_made);
}

/**
 * mien_workspace_set_backbone:
 * @backbone: (type filename): as mien_settings_new_for_backbone() takes it
 *
 * Makes the settings of @backbone, with their defaults, those of the next training.
 * "notify::settings" tells when they are there; after a failure as well.
 */
void
mien_workspace_set_backbone (MienWorkspace *self, const char *backbone)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (backbone != NULL);

  task = mien_workspace_begin (self, MIEN_JOB_BACKBONE);
  task->path = g_strdup (backbone);
  /* What was offered for want of the ImageNet weights is out of date once they are there. */
  if (self->offer->lacks_imagenet && self->dataset != NULL)
    task->dataset = mien_dataset_ref (self->dataset);
  mien_workspace_run (self, task, mien_task_read_backbone, backbone_done);
}

/**
 * mien_workspace_train:
 *
 * Starts a training on the data set with a copy of the settings; "failed" says why when that does
 * not work. What was corrected since the data set was read is applied before, for which it is read
 * again. When it ends, its best model becomes the model, and is evaluated on the split that
 * mien_dataset_get_evaluation_split() chooses.
 */
void
mien_workspace_train (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (self->dataset != NULL && !self->training);

  if (self->is_corrected)
    {
      mien_workspace_read_again (self, MIEN_NEXT_TRAIN);
      return;
    }
  self->accuracy_before = NAN;
  make_session (self, NULL, mien_task_make_session);
}

/**
 * mien_workspace_resume:
 * @run_directory: (type filename): the folder of a run on this data set
 *
 * Goes on with a run from its last finished epoch, as mien_workspace_train() starts one.
 */
void
mien_workspace_resume (MienWorkspace *self, const char *run_directory)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (run_directory != NULL);
  g_return_if_fail (self->dataset != NULL && !self->training);

  make_session (self, run_directory, mien_task_resume_session);
}
