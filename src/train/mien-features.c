/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-features.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "train/mien-feature-cache.h"
#include "train/mien-feature-id.h"
#include "train/mien-feature-maker.h"
#include "train/mien-train-error.h"
#include "train/mien-training-set.h"

/* The pictures of a split, in the order of the running epoch. */
typedef struct
{
  guint *indices; /* (n) as the data set lists them */
  guint n;
  MienOrder *order; /* of the indices */
} Part;

struct _MienFeatures
{
  MienDataset *dataset;   /* owned */
  MienSettings *settings; /* owned */
  MienPreprocessing preprocessing;
  VggNetwork *network; /* borrowed */
  gsize length;        /* numbers in a picture's features */
  guint n_variants;
  Part training;
  Part validation;

  MienFeatureCache *cache;   /* owned */
  MienFeatureSet *plain;     /* owned; NULL: cannot be opened */
  MienFeatureSet *augmented; /* owned; NULL: there are no variants, or it cannot be opened */
  gboolean full;             /* nothing is kept any more */
  char *notice;              /* why some features are not kept; NULL: all are */
  GPtrArray *failures;       /* (element-type MienLoaderFailure) owned */
  GHashTable *failed;        /* the picture indices of these */

  /* Filling */
  MienFeatureMaker *maker; /* owned; on the training's network */
  guint64 place;           /* the next task, see get_task() */
  guint n_missing;         /* when the filling began */
  guint n_filled;

  /* A pass over a split */
  const Part *part;
  guint epoch;
  guint position; /* in the part's order: the next batch's first picture */
  guint previous; /* the running batch's first */
  MienFeatureBatch batch;
  guint16 *computed; /* (batch, length); NULL until features are missing */

  /* What computes features that are missing while the network trains: its frozen layers again. */
  VggNetwork *late_network;     /* owned; NULL until then */
  MienFeatureMaker *late_maker; /* owned */
};

static void
failure_free (gpointer data)
{
  MienLoaderFailure *failure = data;

  g_free (failure->reason);
  g_free (failure);
}

static void
init_training (MienFeatures *self)
{
  g_autoptr (MienTrainingSet)
    set = mien_training_set_new (self->dataset, self->settings->leave_out_twins);

  self->training.n = set->n;
  self->training.indices = g_steal_pointer (&set->indices);
  self->training.order = mien_order_new (mien_settings_get_order (self->settings), self->dataset,
                                         self->training.indices, self->training.n);
}

static void
init_validation (MienFeatures *self)
{
  Part *part = &self->validation;

  part->indices = mien_dataset_list_split (self->dataset, MIEN_SPLIT_VALIDATION, &part->n);
  part->order = mien_order_new (MIEN_ORDER_LISTED, self->dataset, part->indices, part->n);
}

static void
part_clear (Part *self)
{
  g_free (self->indices);
  mien_order_free (self->order);
}

static void
notice (MienFeatures *self, const char *reason)
{
  if (self->notice == NULL)
    self->notice = g_strdup (reason);
}

/* Who has the larger set takes the other one too, if he can: two trainings of the same kind must
 * not each hold one that the other needs. */
static void
open_sets (MienFeatures *self)
{
  gboolean write = TRUE;
  g_autoptr (GError) error = NULL;
  guint8 plain[32], augmented[32];

  mien_feature_make_ids (self->network, self->settings, &self->preprocessing, plain, augmented);
  if (self->n_variants > 1)
    {
      self->augmented = mien_feature_cache_open_set (self->cache, augmented, self->length, TRUE,
                                                     &error);
      write = self->augmented != NULL && mien_feature_set_is_writable (self->augmented);
    }
  if (error == NULL)
    self->plain = mien_feature_cache_open_set (self->cache, plain, self->length, write, &error);
  if (error != NULL)
    notice (self, error->message);
}

/**
 * mien_features_new:
 * @dataset: what to train on
 * @settings: how: mien_feature_is_used() must be true of them
 * @preprocessing: as chosen for the training
 * @network: the one that trains, frozen and with its weights; borrowed
 *
 * Opens what is kept of earlier trainings. Where that cannot be, features are computed each time
 * they are wanted, and mien_features_get_notice() says why.
 *
 * Returns: (transfer full): the features of @dataset's training and validation pictures
 */
MienFeatures *
mien_features_new (MienDataset *dataset,
                   const MienSettings *settings,
                   const MienPreprocessing *preprocessing,
                   VggNetwork *network)
{
  MienFeatures *self = g_new0 (MienFeatures, 1);

  self->dataset = mien_dataset_ref (dataset);
  self->settings = mien_settings_copy (settings);
  self->preprocessing = *preprocessing;
  self->network = network;
  self->length = vgg_network_get_feature_length (network);
  self->n_variants = mien_feature_count_variants (settings);
  self->failures = g_ptr_array_new_with_free_func (failure_free);
  self->failed = g_hash_table_new (NULL, NULL);
  init_training (self);
  init_validation (self);
  self->batch.features = g_new (const guint16 *, settings->batch);
  self->batch.labels = g_new (guint, settings->batch);

  self->cache = mien_feature_cache_new ((guint64) settings->cache.limit << 20);
  open_sets (self);
  return self;
}

/**
 * mien_features_free:
 * @self: (nullable) (transfer full): features
 *
 * Closes the files, so that another process may write to them.
 */
void
mien_features_free (MienFeatures *self)
{
  if (self == NULL)
    return;

  mien_feature_maker_free (self->maker);
  mien_feature_maker_free (self->late_maker);
  vgg_network_free (self->late_network);
  mien_feature_set_free (self->plain);
  mien_feature_set_free (self->augmented);
  mien_feature_cache_free (self->cache);
  part_clear (&self->training);
  part_clear (&self->validation);
  g_ptr_array_unref (self->failures);
  g_hash_table_unref (self->failed);
  g_free (self->batch.features);
  g_free (self->batch.labels);
  g_free (self->computed);
  g_free (self->notice);
  mien_settings_free (self->settings);
  mien_dataset_unref (self->dataset);
  g_free (self);
}

static MienFeatureSet *
set_of (MienFeatures *self, const MienFeatureTask *task)
{
  return task->augmented ? self->augmented : self->plain;
}

static void
key_of (MienFeatures *self, const MienFeatureTask *task, MienFeatureKey *key)
{
  mien_feature_key_init (key, self->settings, mien_dataset_get_picture (self->dataset, task->index),
                         task->augmented, task->variant);
}

/* All that a training wants: the variants of each training picture, one picture after the other,
 * then the validation pictures. */
static guint64
count_tasks (MienFeatures *self)
{
  return (guint64) self->training.n * self->n_variants + self->validation.n;
}

static MienFeatureTask
get_task (MienFeatures *self, guint64 place)
{
  guint64 n_training = (guint64) self->training.n * self->n_variants;

  if (place >= n_training)
    return (MienFeatureTask){ .index = self->validation.indices[place - n_training] };

  return (MienFeatureTask){
    .index = self->training.indices[place / self->n_variants],
    .augmented = self->n_variants > 1,
    .variant = place % self->n_variants,
  };
}

static gboolean
is_missing (MienFeatures *self, const MienFeatureTask *task)
{
  MienFeatureSet *set = set_of (self, task);
  MienFeatureKey key;

  key_of (self, task, &key);
  return (set == NULL || !mien_feature_set_has (set, &key)) &&
         !g_hash_table_contains (self->failed, GUINT_TO_POINTER (task->index));
}

static gboolean
can_keep (MienFeatures *self, const MienFeatureTask *task)
{
  MienFeatureSet *set = set_of (self, task);

  return set != NULL && mien_feature_set_is_writable (set) && !self->full;
}

/* In the order of the tasks, each picture once. */
static void
add_failure (MienFeatures *self, guint index, GError *error)
{
  g_autoptr (GError) reason = error;
  MienLoaderFailure *failure;

  if (!g_hash_table_add (self->failed, GUINT_TO_POINTER (index)))
    return;

  failure = g_new (MienLoaderFailure, 1);
  failure->index = index;
  failure->reason = g_strdup (reason->message);
  g_ptr_array_add (self->failures, failure);
}

static void
keep (MienFeatures *self, const MienFeatureTask *task, const guint16 *features)
{
  g_autoptr (GError) error = NULL;
  MienFeatureKey key;

  if (!can_keep (self, task))
    return;

  key_of (self, task, &key);
  if (!mien_feature_cache_store (self->cache, set_of (self, task), &key, features, &error))
    {
      self->full = TRUE;
      notice (self, error->message);
    }
}

/**
 * mien_features_begin_fill:
 * @self: features that were just made
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Gets ready to compute what is missing; plans the network for it. Where nothing is missing, or
 * nothing can be kept, the network is left alone.
 *
 * Returns: %FALSE if there is no memory for it
 */
gboolean
mien_features_begin_fill (MienFeatures *self, GError **error)
{
  for (guint64 place = 0; place < count_tasks (self); place++)
    {
      const MienFeatureTask task = get_task (self, place);

      if (!is_missing (self, &task))
        continue;
      if (can_keep (self, &task))
        self->n_missing++;
      else
        notice (self, _ ("Another training is writing the same features"));
    }
  if (self->n_missing == 0)
    return TRUE;

  self->maker = mien_feature_maker_new (self->dataset, self->settings, &self->preprocessing,
                                        self->network, error);
  return self->maker != NULL;
}

/**
 * mien_features_fill:
 * @self: features
 *
 * Computes and keeps the next few of those that are missing.
 *
 * Returns: %FALSE: nothing is missing any more, or nothing can be kept
 */
gboolean
mien_features_fill (MienFeatures *self)
{
  MienFeatureTask tasks[MIEN_FEATURE_BATCH];
  const guint16 *features[MIEN_FEATURE_BATCH];
  GError *errors[MIEN_FEATURE_BATCH];
  guint n = 0;

  if (self->maker == NULL || self->full)
    return FALSE;

  while (n < MIEN_FEATURE_BATCH && self->place < count_tasks (self))
    {
      tasks[n] = get_task (self, self->place++);
      n += is_missing (self, &tasks[n]) && can_keep (self, &tasks[n]);
    }
  if (n == 0)
    return FALSE;

  mien_feature_maker_run (self->maker, tasks, n, features, errors);
  for (guint i = 0; i < n; i++)
    if (features[i] != NULL)
      keep (self, &tasks[i], features[i]);
    else
      add_failure (self, tasks[i].index, errors[i]);
  self->n_filled += n;
  return TRUE;
}

/**
 * mien_features_end_fill:
 * @self: features
 *
 * Lets go of the network, which may then be planned for training.
 */
void
mien_features_end_fill (MienFeatures *self)
{
  g_clear_pointer (&self->maker, mien_feature_maker_free);
}

/**
 * mien_features_get_n_missing:
 * @self: features
 *
 * Returns: how many were missing when the filling began, and could be kept
 */
guint
mien_features_get_n_missing (MienFeatures *self)
{
  return self->n_missing;
}

/**
 * mien_features_get_n_filled:
 * @self: features
 *
 * Returns: how many of these are done
 */
guint
mien_features_get_n_filled (MienFeatures *self)
{
  return self->n_filled;
}

/**
 * mien_features_get_notice:
 * @self: features
 *
 * Returns: (transfer none) (nullable): why not all features can be kept, so that they are computed
 *   again and again, for a person to read; %NULL: they can
 */
const char *
mien_features_get_notice (MienFeatures *self)
{
  return self->notice;
}

/**
 * mien_features_start:
 * @self: features
 * @split: training or validation
 * @epoch: which one, from 1; with the seed it decides order and variants of the training
 *
 * Starts a pass over a split from its beginning.
 */
void
mien_features_start (MienFeatures *self, MienSplit split, guint epoch)
{
  Part *part = split == MIEN_SPLIT_TRAIN ? &self->training : &self->validation;

  mien_order_draw (part->order, self->settings->seed, epoch);
  self->part = part;
  self->epoch = epoch;
  self->position = 0;
  self->previous = 0;
}

static guint
index_at (MienFeatures *self, guint position)
{
  return self->part->indices[self->part->order->entries[position]];
}

static MienFeatureTask
task_at (MienFeatures *self, guint position)
{
  MienFeatureTask task = { .index = index_at (self, position) };

  if (self->part == &self->training && self->n_variants > 1)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, task.index);

      /* A picture that comes again in an epoch is seen as in the next one. */
      task.augmented = TRUE;
      task.variant = mien_feature_choose_variant (
        self->settings, picture, self->epoch + self->part->order->repeats[position]);
    }
  return task;
}

static gboolean
make_late (MienFeatures *self, GError **error)
{
  VggArchitecture architecture = *vgg_network_get_architecture (self->network);
  g_autoptr (GPtrArray) from = NULL;

  if (self->late_maker != NULL)
    return TRUE;

  architecture.n_classes = 0;
  self->late_network = vgg_network_new (&architecture, error);
  if (self->late_network == NULL)
    return FALSE;

  from = mien_feature_list_parameters (self->network);
  for (guint i = 0; i < from->len; i++)
    {
      const VggParameter *parameter = g_ptr_array_index (from, i);

      memcpy (vgg_network_find_parameter (self->late_network, parameter->name)->value,
              parameter->value, vgg_shape_elements (&parameter->shape) * sizeof (float));
    }
  vgg_network_values_changed (self->late_network);
  vgg_network_freeze (self->late_network, vgg_network_get_n_frozen (self->network));

  self->computed = g_try_new (guint16, self->settings->batch * self->length);
  if (self->computed == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                           _ ("There is no memory for the features of a batch; choose a smaller "
                              "batch"));
      return FALSE;
    }
  self->late_maker = mien_feature_maker_new (self->dataset, self->settings, &self->preprocessing,
                                             self->late_network, error);
  return self->late_maker != NULL;
}

/* Computes those places of a batch that are NULL in `found`; they stay so where a picture cannot be
 * decoded. */
static gboolean
compute_missing (MienFeatures *self,
                 guint begin,
                 guint n_places,
                 const guint16 *found[],
                 GError **error)
{
  for (guint place = 0; place < n_places;)
    {
      MienFeatureTask tasks[MIEN_FEATURE_BATCH];
      const guint16 *features[MIEN_FEATURE_BATCH];
      GError *errors[MIEN_FEATURE_BATCH];
      guint places[MIEN_FEATURE_BATCH];
      guint n = 0;

      for (; place < n_places && n < MIEN_FEATURE_BATCH; place++)
        {
          tasks[n] = task_at (self, begin + place);
          places[n] = place;
          n += found[place] == NULL &&
               !g_hash_table_contains (self->failed, GUINT_TO_POINTER (tasks[n].index));
        }
      if (n == 0)
        return TRUE;
      if (!make_late (self, error))
        return FALSE;

      mien_feature_maker_run (self->late_maker, tasks, n, features, errors);
      for (guint i = 0; i < n; i++)
        {
          guint16 *target = self->computed + places[i] * self->length;

          if (features[i] == NULL)
            {
              add_failure (self, tasks[i].index, errors[i]);
              continue;
            }
          found[places[i]] = memcpy (target, features[i], self->length * sizeof *target);
          keep (self, &tasks[i], features[i]);
        }
    }
  return TRUE;
}

typedef void (*RecordFunc) (MienFeatureSet *set, const MienFeatureKey *key);

static void
for_each_record (MienFeatures *self, guint begin, guint end, RecordFunc func)
{
  for (guint position = begin; position < MIN (end, self->part->n); position++)
    {
      const MienFeatureTask task = task_at (self, position);
      MienFeatureSet *set = set_of (self, &task);
      MienFeatureKey key;

      key_of (self, &task, &key);
      if (set != NULL)
        func (set, &key);
    }
}

/* Fills the batch from one range of the order; pictures that cannot be had are left out of it,
 * without a gap. */
static gboolean
gather (MienFeatures *self, guint begin, guint n_places, GError **error)
{
  const guint16 **found = self->batch.features;

  for (guint place = 0; place < n_places; place++)
    {
      const MienFeatureTask task = task_at (self, begin + place);
      MienFeatureSet *set = set_of (self, &task);
      MienFeatureKey key;

      key_of (self, &task, &key);
      found[place] = set != NULL ? mien_feature_set_lookup (set, &key) : NULL;
    }
  if (!compute_missing (self, begin, n_places, found, error))
    return FALSE;

  self->batch.n = 0;
  for (guint place = 0; place < n_places; place++)
    {
      guint index = index_at (self, begin + place);

      if (found[place] == NULL)
        continue;
      self->batch.labels[self->batch.n] =
        mien_dataset_get_picture (self->dataset, index)->class_index;
      found[self->batch.n++] = found[place];
    }
  return TRUE;
}

/**
 * mien_features_next:
 * @self: features, in a pass
 * @batch: (out) (transfer none) (nullable): the next batch, valid until the next call; %NULL at the
 *   end of the pass
 * @error: return location; `VGG_ERROR_MEMORY`
 *
 * Finds the features of the next pictures, and computes those that are missing or damaged: the
 * numbers are the same. A batch of which no picture can be had is passed over.
 *
 * Returns: %FALSE if missing features cannot be computed
 */
gboolean
mien_features_next (MienFeatures *self, const MienFeatureBatch **batch, GError **error)
{
  guint size = self->settings->batch;

  *batch = NULL;
  for_each_record (self, self->previous, self->position, mien_feature_set_release);
  while (*batch == NULL && self->position < self->part->n)
    {
      guint n_places = MIN (size, self->part->n - self->position);

      self->previous = self->position;
      self->position += n_places;
      if (!gather (self, self->previous, n_places, error))
        return FALSE;
      if (self->batch.n > 0)
        *batch = &self->batch;
    }
  for_each_record (self, self->position, self->position + size, mien_feature_set_prefetch);
  return TRUE;
}

/**
 * mien_features_get_n_batches:
 * @self: features, in a pass
 *
 * Returns: the batches of the pass if every picture can be had
 */
guint
mien_features_get_n_batches (MienFeatures *self)
{
  return self->part->n / self->settings->batch + (self->part->n % self->settings->batch != 0);
}

/**
 * mien_features_get_bytes:
 * @self: features
 *
 * Returns: the memory that a pass holds: two batches of features, the running one and the one that
 *   is read ahead
 */
gsize
mien_features_get_bytes (MienFeatures *self)
{
  return 2 * self->settings->batch * self->length * sizeof (guint16);
}

/**
 * mien_features_get_n_failures:
 * @self: features
 *
 * Returns: the number of pictures that could not be decoded
 */
guint
mien_features_get_n_failures (MienFeatures *self)
{
  return self->failures->len;
}

/**
 * mien_features_get_failure:
 * @self: features
 * @index: below mien_features_get_n_failures()
 *
 * Returns: (transfer none): a picture that could not be decoded, and why
 */
const MienLoaderFailure *
mien_features_get_failure (MienFeatures *self, guint index)
{
  g_return_val_if_fail (index < self->failures->len, NULL);

  return g_ptr_array_index (self->failures, index);
}
