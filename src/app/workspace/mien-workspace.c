/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

#include <math.h>

#include "app/prediction/mien-prediction-item.h"
#include "app/workspace/mien-task.h"
#include "data/mien-faces.h"

/**
 * MienWorkspace:
 *
 * What the window works on. Every change is told by "notify" of a readable property:
 *
 * - "dataset" (#MienDataset), "dataset-error" (why the last folder could not be used), "settings",
 *   "session" (the latest training), "model", "model-path", "evaluation" (of that model on that
 * data set), "evaluation-error"; each %NULL while there is none
 * - "neighbours" (of that model and data set), %NULL until the training pictures were looked at
 * - "scanning" (the sample is written or a folder is read), "training", "evaluating", "predicting"
 * - "predictions" (#GListModel of #MienPredictionItem, always the same list)
 *
 * Signal "progress" (#MienJob as guint): a running job came further. Signal "failed" (#MienJob as
 * guint, message) and signal "announced" (message): a failure, and a success that is worth a toast;
 * both messages are translated. Signal "imported": the data set was written out of a table. Signal
 * "prepared": a prepared data set was written, and is about to be opened. Signal "corrected":
 * something was decided of a picture.
 *
 * Work runs off the main thread; a result whose request is no longer the current one is dropped.
 */
enum
{
  PROP_0,
  PROP_DATASET,
  PROP_DATASET_ERROR,
  PROP_SETTINGS,
  PROP_SESSION,
  PROP_MODEL,
  PROP_MODEL_PATH,
  PROP_EVALUATION,
  PROP_EVALUATION_ERROR,
  PROP_NEIGHBOURS,
  PROP_PREDICTIONS,
  PROP_SCANNING,
  PROP_TRAINING,
  PROP_EVALUATING,
  PROP_PREDICTING,
  N_PROPS
};

enum
{
  PROGRESS,
  FAILED,
  ANNOUNCED,
  IMPORTED,
  PREPARED,
  CORRECTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienWorkspace, mien_workspace, G_TYPE_OBJECT)

static void
notify (MienWorkspace *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/**
 * mien_workspace_set_dataset:
 * @dataset: the new data set
 *
 * Takes a reference. The evaluation of the one before is dropped.
 */
void
mien_workspace_set_dataset (MienWorkspace *self, MienDataset *dataset)
{
  mien_workspace_cancel (self, MIEN_JOB_EVALUATE);
  mien_workspace_cancel (self, MIEN_JOB_COMPARE);
  mien_workspace_set_evaluation (self, NULL, NULL);
  mien_workspace_set_neighbours (self, NULL);

  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_clear_pointer (&self->corrections, mien_corrections_free);
  self->is_corrected = FALSE;
  self->dataset = mien_dataset_ref (dataset);
  notify (self, PROP_DATASET);
}

/**
 * mien_workspace_set_dataset_error:
 * @error: (nullable): why the last folder could not be used
 */
void
mien_workspace_set_dataset_error (MienWorkspace *self, const char *error)
{
  if (g_strcmp0 (self->dataset_error, error) == 0)
    return;

  g_free (self->dataset_error);
  self->dataset_error = g_strdup (error);
  notify (self, PROP_DATASET_ERROR);
}

/**
 * mien_workspace_take_settings:
 * @settings: (transfer full) (nullable): the new settings, or %NULL to tell again of those there
 * are
 */
void
mien_workspace_take_settings (MienWorkspace *self, MienSettings *settings)
{
  if (settings != NULL)
    {
      MienSettings before = *self->settings;

      /* Who edits them keeps the pointer. */
      *self->settings = *settings;
      *settings = before;
      mien_settings_free (settings);
    }
  notify (self, PROP_SETTINGS);
}

/**
 * mien_workspace_set_session:
 * @session: the training that is now the latest one
 */
void
mien_workspace_set_session (MienWorkspace *self, MienSession *session)
{
  if (g_set_object (&self->session, session))
    notify (self, PROP_SESSION);
}

/**
 * mien_workspace_set_training:
 * @training: whether the session runs
 */
void
mien_workspace_set_training (MienWorkspace *self, gboolean training)
{
  if (self->training == training)
    return;

  self->training = training;
  notify (self, PROP_TRAINING);
}

/**
 * mien_workspace_set_model:
 * @model: the model to work with from now on
 * @path: (nullable) (type filename): its file, or %NULL when it was not saved yet
 *
 * Ends what runs on the model before, and drops its evaluation.
 */
void
mien_workspace_set_model (MienWorkspace *self, MienModel *model, const char *path)
{
  mien_workspace_cancel (self, MIEN_JOB_EVALUATE);
  mien_workspace_cancel (self, MIEN_JOB_COMPARE);
  mien_workspace_cancel (self, MIEN_JOB_PREDICT);
  mien_workspace_set_evaluation (self, NULL, NULL);
  mien_workspace_set_neighbours (self, NULL);

  mien_model_ref (model);
  g_clear_pointer (&self->model, mien_model_unref);
  self->model = model;
  self->prediction_views = mien_model_get_views (model);
  self->find_faces = mien_model_get_info (model)->face_share > 0 && mien_faces_can_find ();
  self->accuracy_before = NAN;
  notify (self, PROP_MODEL);
  mien_workspace_set_model_path (self, path);
}

/**
 * mien_workspace_set_model_path:
 * @path: (nullable) (type filename): the model's file
 */
void
mien_workspace_set_model_path (MienWorkspace *self, const char *path)
{
  if (g_strcmp0 (self->model_path, path) == 0)
    return;

  g_free (self->model_path);
  self->model_path = g_strdup (path);
  notify (self, PROP_MODEL_PATH);
}

/**
 * mien_workspace_set_evaluation:
 * @evaluation: (nullable): of the model on the data set
 * @error: (nullable): why there is none
 */
void
mien_workspace_set_evaluation (MienWorkspace *self, MienEvaluation *evaluation, const char *error)
{
  if (self->evaluation != evaluation)
    {
      g_clear_pointer (&self->evaluation, mien_evaluation_unref);
      self->evaluation = evaluation != NULL ? mien_evaluation_ref (evaluation) : NULL;
      notify (self, PROP_EVALUATION);
    }
  if (g_strcmp0 (self->evaluation_error, error) != 0)
    {
      g_free (self->evaluation_error);
      self->evaluation_error = g_strdup (error);
      notify (self, PROP_EVALUATION_ERROR);
    }
}

/**
 * mien_workspace_set_neighbours:
 * @neighbours: (nullable): of the model and the data set
 */
void
mien_workspace_set_neighbours (MienWorkspace *self, MienNeighbours *neighbours)
{
  if (self->neighbours == neighbours)
    return;

  g_clear_pointer (&self->neighbours, mien_neighbours_unref);
  self->neighbours = neighbours != NULL ? mien_neighbours_ref (neighbours) : NULL;
  notify (self, PROP_NEIGHBOURS);
}

/**
 * mien_workspace_job_changed:
 * @job: a job that began or ended
 */
void
mien_workspace_job_changed (MienWorkspace *self, MienJob job)
{
  if (job == MIEN_JOB_SAMPLE || job == MIEN_JOB_SCAN)
    notify (self, PROP_SCANNING);
  else if (job == MIEN_JOB_EVALUATE)
    notify (self, PROP_EVALUATING);
  else if (job == MIEN_JOB_PREDICT)
    notify (self, PROP_PREDICTING);

  g_signal_emit_by_name (self, "progress", job);
}

/**
 * mien_workspace_announce:
 * @format: a translated printf() format
 *
 * Emits "announced".
 */
void
mien_workspace_announce (MienWorkspace *self, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_signal_emit (self, signals[ANNOUNCED], 0, message);
}

/**
 * mien_workspace_fail:
 * @job: what failed
 * @message: why, translated
 *
 * Emits "failed".
 */
void
mien_workspace_fail (MienWorkspace *self, MienJob job, const char *message)
{
  g_signal_emit (self, signals[FAILED], 0, job, message);
}

static void
mien_workspace_dispose (GObject *object)
{
  MienWorkspace *self = MIEN_WORKSPACE (object);

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      mien_session_stop (self->session);
      g_clear_object (&self->session);
    }
  for (guint job = 0; job < MIEN_N_JOBS; job++)
    if (self->works[job] != NULL)
      {
        mien_work_drop (self->works[job]);
        g_clear_pointer (&self->works[job], mien_work_unref);
      }
  g_clear_object (&self->predictions);

  G_OBJECT_CLASS (mien_workspace_parent_class)->dispose (object);
}

static void
mien_workspace_finalize (GObject *object)
{
  MienWorkspace *self = MIEN_WORKSPACE (object);

  g_clear_pointer (&self->dataset, mien_dataset_unref);
  g_clear_pointer (&self->settings, mien_settings_free);
  g_clear_pointer (&self->offer, mien_offer_free);
  g_clear_pointer (&self->model, mien_model_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->evaluation, mien_evaluation_unref);
  g_clear_pointer (&self->neighbours, mien_neighbours_unref);
  g_free (self->dataset_error);
  g_free (self->model_path);
  g_clear_pointer (&self->corrections, mien_corrections_free);
  g_free (self->evaluation_error);

  G_OBJECT_CLASS (mien_workspace_parent_class)->finalize (object);
}

static void
mien_workspace_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienWorkspace *self = MIEN_WORKSPACE (object);

  switch (id)
    {
    case PROP_DATASET:
      g_value_set_boxed (value, self->dataset);
      break;
    case PROP_DATASET_ERROR:
      g_value_set_string (value, self->dataset_error);
      break;
    case PROP_SETTINGS:
      g_value_set_pointer (value, self->settings);
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_MODEL:
      g_value_set_boxed (value, self->model);
      break;
    case PROP_MODEL_PATH:
      g_value_set_string (value, self->model_path);
      break;
    case PROP_EVALUATION:
      g_value_set_boxed (value, self->evaluation);
      break;
    case PROP_EVALUATION_ERROR:
      g_value_set_string (value, self->evaluation_error);
      break;
    case PROP_NEIGHBOURS:
      g_value_set_boxed (value, self->neighbours);
      break;
    case PROP_PREDICTIONS:
      g_value_set_object (value, self->predictions);
      break;
    case PROP_SCANNING:
      g_value_set_boolean (value, mien_workspace_is_busy (self, MIEN_JOB_SAMPLE) ||
                                    mien_workspace_is_busy (self, MIEN_JOB_SCAN));
      break;
    case PROP_TRAINING:
      g_value_set_boolean (value, self->training);
      break;
    case PROP_EVALUATING:
      g_value_set_boolean (value, mien_workspace_is_busy (self, MIEN_JOB_EVALUATE));
      break;
    case PROP_PREDICTING:
      g_value_set_boolean (value, mien_workspace_is_busy (self, MIEN_JOB_PREDICT));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_workspace_class_init (MienWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mien_workspace_dispose;
  object_class->finalize = mien_workspace_finalize;
  object_class->get_property = mien_workspace_get_property;

  properties[PROP_DATASET] = g_param_spec_boxed ("dataset", NULL, NULL, MIEN_TYPE_DATASET, flags);
  properties[PROP_DATASET_ERROR] = g_param_spec_string ("dataset-error", NULL, NULL, NULL, flags);
  properties[PROP_SETTINGS] = g_param_spec_pointer ("settings", NULL, NULL, flags);
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, MIEN_TYPE_SESSION, flags);
  properties[PROP_MODEL] = g_param_spec_boxed ("model", NULL, NULL, MIEN_TYPE_MODEL, flags);
  properties[PROP_MODEL_PATH] = g_param_spec_string ("model-path", NULL, NULL, NULL, flags);
  properties[PROP_EVALUATION] = g_param_spec_boxed ("evaluation", NULL, NULL, MIEN_TYPE_EVALUATION,
                                                    flags);
  properties[PROP_EVALUATION_ERROR] = g_param_spec_string ("evaluation-error", NULL, NULL, NULL,
                                                           flags);
  properties[PROP_NEIGHBOURS] = g_param_spec_boxed ("neighbours", NULL, NULL, MIEN_TYPE_NEIGHBOURS,
                                                    flags);
  properties[PROP_PREDICTIONS] = g_param_spec_object ("predictions", NULL, NULL, G_TYPE_LIST_MODEL,
                                                      flags);
  properties[PROP_SCANNING] = g_param_spec_boolean ("scanning", NULL, NULL, FALSE, flags);
  properties[PROP_TRAINING] = g_param_spec_boolean ("training", NULL, NULL, FALSE, flags);
  properties[PROP_EVALUATING] = g_param_spec_boolean ("evaluating", NULL, NULL, FALSE, flags);
  properties[PROP_PREDICTING] = g_param_spec_boolean ("predicting", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PROGRESS] = g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[ANNOUNCED] = g_signal_new ("announced", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CORRECTED] = g_signal_new ("corrected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[IMPORTED] = g_signal_new ("imported", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PREPARED] = g_signal_new ("prepared", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mien_workspace_init (MienWorkspace *self)
{
  self->offer = mien_offer_new_plain ();
  self->settings = mien_settings_copy (self->offer->settings);
  self->predictions = g_list_store_new (MIEN_TYPE_PREDICTION_ITEM);
  self->waiting = mien_prediction_requests_new ();
  self->accuracy_before = NAN;
}

/**
 * mien_workspace_new:
 *
 * Returns: (transfer full): an empty workspace with the settings of the compact backbone
 */
MienWorkspace *
mien_workspace_new (void)
{
  return g_object_new (MIEN_TYPE_WORKSPACE, NULL);
}

/**
 * mien_workspace_get_dataset:
 *
 * Returns: (transfer none) (nullable): the data set, or %NULL
 */
MienDataset *
mien_workspace_get_dataset (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->dataset;
}

/**
 * mien_workspace_get_dataset_error:
 *
 * Returns: (transfer none) (nullable): why the last folder could not be used, translated
 */
const char *
mien_workspace_get_dataset_error (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->dataset_error;
}

/**
 * mien_workspace_close_dataset_error:
 *
 * Forgets why the last folder could not be used.
 */
void
mien_workspace_close_dataset_error (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  mien_workspace_set_dataset_error (self, NULL);
}

/**
 * mien_workspace_get_settings:
 *
 * Returns: (transfer none): the settings of the next training, to be edited in place; who edits
 *   what others show calls mien_workspace_settings_changed()
 */
MienSettings *
mien_workspace_get_settings (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->settings;
}

/**
 * mien_workspace_settings_changed:
 *
 * Tells with "notify::settings" that the settings were edited in place.
 */
void
mien_workspace_settings_changed (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  notify (self, PROP_SETTINGS);
}

/**
 * mien_workspace_get_session:
 *
 * Returns: (transfer none) (nullable): the latest training, running or not; %NULL also while one is
 *   being made
 */
MienSession *
mien_workspace_get_session (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->session;
}

/**
 * mien_workspace_get_snapshot:
 * @snapshot: (out caller-allocates): where the latest training stands
 *
 * As mien_session_get_snapshot(); a training whose session is still being made is preparing.
 */
void
mien_workspace_get_snapshot (MienWorkspace *self, MienSessionSnapshot *snapshot)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  if (self->session != NULL)
    mien_session_get_snapshot (self->session, snapshot);
  else
    *snapshot = (MienSessionSnapshot){
      .state = self->training ? MIEN_SESSION_PREPARING : MIEN_SESSION_READY,
      .seconds_left = -1,
    };
}

/**
 * mien_workspace_get_model:
 *
 * Returns: (transfer none) (nullable): the trained or opened model
 */
MienModel *
mien_workspace_get_model (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->model;
}

/**
 * mien_workspace_get_model_path:
 *
 * Returns: (transfer none) (nullable) (type filename): the model's file, or %NULL when it was never
 * saved
 */
const char *
mien_workspace_get_model_path (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->model_path;
}

/**
 * mien_workspace_get_evaluation:
 *
 * Returns: (transfer none) (nullable): what the model does on the data set
 */
MienEvaluation *
mien_workspace_get_evaluation (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->evaluation;
}

/**
 * mien_workspace_get_evaluation_error:
 *
 * Returns: (transfer none) (nullable): why the last evaluation failed, translated
 */
const char *
mien_workspace_get_evaluation_error (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->evaluation_error;
}

/**
 * mien_workspace_get_neighbours:
 *
 * Returns: (transfer none) (nullable): the data set's training pictures as the model sees them
 */
MienNeighbours *
mien_workspace_get_neighbours (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->neighbours;
}

/**
 * mien_workspace_get_predictions:
 *
 * Returns: (transfer none): the answers so far, a model of #MienPredictionItem; always the same one
 */
GListModel *
mien_workspace_get_predictions (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return G_LIST_MODEL (self->predictions);
}

/**
 * mien_workspace_is_busy:
 * @job: a job
 *
 * Returns: whether @job runs; a paused training does
 */
gboolean
mien_workspace_is_busy (MienWorkspace *self, MienJob job)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), FALSE);

  return job == MIEN_JOB_TRAIN ? self->training : self->works[job] != NULL;
}

/**
 * mien_workspace_get_job:
 *
 * Returns: the running job that a person waits for most, or %MIEN_JOB_NONE
 */
MienJob
mien_workspace_get_job (MienWorkspace *self)
{
  static const MienJob order[] = { MIEN_JOB_TRAIN,   MIEN_JOB_SAMPLE,   MIEN_JOB_SCAN,
                                   MIEN_JOB_PREPARE, MIEN_JOB_EVALUATE, MIEN_JOB_COMPARE,
                                   MIEN_JOB_PREDICT, MIEN_JOB_SAVE,     MIEN_JOB_LOAD,
                                   MIEN_JOB_BACKBONE };

  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), MIEN_JOB_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (mien_workspace_is_busy (self, order[i]))
      return order[i];

  return MIEN_JOB_NONE;
}

/**
 * mien_workspace_get_progress:
 * @job: a job
 * @progress: (out): how far it is; total 0 while that is not known, and while it does not run
 *
 * The unit of a training's progress is a batch, of all epochs.
 */
void
mien_workspace_get_progress (MienWorkspace *self, MienJob job, MienProgress *progress)
{
  MienSessionSnapshot snapshot;

  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  *progress = (MienProgress){ 0 };
  if (!mien_workspace_is_busy (self, job))
    return;

  if (job != MIEN_JOB_TRAIN)
    {
      mien_work_get_progress (self->works[job], progress);
      return;
    }

  mien_workspace_get_snapshot (self, &snapshot);
  if (snapshot.state == MIEN_SESSION_PREPARING || snapshot.state == MIEN_SESSION_COMPUTING)
    {
      *progress = snapshot.preparing;
    }
  else
    {
      progress->done = (guint64) MAX (snapshot.epoch, 1) - 1;
      progress->done = progress->done * snapshot.n_batches + snapshot.batch;
      progress->total = (guint64) snapshot.n_epochs * snapshot.n_batches;
    }
}
