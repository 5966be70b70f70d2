/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-model.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-loss.h"
#include "engine/vgg-weights.h"
#include "train/mien-model-private.h"
#include "train/mien-train-error.h"

/* A batch of inference takes about as many pixels as 8 pictures of 224x224: enough for the matrix
 * products to be efficient, little enough to hear of a cancellation soon. */
#define BATCH_PIXELS (8u * 224 * 224)
#define MAX_BATCH 64

struct _MienModel
{
  gatomicrefcount ref_count;
  MienModelHeader header; /* immutable, but for the threshold */
  GMutex threshold_mutex; /* of the threshold: a report is written while it may be moved */
  guint n_classes;
  guint batch; /* inputs that the network takes at once */

  GMutex mutex;        /* of all below */
  VggNetwork *network; /* owned; its weights never change */
  gboolean is_planned;
};

/**
 * mien_model_info_clear:
 * @self: an info
 *
 * Frees what @self holds and sets all to "not known".
 */
void
mien_model_info_clear (MienModelInfo *self)
{
  g_free (self->dataset_name);
  g_free (self->dataset_digest);
  g_free (self->created);
  *self = (MienModelInfo){ 0 };
}

/**
 * mien_model_info_copy:
 * @self: an info
 * @copy: (out caller-allocates): a copy; clear it with mien_model_info_clear()
 */
void
mien_model_info_copy (const MienModelInfo *self, MienModelInfo *copy)
{
  *copy = *self;
  copy->dataset_name = g_strdup (self->dataset_name);
  copy->dataset_digest = g_strdup (self->dataset_digest);
  copy->created = g_strdup (self->created);
}

static MienModel *
model_new (VggNetwork *network, MienModelHeader *header)
{
  MienModel *self = g_new0 (MienModel, 1);
  gsize pixels = (gsize) header->architecture.input_width * header->architecture.input_height;

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->threshold_mutex);
  self->header = *header;
  *header = (MienModelHeader){ 0 };
  self->network = network;
  self->n_classes = g_strv_length (self->header.classes);
  self->batch = (guint) CLAMP (BATCH_PIXELS / pixels, 1, MAX_BATCH);
  return self;
}

/**
 * mien_model_new:
 * @network: (transfer full): a trained network, not planned for training
 * @classes: (array zero-terminated=1): as many names as the network has classes, UTF-8
 * @preprocessing: what its input went through
 * @settings: (nullable): what it was trained with; %NULL: not known
 * @info: (nullable): what is known of its training
 *
 * Makes a model. The architecture in its settings is the network's; of the path of the weights file
 * that the training started from it keeps the file's name alone, since a model may go to other
 * people.
 *
 * Returns: (transfer full): the model
 */
MienModel *
mien_model_new (VggNetwork *network,
                const char *const *classes,
                const MienPreprocessing *preprocessing,
                const MienSettings *settings,
                const MienModelInfo *info)
{
  MienModelHeader header = { 0 };

  g_return_val_if_fail (network != NULL, NULL);
  g_return_val_if_fail (
    g_strv_length ((char **) classes) == vgg_network_get_architecture (network)->n_classes, NULL);

  header.architecture = *vgg_network_get_architecture (network);
  header.classes = g_strdupv ((char **) classes);
  header.preprocessing = *preprocessing;
  header.settings = settings != NULL ? mien_settings_copy (settings) : mien_settings_new_compact ();
  header.settings->architecture = header.architecture;
  header.settings->preprocessing = preprocessing->kind;
  header.temperature = 1;
  header.threshold = MIEN_MODEL_THRESHOLD;
  if (header.settings->weights != NULL)
    {
      char *name = g_path_get_basename (header.settings->weights);

      g_free (header.settings->weights);
      header.settings->weights = name;
    }
  if (info != NULL)
    mien_model_info_copy (info, &header.info);

  return model_new (network, &header);
}

/**
 * mien_model_load:
 * @path: (type filename): a model that mien_model_save() wrote
 * @error: return location; `MIEN_TRAIN_ERROR_MODEL` where the file is something else, or
 * `VGG_ERROR` where it cannot be read; the message names the file
 *
 * Reads a model. Nothing in the file is trusted: every value is checked before it is used.
 *
 * Returns: (transfer full) (nullable): the model
 */
MienModel *
mien_model_load (const char *path, GError **error)
{
  g_autoptr (VggTensorFile) file = NULL;
  g_autoptr (VggNetwork) network = NULL;
  g_auto (MienModelHeader) header = { 0 };

  /* The header first: a file of some gigabytes that is no model need not be read. */
  file = vgg_tensor_file_load_metadata (path, error);
  if (file == NULL || !mien_model_header_read (file, path, &header, error))
    return NULL;

  g_clear_pointer (&file, vgg_tensor_file_free);
  file = vgg_tensor_file_load (path, error);
  if (file == NULL)
    return NULL;

  network = vgg_network_new (&header.architecture, error);
  if (network == NULL || !vgg_weights_apply (network, file, VGG_WEIGHTS_ALL, error))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_prefix_error (error, "%s: ", name);
      return NULL;
    }

  return model_new (g_steal_pointer (&network), &header);
}

/* Kernels are nearly all of a model. Biases and batch normalisations cost little and count for
 * more: they keep their bits. */
static void
store_half (VggTensorFile *file)
{
  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = vgg_tensor_file_get_name (file, i);

      if (g_str_has_suffix (name, ".kernel"))
        vgg_tensor_file_set_half (file, name);
    }
}

/**
 * mien_model_save:
 * @self: a model
 * @path: (type filename): where to, by convention ending in `.safetensors`
 * @error: return location
 *
 * Writes the model: its weights as tensors, kernels with 16-bit floats where its settings say so,
 * all else as string metadata. A crash leaves the old file or the new one.
 *
 * Returns: %TRUE if the model is on the disk
 */
gboolean
mien_model_save (MienModel *self, const char *path, GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new_borrowing ();

  g_mutex_lock (&self->threshold_mutex);
  mien_model_header_write (&self->header, file);
  g_mutex_unlock (&self->threshold_mutex);
  g_mutex_lock (&self->mutex);
  vgg_weights_collect (self->network, file);
  g_mutex_unlock (&self->mutex);
  if (self->header.settings->half)
    store_half (file);

  /* The weights of a model do not change: they are borrowed and read without the lock. */
  return vgg_tensor_file_save (file, path, error);
}

/**
 * mien_model_copy_convolutions:
 * @self: a model
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Returns: (transfer full) (nullable): a network without a head that has the weights of the model's
 *   convolutions, to be planned and run beside it
 */
VggNetwork *
mien_model_copy_convolutions (MienModel *self, GError **error)
{
  VggArchitecture architecture = self->header.architecture;
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new_borrowing ();
  g_autoptr (VggNetwork) network = NULL;

  architecture.n_classes = 0;
  network = vgg_network_new (&architecture, error);
  if (network == NULL)
    return NULL;

  /* The weights of a model do not change: they are read without the lock. */
  vgg_weights_collect (self->network, file);
  if (!vgg_weights_apply (network, file, VGG_WEIGHTS_BACKBONE, error))
    return NULL;
  return g_steal_pointer (&network);
}

/**
 * mien_model_ref:
 * @self: a model
 *
 * Returns: (transfer full): @self
 */
MienModel *
mien_model_ref (MienModel *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mien_model_unref:
 * @self: (transfer full): a model
 */
void
mien_model_unref (MienModel *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  vgg_network_free (self->network);
  mien_model_header_clear (&self->header);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->threshold_mutex);
  g_free (self);
}

/**
 * mien_model_get_classes:
 * @self: a model
 * @n_classes: (out) (optional): their count
 *
 * Returns: (transfer none) (array zero-terminated=1): the names of the classes, UTF-8
 */
const char *const *
mien_model_get_classes (MienModel *self, guint *n_classes)
{
  if (n_classes != NULL)
    *n_classes = self->n_classes;
  return (const char *const *) self->header.classes;
}

/**
 * mien_model_get_preprocessing:
 * @self: a model
 *
 * Returns: (transfer none): what a picture goes through before mien_model_run()
 */
const MienPreprocessing *
mien_model_get_preprocessing (MienModel *self)
{
  return &self->header.preprocessing;
}

/**
 * mien_model_get_settings:
 * @self: a model
 *
 * Returns: (transfer none): what it was trained with; `weights` is a file name without its folder
 */
const MienSettings *
mien_model_get_settings (MienModel *self)
{
  return self->header.settings;
}

/**
 * mien_model_get_info:
 * @self: a model
 *
 * Returns: (transfer none): what is known of its training
 */
const MienModelInfo *
mien_model_get_info (MienModel *self)
{
  return &self->header.info;
}

/**
 * mien_model_get_input_size:
 * @self: a model
 * @width: (out): pixels
 * @height: (out): pixels
 */
void
mien_model_get_input_size (MienModel *self, guint *width, guint *height)
{
  *width = self->header.architecture.input_width;
  *height = self->header.architecture.input_height;
}

/**
 * mien_model_get_views:
 * @self: a model
 *
 * Returns: the views of a picture that its answers are averaged over unless others are asked for
 */
MienViews
mien_model_get_views (MienModel *self)
{
  return self->header.settings->views;
}

/**
 * mien_model_set_views:
 * @self: a model that is in use nowhere else yet
 * @views: the views of a picture to average over
 *
 * Evaluates and predicts with other views than the model was made with; it is saved with them.
 */
void
mien_model_set_views (MienModel *self, MienViews views)
{
  self->header.settings->views = views;
}

/**
 * mien_model_get_temperature:
 * @self: a model
 *
 * Returns: what mien_model_run() divides logits by, see mien_temperature_fit()
 */
double
mien_model_get_temperature (MienModel *self)
{
  return self->header.temperature;
}

/**
 * mien_model_set_temperature:
 * @self: a model that is in use nowhere else yet
 * @temperature: positive; 1: none
 *
 * Makes answers more (below 1) or less sure of themselves; the model is saved with it.
 */
void
mien_model_set_temperature (MienModel *self, double temperature)
{
  g_return_if_fail (temperature > 0 && isfinite (temperature));

  self->header.temperature = temperature;
}

/**
 * mien_model_get_threshold:
 * @self: a model
 *
 * Returns: the probability, 0 to 1, below which an answer counts as "not sure"
 */
double
mien_model_get_threshold (MienModel *self)
{
  double threshold;

  g_mutex_lock (&self->threshold_mutex);
  threshold = self->header.threshold;
  g_mutex_unlock (&self->threshold_mutex);
  return threshold;
}

/**
 * mien_model_set_threshold:
 * @self: a model
 * @threshold: 0 to 1
 *
 * Answers stay what they are: it is for whoever shows them. The model is saved with it.
 */
void
mien_model_set_threshold (MienModel *self, double threshold)
{
  g_return_if_fail (threshold >= 0 && threshold <= 1);

  g_mutex_lock (&self->threshold_mutex);
  self->header.threshold = threshold;
  g_mutex_unlock (&self->threshold_mutex);
}

/**
 * mien_model_get_architecture_name:
 * @self: a model
 *
 * Returns: (transfer full): see vgg_architecture_name()
 */
char *
mien_model_get_architecture_name (MienModel *self)
{
  return vgg_architecture_name (&self->header.architecture);
}

/**
 * mien_model_count_parameters:
 * @self: a model
 *
 * Returns: how many weights it has, running statistics not counted
 */
gsize
mien_model_count_parameters (MienModel *self)
{
  return vgg_network_count_parameters (self->network);
}

/**
 * mien_model_get_batch:
 * @self: a model
 * @views: as what the pictures are given
 *
 * Returns: how many pictures mien_model_run() best gets at once, in all their views: the network's
 *   own batch is not exceeded whatever it gets
 */
guint
mien_model_get_batch (MienModel *self, MienViews views)
{
  return MAX (self->batch / mien_views_count (views), 1);
}

/* Under the mutex. One plan serves answers and what they rest on. */
static gboolean
ensure_planned (MienModel *self, GError **error)
{
  const VggPlanOptions options = { .batch = self->batch, .to_maps = TRUE };

  if (!self->is_planned)
    self->is_planned = vgg_network_plan (self->network, &options, error);

  return self->is_planned;
}

/* Weights that are finite may still be too large. */
static gboolean
check_numbers (const float *numbers, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (numbers[i]))
      {
        g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL,
                             _ ("The model is damaged: its answers are no numbers. Choose another "
                                "one"));
        return FALSE;
      }
  return TRUE;
}

/**
 * mien_model_run:
 * @self: a model
 * @views: what to average over; mien_model_get_views() is what the model was made with
 * @input: (n, views, 3, height, width): preprocessed pictures, see mien_views_from_picture()
 * @n: how many pictures, any number
 * @probabilities: (out caller-allocates): (n, classes): a row a picture, of sum 1
 * @error: return location; `VGG_ERROR_MEMORY`, `MIEN_TRAIN_ERROR_MODEL` where answers are no
 * numbers
 *
 * Classifies pictures: the mean of the views' softmax, as Krizhevsky et al. 2012 have it, each of
 * logits divided by the temperature. The network is planned by the first call, which thus takes the
 * memory, for a number of inputs that it is not given more than at once. May be called from several
 * threads: one runs, the others wait.
 *
 * Returns: %TRUE if @probabilities is filled
 */
gboolean
mien_model_run (MienModel *self,
                MienViews views,
                const float *input,
                guint n,
                float *probabilities,
                GError **error)
{
  const VggArchitecture *architecture = &self->header.architecture;
  const guint n_views = mien_views_count (views);
  const gsize n_inputs = (gsize) n * n_views;
  const gsize length = (gsize) 3 * architecture->input_height * architecture->input_width;
  g_autofree float *answers = g_new (float, (gsize) self->batch * self->n_classes);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!ensure_planned (self, error))
    return FALSE;

  memset (probabilities, 0, (gsize) n * self->n_classes * sizeof *probabilities);
  for (gsize i = 0; i < n_inputs;)
    {
      guint count = (guint) MIN (self->batch, n_inputs - i);
      const float *logits = vgg_network_forward (self->network, input + i * length, count, FALSE,
                                                 NULL);

      for (gsize k = 0; k < (gsize) count * self->n_classes; k++)
        answers[k] = (float) (logits[k] / self->header.temperature);
      if (!check_numbers (answers, (gsize) count * self->n_classes, error))
        return FALSE;
      vgg_softmax (answers, count, self->n_classes, answers);
      for (guint k = 0; k < count; k++, i++)
        for (guint c = 0; c < self->n_classes; c++)
          probabilities[i / n_views * self->n_classes + c] +=
            answers[(gsize) k * self->n_classes + c] / n_views;
    }

  return TRUE;
}

/**
 * mien_model_get_maps_shape:
 * @self: a model
 * @shape: (out caller-allocates): (C, H, W)
 *
 * Tells the size of what the last convolution makes of a picture.
 */
void
mien_model_get_maps_shape (MienModel *self, VggShape *shape)
{
  vgg_network_get_maps_shape (self->network, shape);
}

/**
 * mien_model_run_maps:
 * @self: a model
 * @input: (n, 3, height, width): preprocessed pictures, one view of each
 * @n: how many, any number
 * @class_index: the class that is asked about
 * @maps: (out caller-allocates): (n, C, H, W): what the last convolution makes of them, of
 *   mien_model_get_maps_shape()
 * @gradient: (out caller-allocates): (n, C, H, W): of the class' logit, by @maps
 * @error: return location; as mien_model_run()
 *
 * Tells what a class' logit rests on; see vgg_network_maps_gradient(). May be called from several
 * threads as mien_model_run() may.
 *
 * Returns: %TRUE if @maps and @gradient are filled
 */
gboolean
mien_model_run_maps (MienModel *self,
                     const float *input,
                     guint n,
                     guint class_index,
                     float *maps,
                     float *gradient,
                     GError **error)
{
  const VggArchitecture *architecture = &self->header.architecture;
  const gsize length = (gsize) 3 * architecture->input_height * architecture->input_width;
  g_autofree float *wanted = g_new0 (float, (gsize) self->batch * self->n_classes);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  VggShape shape;
  gsize elements;

  g_return_val_if_fail (class_index < self->n_classes, FALSE);

  if (!ensure_planned (self, error))
    return FALSE;

  vgg_network_get_maps_shape (self->network, &shape);
  elements = vgg_shape_elements (&shape);
  for (guint i = 0; i < self->batch; i++)
    wanted[(gsize) i * self->n_classes + class_index] = 1.0f;

  for (guint i = 0; i < n;)
    {
      guint count = MIN (self->batch, n - i);
      const float *logits = vgg_network_forward (self->network, input + i * length, count, FALSE,
                                                 NULL);

      if (!check_numbers (logits, (gsize) count * self->n_classes, error))
        return FALSE;
      vgg_network_maps_gradient (self->network, wanted, count, maps + i * elements,
                                 gradient + i * elements);
      i += count;
    }

  return TRUE;
}
