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

static void begin_waiting (MienWorkspace *self, gboolean find_faces);

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
  if (!done)
    mien_workspace_fail (self, MIEN_JOB_PREDICT, error->message);
  if (self->waiting->len > 0)
    begin_waiting (self, self->find_faces);
  else
    mien_workspace_job_changed (self, MIEN_JOB_PREDICT);
}

/* Has the model look at what waits. */
static void
begin_waiting (MienWorkspace *self, gboolean find_faces)
{
  MienTask *task = mien_workspace_begin (self, MIEN_JOB_PREDICT);

  task->model = mien_model_ref (self->model);
  task->views = self->prediction_views;
  task->find_faces = find_faces;
  task->requests = g_steal_pointer (&self->waiting);
  task->begun = self->waiting_since;
  self->waiting = mien_prediction_requests_new ();
  mien_workspace_run (self, task, mien_task_predict, predict_done);
}

/* Takes @picture. What comes while a prediction runs waits for its end. */
static void
add_waiting (MienWorkspace *self, MienPictureItem *picture, const MienPrediction *earlier)
{
  if (self->waiting->len == 0)
    self->waiting_since = g_get_monotonic_time ();
  g_ptr_array_add (self->waiting, mien_prediction_request_new (picture, earlier));
}

static void
predict_waiting (MienWorkspace *self)
{
  if (!mien_workspace_is_busy (self, MIEN_JOB_PREDICT))
    begin_waiting (self, self->find_faces);
}

static gboolean
is_on_the_web (GFile *file)
{
  return g_file_has_uri_scheme (file, "http") || g_file_has_uri_scheme (file, "https");
}

/**
 * mien_workspace_predict_files:
 * @files: a model of #GFile: pictures and folders of pictures
 *
 * Appends the model's answers to the list of predictions, as they come; after those of a prediction
 * that still runs. Files that have no local path are told by "failed"; nothing is fetched.
 */
void
mien_workspace_predict_files (MienWorkspace *self, GListModel *files)
{
  gboolean web = FALSE;
  gboolean remote = FALSE;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (G_IS_LIST_MODEL (files));

  if (self->model == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        add_waiting (self, mien_picture_item_new (path, NULL, NULL, 0), NULL);
      else if (is_on_the_web (file))
        web = TRUE;
      else
        remote = TRUE;
    }
  if (web)
    mien_workspace_fail (self, MIEN_JOB_PREDICT,
                         _ ("This picture is on the web, and Mien fetches none. Copy the picture "
                            "itself and paste it here, or save it and open the file."));
  if (remote)
    mien_workspace_fail (
      self, MIEN_JOB_PREDICT,
      _ ("Some pictures are not on this computer. Copy them to a folder first."));
  if (self->waiting->len > 0)
    predict_waiting (self);
}

/**
 * mien_workspace_predict_texture:
 * @texture: a picture that has no file, such as one from the clipboard
 * @name: what to call it
 */
void
mien_workspace_predict_texture (MienWorkspace *self, GdkTexture *texture, const char *name)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (GDK_IS_TEXTURE (texture));

  if (self->model == NULL)
    return;

  add_waiting (self, mien_picture_item_new_for_texture (texture, name), NULL);
  predict_waiting (self);
}

/**
 * mien_workspace_get_prediction_views:
 *
 * Returns: what predictions are averaged over: the model's own until another is set
 */
MienViews
mien_workspace_get_prediction_views (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), MIEN_VIEWS_SINGLE);

  return self->prediction_views;
}

/**
 * mien_workspace_set_prediction_views:
 * @views: what to average predictions over; the model itself keeps its own
 *
 * The pictures in the list are looked at again. Nothing happens while a prediction runs.
 */
void
mien_workspace_set_prediction_views (MienWorkspace *self, MienViews views)
{
  guint n;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->prediction_views == views || mien_workspace_is_busy (self, MIEN_JOB_PREDICT))
    return;

  self->prediction_views = views;
  n = g_list_model_get_n_items (G_LIST_MODEL (self->predictions));
  if (n == 0 || self->model == NULL)
    return;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MienPredictionItem) item = NULL;

      item = g_list_model_get_item (G_LIST_MODEL (self->predictions), i);
      add_waiting (self, g_object_ref (mien_prediction_item_get_picture (item)),
                   mien_prediction_item_get_prediction (item));
    }
  g_list_store_remove_all (self->predictions);
  begin_waiting (self, FALSE);
}

/**
 * mien_workspace_get_find_faces:
 *
 * Returns: whether pictures that come from now on are a row for each face in them, rather than one:
 *   with a model that has learnt from pictures of faces, until it is set otherwise
 */
gboolean
mien_workspace_get_find_faces (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), FALSE);

  return self->find_faces;
}

/**
 * mien_workspace_set_find_faces:
 * @find_faces: see mien_workspace_get_find_faces(), and mien_faces_can_find()
 */
void
mien_workspace_set_find_faces (MienWorkspace *self, gboolean find_faces)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  self->find_faces = find_faces;
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
