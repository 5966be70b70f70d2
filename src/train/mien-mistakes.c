/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-mistakes.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/mien-parallel.h"
#include "engine/vgg-blas.h"
#include "engine/vgg-loss.h"
#include "engine/vgg-random.h"
#include "train/mien-confident-joint.h"
#include "train/mien-embedder.h"
#include "train/mien-offer.h"
#include "train/mien-settings.h"
#include "train/mien-softmax-regression.h"
#include "train/mien-train-error.h"

#define N_FOLDS 5

/* The last block alone has forgotten what does not matter to the classes that the network was
 * trained on; the one before it still has it. */
#define N_BLOCKS 2

/* From strong to weak: each fit starts from the one before it. */
static const double penalties[] = { 10000, 1000, 100, 10 };

struct _MienMistakes
{
  gatomicrefcount ref_count;
  MienDataset *dataset; /* owned */
  char *backbone;       /* path of a weights file */
  GArray *mistakes;     /* (element-type MienMistake) worst first */
  guint n_likely;
  guint n_skipped;
};

/* The fits, a fold each. */
typedef struct
{
  const MienEmbedding *embedding; /* its vectors of mean 0 and deviation 1 */
  guint n_classes;
  guint *labels; /* (n) */
  guint *folds;  /* (n) which fold's fit has not seen the picture */
  MienSoftmaxRegression *regressions[N_FOLDS];
  double penalty;
  float *answers; /* (n, n_classes) of the fit that has not seen the picture */
  GCancellable *cancellable;
} Work;

static void
work_clear (Work *self)
{
  g_free (self->labels);
  g_free (self->folds);
  for (guint f = 0; f < N_FOLDS; f++)
    mien_softmax_regression_free (self->regressions[f]);
  g_free (self->answers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* Copies that a preparation has made bear the label of their source, and would vouch for it. */
static guint *
list_originals (MienDataset *dataset, guint *n)
{
  const guint n_pictures = mien_dataset_get_n_pictures (dataset);
  guint *pictures = g_new (guint, MAX (n_pictures, 1));

  *n = 0;
  for (guint i = 0; i < n_pictures; i++)
    if (!mien_dataset_get_picture (dataset, i)->is_copy)
      pictures[(*n)++] = i;
  return pictures;
}

static char *
choose_backbone (MienDataset *dataset, const char *backbone, GError **error)
{
  g_autoptr (MienSettings) settings = NULL;

  if (backbone != NULL)
    {
      settings = mien_settings_new_for_backbone (backbone, error);
      if (settings == NULL)
        return NULL;
    }
  else
    {
      g_autoptr (MienOffer) offer = mien_offer_new_for_dataset (dataset);

      settings = mien_settings_copy (offer->settings);
    }
  if (settings->weights == NULL)
    g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS,
                         _ ("Looking for wrong labels needs a network that has learnt already, and "
                            "there is none: choose a model or weights file as the backbone"));
  return g_strdup (settings->weights);
}

/* Brings each number to mean 0 and deviation 1 over the pictures; one that never changes to 0. */
static void
standardize (MienEmbedding *embedding)
{
  for (guint f = 0; f < embedding->length; f++)
    {
      float *values = embedding->vectors + f;
      double sum = 0, squares = 0, mean, scale;

      for (gsize i = 0; i < embedding->n; i++)
        sum += values[i * embedding->length];
      mean = sum / embedding->n;
      for (gsize i = 0; i < embedding->n; i++)
        squares += (values[i * embedding->length] - mean) * (values[i * embedding->length] - mean);
      scale = squares > 0 ? 1 / sqrt (squares / embedding->n) : 0;
      for (gsize i = 0; i < embedding->n; i++)
        values[i * embedding->length] = (float) ((values[i * embedding->length] - mean) * scale);
    }
}

/* Shares out the pictures of each class; those of a family go together, or one would give the
 * other's label away. */
static void
draw_folds (Work *self, MienDataset *dataset, guint64 seed)
{
  const MienEmbedding *embedding = self->embedding;
  g_autofree guint *order = g_new (guint, embedding->n);
  g_autofree guint *next = g_new0 (guint, self->n_classes);
  g_autoptr (GHashTable) drawn = g_hash_table_new (NULL, NULL);
  VggRandom random;

  for (guint i = 0; i < embedding->n; i++)
    order[i] = i;
  vgg_random_init (&random, seed);
  vgg_random_shuffle (&random, order, embedding->n);

  self->folds = g_new (guint, embedding->n);
  for (guint k = 0; k < embedding->n; k++)
    {
      const guint i = order[k];
      gpointer family = GUINT_TO_POINTER (
        mien_dataset_get_family (dataset, embedding->pictures[i]));
      gpointer fold;

      if (!g_hash_table_lookup_extended (drawn, family, NULL, &fold))
        {
          fold = GUINT_TO_POINTER (next[self->labels[i]]++ % N_FOLDS);
          g_hash_table_insert (drawn, family, fold);
        }
      self->folds[i] = GPOINTER_TO_UINT (fold);
    }
}

static void
fit_fold (guint fold, gpointer data)
{
  Work *self = data;
  const MienEmbedding *embedding = self->embedding;
  const gsize row = self->n_classes;
  g_autofree guint8 *used = g_new (guint8, embedding->n);
  g_autofree float *answers = g_new (float, embedding->n *row);
  guint n_used = 0;

  for (guint i = 0; i < embedding->n; i++)
    n_used += used[i] = self->folds[i] != fold;

  if (n_used == 0 ||
      !mien_softmax_regression_fit (self->regressions[fold], embedding->vectors, self->labels, used,
                                    embedding->n, self->penalty, self->cancellable, NULL))
    return;
  mien_softmax_regression_run (self->regressions[fold], embedding->vectors, embedding->n, answers);
  for (gsize i = 0; i < embedding->n; i++)
    if (!used[i])
      memcpy (self->answers + i * row, answers + i * row, row * sizeof (float));
}

/* How badly the answers give the labels. */
static double
sum_losses (Work *self)
{
  double loss = 0;

  for (gsize i = 0; i < self->embedding->n; i++)
    loss -= log (MAX (self->answers[i * self->n_classes + self->labels[i]], FLT_MIN));
  return loss;
}

/* Weakens the penalty until pictures that were not learnt from are told worse, and keeps the best
 * answers. */
static gboolean
fit_all (Work *self, float *best, MienProgressFunc progress, gpointer user_data, GError **error)
{
  const gsize bytes = (gsize) self->embedding->n * self->n_classes * sizeof (float);
  double least = HUGE_VAL;

  for (guint p = 0; p < G_N_ELEMENTS (penalties); p++)
    {
      double loss;

      self->penalty = penalties[p];
      if (!mien_parallel_for (N_FOLDS, fit_fold, self, _ ("Comparing labels"), progress, user_data,
                              self->cancellable, error) ||
          g_cancellable_set_error_if_cancelled (self->cancellable, error))
        return FALSE;
      loss = sum_losses (self);
      if (loss >= least)
        break;
      least = loss;
      memcpy (best, self->answers, bytes);
    }
  return TRUE;
}

static int
compare_mistakes (gconstpointer a, gconstpointer b)
{
  const MienMistake *left = a;
  const MienMistake *right = b;

  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->picture < right->picture ? -1 : left->picture > right->picture;
}

/* FALSE: all pictures of the class are in one fold, and the fit that answers has seen none. */
static gboolean
is_known (Work *self, guint i, const guint *counts)
{
  return counts[self->labels[i]] > counts[self->n_classes * (1 + self->folds[i]) + self->labels[i]];
}

/* (1 + folds, n_classes): pictures of each class, of all and then of each fold. */
static guint *
count_labels (Work *self)
{
  guint *counts = g_new0 (guint, (gsize) self->n_classes * (1 + N_FOLDS));

  for (guint i = 0; i < self->embedding->n; i++)
    {
      counts[self->labels[i]]++;
      counts[self->n_classes * (1 + self->folds[i]) + self->labels[i]]++;
    }
  return counts;
}

static void
list_mistakes (MienMistakes *self, Work *work, const float *answers)
{
  g_autofree guint *counts = count_labels (work);

  for (guint i = 0; i < work->embedding->n; i++)
    {
      const float *answer = answers + (gsize) i * work->n_classes;
      const MienMistake mistake = {
        .picture = work->embedding->pictures[i],
        .given = work->labels[i],
        .suggested = vgg_argmax (answer, work->n_classes),
        .score = 1 - (double) answer[work->labels[i]],
      };

      if (mistake.suggested != mistake.given && is_known (work, i, counts))
        g_array_append_val (self->mistakes, mistake);
    }
  g_array_sort (self->mistakes, compare_mistakes);
  self->n_likely = (guint) lround (
    mien_confident_joint_estimate (answers, work->labels, work->embedding->n, work->n_classes));
  self->n_likely = MIN (self->n_likely, self->mistakes->len);
}

static gboolean
compare_labels (MienMistakes *self,
                MienEmbedding *embedding,
                guint64 seed,
                MienProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
  g_auto (Work) work = { .embedding = embedding, .cancellable = cancellable };
  g_autofree float *best = NULL;
  gsize length;

  mien_dataset_get_classes (self->dataset, &work.n_classes);
  length = (gsize) embedding->n * work.n_classes;
  work.labels = g_new (guint, embedding->n);
  for (guint i = 0; i < embedding->n; i++)
    work.labels[i] = mien_dataset_get_picture (self->dataset, embedding->pictures[i])->class_index;
  for (guint f = 0; f < N_FOLDS; f++)
    work.regressions[f] = mien_softmax_regression_new (embedding->length, work.n_classes);
  work.answers = g_try_new0 (float, length);
  best = g_try_new (float, length);
  if (work.answers == NULL || best == NULL)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                           _ ("There is no memory to compare so many pictures"));
      return FALSE;
    }
  draw_folds (&work, self->dataset, seed);

  /* The folds share the cores, and sums must not depend on how many there are. */
  vgg_blas_use_one_thread ();
  if (!fit_all (&work, best, progress, user_data, error))
    return FALSE;
  list_mistakes (self, &work, best);
  return TRUE;
}

/**
 * mien_mistakes_find:
 * @dataset: a data set
 * @backbone: (type filename) (nullable): what looks at the pictures, as of
 *   mien_settings_new_for_backbone(); %NULL: what a training would be offered
 * @seed: decides which pictures are held out together
 * @progress: (nullable): told about the pictures
 * @user_data: for @progress
 * @cancellable: (nullable): ends it with `G_IO_ERROR_CANCELLED`
 * @error: return location; `MIEN_TRAIN_ERROR_SETTINGS` where there is no backbone,
 *   `MIEN_TRAIN_ERROR_DATA` where no picture can be read, and that of mien_embedder_run()
 *
 * Looks for pictures whose labels may be wrong, in all splits. A softmax regression on the
 * backbone's features is fitted five times, each time without a fifth of the pictures, which it
 * then classifies; its penalty is made weaker as long as that helps. Every picture that looks more
 * like another class than like its own is listed, those first whose own class is the least likely:
 * ranking by self-confidence, as of Northcutt, Jiang & Chuang 2021, whose estimate of the number of
 * wrong labels is mien_mistakes_get_n_likely().
 *
 * A backbone that has been trained on the same labels may know the wrong ones by heart: better take
 * one that has not. Copies that a preparation has made are left out.
 *
 * Returns: (transfer full) (nullable): the pictures
 */
MienMistakes *
mien_mistakes_find (MienDataset *dataset,
                    const char *backbone,
                    guint64 seed,
                    MienProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autofree char *path = choose_backbone (dataset, backbone, error);
  g_autoptr (MienMistakes) self = NULL;
  g_autoptr (MienEmbedder) embedder = NULL;
  g_autoptr (MienEmbedding) embedding = NULL;
  g_autofree guint *pictures = NULL;
  guint n;

  if (path == NULL)
    return NULL;
  embedder = mien_embedder_new_for_weights (path, N_BLOCKS, error);
  if (embedder == NULL)
    return NULL;
  pictures = list_originals (dataset, &n);
  embedding = mien_embedder_run (embedder, dataset, pictures, n, progress, user_data, cancellable,
                                 error);
  if (embedding == NULL)
    return NULL;
  if (embedding->n == 0)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                           _ ("None of the pictures could be read any more: see that the data set "
                              "is still where it was"));
      return NULL;
    }

  self = g_new0 (MienMistakes, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->dataset = mien_dataset_ref (dataset);
  self->backbone = g_steal_pointer (&path);
  self->mistakes = g_array_new (FALSE, FALSE, sizeof (MienMistake));
  self->n_skipped = embedding->n_skipped;
  standardize (embedding);
  if (!compare_labels (self, embedding, seed, progress, user_data, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * mien_mistakes_ref:
 * @self: mistakes
 *
 * Returns: (transfer full): @self
 */
MienMistakes *
mien_mistakes_ref (MienMistakes *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mien_mistakes_unref:
 * @self: (transfer full): mistakes
 */
void
mien_mistakes_unref (MienMistakes *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_array_unref (self->mistakes);
  mien_dataset_unref (self->dataset);
  g_free (self->backbone);
  g_free (self);
}

/**
 * mien_mistakes_get_dataset:
 * @self: mistakes
 *
 * Returns: (transfer none): the data set that their indices count in
 */
MienDataset *
mien_mistakes_get_dataset (MienMistakes *self)
{
  return self->dataset;
}

/**
 * mien_mistakes_get_backbone:
 * @self: mistakes
 *
 * Returns: (transfer none) (type filename): the weights file that looked at the pictures
 */
const char *
mien_mistakes_get_backbone (MienMistakes *self)
{
  return self->backbone;
}

/**
 * mien_mistakes_get_n:
 * @self: mistakes
 *
 * Returns: how many pictures look more like another class than like their own
 */
guint
mien_mistakes_get_n (MienMistakes *self)
{
  return self->mistakes->len;
}

/**
 * mien_mistakes_get:
 * @self: mistakes
 * @index: below mien_mistakes_get_n(): 0 is the worst
 *
 * Returns: (transfer none): a picture
 */
const MienMistake *
mien_mistakes_get (MienMistakes *self, guint index)
{
  g_return_val_if_fail (index < self->mistakes->len, NULL);

  return &g_array_index (self->mistakes, MienMistake, index);
}

/**
 * mien_mistakes_get_n_likely:
 * @self: mistakes
 *
 * Returns: about how many labels are wrong, see mien_confident_joint_estimate(): up to there the
 *   list is worth a look
 */
guint
mien_mistakes_get_n_likely (MienMistakes *self)
{
  return self->n_likely;
}

/**
 * mien_mistakes_get_n_skipped:
 * @self: mistakes
 *
 * Returns: pictures that could not be read, and of which nothing is known
 */
guint
mien_mistakes_get_n_skipped (MienMistakes *self)
{
  return self->n_skipped;
}
