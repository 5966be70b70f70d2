/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/widgets/mien-format.h"
#include "app/workspace/mien-task.h"

/* What a training on corrected pictures has gained. */
static void
announce_gain (MienWorkspace *self)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (isnan (self->accuracy_before) || mien_evaluation_get_split (self->evaluation) !=
                                         mien_dataset_get_evaluation_split (self->dataset))
    return;

  before = mien_format_percent (self->accuracy_before, 1);
  after = mien_format_percent (mien_evaluation_get_accuracy (self->evaluation, NULL, NULL), 1);
  self->accuracy_before = NAN;
  /* TRANSLATORS: accuracies, "84.0 %" */
  mien_workspace_announce (self, _ ("%s now, %s before it was trained again"), after, before);
}

static void
evaluate_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (GError) error = NULL;

  evaluation = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, mien_task_from_result (result)))
    return;

  mien_workspace_set_evaluation (self, evaluation, error != NULL ? error->message : NULL);
  mien_workspace_job_changed (self, MIEN_JOB_EVALUATE);
  if (error != NULL)
    mien_workspace_fail (self, MIEN_JOB_EVALUATE, error->message);
  else
    announce_gain (self);
}

static void
compare_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienNeighbours) neighbours = NULL;
  g_autoptr (GError) error = NULL;

  neighbours = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, mien_task_from_result (result)))
    return;

  mien_workspace_set_neighbours (self, neighbours);
  mien_workspace_job_changed (self, MIEN_JOB_COMPARE);
  if (error != NULL)
    mien_workspace_fail (self, MIEN_JOB_COMPARE, error->message);
}

static void
load_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);

  model = g_task_propagate_pointer (G_TASK (result), &error);
  if (!mien_workspace_finish (self, task))
    return;

  if (model != NULL)
    {
      g_autofree char *name = g_filename_display_basename (task->path);

      mien_workspace_set_model (self, model, task->path);
      mien_workspace_announce (self, _ ("Opened the model “%s”"), name);
    }
  else
    {
      mien_workspace_fail (self, MIEN_JOB_LOAD, error->message);
    }
  mien_workspace_job_changed (self, MIEN_JOB_LOAD);
}

static void
save_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  gboolean saved = g_task_propagate_boolean (G_TASK (result), &error);

  if (!mien_workspace_finish (self, task))
    return;

  if (saved)
    {
      g_autofree char *name = g_filename_display_basename (task->path);

      if (self->model == task->model)
        mien_workspace_set_model_path (self, task->path);
      mien_workspace_announce (self, _ ("Saved the model as “%s”"), name);
    }
  else
    {
      mien_workspace_fail (self, MIEN_JOB_SAVE, error->message);
    }
  mien_workspace_job_changed (self, MIEN_JOB_SAVE);
}

/**
 * mien_workspace_evaluate:
 * @split: which pictures
 *
 * Runs the model on a split of the data set; nothing happens without both. What was corrected since
 * the data set was read is applied before, for which it is read again.
 */
void
mien_workspace_evaluate (MienWorkspace *self, MienSplit split)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->model == NULL || self->dataset == NULL)
    return;

  if (self->is_corrected)
    {
      self->next_split = split;
      mien_workspace_read_again (self, MIEN_NEXT_EVALUATE);
      return;
    }

  mien_workspace_set_evaluation (self, self->evaluation, NULL);
  task = mien_workspace_begin (self, MIEN_JOB_EVALUATE);
  task->model = mien_model_ref (self->model);
  task->dataset = mien_dataset_ref (self->dataset);
  task->split = split;
  mien_workspace_run (self, task, mien_task_evaluate, evaluate_done);
}

/**
 * mien_workspace_compare:
 *
 * Looks at the training pictures with the model, for "neighbours"; nothing happens without a model
 * and a data set, or while it is being done.
 */
void
mien_workspace_compare (MienWorkspace *self)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->model == NULL || self->dataset == NULL ||
      mien_workspace_is_busy (self, MIEN_JOB_COMPARE))
    return;

  task = mien_workspace_begin (self, MIEN_JOB_COMPARE);
  task->model = mien_model_ref (self->model);
  task->dataset = mien_dataset_ref (self->dataset);
  mien_workspace_run (self, task, mien_task_compare, compare_done);
}

/**
 * mien_workspace_set_threshold:
 * @threshold: 0 to 1
 *
 * Answers of the model below @threshold are "not sure" from now on, those in the list of
 * predictions too. Saving the model keeps it. Nothing happens without a model.
 */
void
mien_workspace_set_threshold (MienWorkspace *self, double threshold)
{
  guint n;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->model == NULL || mien_model_get_threshold (self->model) == threshold)
    return;

  mien_model_set_threshold (self->model, threshold);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->predictions));
  g_list_model_items_changed (G_LIST_MODEL (self->predictions), 0, n, n);
}

/**
 * mien_workspace_open_model:
 * @path: (type filename): a model file
 */
void
mien_workspace_open_model (MienWorkspace *self, const char *path)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (path != NULL);

  task = mien_workspace_begin (self, MIEN_JOB_LOAD);
  task->path = g_strdup (path);
  mien_workspace_run (self, task, mien_task_load_model, load_done);
}

/**
 * mien_workspace_save_model:
 * @path: (type filename): where to; an existing file is replaced
 *
 * Nothing happens without a model, or while one is being saved.
 */
void
mien_workspace_save_model (MienWorkspace *self, const char *path)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (path != NULL);

  if (self->model == NULL || mien_workspace_is_busy (self, MIEN_JOB_SAVE))
    return;

  task = mien_workspace_begin (self, MIEN_JOB_SAVE);
  task->path = g_strdup (path);
  task->model = mien_model_ref (self->model);
  mien_workspace_run (self, task, mien_task_save_model, save_done);
}
