/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-embedder.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/mien-input.h"
#include "engine/vgg-tensor.h"
#include "engine/vgg-weights.h"
#include "train/mien-backbone.h"
#include "train/mien-feature-cache.h"
#include "train/mien-feature-id.h"
#include "train/mien-feature-maker.h"
#include "train/mien-model-private.h"
#include "train/mien-train-error.h"

#define REPORT_INTERVAL (100 * G_TIME_SPAN_MILLISECOND)

/* What a vector has of one block: the mean of each channel of its output. */
typedef struct
{
  guint n_convolutions; /* up to its end */
  guint offset;         /* in the vector */
} Section;

struct _MienEmbedder
{
  MienSettings *settings; /* owned; its architecture is the network's */
  MienPreprocessing preprocessing;
  VggNetwork *network; /* owned: ends at pool5; frozen up to the section that is made */
  Section sections[VGG_N_BLOCKS];
  guint n_sections;
  guint length;           /* numbers in a vector */
  const Section *planned; /* which one the network is planned for; NULL: none */
};

/* One pass over pictures of a data set, for one section. */
typedef struct
{
  MienEmbedder *embedder;
  const Section *section;
  MienDataset *dataset;
  MienEmbedding *result;   /* borrowed */
  gsize n_halves;          /* in a picture's features */
  MienFeatureCache *cache; /* owned; NULL: nothing is kept */
  MienFeatureSet *set;     /* owned; NULL: nothing is kept */
  MienFeatureMaker *maker; /* owned; NULL until features are missing */

  guint n_tasks; /* pictures that wait to be computed together */
  MienFeatureTask tasks[MIEN_FEATURE_BATCH];
  guint places[MIEN_FEATURE_BATCH]; /* of these: where their vectors go */
} Pass;

/* Takes the network. */
static MienEmbedder *
embedder_new (VggNetwork *network,
              const MienSettings *settings,
              const MienPreprocessing *preprocessing,
              guint n_blocks)
{
  MienEmbedder *self = g_new0 (MienEmbedder, 1);
  const VggArchitecture *architecture = vgg_network_get_architecture (network);
  guint n_convolutions = 0;

  self->network = network;
  self->settings = mien_settings_copy (settings);
  self->settings->architecture = *architecture;
  self->preprocessing = *preprocessing;
  for (guint block = 1; block <= VGG_N_BLOCKS; block++)
    {
      Section *section = &self->sections[self->n_sections];
      VggShape shape;

      n_convolutions += vgg_architecture_convolutions_in_block (architecture, block);
      if (block + n_blocks <= VGG_N_BLOCKS)
        continue;
      *section = (Section){ .n_convolutions = n_convolutions, .offset = self->length };
      vgg_network_freeze (network, n_convolutions);
      vgg_network_get_feature_shape (network, &shape);
      self->length += (guint) shape.dimensions[0];
      self->n_sections++;
    }
  return self;
}

/**
 * mien_embedder_new_for_weights:
 * @path: (type filename): a model or weights file, `.safetensors` or `.h5`
 * @n_blocks: 1 to 5: of how many of the last blocks a vector tells
 * @error: return location; `VGG_ERROR` where the file cannot be read or holds no VGG,
 *   `MIEN_TRAIN_ERROR_MODEL` where it is damaged
 *
 * Reads the convolutions of a file; a head is left alone. Pictures go in as the weights were
 * trained, see mien_backbone_read().
 *
 * Returns: (transfer full) (nullable): an embedder
 */
MienEmbedder *
mien_embedder_new_for_weights (const char *path, guint n_blocks, GError **error)
{
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load (path, error);
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (VggNetwork) network = NULL;
  MienBackbone backbone;

  if (file == NULL || !mien_backbone_read (file, &backbone, error))
    return NULL;

  network = vgg_network_new (&backbone.architecture, error);
  if (network == NULL || !vgg_weights_apply (network, file, VGG_WEIGHTS_BACKBONE, error))
    {
      g_autofree char *name = g_filename_display_name (path);

      g_prefix_error (error, "%s: ", name);
      return NULL;
    }

  settings = mien_settings_new_compact ();
  return embedder_new (g_steal_pointer (&network), settings, &backbone.preprocessing, n_blocks);
}

/**
 * mien_embedder_new_for_model:
 * @model: a model; not kept
 * @n_blocks: 1 to 5: of how many of the last blocks a vector tells
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Takes a copy of the model's convolutions.
 *
 * Returns: (transfer full) (nullable): an embedder
 */
MienEmbedder *
mien_embedder_new_for_model (MienModel *model, guint n_blocks, GError **error)
{
  VggNetwork *network = mien_model_copy_convolutions (model, error);

  if (network == NULL)
    return NULL;
  return embedder_new (network, mien_model_get_settings (model),
                       mien_model_get_preprocessing (model), n_blocks);
}

/**
 * mien_embedder_free:
 * @self: (nullable) (transfer full): an embedder
 */
void
mien_embedder_free (MienEmbedder *self)
{
  if (self == NULL)
    return;

  vgg_network_free (self->network);
  mien_settings_free (self->settings);
  g_free (self);
}

/**
 * mien_embedder_get_length:
 * @self: an embedder
 *
 * Returns: numbers in a vector: the channels of the blocks that it tells of
 */
guint
mien_embedder_get_length (MienEmbedder *self)
{
  return self->length;
}

static void
choose_section (MienEmbedder *self, const Section *section)
{
  if (self->planned == section)
    return;
  self->planned = NULL;
  vgg_network_freeze (self->network, section->n_convolutions);
}

/**
 * mien_embedder_run_picture:
 * @self: an embedder; used on one thread at a time
 * @picture: a picture
 * @vector: (out caller-allocates): (mien_embedder_get_length())
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Makes the vector of one picture, the same as mien_embedder_run() makes of it in a data set.
 *
 * Returns: %TRUE if @vector is filled
 */
gboolean
mien_embedder_run_picture (MienEmbedder *self, GdkPixbuf *picture, float *vector, GError **error)
{
  const VggPlanOptions plan = { .batch = 1, .to_features = TRUE };
  const guint width = self->settings->architecture.input_width;
  const guint height = self->settings->architecture.input_height;
  g_autoptr (VggTensor) input = NULL;
  MienTransform transform;
  VggShape shape;

  vgg_shape_init (&shape, 3, (const guint64[]){ 3, height, width });
  input = vgg_tensor_new (&shape);
  mien_transform_init_identity (&transform);
  mien_input_from_picture (picture, &transform, &self->preprocessing, input->data, width, height);

  for (guint i = 0; i < self->n_sections; i++)
    {
      const Section *section = &self->sections[i];
      g_autofree guint16 *features = NULL;

      choose_section (self, section);
      if (self->planned == NULL && !vgg_network_plan (self->network, &plan, error))
        return FALSE;
      self->planned = section;
      features = g_new (guint16, vgg_network_get_feature_length (self->network));
      vgg_network_features (self->network, input->data, 1, features);
      vgg_network_pool_features (self->network, features, vector + section->offset);
    }
  return TRUE;
}

static void
pass_clear (Pass *self)
{
  mien_feature_maker_free (self->maker);
  mien_feature_set_free (self->set);
  mien_feature_cache_free (self->cache);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pass, pass_clear)

static void
make_key (Pass *self, guint index, MienFeatureKey *key)
{
  mien_feature_key_init (key, self->embedder->settings,
                         mien_dataset_get_picture (self->dataset, index), FALSE, 0);
}

/* The set is the one that a training with as many frozen convolutions begins with. */
static void
open_set (Pass *self)
{
  MienEmbedder *embedder = self->embedder;
  guint8 plain[32], augmented[32];

  if (!embedder->settings->cache.enabled)
    return;

  mien_feature_make_ids (embedder->network, embedder->settings, &embedder->preprocessing, plain,
                         augmented);
  self->cache = mien_feature_cache_new ((guint64) embedder->settings->cache.limit << 20);
  self->set = mien_feature_cache_open_set (self->cache, plain, self->n_halves, TRUE, NULL);
}

/* What cannot be kept is computed again next time. */
static void
keep (Pass *self, guint index, const guint16 *features)
{
  MienFeatureKey key;

  if (self->set == NULL || !mien_feature_set_is_writable (self->set))
    return;
  make_key (self, index, &key);
  if (!mien_feature_cache_store (self->cache, self->set, &key, features, NULL))
    g_clear_pointer (&self->set, mien_feature_set_free);
}

static void
set_vector (Pass *self, guint place, const guint16 *features)
{
  vgg_network_pool_features (self->embedder->network, features,
                             self->result->vectors + (gsize) place * self->result->length +
                               self->section->offset);
}

static gboolean
look_up (Pass *self, guint index, guint place)
{
  MienFeatureKey key;
  const guint16 *features;

  if (self->set == NULL)
    return FALSE;
  make_key (self, index, &key);
  features = mien_feature_set_lookup (self->set, &key);
  if (features == NULL)
    return FALSE;
  set_vector (self, place, features);
  mien_feature_set_release (self->set, &key);
  return TRUE;
}

/* Marks with G_MAXUINT what cannot be decoded. */
static gboolean
compute_waiting (Pass *self, GError **error)
{
  MienEmbedder *embedder = self->embedder;
  const guint16 *features[MIEN_FEATURE_BATCH];
  GError *errors[MIEN_FEATURE_BATCH];

  if (self->n_tasks == 0)
    return TRUE;
  if (self->maker == NULL)
    {
      embedder->planned = NULL;
      self->maker = mien_feature_maker_new (self->dataset, embedder->settings,
                                            &embedder->preprocessing, embedder->network, error);
      if (self->maker == NULL)
        return FALSE;
      embedder->planned = self->section;
    }

  mien_feature_maker_run (self->maker, self->tasks, self->n_tasks, features, errors);
  for (guint i = 0; i < self->n_tasks; i++)
    {
      if (features[i] == NULL)
        {
          g_error_free (errors[i]);
          self->result->pictures[self->places[i]] = G_MAXUINT;
          continue;
        }
      set_vector (self, self->places[i], features[i]);
      keep (self, self->tasks[i].index, features[i]);
    }
  self->n_tasks = 0;
  return TRUE;
}

/* Fills one section of all vectors. */
static gboolean
run_section (MienEmbedder *self,
             const Section *section,
             MienDataset *dataset,
             MienEmbedding *result,
             MienProgress *now,
             MienProgressFunc progress,
             gpointer user_data,
             GCancellable *cancellable,
             GError **error)
{
  const guint64 begin = now->done;
  gint64 next_report = 0;
  g_auto (Pass)
    pass = { .embedder = self, .section = section, .dataset = dataset, .result = result };

  choose_section (self, section);
  pass.n_halves = vgg_network_get_feature_length (self->network);
  open_set (&pass);
  for (guint i = 0; i < result->n; i++)
    {
      const guint index = result->pictures[i];

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (index != G_MAXUINT && !look_up (&pass, index, i))
        {
          pass.tasks[pass.n_tasks] = (MienFeatureTask){ .index = index };
          pass.places[pass.n_tasks++] = i;
        }
      if (pass.n_tasks == MIEN_FEATURE_BATCH && !compute_waiting (&pass, error))
        return FALSE;

      now->done = begin + i + 1 - pass.n_tasks;
      if (progress != NULL && g_get_monotonic_time () >= next_report)
        {
          progress (now, user_data);
          next_report = g_get_monotonic_time () + REPORT_INTERVAL;
        }
    }
  now->done = begin + result->n;
  return compute_waiting (&pass, error);
}

/* Closes the gaps that pictures have left which cannot be decoded. */
static void
leave_out_skipped (MienEmbedding *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n; i++)
    {
      if (self->pictures[i] == G_MAXUINT)
        continue;
      self->pictures[n] = self->pictures[i];
      memmove (self->vectors + (gsize) n * self->length, self->vectors + (gsize) i * self->length,
               self->length * sizeof (float));
      n++;
    }
  self->n_skipped = self->n - n;
  self->n = n;
}

static gboolean
check_numbers (const MienEmbedding *self, GError **error)
{
  const gsize n = (gsize) self->n * self->length;

  for (gsize i = 0; i < n; i++)
    if (!isfinite (self->vectors[i]))
      {
        g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL,
                             _ ("The network is damaged: what it makes of pictures are no "
                                "numbers. Choose another one"));
        return FALSE;
      }
  return TRUE;
}

/**
 * mien_embedder_run:
 * @self: an embedder; used on one thread at a time
 * @dataset: a data set
 * @pictures: (array length=n): indices in it
 * @n: how many
 * @progress: (nullable): told about the pictures
 * @user_data: for @progress
 * @cancellable: (nullable): ends it within a few pictures with `G_IO_ERROR_CANCELLED`
 * @error: return location; `VGG_ERROR_MEMORY`, `MIEN_TRAIN_ERROR_DATA` where there is no memory for
 *   the vectors, `MIEN_TRAIN_ERROR_MODEL` where they are no numbers
 *
 * Makes a vector of each picture, seen as it is: the mean of each channel of the last blocks'
 * outputs. What the feature cache has of them is not computed again, and what it has not is kept
 * there.
 *
 * Returns: (transfer full) (nullable): the vectors
 */
MienEmbedding *
mien_embedder_run (MienEmbedder *self,
                   MienDataset *dataset,
                   const guint *pictures,
                   guint n,
                   MienProgressFunc progress,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  MienProgress now = { .phase = _ ("Computing features"), .total = (guint64) n * self->n_sections };
  g_autoptr (MienEmbedding) result = g_new0 (MienEmbedding, 1);

  result->n = n;
  result->length = self->length;
  result->pictures = g_memdup2 (pictures, n * sizeof *pictures);
  result->vectors = g_try_new (float, MAX ((gsize) n * self->length, 1));
  if (result->vectors == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                           _ ("There is no memory for the features of so many pictures"));
      return NULL;
    }

  for (guint i = 0; i < self->n_sections; i++)
    if (!run_section (self, &self->sections[i], dataset, result, &now, progress, user_data,
                      cancellable, error))
      return NULL;

  if (progress != NULL)
    progress (&now, user_data);
  leave_out_skipped (result);
  if (!check_numbers (result, error))
    return NULL;
  return g_steal_pointer (&result);
}

/**
 * mien_embedding_free:
 * @self: (nullable) (transfer full): vectors
 */
void
mien_embedding_free (MienEmbedding *self)
{
  if (self == NULL)
    return;

  g_free (self->pictures);
  g_free (self->vectors);
  g_free (self);
}
