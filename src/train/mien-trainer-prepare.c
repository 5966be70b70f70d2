/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/vgg-threads.h"
#include "engine/vgg-weights.h"
#include "train/mien-backbone.h"
#include "train/mien-face-share.h"
#include "train/mien-feature-id.h"
#include "train/mien-train-error.h"

/* Inverse to the count: n / (C n_c), as scikit-learn's "balanced", so that the mean weight of a
 * picture is 1. */
static void
weigh_classes (MienTrainer *self)
{
  guint n_classes = self->settings->architecture.n_classes;

  if (self->settings->balance != MIEN_BALANCE_WEIGHTS)
    return;

  self->class_weights = g_new (float, n_classes);
  for (guint c = 0; c < n_classes; c++)
    self->class_weights[c] = (float) self->set->n / ((float) n_classes * self->set->counts[c]);
}

static void
report (MienProgressFunc progress, gpointer user_data, const char *phase)
{
  MienProgress now = { .phase = phase };

  if (progress != NULL)
    progress (&now, user_data);
}

/* The weights that a new training starts from, and the preprocessing, whose mean and deviation are
 * to be measured or not. */
static gboolean
initialize_network (MienTrainer *self, gboolean *measures, GError **error)
{
  MienPreprocessing *preprocessing = &self->state.preprocessing;
  g_autoptr (VggTensorFile) file = NULL;
  MienBackbone backbone;

  mien_preprocessing_init (preprocessing, self->settings->preprocessing);
  *measures = preprocessing->kind == MIEN_PREPROCESSING_STANDARD;
  if (self->settings->weights == NULL)
    {
      vgg_network_initialize (self->network, VGG_INITIALIZATION_HE, self->settings->seed);
      return TRUE;
    }

  file = vgg_tensor_file_load (self->settings->weights, error);
  if (file == NULL || !mien_backbone_read (file, &backbone, error))
    return FALSE;

  /* Keras' dense layers, which the reference head is made of, start from Glorot's. */
  vgg_network_initialize (self->network, VGG_INITIALIZATION_GLOROT, self->settings->seed);
  if (!vgg_weights_apply (self->network, file, VGG_WEIGHTS_BACKBONE, error))
    {
      g_autofree char *name = g_filename_display_name (self->settings->weights);

      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }

  /* Of the kind that the weights were trained with: with the figures that they know, too. */
  if (backbone.preprocessing.kind == preprocessing->kind)
    {
      *preprocessing = backbone.preprocessing;
      *measures = FALSE;
    }
  return TRUE;
}

static gboolean
measure_preprocessing (MienTrainer *self,
                       MienProgressFunc progress,
                       gpointer user_data,
                       GCancellable *cancellable,
                       GError **error)
{
  MienPreprocessing *preprocessing = &self->state.preprocessing;
  const VggArchitecture *architecture = &self->settings->architecture;

  return mien_loader_measure (self->dataset, self->set->indices, self->set->n,
                              architecture->input_width, architecture->input_height, preprocessing,
                              progress, user_data, cancellable, error);
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
      options.order = mien_settings_get_order (self->settings);
      options.augmentation = self->settings->augmentation;
    }
  else
    mien_augmentation_init_none (&options.augmentation);
  return mien_loader_new (self->dataset, indices, n, &options, error);
}

static gboolean
make_loaders (MienTrainer *self, GError **error)
{
  guint n_validation;
  g_autofree guint *validation = mien_dataset_list_split (self->dataset, MIEN_SPLIT_VALIDATION,
                                                          &n_validation);

  self->training = make_loader (self, self->set->indices, self->set->n, MIEN_SPLIT_TRAIN, error);
  if (self->training == NULL)
    return FALSE;
  if (n_validation == 0)
    return TRUE;

  self->validation = make_loader (self, validation, n_validation, MIEN_SPLIT_VALIDATION, error);
  return self->validation != NULL;
}

static gboolean
begin_average (MienTrainer *self, GError **error)
{
  self->average = vgg_average_new (self->network, self->settings->average_decay, error);
  return self->average != NULL &&
         (self->checkpoint == NULL || vgg_average_restore (self->average, self->checkpoint, error));
}

/**
 * mien_trainer_new:
 * @dataset: what to train on; mien_training_set_check() must hold of it
 * @settings: how; `architecture.n_classes` is taken from @dataset
 * @checkpoint: (type filename) (nullable): a checkpoint to go on from
 * @progress: (nullable): told of the preparation
 * @user_data: for @progress
 * @cancellable: (nullable): ends the preparation with `G_IO_ERROR_CANCELLED`
 * @error: return location
 *
 * Reads the weights, measures the pictures where the preprocessing asks for it, and finds out
 * whether they are of faces. Sets the process's number of compute threads.
 *
 * Returns: (transfer full) (nullable): a trainer between two epochs, to be brought through
 *   mien_trainer_prepare() before it trains
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
  gboolean measures;
  guint n_classes;

  self->dataset = mien_dataset_ref (dataset);
  self->settings = mien_settings_copy (settings);
  self->has_validation = mien_dataset_count_split (dataset, MIEN_SPLIT_VALIDATION) > 0;
  mien_dataset_get_classes (dataset, &n_classes);
  self->settings->architecture.n_classes = n_classes;
  mien_training_state_init (&self->state, settings->seed);
  mien_validation_init (&self->answers, n_classes);
  vgg_threads_set (settings->n_threads);

  self->set = mien_training_set_new (dataset, settings->leave_out_twins);
  weigh_classes (self);

  report (progress, user_data, _ ("Reading weights"));
  self->network = vgg_network_new (&self->settings->architecture, error);
  if (self->network == NULL)
    return NULL;

  if (checkpoint != NULL)
    {
      self->checkpoint = mien_checkpoint_load (checkpoint, dataset, &self->state, error);
      if (self->checkpoint == NULL ||
          !vgg_weights_apply (self->network, self->checkpoint, VGG_WEIGHTS_ALL, error))
        return NULL;
    }
  else if (!initialize_network (self, &measures, error) ||
           (measures && !measure_preprocessing (self, progress, user_data, cancellable, error)))
    return NULL;

  report (progress, user_data, _ ("Looking for faces"));
  self->face_share = mien_face_share_measure (dataset, self->set->indices, self->set->n,
                                              cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  vgg_network_freeze (self->network, settings->frozen_convolutions);
  vgg_network_set_rate_decay (self->network, settings->layer_decay);
  if (settings->average_decay > 0 && !begin_average (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* Takes all the memory of the training's steps. */
static gboolean
plan_training (MienTrainer *self, GError **error)
{
  const VggPlanOptions plan = {
    .batch = self->settings->batch,
    .training = TRUE,
    .from_features = self->features != NULL,
  };
  VggParameter *const *parameters;
  guint n_parameters;

  if (!vgg_network_plan (self->network, &plan, error))
    return FALSE;

  parameters = vgg_network_get_parameters (self->network, &n_parameters);
  self->optimizer = vgg_optimizer_new (&self->settings->optimizer, parameters, n_parameters);
  if (self->checkpoint != NULL && !vgg_optimizer_restore (self->optimizer, self->checkpoint, error))
    return FALSE;
  g_clear_pointer (&self->checkpoint, vgg_tensor_file_free);

  self->logits_gradient = g_new0 (float, (gsize) self->settings->batch *
                                           self->settings->architecture.n_classes);
  if (self->settings->mixup > 0)
    self->mixup = vgg_mixup_new (self->settings->mixup, self->settings->batch);
  return self->features != NULL || make_loaders (self, error);
}

/**
 * mien_trainer_prepare:
 * @self: a trainer that was just made
 * @is_over: (out): whether all is prepared
 * @error: return location; `VGG_ERROR_MEMORY` or `MIEN_DATA_ERROR_MEMORY`
 *
 * Goes one step, of a few pictures, towards the training: computes what features of frozen layers
 * are missing, then plans, which takes all the memory of the training. To be called until it is
 * over.
 *
 * Returns: %FALSE if the training cannot be made
 */
gboolean
mien_trainer_prepare (MienTrainer *self, gboolean *is_over, GError **error)
{
  *is_over = FALSE;
  if (self->features == NULL && mien_feature_is_used (self->settings))
    {
      self->features = mien_features_new (self->dataset, self->settings, &self->state.preprocessing,
                                          self->network);
      return mien_features_begin_fill (self->features, error);
    }
  if (self->features != NULL && mien_features_fill (self->features))
    return TRUE;

  if (self->features != NULL)
    mien_features_end_fill (self->features);
  *is_over = TRUE;
  return plan_training (self, error);
}

/**
 * mien_trainer_get_filled:
 * @self: a trainer in preparation
 * @n_done: (out): pictures and variants whose features are computed
 * @n: (out): those whose features were missing; 0: none, or not known yet
 */
void
mien_trainer_get_filled (MienTrainer *self, guint *n_done, guint *n)
{
  *n_done = self->features != NULL ? mien_features_get_n_filled (self->features) : 0;
  *n = self->features != NULL ? mien_features_get_n_missing (self->features) : 0;
}
