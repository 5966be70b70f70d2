/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-loss.h"
#include "train/mien-estimate.h"
#include "train/mien-train-error.h"

void
mien_trainer_free (MienTrainer *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->features, mien_features_free);
  g_clear_pointer (&self->training, mien_loader_free);
  g_clear_pointer (&self->validation, mien_loader_free);
  g_clear_pointer (&self->optimizer, vgg_optimizer_free);
  g_clear_pointer (&self->checkpoint, vgg_tensor_file_free);
  g_clear_pointer (&self->average, vgg_average_free);
  g_clear_pointer (&self->network, vgg_network_free);
  g_clear_pointer (&self->mixup, vgg_mixup_free);
  g_free (self->class_weights);
  mien_training_set_free (self->set);
  g_free (self->logits_gradient);
  mien_validation_clear (&self->answers);
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
 * Returns: the memory of the network's plan, the optimiser, averaged weights, and the loaders or
 * the features: of that phase of the training that takes most
 */
gsize
mien_trainer_get_bytes (MienTrainer *self)
{
  gsize optimizer = self->optimizer != NULL ? vgg_optimizer_get_bytes (self->optimizer) : 0;
  gsize batches = 0;

  if (self->features != NULL)
    batches += mien_features_get_bytes (self->features);
  if (self->training != NULL)
    batches += mien_loader_get_bytes (self->training);
  if (self->validation != NULL)
    batches += mien_loader_get_bytes (self->validation);
  return mien_estimate_network (self->network, self->settings, optimizer + batches);
}

/**
 * mien_trainer_get_notice:
 * @self: a trainer
 *
 * Returns: (transfer none) (nullable): why features of frozen layers are computed again and again,
 *   for a person to read; %NULL: they are kept, or not wanted
 */
const char *
mien_trainer_get_notice (MienTrainer *self)
{
  return self->features != NULL ? mien_features_get_notice (self->features) : NULL;
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
  return self->has_validation;
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
  if (self->features != NULL)
    return mien_features_get_n_failures (self->features);

  return (self->training != NULL ? mien_loader_get_n_failures (self->training) : 0) +
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

  if (self->features != NULL &&
      self->n_skipped_told < mien_features_get_n_failures (self->features))
    failure = mien_features_get_failure (self->features, self->n_skipped_told++);
  else if (self->training != NULL &&
           self->n_skipped_told < mien_loader_get_n_failures (self->training))
    failure = mien_loader_get_failure (self->training, self->n_skipped_told++);
  else if (self->validation != NULL &&
           self->n_validation_skipped_told < mien_loader_get_n_failures (self->validation))
    failure = mien_loader_get_failure (self->validation, self->n_validation_skipped_told++);
  else
    return FALSE;

  *path = mien_dataset_get_picture (self->dataset, failure->index)->path;
  *reason = failure->reason;
  return TRUE;
}

/* One batch, wherever it came from. */
typedef struct
{
  guint n;                        /* 0: the pass is over */
  float *input;                   /* (n, 3, H, W); NULL where there are features */
  const guint16 *const *features; /* (n); NULL where there is input */
  const guint *labels;            /* (n) */
} Batch;

static void
begin_pass (MienTrainer *self, MienSplit split, guint epoch)
{
  MienLoader *loader = split == MIEN_SPLIT_TRAIN ? self->training : self->validation;

  self->pass = (MienPass){ .loss = NAN, .accuracy = NAN };
  if (self->features != NULL)
    {
      mien_features_start (self->features, split, epoch);
      self->pass.n_batches = mien_features_get_n_batches (self->features);
      return;
    }
  mien_loader_start (loader, epoch);
  self->pass.n_batches = mien_loader_get_n_batches (loader);
}

static gboolean
next_batch (MienTrainer *self, MienLoader *loader, Batch *batch, GError **error)
{
  *batch = (Batch){ 0 };
  if (self->features != NULL)
    {
      const MienFeatureBatch *from;

      if (!mien_features_next (self->features, &from, error))
        return FALSE;
      if (from != NULL)
        *batch = (Batch){ .n = from->n, .features = from->features, .labels = from->labels };
    }
  else
    {
      const MienBatch *from = mien_loader_next (loader);

      if (from != NULL)
        *batch = (Batch){ .n = from->n, .input = from->input, .labels = from->labels };
    }
  return TRUE;
}

/* Mixes the pictures with each other, and says so in the options of the loss. */
static void
mix (MienTrainer *self, const Batch *batch, VggLossOptions *options)
{
  const VggArchitecture *architecture = &self->settings->architecture;
  const gsize length = (gsize) 3 * architecture->input_width * architecture->input_height;

  vgg_mixup_batch (self->mixup, batch->input, length, batch->labels, batch->n, &self->state.random);
  options->other_labels = self->mixup->other_labels;
  options->share = self->mixup->share;
}

static const float *
forward (MienTrainer *self, const Batch *batch, gboolean training)
{
  VggRandom *random = training ? &self->state.random : NULL;

  if (batch->features != NULL)
    return vgg_network_forward_features (self->network, batch->features, batch->n, training,
                                         random);
  return vgg_network_forward (self->network, batch->input, batch->n, training, random);
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

/* The network has its own weights but while the averaged ones are used. */
static void
show_averages (MienTrainer *self, gboolean averages)
{
  if (self->average != NULL)
    vgg_average_show (self->average, averages);
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
  show_averages (self, FALSE);
  begin_pass (self, MIEN_SPLIT_TRAIN, self->state.epoch + 1);
}

/**
 * mien_trainer_train_batch:
 * @self: a trainer in training
 * @is_over: (out): whether the epoch's batches have all been trained on, and no step was made
 * @error: return location; `MIEN_TRAIN_ERROR_DIVERGED` or `MIEN_TRAIN_ERROR_DATA`
 *
 * Makes one step: forward, loss, backward, optimiser, on pictures that are mixed with each other
 * where the settings say so; loss and accuracy of a mixed picture are its two labels' by their
 * shares. A batch of one picture, the last of an epoch
 * can be, is left out where the network has batch normalisation: there is no variance to speak of
 * in it. Another picture is left out in the next epoch, since the order is a new one.
 *
 * Returns: %FALSE if the training cannot go on
 */
gboolean
mien_trainer_train_batch (MienTrainer *self, gboolean *is_over, GError **error)
{
  Batch batch;
  VggLossOptions options = {
    .class_weights = self->class_weights,
    .label_smoothing = self->settings->label_smoothing,
  };
  VggLossResult result;
  const float *logits;
  double epoch;

  if (!next_batch (self, self->training, &batch, error))
    return FALSE;

  *is_over = batch.n == 0;
  if (batch.n == 0)
    return self->pass.pictures > 0 || fail_without_pictures (error);

  if (batch.n < 2 && self->settings->architecture.batch_norm)
    {
      self->pass.batch++;
      return TRUE;
    }

  epoch = self->state.epoch + (double) self->pass.batch / MAX (self->pass.n_batches, 1);
  self->learning_rate = vgg_schedule_rate (&self->settings->schedule, &self->state.schedule,
                                           self->settings->optimizer.learning_rate, epoch,
                                           self->settings->epochs);

  if (self->mixup != NULL)
    mix (self, &batch, &options);
  logits = forward (self, &batch, TRUE);
  vgg_loss_softmax_cross_entropy (logits, batch.labels, batch.n,
                                  self->settings->architecture.n_classes, &options,
                                  self->logits_gradient, &result);
  if (!add_to_pass (self, batch.n, &result, error))
    return FALSE;

  vgg_network_backward (self->network, self->logits_gradient, batch.n);
  vgg_optimizer_step (self->optimizer, (float) self->learning_rate);
  if (self->average != NULL)
    vgg_average_update (self->average);
  return TRUE;
}

/**
 * mien_trainer_begin_validation:
 * @self: a trainer whose epoch's training is over
 *
 * Begins the pass over all validation pictures, none augmented, with the averaged weights where the
 * settings ask for them. To be called, and followed by
 * mien_trainer_validate_batch(), only where mien_trainer_has_validation() says so.
 */
void
mien_trainer_begin_validation (MienTrainer *self)
{
  self->trained = self->pass;
  show_averages (self, TRUE);
  mien_validation_begin (&self->answers);
  begin_pass (self, MIEN_SPLIT_VALIDATION, 0);
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
  Batch batch;
  VggLossOptions options = { 0 };
  VggLossResult result;
  const float *logits;

  if (!next_batch (self, self->validation, &batch, error))
    return FALSE;

  *is_over = batch.n == 0;
  if (batch.n == 0)
    return self->pass.pictures > 0 || fail_without_pictures (error);

  logits = forward (self, &batch, FALSE);
  vgg_loss_softmax_cross_entropy (logits, batch.labels, batch.n,
                                  self->settings->architecture.n_classes, &options,
                                  self->logits_gradient, &result);
  mien_validation_add (&self->answers, logits, batch.labels, batch.n);
  return add_to_pass (self, batch.n, &result, error);
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
  const MienPass *trained = self->has_validation ? &self->trained : &self->pass;
  double loss = self->pass.loss;
  gboolean is_best = loss < state->best_loss;
  MienEpoch epoch = {
    .epoch = state->epoch + 1,
    .loss = trained->loss,
    .accuracy = trained->accuracy,
    .validation_loss = self->has_validation ? self->pass.loss : NAN,
    .validation_accuracy = self->has_validation ? self->pass.accuracy : NAN,
    .learning_rate = self->learning_rate,
    .seconds = seconds,
  };

  show_averages (self, FALSE);
  state->epoch++;
  g_array_append_val (state->history, epoch);
  state->temperature = mien_validation_get_temperature (&self->answers);
  mien_validation_append_confusions (&self->answers, state->epoch, state->confusions);
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
  return mien_checkpoint_save (path, &self->state, self->network, self->optimizer, self->average,
                               self->dataset, error);
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
 * Makes a model of the weights as they are, the averaged ones where the settings ask for them, with
 * the temperature that suits the validation pictures; training on does not change it.
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
  MienModel *model;
  guint n;

  if (network == NULL)
    return NULL;

  show_averages (self, TRUE);
  from = vgg_network_get_parameters (self->network, &n);
  to = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    memcpy (to[i]->value, from[i]->value, vgg_shape_elements (&from[i]->shape) * sizeof (float));
  show_averages (self, FALSE);

  folder = g_path_get_basename (mien_dataset_get_directory (self->dataset));
  info.dataset_name = g_filename_display_name (folder);
  info.dataset_digest = g_strdup (mien_dataset_get_digest (self->dataset));
  info.created = g_date_time_format_iso8601 (now);
  info.epochs = self->state.epoch;
  info.best_epoch = self->state.epoch;
  info.train_accuracy = last->accuracy;
  info.validation_accuracy = self->has_validation ? last->validation_accuracy : 0;
  info.validation_loss = self->has_validation ? last->validation_loss : 0;
  info.seconds = sum_seconds (history);
  info.face_share = self->face_share;

  model = mien_model_new (g_steal_pointer (&network),
                          mien_dataset_get_classes (self->dataset, NULL),
                          &self->state.preprocessing, self->settings, &info);
  mien_model_set_temperature (model, self->state.temperature);
  return model;
}
