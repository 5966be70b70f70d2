/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-evaluation.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "data/mien-loader.h"
#include "engine/vgg-loss.h"
#include "train/mien-statistics.h"
#include "train/mien-train-error.h"

struct _MienEvaluation
{
  gatomicrefcount ref_count;
  MienModel *model;     /* owned: its classes are the evaluation's */
  MienDataset *dataset; /* owned */
  MienSplit split;
  MienViews views;
  guint n_classes;

  GArray *records;      /* (MienEvaluationRecord), in the order of the split */
  float *probabilities; /* (records, classes) */
  guint *confusion;     /* (classes, classes): rows actual, columns predicted */
  guint n_skipped;
  double loss;
};

/* The data set may list its classes in another order than the model: names decide. */
static guint *
map_classes (MienModel *model, MienDataset *dataset, GError **error)
{
  guint n_model;
  guint n_dataset;
  const char *const *model_classes = mien_model_get_classes (model, &n_model);
  const char *const *dataset_classes = mien_dataset_get_classes (dataset, &n_dataset);
  g_autofree guint *map = g_new0 (guint, n_dataset);

  for (guint i = 0; i < n_dataset; i++)
    {
      while (map[i] < n_model && !g_str_equal (model_classes[map[i]], dataset_classes[i]))
        map[i]++;

      if (map[i] == n_model)
        {
          g_autofree char *known = g_strjoinv (", ", (char **) model_classes);

          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                       _ ("The model does not know the class “%s” of the data set; it knows: %s"),
                       dataset_classes[i], known);
          return NULL;
        }
    }

  return g_steal_pointer (&map);
}

static MienLoader *
make_loader (MienModel *model, MienDataset *dataset, MienSplit split, GError **error)
{
  MienLoaderOptions options = {
    .batch = mien_model_get_batch (model, mien_model_get_views (model)),
    .preprocessing = *mien_model_get_preprocessing (model),
    .views = mien_model_get_views (model),
  };
  g_autofree guint *indices = NULL;
  guint n;

  indices = mien_dataset_list_split (dataset, split, &n);
  if (n == 0)
    {
      g_autofree char *name = g_filename_display_name (mien_dataset_get_directory (dataset));

      g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                   _ ("“%s” has no pictures in the split “%s” to evaluate on"), name,
                   mien_split_to_string (split));
      return NULL;
    }

  mien_model_get_input_size (model, &options.width, &options.height);
  mien_augmentation_init_none (&options.augmentation);
  return mien_loader_new (dataset, indices, n, &options, error);
}

/* An evaluation of no pictures yet, with room for @n. */
static MienEvaluation *
evaluation_new (MienModel *model, MienDataset *dataset, MienSplit split, MienViews views, gsize n)
{
  MienEvaluation *self = g_new0 (MienEvaluation, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->model = mien_model_ref (model);
  self->dataset = mien_dataset_ref (dataset);
  self->split = split;
  self->views = views;
  mien_model_get_classes (model, &self->n_classes);
  self->records = g_array_sized_new (FALSE, FALSE, sizeof (MienEvaluationRecord), (guint) n);
  self->probabilities = g_new (float, n * self->n_classes);
  self->confusion = g_new0 (guint, (gsize) self->n_classes * self->n_classes);
  return self;
}

/* Where the probabilities of the next record belong. */
static float *
next_probabilities (MienEvaluation *self)
{
  return self->probabilities + (gsize) self->records->len * self->n_classes;
}

/* With the probabilities in place. */
static void
add_record (MienEvaluation *self, guint picture, guint actual)
{
  const float *probabilities = next_probabilities (self);
  MienEvaluationRecord record = {
    .picture = picture,
    .actual = actual,
    .predicted = vgg_argmax (probabilities, self->n_classes),
    .probabilities = probabilities,
  };

  /* A float softmax rounds what is below its smallest number to 0, whose logarithm is infinite. */
  record.loss = -logf (MAX (probabilities[actual], FLT_MIN));
  self->loss += record.loss;
  self->confusion[(gsize) actual * self->n_classes + record.predicted]++;
  g_array_append_val (self->records, record);
}

/**
 * mien_evaluation_run:
 * @model: a model
 * @dataset: pictures whose classes the model knows; the order of the classes does not matter
 * @split: which of them
 * @progress: (nullable): told about the pictures
 * @user_data: for @progress
 * @cancellable: (nullable): ends it within a batch with `G_IO_ERROR_CANCELLED`
 * @error: return location; `MIEN_TRAIN_ERROR_DATA`: a class that the model does not know, or no
 * pictures
 *
 * Lets the model classify every picture of a split, each exactly once, not augmented, in the views
 * that the model averages over. Pictures that cannot be decoded are left out and counted.
 *
 * Returns: (transfer full) (nullable): the evaluation
 */
MienEvaluation *
mien_evaluation_run (MienModel *model,
                     MienDataset *dataset,
                     MienSplit split,
                     MienProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree guint *map = map_classes (model, dataset, error);
  g_autoptr (MienEvaluation) self = NULL;
  g_autoptr (MienLoader) loader = NULL;
  MienProgress now = { .phase = _ ("Evaluating") };
  const MienBatch *batch;

  if (map == NULL)
    return NULL;
  loader = make_loader (model, dataset, split, error);
  if (loader == NULL)
    return NULL;

  now.total = mien_loader_get_n_pictures (loader);
  self = evaluation_new (model, dataset, split, mien_model_get_views (model), now.total);

  mien_loader_start (loader, 0);
  while ((batch = mien_loader_next (loader)) != NULL)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !mien_model_run (model, self->views, batch->input, batch->n, next_probabilities (self),
                           error))
        return NULL;
      for (guint i = 0; i < batch->n; i++)
        add_record (self, batch->indices[i], map[batch->labels[i]]);

      now.done = self->records->len + mien_loader_get_n_failures (loader);
      if (progress != NULL)
        progress (&now, user_data);
    }

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  self->n_skipped = mien_loader_get_n_failures (loader);
  if (self->records->len == 0)
    {
      g_set_error_literal (
        error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
        _ ("None of the pictures could be read any more: see that the data set is "
           "still where it was"));
      return NULL;
    }

  self->loss /= self->records->len;
  return g_steal_pointer (&self);
}

/* The records by the paths of their pictures. */
static GHashTable *
index_records (MienEvaluation *self)
{
  GHashTable *by_path = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->records->len; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (self, i);
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, record->picture);

      g_hash_table_insert (by_path, picture->path, (gpointer) record);
    }
  return by_path;
}

/**
 * mien_evaluation_relabel:
 * @self: an evaluation
 * @dataset: the same pictures, read again; some may belong to other classes than before, or be left
 *   out
 *
 * What the model said of a picture does not depend on the picture's label: the evaluation that
 * mien_evaluation_run() would make of @dataset, without running the model again. A picture that
 * could not be decoded counts as skipped again.
 *
 * Returns: (transfer full) (nullable): the evaluation; %NULL: @dataset has pictures that the model
 *   has not seen, classes that it does not know, or none of the pictures
 */
MienEvaluation *
mien_evaluation_relabel (MienEvaluation *self, MienDataset *dataset)
{
  g_autofree guint *map = map_classes (self->model, dataset, NULL);
  g_autoptr (GHashTable) by_path = index_records (self);
  g_autofree guint *indices = NULL;
  g_autoptr (MienEvaluation) relabelled = NULL;
  guint n;

  indices = mien_dataset_list_split (dataset, self->split, &n);
  if (map == NULL || n == 0)
    return NULL;

  relabelled = evaluation_new (self->model, dataset, self->split, self->views, n);
  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, indices[i]);
      const MienEvaluationRecord *record = g_hash_table_lookup (by_path, picture->path);

      if (record == NULL)
        {
          relabelled->n_skipped++;
          continue;
        }
      if (memcmp (mien_dataset_get_picture (self->dataset, record->picture)->digest,
                  picture->digest, sizeof picture->digest) != 0)
        return NULL;
      memcpy (next_probabilities (relabelled), record->probabilities,
              self->n_classes * sizeof (float));
      add_record (relabelled, indices[i], map[picture->class_index]);
    }
  if (relabelled->n_skipped > self->n_skipped || relabelled->records->len == 0)
    return NULL;

  relabelled->loss /= relabelled->records->len;
  return g_steal_pointer (&relabelled);
}

MienEvaluation *
mien_evaluation_ref (MienEvaluation *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
mien_evaluation_unref (MienEvaluation *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->records);
  g_free (self->probabilities);
  g_free (self->confusion);
  mien_dataset_unref (self->dataset);
  mien_model_unref (self->model);
  g_free (self);
}

/**
 * mien_evaluation_get_model:
 * @self: an evaluation
 *
 * Returns: (transfer none): the model that answered
 */
MienModel *
mien_evaluation_get_model (MienEvaluation *self)
{
  return self->model;
}

/**
 * mien_evaluation_get_dataset:
 * @self: an evaluation
 *
 * Returns: (transfer none): the data set that the records' picture indices belong to
 */
MienDataset *
mien_evaluation_get_dataset (MienEvaluation *self)
{
  return self->dataset;
}

MienSplit
mien_evaluation_get_split (MienEvaluation *self)
{
  return self->split;
}

/**
 * mien_evaluation_get_views:
 * @self: an evaluation
 *
 * Returns: the views of a picture that were averaged over
 */
MienViews
mien_evaluation_get_views (MienEvaluation *self)
{
  return self->views;
}

/**
 * mien_evaluation_describe_views:
 * @self: an evaluation
 *
 * Returns: (nullable): what its answers are the mean of, a sentence, translated; %NULL: each
 * picture was seen once
 */
const char *
mien_evaluation_describe_views (MienEvaluation *self)
{
  switch (self->views)
    {
    case MIEN_VIEWS_FLIP:
      return _ ("Each answer is the mean of a picture and its mirror image");
    case MIEN_VIEWS_TEN_CROP:
      return _ ("Each answer is the mean of ten crops of a picture");
    case MIEN_VIEWS_SINGLE:
    default:
      return NULL;
    }
}

/**
 * mien_evaluation_get_classes:
 * @self: an evaluation
 * @n_classes: (out) (optional): their count
 *
 * Returns: (transfer none) (array zero-terminated=1): the model's classes, which the evaluation's
 * class indices count
 */
const char *const *
mien_evaluation_get_classes (MienEvaluation *self, guint *n_classes)
{
  return mien_model_get_classes (self->model, n_classes);
}

guint
mien_evaluation_get_n_records (MienEvaluation *self)
{
  return self->records->len;
}

/**
 * mien_evaluation_get_record:
 * @self: an evaluation
 * @index: less than mien_evaluation_get_n_records()
 *
 * Returns: (transfer none): one picture, in the order of the split
 */
const MienEvaluationRecord *
mien_evaluation_get_record (MienEvaluation *self, guint index)
{
  g_return_val_if_fail (index < self->records->len, NULL);

  return &g_array_index (self->records, MienEvaluationRecord, index);
}

/**
 * mien_evaluation_get_n_skipped:
 * @self: an evaluation
 *
 * Returns: how many pictures of the split could not be decoded; they count nowhere else
 */
guint
mien_evaluation_get_n_skipped (MienEvaluation *self)
{
  return self->n_skipped;
}

/**
 * mien_evaluation_get_kappa:
 * @self: an evaluation
 *
 * Returns: see mien_cohen_kappa()
 */
double
mien_evaluation_get_kappa (MienEvaluation *self)
{
  return mien_cohen_kappa (self->confusion, self->n_classes);
}

/**
 * mien_evaluation_get_accuracy:
 * @self: an evaluation
 * @low: (out) (optional): lower bound of its 95 % interval, see mien_wilson_interval()
 * @high: (out) (optional): upper bound
 *
 * Returns: the part of the pictures that was classified right, 0 to 1
 */
double
mien_evaluation_get_accuracy (MienEvaluation *self, double *low, double *high)
{
  guint correct = 0;
  double bounds[2];

  for (guint c = 0; c < self->n_classes; c++)
    correct += mien_evaluation_get_count (self, c, c);
  mien_wilson_interval (correct, self->records->len, &bounds[0], &bounds[1]);
  if (low != NULL)
    *low = bounds[0];
  if (high != NULL)
    *high = bounds[1];
  return (double) correct / self->records->len;
}

/**
 * mien_evaluation_get_accuracy_without_twins:
 * @self: an evaluation
 * @n: (out): pictures without a twin in an earlier split
 * @low: (out): lower bound of its 95 % interval, see mien_wilson_interval()
 * @high: (out): upper bound
 *
 * The accuracy on test pictures without a twin in the training split, which is learnt from, or in
 * validation, by which the best epoch is chosen; or on validation pictures without one in the
 * training split. Of that split itself there are none.
 *
 * Returns: the part of them that was classified right, 0 to 1; NaN where there are none
 */
double
mien_evaluation_get_accuracy_without_twins (MienEvaluation *self,
                                            guint *n,
                                            double *low,
                                            double *high)
{
  const guint earlier = (1u << self->split) - 1;
  guint correct = 0;

  *n = 0;
  for (guint i = 0; i < self->records->len && self->split != MIEN_SPLIT_TRAIN; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (self, i);
      const MienTwins *twins = mien_dataset_find_twins (self->dataset, record->picture);

      if (twins != NULL && (twins->splits & earlier) != 0)
        continue;
      (*n)++;
      correct += record->actual == record->predicted;
    }
  mien_wilson_interval (correct, *n, low, high);
  return *n > 0 ? (double) correct / *n : NAN;
}

/**
 * mien_evaluation_get_earlier_splits:
 * @self: an evaluation of validation or test
 *
 * Returns: where twins are looked for by mien_evaluation_get_accuracy_without_twins(), translated
 */
const char *
mien_evaluation_get_earlier_splits (MienEvaluation *self)
{
  /* TRANSLATORS: as in "a twin in training or validation" */
  return self->split == MIEN_SPLIT_TEST ? _ ("training or validation") : _ ("training");
}

/**
 * mien_evaluation_get_loss:
 * @self: an evaluation
 *
 * Returns: the mean cross-entropy, natural logarithm; a probability that is 0 in single precision
 * counts as the smallest normal number, 1.2e-38
 */
double
mien_evaluation_get_loss (MienEvaluation *self)
{
  return self->loss;
}

/**
 * mien_evaluation_get_count:
 * @self: an evaluation
 * @actual: a class
 * @predicted: a class
 *
 * Returns: how many pictures of @actual the model took for @predicted: a cell of the confusion
 * matrix
 */
guint
mien_evaluation_get_count (MienEvaluation *self, guint actual, guint predicted)
{
  g_return_val_if_fail (actual < self->n_classes && predicted < self->n_classes, 0);

  return self->confusion[(gsize) actual * self->n_classes + predicted];
}

static double
ratio (guint part, guint whole)
{
  return whole > 0 ? (double) part / whole : NAN;
}

/**
 * mien_evaluation_get_class_metrics:
 * @self: an evaluation
 * @class_index: a class
 * @metrics: (out caller-allocates): its figures
 *
 * With TP, FP and FN of the class: precision TP / (TP + FP), recall TP / (TP + FN), F1
 * 2 TP / (2 TP + FP + FN), the harmonic mean of both, which is 0 where TP is. A quotient by 0 is
 * NaN: it says nothing of the model.
 */
void
mien_evaluation_get_class_metrics (MienEvaluation *self,
                                   guint class_index,
                                   MienClassMetrics *metrics)
{
  guint hits;
  guint n_predicted = 0;

  g_return_if_fail (class_index < self->n_classes);

  hits = mien_evaluation_get_count (self, class_index, class_index);
  metrics->support = 0;
  for (guint c = 0; c < self->n_classes; c++)
    {
      metrics->support += mien_evaluation_get_count (self, class_index, c);
      n_predicted += mien_evaluation_get_count (self, c, class_index);
    }

  metrics->precision = ratio (hits, n_predicted);
  metrics->recall = ratio (hits, metrics->support);
  metrics->f1 = ratio (2 * hits, metrics->support + n_predicted);
}

/**
 * mien_evaluation_get_macro:
 * @self: an evaluation
 * @macro: (out caller-allocates): means over the classes; `support` is the number of pictures
 *
 * Averages as scikit-learn's `average="macro"` does: over the classes that occur, as actual or as
 * predicted ones, where a figure that is not defined counts as 0.
 */
void
mien_evaluation_get_macro (MienEvaluation *self, MienClassMetrics *macro)
{
  guint n = 0;

  *macro = (MienClassMetrics){ 0 };
  for (guint c = 0; c < self->n_classes; c++)
    {
      MienClassMetrics metrics;

      mien_evaluation_get_class_metrics (self, c, &metrics);
      macro->support += metrics.support;
      if (metrics.support == 0 && isnan (metrics.precision))
        continue;

      n++;
      macro->precision += isnan (metrics.precision) ? 0 : metrics.precision;
      macro->recall += isnan (metrics.recall) ? 0 : metrics.recall;
      macro->f1 += metrics.f1;
    }

  /* There is a picture, so there is a class. */
  macro->precision /= n;
  macro->recall /= n;
  macro->f1 /= n;
}

static int
compare_confusions (gconstpointer a, gconstpointer b)
{
  const MienConfusion *first = a;
  const MienConfusion *second = b;

  if (first->count != second->count)
    return first->count < second->count ? 1 : -1;
  if (first->actual != second->actual)
    return first->actual < second->actual ? -1 : 1;
  return first->predicted < second->predicted ? -1 : 1;
}

/**
 * mien_evaluation_list_confusions:
 * @self: an evaluation
 * @n: (out): their count
 *
 * Returns: (transfer full) (array length=n): the cells beside the diagonal that hold pictures, the
 * fullest first
 */
MienConfusion *
mien_evaluation_list_confusions (MienEvaluation *self, guint *n)
{
  g_autoptr (GArray) confusions = g_array_new (FALSE, FALSE, sizeof (MienConfusion));

  for (guint actual = 0; actual < self->n_classes; actual++)
    for (guint predicted = 0; predicted < self->n_classes; predicted++)
      {
        MienConfusion confusion = { actual, predicted, 0 };

        confusion.count = mien_evaluation_get_count (self, actual, predicted);
        if (actual != predicted && confusion.count > 0)
          g_array_append_val (confusions, confusion);
      }

  g_array_sort (confusions, compare_confusions);
  *n = confusions->len;
  return (MienConfusion *) g_array_steal (confusions, NULL);
}
