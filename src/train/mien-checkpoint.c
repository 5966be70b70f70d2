/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-checkpoint.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/mien-json.h"
#include "engine/vgg-weights.h"
#include "train/mien-model-private.h"
#include "train/mien-train-error.h"

/* A checkpoint is a .safetensors file of the network's and the optimiser's tensors, and of averaged
 * weights where there are any. Its metadata, beside their own, are the fields of MienTrainingState,
 * with as many digits as reading them back exactly takes, and the data set's folder and digest. */
#define FORMAT "mien-checkpoint"
#define FORMAT_VERSION "1"

#define STREAM_DROPOUT G_GUINT64_CONSTANT (0x64726f706f757400)

/**
 * mien_training_state_init:
 * @self: a state
 * @seed: the training's
 *
 * Makes the state of a training before its first epoch. Dropout draws from a stream of its own of
 * @seed.
 */
void
mien_training_state_init (MienTrainingState *self, guint64 seed)
{
  *self = (MienTrainingState){ .best_loss = INFINITY, .temperature = 1 };
  vgg_schedule_state_init (&self->schedule);
  vgg_random_init_stream (&self->random, seed, STREAM_DROPOUT, 0);
  self->history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));
  self->confusions = g_array_new (FALSE, FALSE, sizeof (MienEpochConfusion));
}

void
mien_training_state_clear (MienTrainingState *self)
{
  g_clear_pointer (&self->history, g_array_unref);
  g_clear_pointer (&self->confusions, g_array_unref);
}

static void
set_count (VggTensorFile *file, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  vgg_tensor_file_set_metadata (file, key, text);
}

static void
set_double (VggTensorFile *file, const char *key, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  vgg_tensor_file_set_metadata (file, key, g_ascii_dtostr (buffer, sizeof buffer, value));
}

/**
 * mien_checkpoint_save:
 * @path: (type filename): where to
 * @state: a state between two epochs
 * @network: the network that trains
 * @optimizer: its optimiser
 * @average: (nullable): the average of its weights
 * @dataset: what it trains on
 * @error: return location
 *
 * Writes all that mien_checkpoint_load() needs for a training to go on as if it had never stopped.
 * A crash leaves the old file or the new one.
 *
 * Returns: %TRUE if it is on the disk
 */
gboolean
mien_checkpoint_save (const char *path,
                      const MienTrainingState *state,
                      VggNetwork *network,
                      VggOptimizer *optimizer,
                      VggAverage *average,
                      MienDataset *dataset,
                      GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new_borrowing ();
  g_autofree char *preprocessing = mien_preprocessing_to_text (&state->preprocessing);
  g_autofree char *history = mien_history_to_csv (state->history);
  g_autofree char *confusions = mien_confusions_to_csv (state->confusions);
  g_autofree char *directory = mien_json_path_to_string (mien_dataset_get_directory (dataset));
  g_autofree char *random = g_strdup_printf (
    "%016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER "x %016" G_GINT64_MODIFIER
    "x %016" G_GINT64_MODIFIER "x",
    state->random.state[0], state->random.state[1], state->random.state[2], state->random.state[3]);

  vgg_tensor_file_set_metadata (file, "format", FORMAT);
  vgg_tensor_file_set_metadata (file, "format_version", FORMAT_VERSION);
  set_count (file, "epoch", state->epoch);
  set_count (file, "best_epoch", state->best_epoch);
  set_double (file, "best_loss", state->best_loss);
  set_double (file, "schedule.best_loss", state->schedule.best_loss);
  set_count (file, "schedule.epochs_since_best", state->schedule.epochs_since_best);
  set_double (file, "schedule.scale", state->schedule.scale);
  vgg_tensor_file_set_metadata (file, "random", random);
  vgg_tensor_file_set_metadata (file, "preprocessing", preprocessing);
  vgg_tensor_file_set_metadata (file, "history", history);
  vgg_tensor_file_set_metadata (file, "confusions", confusions);
  set_double (file, "temperature", state->temperature);
  vgg_tensor_file_set_metadata (file, "dataset_directory", directory);
  vgg_tensor_file_set_metadata (file, "dataset_digest", mien_dataset_get_digest (dataset));

  vgg_weights_collect (network, file);
  vgg_optimizer_save (optimizer, file);
  if (average != NULL)
    vgg_average_save (average, file);
  return vgg_tensor_file_save (file, path, error);
}

static gboolean
get_count (VggTensorFile *file, const char *key, guint *value)
{
  const char *text = vgg_tensor_file_get_metadata (file, key);
  guint64 count;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT, &count, NULL))
    return FALSE;
  *value = (guint) count;
  return TRUE;
}

/* Infinity is what a best loss starts from; NaN never stands in a checkpoint. */
static gboolean
get_double (VggTensorFile *file, const char *key, double *value)
{
  const char *text = vgg_tensor_file_get_metadata (file, key);
  char *end;

  if (text == NULL || *text == '\0')
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return *end == '\0' && !isnan (*value);
}

static gboolean
get_random (VggTensorFile *file, VggRandom *random)
{
  const char *text = vgg_tensor_file_get_metadata (file, "random");
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  if (g_strv_length (words) != G_N_ELEMENTS (random->state))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (random->state); i++)
    if (!g_ascii_string_to_unsigned (words[i], 16, 0, G_MAXUINT64, &random->state[i], NULL))
      return FALSE;
  return TRUE;
}

/* Checkpoints of Mien 0.1 have neither these nor a temperature. */
static gboolean
read_confusions (VggTensorFile *file, guint n_classes, MienTrainingState *state)
{
  const char *text = vgg_tensor_file_get_metadata (file, "confusions");

  if (text == NULL)
    return TRUE;

  g_clear_pointer (&state->confusions, g_array_unref);
  state->confusions = mien_confusions_from_csv (text, state->epoch, n_classes, NULL);
  return state->confusions != NULL && get_double (file, "temperature", &state->temperature) &&
         state->temperature > 0;
}

static gboolean
read_state (VggTensorFile *file, guint n_classes, MienTrainingState *state)
{
  const char *history = vgg_tensor_file_get_metadata (file, "history");

  if (!get_count (file, "epoch", &state->epoch) ||
      !get_count (file, "best_epoch", &state->best_epoch) ||
      !get_double (file, "best_loss", &state->best_loss) ||
      !get_double (file, "schedule.best_loss", &state->schedule.best_loss) ||
      !get_count (file, "schedule.epochs_since_best", &state->schedule.epochs_since_best) ||
      !get_double (file, "schedule.scale", &state->schedule.scale) ||
      !get_random (file, &state->random) ||
      !mien_preprocessing_from_text (vgg_tensor_file_get_metadata (file, "preprocessing"),
                                     &state->preprocessing) ||
      history == NULL)
    return FALSE;

  g_clear_pointer (&state->history, g_array_unref);
  state->history = mien_history_from_csv (history, NULL);
  return state->history != NULL && state->history->len == state->epoch &&
         state->best_epoch <= state->epoch && read_confusions (file, n_classes, state);
}

/**
 * mien_checkpoint_load:
 * @path: (type filename): a checkpoint
 * @dataset: what the training is to go on with
 * @state: a state that mien_training_state_init() made
 * @error: return location; `MIEN_TRAIN_ERROR_RUN` where the file is damaged, or the data set is not
 * the one that the training began with
 *
 * Reads a checkpoint's state. Weights, the optimiser's memory and averages stay in the returned
 * file, for vgg_weights_apply(), vgg_optimizer_restore() and vgg_average_restore().
 *
 * Returns: (transfer full) (nullable): the file
 */
VggTensorFile *
mien_checkpoint_load (const char *path,
                      MienDataset *dataset,
                      MienTrainingState *state,
                      GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load (path, error);
  g_autofree char *name = g_filename_display_name (path);
  const char *digest;
  guint n_classes;

  if (file == NULL)
    return NULL;

  mien_dataset_get_classes (dataset, &n_classes);

  if (g_strcmp0 (vgg_tensor_file_get_metadata (file, "format"), FORMAT) != 0 ||
      g_strcmp0 (vgg_tensor_file_get_metadata (file, "format_version"), FORMAT_VERSION) != 0 ||
      !read_state (file, n_classes, state))
    {
      g_set_error (
        error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
        _ ("“%s” is no checkpoint that this Mien can go on with: it is damaged, or of another "
           "program or version"),
        name);
      return NULL;
    }

  digest = vgg_tensor_file_get_metadata (file, "dataset_digest");
  if (g_strcmp0 (digest, mien_dataset_get_digest (dataset)) != 0)
    {
      const char *was = vgg_tensor_file_get_metadata (file, "dataset_directory");
      g_autofree char *is = g_filename_display_name (mien_dataset_get_directory (dataset));

      g_set_error (
        error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN,
        _ ("The training cannot go on with the pictures in “%s”: it began with those in “%s”, and "
           "they are not the same. Put the pictures back as they were, or start a new training"),
        is, was != NULL ? was : "?");
      return NULL;
    }

  return g_steal_pointer (&file);
}
