/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-feature-maker.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-input.h"
#include "data/mien-parallel.h"
#include "data/mien-picture.h"
#include "train/mien-feature-id.h"
#include "train/mien-train-error.h"

/* Frozen layers run for one picture at a time. How sums are split, and so their last bits, depends
 * on how many pictures go through the network together and on a picture's place among them; what is
 * kept must not depend on what else was missing on that day. */
#define PASS_PICTURES 1

struct _MienFeatureMaker
{
  MienDataset *dataset;   /* owned */
  MienSettings *settings; /* owned */
  MienPreprocessing preprocessing;
  VggNetwork *network; /* borrowed, planned */
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
  const VggPlanOptions plan = { .batch = PASS_PICTURES };
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
  const VggPlanOptions plan = { .batch = PASS_PICTURES };
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

  g_return_if_fail (n > 0 && n <= MIEN_FEATURE_BATCH);

  memset (errors, 0, n * sizeof *errors);
  group_tasks (&run, n);
  mien_parallel_for (run.n_groups, prepare_group, &run, NULL, NULL, NULL, NULL, NULL);

  for (guint i = 0; i < n; i++)
    {
      guint16 *target = self->features + i * self->length;

      features[i] = NULL;
      if (errors[i] != NULL)
        continue;
      vgg_network_features (self->network, self->input + i * self->input_floats, PASS_PICTURES,
                            target);
      features[i] = target;
    }
}
