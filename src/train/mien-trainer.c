/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-trainer.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/mien-loader.h"
#include "engine/vgg-loss.h"
#include "engine/vgg-threads.h"
#include "engine/vgg-weights.h"
#include "train/mien-train-error.h"

/* What torchvision's weights were trained with, times 255. */
static const float torchvision_mean[3] = { 0.485f * 255, 0.456f * 255, 0.406f * 255 };
static const float torchvision_deviation[3] = { 0.229f * 255, 0.224f * 255, 0.225f * 255 };

struct _MienTrainer
{
  MienDataset *dataset;   /* owned */
  MienSettings *settings; /* owned; with the data set's classes */
  MienTrainingState state;

  VggNetwork *network;      /* owned */
  VggOptimizer *optimizer;  /* owned */
  MienLoader *training;     /* owned */
  MienLoader *validation;   /* owned; NULL without validation pictures */
  guint n_training_skipped; /* told by mien_trainer_next_skipped() so far */
  guint n_validation_skipped;

  float *class_weights;   /* (C); NULL: all 1 */
  float *logits_gradient; /* (batch, C) */

  MienPass pass;        /* the running one */
  MienPass trained;     /* the epoch's training, once it validates */
  double learning_rate; /* of the last step */
};

/* Inverse to the count: n / (C n_c), as scikit-learn's "balanced", so that the mean weight of a
 * picture is 1. */
static gboolean
weigh_classes (MienTrainer *self, GError **error)
{
  guint n = mien_dataset_count_split (self->dataset, MIEN_SPLIT_TRAIN);
  guint n_classes;
  const char *const *classes = mien_dataset_get_classes (self->dataset, &n_classes);

  if (self->settings->balance_classes)
    self->class_weights = g_new (float, n_classes);

  for (guint c = 0; c < n_classes; c++)
    {
      guint count = mien_dataset_count (self->dataset, c, MIEN_SPLIT_TRAIN);

      if (count == 0)
        {
          g_set_error (
            error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
            _ ("The class “%s” has no pictures to train with: add some, or take the class out"),
            classes[c]);
          return FALSE;
        }
      if (self->class_weights != NULL)
        self->class_weights[c] = (float) n / ((float) n_classes * count);
    }

  return TRUE;
}

static void
report (MienProgressFunc progress, gpointer user_data, const char *phase)
{
  MienProgress now = { .phase = phase };

  if (progress != NULL)
    progress (&now, user_data);
}

/* The weights that a new training starts from, and the source of them that decides on `standard`.
 */
static gboolean
initialize_network (MienTrainer *self, VggSource *source, GError **error)
{
  g_autoptr (VggTensorFile) file = NULL;

  if (self->settings->weights == NULL)
    {
      vgg_network_initialize (self->network, VGG_INITIALIZATION_HE, self->settings->seed);
      return TRUE;
    }

  file = vgg_tensor_file_load (self->settings->weights, error);
  if (file == NULL)
    return FALSE;

  /* Keras' dense layers, which the reference head is made of, start from Glorot's. */
  vgg_network_initialize (self->network, VGG_INITIALIZATION_GLOROT, self->settings->seed);
  if (!vgg_weights_apply (self->network, file, VGG_WEIGHTS_BACKBONE, error))
    {
      g_autofree char *name = g_filename_display_name (self->settings->weights);

      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }

  *source = vgg_tensor_file_get_source (file);
  return TRUE;
}

static gboolean
choose_preprocessing (MienTrainer *self,
                      VggSource source,
                      MienProgressFunc progress,
                      gpointer user_data,
                      GCancellable *cancellable,
                      GError **error)
{
  MienPreprocessing *preprocessing = &self->state.preprocessing;
  const VggArchitecture *architecture = &self->settings->architecture;
  g_autofree guint *indices = NULL;
  guint n;

  mien_preprocessing_init (preprocessing, self->settings->preprocessing);
  if (preprocessing->kind != MIEN_PREPROCESSING_STANDARD)
    return TRUE;

  if (source == VGG_SOURCE_PYTORCH)
    {
      memcpy (preprocessing->mean, torchvision_mean, sizeof torchvision_mean);
      memcpy (preprocessing->deviation, torchvision_deviation, sizeof torchvision_deviation);
      return TRUE;
    }

  indices = mien_dataset_list_split (self->dataset, MIEN_SPLIT_TRAIN, &n);
  return mien_loader_measure (self->dataset, indices, n, architecture->input_width,
                              architecture->input_height, preprocessing, progress, user_data,
                              cancellable, error);
}

static MienLoader *
make_loader (MienTrainer *self, const guint *indices, guint n, MienSplit split, GError **error)
{
  MienLoaderOptions options = {
    .width = self->settings->architecture.input_width,
    .height = self->settings->architecture.input_height,
    .batch = self->settings->batch,
    .preprocessing = self->state.preprocessing,
    .seed = self->settings->seed,
  };

  if (split == MIEN_SPLIT_TRAIN)
    {
      options.shuffle = TRUE;
      options.augmentation = self->settings->augmentation;
    }
  else
    mien_augmentation_init_none (&options.augmentation);
  return mien_loader_new (self->dataset, indices, n, &options, error);
}

static gboolean
make_loaders (MienTrainer *self, GError **error)
{
  guint n_training, n_validation;
  g_autofree guint *training = mien_dataset_list_split (self->dataset, MIEN_SPLIT_TRAIN,
                                                        &n_training);
  g_autofree guint *validation = mien_dataset_list_split (self->dataset, MIEN_SPLIT_VALIDATION,
                                                          &n_validation);

  self->training = make_loader (self, training, n_training, MIEN_SPLIT_TRAIN, error);
  if (self->training == NULL)
    return FALSE;
  if (n_validation == 0)
    return TRUE;

  self->validation = make_loader (self, validation, n_validation, MIEN_SPLIT_VALIDATION, error);
  return self->validation != NULL;
}

/**
 * mien_trainer_new:
 * @dataset: what to train on
 * @settings: how; `architecture.n_classes` is taken from @dataset
 * @checkpoint: (type filename) (nullable): a checkpoint to go on from
 * @progress: (nullable): told of the preparation
 * @user_data: for @progress
 * @cancellable: (nullable): ends the preparation with `G_IO_ERROR_CANCELLED`
 * @error: return location
 *
 * Reads the weights, measures the pictures where the preprocessing asks for it, and plans: all the
 * memory of a training is taken here. Sets the process's number of compute threads.
 *
 * Returns: (transfer full) (nullable): a trainer between two epochs
 */
MienTrainer *
mien_trainer_new (MienDataset *dataset,
                  const MienSettings *settings,
                  const char *checkpoint,
                  MienProgressFunc progress,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (MienTrainer) self = g_new0 (MienTrainer, 1);
  g_autoptr (VggTensorFile) file = NULL;
  VggPlanOptions plan = { .batch = settings->batch, .training = TRUE };
  VggSource source = VGG_SOURCE_MIEN;
  VggParameter *const *parameters;
  guint n_parameters;
  guint n_classes;
  gsize n_logits;

  self->dataset = mien_dataset_ref (dataset);
  self->settings = mien_settings_copy (settings);
  mien_dataset_get_classes (dataset, &n_classes);
  self->settings->architecture.n_classes = n_classes;
  mien_training_state_init (&self->state, settings->seed);
  vgg_threads_set (settings->n_threads);

  if (!weigh_classes (self, error))
    return NULL;

  report (progress, user_data, _ ("Reading weights"));
  self->network = vgg_network_new (&self->settings->architecture, error);
  if (self->network == NULL)
    return NULL;

  if (checkpoint != NULL)
    {
      file = mien_checkpoint_load (checkpoint, dataset, &self->state, error);
      if (file == NULL || !vgg_weights_apply (self->network, file, VGG_WEIGHTS_ALL, error))
        return NULL;
    }
  else if (!initialize_network (self, &source, error) ||
           !choose_preprocessing (self, source, progress, user_data, cancellable, error))
    return NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  report (progress, user_data, _ ("Planning"));
  vgg_network_freeze (self->network, settings->frozen_convolutions);
  if (!vgg_network_plan (self->network, &plan, error))
    return NULL;

  parameters = vgg_network_get_parameters (self->network, &n_parameters);
  self->optimizer = vgg_optimizer_new (&settings->optimizer, parameters, n_parameters);
  if (file != NULL && !vgg_optimizer_restore (self->optimizer, file, error))
    return NULL;

  n_logits = (gsize) settings->batch * n_classes;
  self->logits_gradient = g_new0 (float, n_logits);
  if (!make_loaders (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mien_trainer_free (MienTrainer *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->training, mien_loader_free);
  g_clear_pointer (&self->validation, mien_loader_free);
  g_clear_pointer (&self->optimizer, vgg_optimizer_free);
  g_clear_pointer (&self->network, vgg_network_free);
  g_free (self->class_weights);
  g_free (self->logits_gradient);
  mien_training_state_clear (&self->state);
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self);
}

/**
 * mien_trainer_get_state:
 * @self: a trainer
 *
 * Returns: (transfer none): the state after the last finished epoch
 */
const MienTrainingState *
mien_trainer_get_state (MienTrainer *self)
{
  return &self->state;
}

/**
 * mien_trainer_get_pass:
 * @self: a trainer
 *
 * Returns: (transfer none): how far the running pass is, or the last one
 */
const MienPass *
mien_trainer_get_pass (MienTrainer *self)
{
  return &self->pass;
}

/**
 * mien_trainer_get_bytes:
 * @self: a trainer
 *
 * Returns: the memory of the network's plan, the optimiser and the loaders
 */
gsize
mien_trainer_get_bytes (MienTrainer *self)
{
  VggPlanOptions plan = { .batch = self->settings->batch, .training = TRUE };

  return vgg_network_estimate_bytes (self->network, &plan) +
         vgg_optimizer_get_bytes (self->optimizer) + mien_loader_get_bytes (self->training) +
         (self->validation != NULL ? mien_loader_get_bytes (self->validation) : 0);
}

/**
 * mien_trainer_has_validation:
 * @self: a trainer
 *
 * Returns: %FALSE: the data set has no validation pictures, and the training loss stands in for
 * theirs
 */
gboolean
mien_trainer_has_validation (MienTrainer *self)
{
  return self->validation != NULL;
}

/**
 * mien_trainer_is_finished:
 * @self: a trainer between two epochs
 *
 * Returns: %TRUE after the last epoch, or if the loss has not come down for as many epochs as the
 * settings' patience
 */
gboolean
mien_trainer_is_finished (MienTrainer *self)
{
  const MienTrainingState *state = &self->state;

  return state->epoch >= self->settings->epochs ||
         (self->settings->patience > 0 &&
          state->epoch - state->best_epoch >= self->settings->patience);
}

/**
 * mien_trainer_get_n_skipped:
 * @self: a trainer
 *
 * Returns: how many pictures could not be decoded so far
 */
guint
mien_trainer_get_n_skipped (MienTrainer *self)
{
  return mien_loader_get_n_failures (self->training) +
         (self->validation != NULL ? mien_loader_get_n_failures (self->validation) : 0);
}

/**
 * mien_trainer_next_skipped:
 * @self: a trainer
 * @path: (out) (type filename) (transfer none): a picture that could not be decoded
 * @reason: (out) (transfer none): why
 *
 * Tells each skipped picture once.
 *
 * Returns: %FALSE: there is none that has not been told
 */
gboolean
mien_trainer_next_skipped (MienTrainer *self, const char **path, const char **reason)
{
  const MienLoaderFailure *failure;

  if (self->n_training_skipped < mien_loader_get_n_failures (self->training))
    failure = mien_loader_get_failure (self->training, self->n_training_skipped++);
  else if (self->validation != NULL &&
           self->n_validation_skipped < mien_loader_get_n_failures (self->validation))
    failure = mien_loader_get_failure (self->validation, self->n_validation_skipped++);
  else
    return FALSE;

  *path = mien_dataset_get_picture (self->dataset, failure->index)->path;
  *reason = failure->reason;
  return TRUE;
}

static void
begin_pass (MienTrainer *self, MienLoader *loader, guint epoch)
{
  mien_loader_start (loader, epoch);
  self->pass = (MienPass){
    .n_batches = mien_loader_get_n_batches (loader),
    .loss = NAN,
    .accuracy = NAN,
  };
}

/* Running means over pictures, not batches: a short last batch does not count for more. */
static gboolean
add_to_pass (MienTrainer *self, guint n, const VggLossResult *result, GError **error)
{
  MienPass *pass = &self->pass;
  double before = pass->pictures;
  double total = before + n;

  if (!isfinite (result->objective) || !isfinite (result->cross_entropy))
    {
      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DIVERGED,
                   _ ("The training fell apart in epoch %u: the loss is no longer a finite number. "
                      "Train again with a lower learning rate (it was %g) or a longer warm-up"),
                   self->state.epoch + 1, self->learning_rate);
      return FALSE;
    }

  pass->loss = ((before > 0 ? pass->loss * before : 0) + result->cross_entropy * n) / total;
  pass->accuracy = ((before > 0 ? pass->accuracy * before : 0) + result->correct) / total;
  pass->pictures += n;
  pass->batch++;
  return TRUE;
}

static gboolean
fail_without_pictures (GError **error)
{
  g_set_error_literal (
    error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
    _ ("None of the pictures could be read any more: see that the data set is still "
       "where it was"));
  return FALSE;
}

/**
 * mien_trainer_begin_training:
 * @self: a trainer between two epochs
 *
 * Begins the next epoch. One that was begun and not ended is forgotten but for what it did to the
 * weights.
 */
void
mien_trainer_begin_training (MienTrainer *self)
{
  begin_pass (self, self->training, self->state.epoch + 1);
}

/**
 * mien_trainer_train_batch:
 * @self: a trainer in training
 * @is_over: (out): whether the epoch's batches have all been trained on, and no step was made
 * @error: return location; `MIEN_TRAIN_ERROR_DIVERGED` or `MIEN_TRAIN_ERROR_DATA`
 *
 * Makes one step: forward, loss, backward, optimiser. A batch of one picture, the last of an epoch
 * can be, is left out where the network has batch normalisation: there is no variance to speak of
 * in it. Another picture is left out in the next epoch, since the order is a new one.
 *
 * Returns: %FALSE if the training cannot go on
 */
gboolean
mien_trainer_train_batch (MienTrainer *self, gboolean *is_over, GError **error)
{
  const MienBatch *batch = mien_loader_next (self->training);
  VggLossOptions options = {
    .class_weights = self->class_weights,
    .label_smoothing = self->settings->label_smoothing,
  };
  VggLossResult result;
  const float *logits;
  double epoch;

  *is_over = batch == NULL;
  if (batch == NULL)
    return self->pass.pictures > 0 || fail_without_pictures (error);

  if (batch->n < 2 && self->settings->architecture.batch_norm)
    {
      self->pass.batch++;
      return TRUE;
    }

  epoch = self->state.epoch + (double) self->pass.batch / MAX (self->pass.n_batches, 1);
  self->learning_rate = vgg_schedule_rate (&self->settings->schedule, &self->state.schedule,
                                           self->settings->optimizer.learning_rate, epoch,
                                           self->settings->epochs);

  logits = vgg_network_forward (self->network, batch->input, batch->n, TRUE, &self->state.random);
  vgg_loss_softmax_cross_entropy (logits, batch->labels, batch->n,
                                  self->settings->architecture.n_classes, &options,
                                  self->logits_gradient, &result);
  if (!add_to_pass (self, batch->n, &result, error))
    return FALSE;

  vgg_network_backward (self->network, self->logits_gradient, batch->n);
  vgg_optimizer_step (self->optimizer, (float) self->learning_rate);
  return TRUE;
}

/**
 * mien_trainer_begin_validation:
 * @self: a trainer whose epoch's training is over
 *
 * Begins the pass over all validation pictures, none augmented. To be called, and followed by
 * mien_trainer_validate_batch(), only where mien_trainer_has_validation() says so.
 */
void
mien_trainer_begin_validation (MienTrainer *self)
{
  self->trained = self->pass;
  begin_pass (self, self->validation, 0);
}

/**
 * mien_trainer_validate_batch:
 * @self: a trainer in validation
 * @is_over: (out): whether there was no batch left
 * @error: return location; as mien_trainer_train_batch()
 *
 * Returns: %FALSE if the training cannot go on
 */
gboolean
mien_trainer_validate_batch (MienTrainer *self, gboolean *is_over, GError **error)
{
  const MienBatch *batch = mien_loader_next (self->validation);
  VggLossOptions options = { 0 };
  VggLossResult result;
  const float *logits;

  *is_over = batch == NULL;
  if (batch == NULL)
    return self->pass.pictures > 0 || fail_without_pictures (error);

  logits = vgg_network_forward (self->network, batch->input, batch->n, FALSE, NULL);
  vgg_loss_softmax_cross_entropy (logits, batch->labels, batch->n,
                                  self->settings->architecture.n_classes, &options,
                                  self->logits_gradient, &result);
  return add_to_pass (self, batch->n, &result, error);
}

/**
 * mien_trainer_end_epoch:
 * @self: a trainer whose epoch is over, validated where there is something to validate with
 * @seconds: what the epoch took
 *
 * Adds the epoch to the history and lets the schedule see its loss. The best epoch is the one of
 * lowest validation loss, the earliest of equals; without validation pictures, of lowest training
 * loss.
 *
 * Returns: %TRUE if this epoch is the best so far
 */
gboolean
mien_trainer_end_epoch (MienTrainer *self, double seconds)
{
  MienTrainingState *state = &self->state;
  const MienPass *trained = self->validation != NULL ? &self->trained : &self->pass;
  double loss = self->pass.loss;
  gboolean is_best = loss < state->best_loss;
  MienEpoch epoch = {
    .epoch = state->epoch + 1,
    .loss = trained->loss,
    .accuracy = trained->accuracy,
    .validation_loss = self->validation != NULL ? self->pass.loss : NAN,
    .validation_accuracy = self->validation != NULL ? self->pass.accuracy : NAN,
    .learning_rate = self->learning_rate,
    .seconds = seconds,
  };

  state->epoch++;
  g_array_append_val (state->history, epoch);
  vgg_schedule_observe (&self->settings->schedule, &state->schedule, loss);
  if (is_best)
    {
      state->best_epoch = state->epoch;
      state->best_loss = loss;
    }
  return is_best;
}

/**
 * mien_trainer_save_checkpoint:
 * @self: a trainer between two epochs
 * @path: (type filename): where to
 * @error: return location
 *
 * Returns: %TRUE if it is on the disk
 */
gboolean
mien_trainer_save_checkpoint (MienTrainer *self, const char *path, GError **error)
{
  return mien_checkpoint_save (path, &self->state, self->network, self->optimizer, self->dataset,
                               error);
}

/* Seconds of all epochs, those before a resumption too. */
static double
sum_seconds (const GArray *history)
{
  double seconds = 0;

  for (guint i = 0; i < history->len; i++)
    seconds += g_array_index (history, MienEpoch, i).seconds;
  return seconds;
}

/**
 * mien_trainer_make_model:
 * @self: a trainer between two epochs whose last one was the best
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Makes a model of the weights as they are; training on does not change it.
 *
 * Returns: (transfer full) (nullable): the model
 */
MienModel *
mien_trainer_make_model (MienTrainer *self, GError **error)
{
  g_autoptr (VggNetwork) network = vgg_network_new (&self->settings->architecture, error);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_auto (MienModelInfo) info = { 0 };
  const GArray *history = self->state.history;
  const MienEpoch *last = &g_array_index (history, MienEpoch, history->len - 1);
  VggParameter *const *from;
  VggParameter *const *to;
  g_autofree char *folder = NULL;
  guint n;

  if (network == NULL)
    return NULL;

  from = vgg_network_get_parameters (self->network, &n);
  to = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    memcpy (to[i]->value, from[i]->value, vgg_shape_elements (&from[i]->shape) * sizeof (float));

  folder = g_path_get_basename (mien_dataset_get_directory (self->dataset));
  info.dataset_name = g_filename_display_name (folder);
  info.dataset_digest = g_strdup (mien_dataset_get_digest (self->dataset));
  info.created = g_date_time_format_iso8601 (now);
  info.epochs = self->state.epoch;
  info.best_epoch = self->state.epoch;
  info.train_accuracy = last->accuracy;
  info.validation_accuracy = self->validation != NULL ? last->validation_accuracy : 0;
  info.validation_loss = self->validation != NULL ? last->validation_loss : 0;
  info.seconds = sum_seconds (history);

  return mien_model_new (g_steal_pointer (&network), mien_dataset_get_classes (self->dataset, NULL),
                         &self->state.preprocessing, self->settings, &info);
}
