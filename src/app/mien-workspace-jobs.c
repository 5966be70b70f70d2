/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-workspace-private.h"

#include <glib/gi18n-lib.h>

#include "app/mien-prediction-item.h"
#include "app/mien-task.h"
#include "train/mien-report.h"

/* A job's result: the work is done unless another request took its place or it was cancelled. */
static gboolean
finish (MienWorkspace *self, MienTask *task)
{
  if (self->works[task->job] != task->work)
    return FALSE;

  mien_work_drop (self->works[task->job]);
  g_clear_pointer (&self->works[task->job], mien_work_unref);
  return TRUE;
}

static void
take_predictions (MienWorkspace *self, MienWork *work)
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
work_changed (MienWork *work, gpointer owner)
{
  MienWorkspace *self = owner;

  for (guint job = 0; job < MIEN_N_JOBS; job++)
    if (self->works[job] == work)
      {
        if (job == MIEN_JOB_PREDICT)
          take_predictions (self, work);
        g_signal_emit_by_name (self, "progress", job);
      }
}

static MienTask *
begin (MienWorkspace *self, MienJob job)
{
  mien_workspace_cancel (self, job);
  self->works[job] = mien_work_new (work_changed, self, g_object_unref);

  return mien_task_new (job, self->works[job]);
}

static void
run (MienWorkspace *self, MienTask *task, GTaskThreadFunc func, GAsyncReadyCallback done)
{
  MienJob job = task->job;

  mien_task_run (task, func, done, g_object_ref (self));
  mien_workspace_job_changed (self, job);
}

static void
scan_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  MienTask *task = mien_task_from_result (result);

  dataset = g_task_propagate_pointer (G_TASK (result), &error);
  if (!finish (self, task))
    return;

  if (dataset == NULL)
    {
      mien_workspace_set_dataset_error (self, error->message);
      mien_workspace_job_changed (self, MIEN_JOB_SCAN);
      mien_workspace_fail (self, MIEN_JOB_SCAN, error->message);
      return;
    }

  mien_workspace_set_dataset_error (self, NULL);
  mien_workspace_set_dataset (self, dataset);
  mien_workspace_set_offer (self, g_steal_pointer (&task->offer));
  mien_workspace_job_changed (self, MIEN_JOB_SCAN);

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

  if (!finish (self, task))
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

  if (!finish (self, task))
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
backbone_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);

  settings = g_task_propagate_pointer (G_TASK (result), &error);
  if (!finish (self, task))
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
evaluate_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (GError) error = NULL;

  evaluation = g_task_propagate_pointer (G_TASK (result), &error);
  if (!finish (self, mien_task_from_result (result)))
    return;

  mien_workspace_set_evaluation (self, evaluation, error != NULL ? error->message : NULL);
  mien_workspace_job_changed (self, MIEN_JOB_EVALUATE);
  if (error != NULL)
    mien_workspace_fail (self, MIEN_JOB_EVALUATE, error->message);
}

static void
load_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);

  model = g_task_propagate_pointer (G_TASK (result), &error);
  if (!finish (self, task))
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

  if (!finish (self, task))
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

static void
predict_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWorkspace) self = user_data;
  g_autoptr (GError) error = NULL;
  MienTask *task = mien_task_from_result (result);
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (!finish (self, task))
    return;

  take_predictions (self, task->work);
  mien_workspace_job_changed (self, MIEN_JOB_PREDICT);
  if (!done)
    mien_workspace_fail (self, MIEN_JOB_PREDICT, error->message);
}

static void
session_ended (MienWorkspace *self, const MienSessionSnapshot *snapshot)
{
  g_autoptr (MienModel) model = mien_session_dup_model (self->session);
  g_autoptr (GError) error = mien_session_dup_error (self->session);

  if (model != NULL)
    {
      mien_workspace_set_model (self, model, NULL);
      if (self->dataset == mien_session_get_dataset (self->session))
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
  if (!finish (self, mien_task_from_result (result)))
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
  MienTask *task = begin (self, MIEN_JOB_TRAIN);

  task->dataset = mien_dataset_ref (self->dataset);
  task->settings = mien_settings_copy (self->settings);
  task->path = g_strdup (run_directory);
  mien_workspace_set_session (self, NULL);
  mien_workspace_set_training (self, TRUE);
  run (self, task, func, session_made);
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

  mien_work_drop (self->works[job]);
  g_clear_pointer (&self->works[job], mien_work_unref);
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
  task = begin (self, MIEN_JOB_SCAN);
  task->path = g_strdup (directory);
  run (self, task, mien_task_scan, scan_done);
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

  task = begin (self, MIEN_JOB_PREPARE);
  task->plan = plan;
  task->path = g_strdup (destination);
  run (self, task, mien_task_prepare, prepare_done);
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
  task = begin (self, MIEN_JOB_SAMPLE);
  task->path = g_build_filename (g_get_user_data_dir (), "mien", "sample", NULL);
  run (self, task, mien_task_write_sample, sample_done);
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

  task = begin (self, MIEN_JOB_BACKBONE);
  task->path = g_strdup (backbone);
  /* What was offered for want of the ImageNet weights is out of date once they are there. */
  if (self->offer->lacks_imagenet && self->dataset != NULL)
    task->dataset = mien_dataset_ref (self->dataset);
  run (self, task, mien_task_read_backbone, backbone_done);
}

/**
 * mien_workspace_train:
 *
 * Starts a training on the data set with a copy of the settings; "failed" says why when that does
 * not work. When it ends, its best model becomes the model, and is evaluated on the split that
 * mien_dataset_get_evaluation_split() chooses.
 */
void
mien_workspace_train (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));
  g_return_if_fail (self->dataset != NULL && !self->training);

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

/**
 * mien_workspace_evaluate:
 * @split: which pictures
 *
 * Runs the model on a split of the data set; nothing happens without both.
 */
void
mien_workspace_evaluate (MienWorkspace *self, MienSplit split)
{
  MienTask *task;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->model == NULL || self->dataset == NULL)
    return;

  mien_workspace_set_evaluation (self, self->evaluation, NULL);
  task = begin (self, MIEN_JOB_EVALUATE);
  task->model = mien_model_ref (self->model);
  task->dataset = mien_dataset_ref (self->dataset);
  task->split = split;
  run (self, task, mien_task_evaluate, evaluate_done);
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

  task = begin (self, MIEN_JOB_LOAD);
  task->path = g_strdup (path);
  run (self, task, mien_task_load_model, load_done);
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

  task = begin (self, MIEN_JOB_SAVE);
  task->path = g_strdup (path);
  task->model = mien_model_ref (self->model);
  run (self, task, mien_task_save_model, save_done);
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
  task = begin (self, MIEN_JOB_PREDICT);
  task->model = mien_model_ref (self->model);
  task->paths = (char **) g_ptr_array_steal (paths, NULL);
  run (self, task, mien_task_predict_files, predict_done);
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

  task = begin (self, MIEN_JOB_PREDICT);
  task->model = mien_model_ref (self->model);
  task->texture = g_object_ref (texture);
  task->name = g_strdup (name);
  run (self, task, mien_task_predict_texture, predict_done);
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
