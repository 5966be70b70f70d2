/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include "app/workspace/mien-task.h"

/* A job's result: the work is done unless another request took its place or it was cancelled. */
gboolean
mien_workspace_finish (MienWorkspace *self, MienTask *task)
{
  if (self->works[task->job] != task->work)
    return FALSE;

  mien_work_drop (self->works[task->job]);
  g_clear_pointer (&self->works[task->job], mien_work_unref);
  return TRUE;
}

static void
work_changed (MienWork *work, gpointer owner)
{
  MienWorkspace *self = owner;

  for (guint job = 0; job < MIEN_N_JOBS; job++)
    if (self->works[job] == work)
      {
        if (job == MIEN_JOB_PREDICT)
          mien_workspace_take_predictions (self, work);
        g_signal_emit_by_name (self, "progress", job);
      }
}

MienTask *
mien_workspace_begin (MienWorkspace *self, MienJob job)
{
  mien_workspace_cancel (self, job);
  self->works[job] = mien_work_new (work_changed, self, g_object_unref);

  return mien_task_new (job, self->works[job]);
}

void
mien_workspace_run (MienWorkspace *self,
                    MienTask *task,
                    GTaskThreadFunc func,
                    GAsyncReadyCallback done)
{
  MienJob job = task->job;

  mien_task_run (task, func, done, g_object_ref (self));
  mien_workspace_job_changed (self, job);
}

/**
 * mien_workspace_cancel:
 * @job: a job; nothing happens unless it runs
 *
 * Ends a job early. What it had not told yet is dropped; answers of a prediction that are in the
 * list stay. A training stops within a batch and is still "training" until it has; a preparation
 * within a picture, and it runs until what it wrote is removed. Saving is left to finish.
 */
void
mien_workspace_cancel (MienWorkspace *self, MienJob job)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (!mien_workspace_is_busy (self, job) || job == MIEN_JOB_SAVE)
    return;

  if (job == MIEN_JOB_TRAIN && self->session != NULL)
    {
      mien_session_stop (self->session);
      return;
    }

  /* It is over when what was half written has been removed; prepare_done() goes on. */
  if (job == MIEN_JOB_PREPARE)
    {
      g_cancellable_cancel (mien_work_get_cancellable (self->works[job]));
      return;
    }

  if (job == MIEN_JOB_PREDICT)
    g_ptr_array_set_size (self->waiting, 0);
  mien_work_drop (self->works[job]);
  g_clear_pointer (&self->works[job], mien_work_unref);
  if (job == MIEN_JOB_SCAN)
    self->next = MIEN_NEXT_NOTHING;
  if (job == MIEN_JOB_TRAIN)
    mien_workspace_set_training (self, FALSE);
  mien_workspace_job_changed (self, job);
}

/**
 * mien_workspace_cancel_all:
 *
 * Cancels every job; for a window that closes.
 */
void
mien_workspace_cancel_all (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  for (guint job = 0; job < MIEN_N_JOBS; job++)
    mien_workspace_cancel (self, job);
}
