/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-feature-maker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-input.h"
#include "data/mien-parallel.h"
#include "data/mien-picture.h"
#include "train/mien-feature-id.h"
#include "train/mien-train-error.h"

struct _MienFeatureMaker
{
  MienDataset *dataset;   /* owned */
  MienSettings *settings; /* owned */
  MienPreprocessing preprocessing;
  VggNetwork *network; /* borrowed, planned */
  guint n_together;    /* pictures that go through the network in one pass */
  gsize length;        /* numbers in a picture's features */
  gsize input_floats;  /* of a picture */
  float *input;        /* (MIEN_FEATURE_BATCH, 3, H, W) */
  guint16 *features;   /* (MIEN_FEATURE_BATCH, length) */
};

/* The tasks of a run, those of one picture together. */
typedef struct
{
  MienFeatureMaker *maker;
  const MienFeatureTask *tasks;
  GError **errors;
  guint begin[MIEN_FEATURE_BATCH + 1]; /* (n_groups + 1) first task of each group */
  guint n_groups;
} Run;

/* Whether a layer's sums, and so their last bits, are the same in whatever company a picture is,
 * and at whatever place: true of the engine's own convolutions, not of the BLAS', which divide a
 * matrix of all pictures as they see fit. */
static gboolean
keeps_apart (const VggPlanRow *row)
{
  return row->pass != VGG_PASS_FORWARD || g_strcmp0 (row->algorithm, "im2col") != 0;
}

/* What is kept must not depend on what else was missing on that day. */
static guint
count_together (VggNetwork *network)
{
  g_autoptr (GArray) rows = vgg_network_describe_plan (network);

  for (guint l = 0; l < vgg_network_get_n_layers (network); l++)
    {
      VggLayerInfo info;

      vgg_network_get_layer_info (network, l, &info);
      for (guint i = 0; info.frozen && i < rows->len; i++)
        {
          const VggPlanRow *row = &g_array_index (rows, VggPlanRow, i);

          if (g_str_equal (row->layer, info.name) && !keeps_apart (row))
            return 1;
        }
    }
  return MIEN_FEATURE_BATCH;
}

/**
 * mien_feature_maker_new:
 * @dataset: whose pictures
 * @settings: of a training
 * @preprocessing: as chosen for it
 * @network: with its weights, and with frozen layers: borrowed, and planned by this function; not
 *   to be planned again as long as the maker is used
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Returns: (transfer full) (nullable): a maker of features
 */
MienFeatureMaker *
mien_feature_maker_new (MienDataset *dataset,
                        const MienSettings *settings,
                        const MienPreprocessing *preprocessing,
                        VggNetwork *network,
                        GError **error)
{
  const VggPlanOptions plan = { .batch = MIEN_FEATURE_BATCH, .to_features = TRUE };
  const VggArchitecture *architecture = vgg_network_get_architecture (network);
  g_autoptr (MienFeatureMaker) self = g_new0 (MienFeatureMaker, 1);

  self->dataset = mien_dataset_ref (dataset);
  self->settings = mien_settings_copy (settings);
  self->preprocessing = *preprocessing;
  self->network = network;
  self->length = vgg_network_get_feature_length (network);
  self->input_floats = (gsize) 3 * architecture->input_width * architecture->input_height;
  self->features = g_try_new (guint16, MIEN_FEATURE_BATCH * self->length);
  self->input = vgg_floats_new (MIEN_FEATURE_BATCH * self->input_floats);
  if (self->features == NULL || self->input == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                           _ ("There is no memory for the features of frozen layers; choose a "
                              "smaller input size"));
      return NULL;
    }
  if (!vgg_network_plan (network, &plan, error))
    return NULL;

  self->n_together = count_together (network);
  return g_steal_pointer (&self);
}

/**
 * mien_feature_maker_free:
 * @self: (nullable) (transfer full): a maker; its network stays
 */
void
mien_feature_maker_free (MienFeatureMaker *self)
{
  if (self == NULL)
    return;

  vgg_floats_free (self->input);
  g_free (self->features);
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self);
}

/**
 * mien_feature_maker_estimate_bytes:
 * @network: a network with frozen layers
 *
 * Returns: the memory of the network and a maker on it; %G_MAXSIZE when it cannot be addressed
 */
gsize
mien_feature_maker_estimate_bytes (VggNetwork *network)
{
  const VggPlanOptions plan = { .batch = MIEN_FEATURE_BATCH, .to_features = TRUE };
  const VggArchitecture *architecture = vgg_network_get_architecture (network);
  gsize input = (gsize) 3 * architecture->input_width * architecture->input_height;
  gsize picture = input * sizeof (float) +
                  vgg_network_get_feature_length (network) * sizeof (guint16);
  gsize bytes = vgg_network_estimate_bytes (network, &plan);

  return g_size_checked_add (&bytes, bytes, MIEN_FEATURE_BATCH * picture) ? bytes : G_MAXSIZE;
}

static void
fill_input (MienFeatureMaker *self, GdkPixbuf *pixels, const MienFeatureTask *task, float *input)
{
  const VggArchitecture *architecture = &self->settings->architecture;
  MienTransform transform;

  mien_transform_init_identity (&transform);
  if (task->augmented)
    {
      VggRandom random;

      mien_feature_init_augmentation_random (self->settings,
                                             mien_dataset_get_picture (self->dataset, task->index),
                                             task->variant, &random);
      mien_augmentation_draw (&self->settings->augmentation, &random, &transform);
    }
  mien_input_from_picture (pixels, &transform, &self->preprocessing, input,
                           architecture->input_width, architecture->input_height);
}

/* On any thread: decodes one picture and lays out its inputs, each in its task's place. */
static void
prepare_group (guint index, gpointer data)
{
  Run *run = data;
  MienFeatureMaker *self = run->maker;
  const VggArchitecture *architecture = &self->settings->architecture;
  const MienPicture *picture = mien_dataset_get_picture (self->dataset,
                                                         run->tasks[run->begin[index]].index);
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixels = mien_picture_decode_at_least (
    picture->path, mien_dataset_get_max_pixels (self->dataset), architecture->input_width,
    architecture->input_height, &error);

  for (guint i = run->begin[index]; i < run->begin[index + 1]; i++)
    if (pixels != NULL)
      fill_input (self, pixels, &run->tasks[i], self->input + i * self->input_floats);
    else
      run->errors[i] = g_error_copy (error);
}

static void
group_tasks (Run *run, guint n)
{
  for (guint i = 0; i < n; i++)
    if (i == 0 || run->tasks[i].index != run->tasks[i - 1].index)
      run->begin[run->n_groups++] = i;
  run->begin[run->n_groups] = n;
}

/**
 * mien_feature_maker_run:
 * @self: a maker
 * @tasks: (array length=n): what to compute; those of one picture best stand together
 * @n: 1 to %MIEN_FEATURE_BATCH
 * @features: (out) (array length=n) (transfer none): features of each task, valid until the next
 *   call; %NULL where the picture could not be decoded
 * @errors: (out) (array length=n) (transfer full): why not; %NULL where it could
 *
 * Computes features. They do not depend on which tasks are computed together.
 */
void
mien_feature_maker_run (MienFeatureMaker *self,
                        const MienFeatureTask *tasks,
                        guint n,
                        const guint16 *features[],
                        GError *errors[])
{
  Run run = { .maker = self, .tasks = tasks, .errors = errors };
  guint n_inputs = 0;

  g_return_if_fail (n > 0 && n <= MIEN_FEATURE_BATCH);

  memset (errors, 0, n * sizeof *errors);
  group_tasks (&run, n);
  mien_parallel_for (run.n_groups, prepare_group, &run, NULL, NULL, NULL, NULL, NULL);

  for (guint i = 0; i < n; i++)
    {
      features[i] = NULL;
      if (errors[i] != NULL)
        continue;
      if (n_inputs < i)
        memcpy (self->input + n_inputs * self->input_floats, self->input + i * self->input_floats,
                self->input_floats * sizeof (float));
      features[i] = self->features + n_inputs++ * self->length;
    }

  for (guint begin = 0; begin < n_inputs; begin += self->n_together)
    vgg_network_features (self->network, self->input + begin * self->input_floats,
                          MIN (self->n_together, n_inputs - begin),
                          self->features + begin * self->length);
}
