/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "app/prediction/mien-prediction-item.h"
#include "app/workspace/mien-task.h"
#include "train/mien-report.h"

void
mien_workspace_take_predictions (MienWorkspace *self, MienWork *work)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  gpointer item;

  while ((item = mien_work_pop (work)) != NULL)
    g_ptr_array_add (items, item);
  if (items->len > 0)
    g_list_store_splice (self->predictions,
                         g_list_model_get_n_items (G_LIST_MODEL (self->predictions)), 0,
                         items->pdata, items->len);
}

static void
predict_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (!mien_workspace_finish (self, task))
    return;

  mien_workspace_take_predictions (self, task->work);
  mien_workspace_job_changed (self, MIEN_JOB_PREDICT);
  if (!done)
    mien_workspace_fail (self, MIEN_JOB_PREDICT, error->message);
}

/**
 * mien_workspace_predict_files:
 * @files: a model of #GFile: pictures and folders of pictures
 *
 * Appends the model's answers to the list of predictions, as they come. A prediction that still
 * runs is ended. Files that have no local path are told by "failed".
 */
void
mien_workspace_predict_files (MienWorkspace *self, GListModel *files)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint n_files;
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (G_IS_LIST_MODEL (files));

  n_files = g_list_model_get_n_items (files);
  for (guint i = 0; i < n_files; i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      char *path = g_file_get_path (file);

      if (path != NULL)
        g_ptr_array_add (paths, path);
    }
  if (paths->len < n_files)
    mien_workspace_fail (
      self, MIEN_JOB_PREDICT,
      _ ("Some pictures are not on this computer. Copy them to a folder first."));
  if (paths->len == 0 || self->model == NULL)
    return;

  g_ptr_array_add (paths, NULL);
  task = mien_workspace_begin (self, MIEN_JOB_PREDICT);
  task->model = mien_model_ref (self->model);
  task->paths = (char **) g_ptr_array_steal (paths, NULL);
  mien_workspace_run (self, task, mien_task_predict_files, predict_done);
}

/**
 * mien_workspace_predict_texture:
 * @texture: a picture that has no file, such as one from the clipboard
 * @name: what to call it
 */
void
mien_workspace_predict_texture (MienWorkspace *self, GdkTexture *texture, const char *name)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (GDK_IS_TEXTURE (texture));

  if (self->model == NULL)
    return;

  task = mien_workspace_begin (self, MIEN_JOB_PREDICT);
  task->model = mien_model_ref (self->model);
  task->texture = g_object_ref (texture);
  task->name = g_strdup (name);
  mien_workspace_run (self, task, mien_task_predict_texture, predict_done);
}

/**
 * mien_workspace_clear_predictions:
 *
 * Ends a prediction that runs, and empties the list.
 */
void
mien_workspace_clear_predictions (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  mien_workspace_cancel (self, MIEN_JOB_PREDICT);
  g_list_store_remove_all (self->predictions);
}

/**
 * mien_workspace_dup_predictions_csv:
 *
 * Returns: (transfer full) (nullable): the predictions that the present model made, as
 * mien_report_predictions_csv() gives them; %NULL when there is none
 */
char *
mien_workspace_dup_predictions_csv (MienWorkspace *self)
{
  g_autoptr (GPtrArray) predictions = NULL;
  guint n_items;

  predictions = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_prediction_free);
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->predictions));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (MienPredictionItem) item = NULL;

      item = g_list_model_get_item (G_LIST_MODEL (self->predictions), i);
      if (mien_prediction_item_get_model (item) == self->model)
        g_ptr_array_add (predictions,
                         mien_prediction_copy (mien_prediction_item_get_prediction (item)));
    }

  return predictions->len > 0 ? mien_report_predictions_csv (predictions, self->model) : NULL;
}
