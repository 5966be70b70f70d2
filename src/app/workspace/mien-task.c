/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-task.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "app/widgets/mien-destination.h"
#include "data/mien-sample.h"
#include "data/mien-table.h"
#include "train/mien-evaluation.h"
#include "train/mien-session.h"

/**
 * mien_task_new:
 * @job: what kind of request it is
 * @work: where the worker reports to; a reference is taken
 *
 * Returns: (transfer full): a request whose other fields are for the caller to fill in
 */
MienTask *
mien_task_new (MienJob job, MienWork *work)
{
  MienTask *self = g_new0 (MienTask, 1);

  self->job = job;
  self->work = mien_work_ref (work);

  return self;
}

static void
mien_task_free (MienTask *self)
{
  mien_work_unref (self->work);
  g_free (self->path);
  g_clear_pointer (&self->plan, mien_prepare_plan_free);
  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_clear_pointer (&self->settings, mien_settings_free);
  g_clear_pointer (&self->offer, mien_offer_free);
  g_clear_pointer (&self->model, mien_model_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_free (self);
}

static void
ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienTask *self = mien_task_from_result (result);
  g_autoptr (GApplication) application = user_data;

  self->done (source, result, self->done_data);
  if (application != NULL)
    g_application_release (application);
}

/**
 * mien_task_run:
 * @self: (transfer full): a request
 * @func: one of the workers below
 * @done: called on the main thread
 * @user_data: for @done. There is no source object: a task may drop its own in the worker's thread,
 * and what
 *   @user_data stands for belongs to the main thread.
 *
 * The program does not end before the worker has, which removes what it had half written when it is
 * cancelled.
 */
void
mien_task_run (MienTask *self, GTaskThreadFunc func, GAsyncReadyCallback done, gpointer user_data)
{
  GApplication *application = g_application_get_default ();
  g_autoptr (GTask) task = NULL;

  self->done = done;
  self->done_data = user_data;
  if (application != NULL)
    g_application_hold (g_object_ref (application));
  task = g_task_new (NULL, mien_work_get_cancellable (self->work), ended_cb, application);
  g_task_set_source_tag (task, mien_task_run);
  g_task_set_task_data (task, self, (GDestroyNotify) mien_task_free);
  g_task_run_in_thread (task, func);
}

/**
 * mien_task_from_result:
 *
 * Returns: (transfer none): the request that @result answers
 */
MienTask *
mien_task_from_result (GAsyncResult *result)
{
  return g_task_get_task_data (G_TASK (result));
}

static void
return_pointer (GTask *task, gpointer result, GDestroyNotify free_result, GError *error)
{
  if (result != NULL)
    g_task_return_pointer (task, result, free_result);
  else
    g_task_return_error (task, error);
}

static void
return_boolean (GTask *task, gboolean result, GError *error)
{
  if (result)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * mien_task_write_sample:
 *
 * Writes the sample data set to the request's path; returns a boolean.
 */
void
mien_task_write_sample (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  gboolean written = mien_sample_write (self->path, mien_work_report, self->work, cancellable,
                                        &error);

  return_boolean (task, written, error);
}

/* A table that holds the pictures themselves is written out, and its folder takes its place. */
static gboolean
import_table (MienTask *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (MienTable) table = mien_table_open (self->path, error);
  g_autoptr (MienNewFolder) folder = NULL;
  g_autoptr (GArray) issues = NULL;
  g_autofree char *parent = mien_destination_dup_default_folder ();
  g_autofree char *name = g_path_get_basename (self->path);
  g_autofree char *free_name = NULL;
  g_autofree char *destination = NULL;
  char *dot = strrchr (name, '.');

  if (table == NULL)
    return FALSE;
  if (table->kind != MIEN_TABLE_PIXELS)
    return TRUE;

  if (dot != NULL && dot != name)
    *dot = '\0';
  free_name = mien_destination_dup_free_name (parent, name);
  destination = g_build_filename (parent, free_name, NULL);
  folder = mien_table_write_pictures (self->path, destination, &issues, mien_work_report,
                                      self->work, cancellable, error);
  if (folder == NULL || !mien_new_folder_commit (folder, error))
    return FALSE;

  g_free (self->path);
  self->path = g_steal_pointer (&destination);
  self->n_rows_left_out = issues->len;
  self->imported = TRUE;
  return TRUE;
}

/**
 * mien_task_prepare:
 *
 * Writes the request's plan to its path; returns a boolean.
 */
void
mien_task_prepare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  gboolean written = mien_prepare_write (self->plan, self->path, mien_work_report, self->work,
                                         cancellable, &error);

  return_boolean (task, written, error);
}

/**
 * mien_task_scan:
 *
 * Scans the request's path and chooses settings for it, the request's offer; returns a
 * #MienDataset. A table of pixels is written out first to where Mien keeps its data sets.
 */
void
mien_task_scan (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  MienScanOptions options;
  GError *error = NULL;
  MienDataset *dataset;

  if (mien_table_is_file (self->path) && !import_table (self, cancellable, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  mien_scan_options_init (&options);
  dataset = mien_dataset_scan (self->path, &options, mien_work_report, self->work, cancellable,
                               &error);
  if (dataset != NULL)
    self->offer = mien_offer_new_for_dataset (dataset);
  return_pointer (task, dataset, (GDestroyNotify) mien_dataset_unref, error);
}

/**
 * mien_task_read_backbone:
 *
 * Makes the settings for the request's path, a backbone; returns #MienSettings. With a data set,
 * also chooses anew what suits it, the request's offer.
 */
void
mien_task_read_backbone (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  MienSettings *settings = mien_settings_new_for_backbone (self->path, &error);

  if (self->dataset != NULL)
    self->offer = mien_offer_new_for_dataset (self->dataset);
  return_pointer (task, settings, (GDestroyNotify) mien_settings_free, error);
}

/**
 * mien_task_make_session:
 *
 * Makes a run of the request's settings on its data set, with its folder; returns a #MienSession of
 * the main thread's context.
 */
void
mien_task_make_session (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  g_autofree char *run_directory = mien_session_default_run_directory (
    mien_dataset_get_directory (self->dataset));
  MienSession *session = mien_session_new (self->dataset, self->settings, run_directory, &error);

  return_pointer (task, session, g_object_unref, error);
}

/**
 * mien_task_resume_session:
 *
 * Reads the run in the request's path to go on with it; returns a #MienSession of the main thread's
 * context.
 */
void
mien_task_resume_session (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  MienSession *session = mien_session_new_resume (self->dataset, self->path, &error);

  return_pointer (task, session, g_object_unref, error);
}

/**
 * mien_task_evaluate:
 *
 * Evaluates the request's model on its split; returns a #MienEvaluation.
 */
void
mien_task_evaluate (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  MienEvaluation *evaluation = mien_evaluation_run (
    self->model, self->dataset, self->split, mien_work_report, self->work, cancellable, &error);

  return_pointer (task, evaluation, (GDestroyNotify) mien_evaluation_unref, error);
}

/**
 * mien_task_compare:
 *
 * Looks at the training pictures of the request's data set with its model; returns #MienNeighbours.
 */
void
mien_task_compare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  MienNeighbours *neighbours = mien_neighbours_new (self->model, self->dataset, mien_work_report,
                                                    self->work, cancellable, &error);

  return_pointer (task, neighbours, (GDestroyNotify) mien_neighbours_unref, error);
}

/**
 * mien_task_load_model:
 *
 * Reads the model file at the request's path; returns a #MienModel.
 */
void
mien_task_load_model (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  MienModel *model = mien_model_load (self->path, &error);

  return_pointer (task, model, (GDestroyNotify) mien_model_unref, error);
}

/**
 * mien_task_save_model:
 *
 * Writes the request's model to its path; returns a boolean.
 */
void
mien_task_save_model (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  gboolean saved = mien_model_save (self->model, self->path, &error);

  return_boolean (task, saved, error);
}
