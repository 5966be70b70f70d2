/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-neighbours.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "data/mien-picture.h"
#include "train/mien-embedder.h"
#include "train/mien-train-error.h"

struct _MienNeighbours
{
  gatomicrefcount ref_count;
  MienModel *model;         /* owned */
  MienDataset *dataset;     /* owned */
  MienEmbedding *embedding; /* owned: of the training pictures, of length 1 each */

  GMutex mutex;           /* of what follows */
  MienEmbedder *embedder; /* owned */
};

/* To length 1, so that the cosine of two vectors is their product; a vector of zeros stays one. */
static void
normalize (float *vector, guint length)
{
  double squares = 0;
  double scale;

  for (guint i = 0; i < length; i++)
    squares += (double) vector[i] * vector[i];
  scale = squares > 0 ? 1 / sqrt (squares) : 0;
  for (guint i = 0; i < length; i++)
    vector[i] = (float) (vector[i] * scale);
}

/**
 * mien_neighbours_new:
 * @model: a model
 * @dataset: a data set; its classes need not be the model's
 * @progress: (nullable): told about the training pictures
 * @user_data: for @progress
 * @cancellable: (nullable): ends it with `G_IO_ERROR_CANCELLED`
 * @error: return location; `MIEN_TRAIN_ERROR_DATA` where there are no training pictures
 *
 * Looks at every training picture with the model's convolutions; the feature cache keeps what they
 * make of it.
 *
 * Returns: (transfer full) (nullable): what mien_neighbours_find() looks through
 */
MienNeighbours *
mien_neighbours_new (MienModel *model,
                     MienDataset *dataset,
                     MienProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (MienEmbedder) embedder = mien_embedder_new_for_model (model, 1, error);
  g_autoptr (MienEmbedding) embedding = NULL;
  g_autofree guint *pictures = NULL;
  MienNeighbours *self;
  guint n;

  if (embedder == NULL)
    return NULL;
  pictures = mien_dataset_list_split (dataset, MIEN_SPLIT_TRAIN, &n);
  embedding = mien_embedder_run (embedder, dataset, pictures, n, progress, user_data, cancellable,
                                 error);
  if (embedding == NULL)
    return NULL;
  if (embedding->n == 0)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                           _ ("The data set has no training pictures to compare with"));
      return NULL;
    }
  for (gsize i = 0; i < embedding->n; i++)
    normalize (embedding->vectors + i * embedding->length, embedding->length);

  self = g_new0 (MienNeighbours, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->model = mien_model_ref (model);
  self->dataset = mien_dataset_ref (dataset);
  self->embedder = g_steal_pointer (&embedder);
  self->embedding = g_steal_pointer (&embedding);
  return self;
}

/**
 * mien_neighbours_ref:
 * @self: neighbours
 *
 * Returns: (transfer full): @self
 */
MienNeighbours *
mien_neighbours_ref (MienNeighbours *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mien_neighbours_unref:
 * @self: (transfer full): neighbours
 */
void
mien_neighbours_unref (MienNeighbours *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  mien_embedding_free (self->embedding);
  mien_embedder_free (self->embedder);
  mien_dataset_unref (self->dataset);
  mien_model_unref (self->model);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * mien_neighbours_get_model:
 * @self: neighbours
 *
 * Returns: (transfer none): the model whose view of the pictures it is
 */
MienModel *
mien_neighbours_get_model (MienNeighbours *self)
{
  return self->model;
}

/**
 * mien_neighbours_get_dataset:
 * @self: neighbours
 *
 * Returns: (transfer none): the data set that the indices count in
 */
MienDataset *
mien_neighbours_get_dataset (MienNeighbours *self)
{
  return self->dataset;
}

static gboolean
make_vector (MienNeighbours *self, GdkPixbuf *pixels, float *vector, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (!mien_embedder_run_picture (self->embedder, pixels, vector, error))
    return FALSE;
  normalize (vector, self->embedding->length);
  return TRUE;
}

/* Of two that are as near, the one that the data set lists first. */
static gboolean
is_nearer (const MienNeighbour *a, const MienNeighbour *b)
{
  return a->similarity > b->similarity ||
         (a->similarity == b->similarity && a->picture < b->picture);
}

/* Keeps the n nearest, in order. */
static void
offer (GArray *nearest, guint n, const MienNeighbour *neighbour)
{
  guint place = nearest->len;

  while (place > 0 && is_nearer (neighbour, &g_array_index (nearest, MienNeighbour, place - 1)))
    place--;
  if (place == n)
    return;
  g_array_insert_val (nearest, place, *neighbour);
  if (nearest->len > n)
    g_array_set_size (nearest, n);
}

/**
 * mien_neighbours_find:
 * @self: neighbours
 * @picture: an index in the data set, of any split
 * @n: how many to find, 1 or more
 * @error: return location; of mien_picture_decode_at_least(), or `VGG_ERROR_MEMORY`
 *
 * Finds the training pictures that the model sees most like a picture: by the cosine of the means
 * of the last block's channels, which are what a light head decides by. The picture itself is not
 * among them.
 *
 * Returns: (transfer full) (nullable) (element-type MienNeighbour): the nearest first; fewer than
 *   @n where there are not as many
 */
GArray *
mien_neighbours_find (MienNeighbours *self, guint picture, guint n, GError **error)
{
  const MienEmbedding *embedding = self->embedding;
  g_autofree float *vector = g_new (float, embedding->length);
  g_autoptr (GdkPixbuf) pixels = NULL;
  guint width, height;
  GArray *nearest;

  g_return_val_if_fail (n > 0, NULL);

  mien_model_get_input_size (self->model, &width, &height);
  pixels = mien_picture_decode_at_least (mien_dataset_get_picture (self->dataset, picture)->path,
                                         mien_dataset_get_max_pixels (self->dataset), width, height,
                                         error);
  if (pixels == NULL || !make_vector (self, pixels, vector, error))
    return NULL;

  nearest = g_array_new (FALSE, FALSE, sizeof (MienNeighbour));
  for (guint i = 0; i < embedding->n; i++)
    {
      const float *other = embedding->vectors + (gsize) i * embedding->length;
      MienNeighbour neighbour = { .picture = embedding->pictures[i] };

      if (neighbour.picture == picture)
        continue;
      for (guint k = 0; k < embedding->length; k++)
        neighbour.similarity += (double) vector[k] * other[k];
      offer (nearest, n, &neighbour);
    }
  return nearest;
}
