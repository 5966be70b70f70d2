/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-loader.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-data-error.h"
#include "data/mien-input.h"
#include "data/mien-picture.h"
#include "engine/vgg-random.h"
#include "engine/vgg-tensor.h"

/* Batches in memory: the one the engine works on, the next one, and one being filled. */
#define N_SLOTS 3

/* Decoded pictures are kept for later epochs when all of them fit into this. */
#define CACHE_BYTES ((gsize) 512 << 20)

#define MAX_WORKERS 16

typedef struct
{
  MienBatch batch;
  GError **errors; /* (batch): why the picture at this place could not be decoded, or NULL */
  guint n_places;  /* pictures that belong into it */
  guint n_missing; /* of these, not handled yet */
} Slot;

struct _MienLoader
{
  MienDataset *dataset;
  MienLoaderOptions options;
  guint *indices; /* (n_indices), of pictures in the data set */
  guint n_indices;
  gsize input_floats; /* of one picture in all its views */
  guint n_batches;

  GThread *workers[MAX_WORKERS];
  guint n_workers;

  /* (n_indices), NULL until decoded, atomic; the array itself is NULL when they would not fit. */
  GdkPixbuf **cache;

  GMutex mutex;
  GCond work; /* a position can be handed out, or quit was set */
  GCond done; /* a batch is complete, or nothing is in flight */
  gboolean quit;
  guint epoch;
  MienOrder *order; /* of the indices, this epoch's; does not change while positions are out */
  guint position;   /* the place in order that is handed out next */
  guint end;       /* the place to stop at; n_indices while an epoch runs */
  guint in_flight; /* positions that workers are busy with */
  guint current;   /* the batch whose slot is the first that is not free */
  gboolean holds;  /* the engine still has that batch */
  Slot slots[N_SLOTS];
  GPtrArray *failures; /* (element-type MienLoaderFailure), in the order of the batches */
  GHashTable *failed;  /* the picture indices of these */
};

static void
failure_free (gpointer data)
{
  MienLoaderFailure *failure = data;

  g_free (failure->reason);
  g_free (failure);
}

/* Called with the mutex held. */
static void
add_failure (MienLoader *self, guint index, const char *reason)
{
  MienLoaderFailure *failure;

  if (!g_hash_table_add (self->failed, GUINT_TO_POINTER (index)))
    return;
  failure = g_new (MienLoaderFailure, 1);
  failure->index = index;
  failure->reason = g_strdup (reason);
  g_ptr_array_add (self->failures, failure);
}

static GdkPixbuf *
get_picture (MienLoader *self, guint entry, GError **error)
{
  const MienPicture *picture = mien_dataset_get_picture (self->dataset, self->indices[entry]);
  GdkPixbuf *decoded;
  GdkPixbuf *kept = self->cache != NULL ? g_atomic_pointer_get (&self->cache[entry]) : NULL;

  if (kept != NULL)
    return g_object_ref (kept);

  decoded = mien_picture_decode_at_least (picture->path,
                                          mien_dataset_get_max_pixels (self->dataset),
                                          self->options.width, self->options.height, error);
  /* An epoch may have a picture twice, and another worker have been faster. */
  if (decoded != NULL && self->cache != NULL &&
      g_atomic_pointer_compare_and_exchange (&self->cache[entry], NULL, decoded))
    g_object_ref (decoded);
  return decoded;
}

/* Fills one place of a batch; no other thread touches the place. */
static void
fill (MienLoader *self, guint position, guint epoch, Slot *slot, guint place)
{
  const MienLoaderOptions *options = &self->options;
  guint entry = self->order->entries[position];
  guint64 repeat = self->order->repeats[position];
  guint index = self->indices[entry];
  g_autoptr (GdkPixbuf) picture = NULL;
  float *input = slot->batch.input + place * self->input_floats;
  MienTransform transform;
  VggRandom random;

  slot->batch.indices[place] = index;
  slot->batch.labels[place] = mien_dataset_get_picture (self->dataset, index)->class_index;
  picture = get_picture (self, entry, &slot->errors[place]);
  if (picture == NULL)
    return;

  if (options->views != MIEN_VIEWS_SINGLE)
    {
      mien_views_from_picture (options->views, picture, &options->preprocessing, input,
                               options->width, options->height);
      return;
    }

  /* A picture that comes again in an epoch is augmented in another way. */
  vgg_random_init_stream (&random, options->seed, epoch | repeat << 32, index);
  mien_augmentation_draw (&options->augmentation, &random, &transform);
  mien_input_from_picture (picture, &transform, &options->preprocessing, input, options->width,
                           options->height);
}

static gboolean
has_work (const MienLoader *self)
{
  return self->position < self->end &&
         self->position / self->options.batch < self->current + N_SLOTS;
}

static gpointer
work (gpointer user_data)
{
  MienLoader *self = user_data;

  g_mutex_lock (&self->mutex);
  for (;;)
    {
      guint position, epoch, place;
      Slot *slot;

      while (!self->quit && !has_work (self))
        g_cond_wait (&self->work, &self->mutex);
      if (self->quit)
        break;

      position = self->position++;
      epoch = self->epoch;
      slot = &self->slots[position / self->options.batch % N_SLOTS];
      place = position % self->options.batch;
      self->in_flight++;
      g_mutex_unlock (&self->mutex);

      fill (self, position, epoch, slot, place);

      g_mutex_lock (&self->mutex);
      self->in_flight--;
      if (--slot->n_missing == 0 || self->in_flight == 0)
        g_cond_signal (&self->done);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* Gets a slot ready for a batch of this epoch. Called with the mutex held. */
static void
prepare_slot (MienLoader *self, guint batch)
{
  Slot *slot = &self->slots[batch % N_SLOTS];
  guint begin = batch * self->options.batch;

  slot->n_places = MIN (self->options.batch, self->n_indices - begin);
  slot->n_missing = slot->n_places;
}

/* Forgets why pictures of a slot failed. */
static void
clear_errors (MienLoader *self, Slot *slot)
{
  for (guint i = 0; slot->errors != NULL && i < self->options.batch; i++)
    g_clear_error (&slot->errors[i]);
}

/* Moves the usable pictures of a complete batch together, and takes note of the others: here, not
 * when they failed, so that their order is that of the batches. Called with the mutex held. */
static void
compact (MienLoader *self, Slot *slot)
{
  MienBatch *batch = &slot->batch;

  batch->n = 0;
  for (guint i = 0; i < slot->n_places; i++)
    {
      if (slot->errors[i] != NULL)
        {
          add_failure (self, batch->indices[i], slot->errors[i]->message);
          continue;
        }
      if (i != batch->n)
        {
          memcpy (batch->input + batch->n * self->input_floats,
                  batch->input + i * self->input_floats, self->input_floats * sizeof (float));
          batch->labels[batch->n] = batch->labels[i];
          batch->indices[batch->n] = batch->indices[i];
        }
      batch->n++;
    }
  clear_errors (self, slot);
}

/* Bytes of all pictures, decoded at least at the input size. */
static gsize
count_decoded_bytes (MienLoader *self)
{
  gsize bytes = 0;

  for (guint i = 0; i < self->n_indices; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, self->indices[i]);
      gsize width = MIN (picture->width, 2 * (gsize) self->options.width);
      gsize height = MIN (picture->height, 2 * (gsize) self->options.height);

      bytes += width * height * 3;
    }
  return bytes;
}

static gboolean
take_slots (MienLoader *self)
{
  const gsize batch = self->options.batch;
  gsize n_floats;

  if (!g_size_checked_mul (&self->input_floats, self->options.width, self->options.height) ||
      !g_size_checked_mul (&self->input_floats, self->input_floats, 3) ||
      !g_size_checked_mul (&self->input_floats, self->input_floats,
                           mien_views_count (self->options.views)) ||
      !g_size_checked_mul (&n_floats, self->input_floats, batch))
    return FALSE;

  for (guint i = 0; i < N_SLOTS; i++)
    {
      self->slots[i].batch.labels = g_new (guint, batch);
      self->slots[i].batch.indices = g_new (guint, batch);
      self->slots[i].errors = g_new0 (GError *, batch);
      self->slots[i].batch.input = vgg_floats_new (n_floats);
      if (self->slots[i].batch.input == NULL)
        return FALSE;
    }

  return TRUE;
}

/* A few threads keep up with a network of this size; more would take cores away from it. */
static guint
default_workers (void)
{
  return CLAMP (g_get_num_processors () / 4, 1, 8);
}

/**
 * mien_loader_new:
 * @dataset: a data set
 * @indices: (array length=n_indices): pictures of it, such as a split's
 * @n_indices: how many
 * @options: size, batch, order, augmentation or views, preprocessing, seed, workers
 * @error: return location; `MIEN_DATA_ERROR_MEMORY` when there is none for the batches
 *
 * Makes a loader: threads that decode and warp pictures ahead of the engine, into a fixed number of
 * batches. What a batch holds follows from seed, epoch and picture alone, never from the number of
 * threads. Where all decoded pictures fit into 512 MiB they are kept for the following epochs.
 *
 * A loader is used from one thread; mien_loader_get_n_failures() and mien_loader_get_bytes() may be
 * asked on any.
 *
 * Returns: (transfer full) (nullable): a loader, at the end of no epoch: call mien_loader_start()
 */
MienLoader *
mien_loader_new (MienDataset *dataset,
                 const guint *indices,
                 guint n_indices,
                 const MienLoaderOptions *options,
                 GError **error)
{
  g_autoptr (MienLoader) self = NULL;

  g_return_val_if_fail (dataset != NULL && options != NULL, NULL);
  g_return_val_if_fail (options->width > 0 && options->height > 0 && options->batch > 0, NULL);
  g_return_val_if_fail (options->views == MIEN_VIEWS_SINGLE ||
                          mien_augmentation_is_none (&options->augmentation),
                        NULL);

  self = g_new0 (MienLoader, 1);
  self->dataset = mien_dataset_ref (dataset);
  self->options = *options;
  self->n_indices = n_indices;
  self->indices = g_memdup2 (indices, n_indices * sizeof *indices);
  self->order = mien_order_new (options->order, dataset, indices, n_indices);
  self->options.batch = CLAMP (options->batch, 1, MAX (n_indices, 1));
  self->n_batches = n_indices / self->options.batch + (n_indices % self->options.batch != 0);
  self->failures = g_ptr_array_new_with_free_func (failure_free);
  self->failed = g_hash_table_new (NULL, NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->work);
  g_cond_init (&self->done);

  if (!take_slots (self))
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_MEMORY,
                   _ ("There is no memory for batches of %u pictures of %u × %u pixels; choose a "
                      "smaller batch or input size"),
                   self->options.batch, options->width, options->height);
      return NULL;
    }

  if (count_decoded_bytes (self) <= CACHE_BYTES)
    self->cache = g_new0 (GdkPixbuf *, MAX (n_indices, 1));

  self->n_workers = options->n_workers > 0 ? options->n_workers : default_workers ();
  self->n_workers = MIN (self->n_workers, MAX_WORKERS);
  for (guint i = 0; i < self->n_workers; i++)
    self->workers[i] = g_thread_new ("mien-loader", work, self);
  return g_steal_pointer (&self);
}

/**
 * mien_loader_free:
 * @self: (nullable): a loader
 *
 * Waits for the pictures that are being decoded and frees the loader, with the batch last given
 * out.
 */
void
mien_loader_free (MienLoader *self)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->quit = TRUE;
  g_cond_broadcast (&self->work);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->n_workers; i++)
    g_thread_join (self->workers[i]);

  for (guint i = 0; i < N_SLOTS; i++)
    {
      vgg_floats_free (self->slots[i].batch.input);
      g_free (self->slots[i].batch.labels);
      g_free (self->slots[i].batch.indices);
      clear_errors (self, &self->slots[i]);
      g_free (self->slots[i].errors);
    }
  for (guint i = 0; self->cache != NULL && i < self->n_indices; i++)
    g_clear_object (&self->cache[i]);
  g_free (self->cache);
  g_ptr_array_unref (self->failures);
  g_hash_table_unref (self->failed);
  g_cond_clear (&self->done);
  g_cond_clear (&self->work);
  g_mutex_clear (&self->mutex);
  mien_order_free (self->order);
  g_free (self->indices);
  mien_dataset_unref (self->dataset);
  g_free (self);
}

/**
 * mien_loader_start:
 * @self: a loader
 * @epoch: which one; with the seed it decides order and augmentation
 *
 * Starts an epoch from its beginning, and gives up the one before, at the cost of the pictures that
 * are being decoded. The batch last given out is no longer valid.
 */
void
mien_loader_start (MienLoader *self, guint epoch)
{
  g_mutex_lock (&self->mutex);
  self->end = self->position;
  while (self->in_flight > 0)
    g_cond_wait (&self->done, &self->mutex);

  mien_order_draw (self->order, self->options.seed, epoch);
  self->epoch = epoch;
  self->position = 0;
  self->end = self->n_indices;
  self->current = 0;
  self->holds = FALSE;
  for (guint i = 0; i < N_SLOTS; i++)
    clear_errors (self, &self->slots[i]);
  for (guint i = 0; i < MIN (N_SLOTS, self->n_batches); i++)
    prepare_slot (self, i);
  g_cond_broadcast (&self->work);
  g_mutex_unlock (&self->mutex);
}

/* Frees the slot of the current batch for the one that is N_SLOTS ahead. */
static void
release_current (MienLoader *self)
{
  guint freed = self->current++;

  if (self->n_batches - freed > N_SLOTS)
    prepare_slot (self, freed + N_SLOTS);
  g_cond_broadcast (&self->work);
}

/**
 * mien_loader_next:
 * @self: a loader
 *
 * Waits for the next batch of the epoch. Pictures that could not be decoded are left out of it,
 * without a gap; a batch of which none could is passed over.
 *
 * Returns: (transfer none) (nullable): the batch, valid until the next call of this function or of
 *   mien_loader_start(); %NULL at the end of the epoch
 */
const MienBatch *
mien_loader_next (MienLoader *self)
{
  const MienBatch *batch = NULL;

  g_mutex_lock (&self->mutex);
  if (self->holds)
    release_current (self);
  self->holds = FALSE;

  while (self->end > 0 && self->current < self->n_batches && batch == NULL)
    {
      Slot *slot = &self->slots[self->current % N_SLOTS];

      while (slot->n_missing > 0)
        g_cond_wait (&self->done, &self->mutex);
      compact (self, slot);
      if (slot->batch.n > 0)
        batch = &slot->batch;
      else
        release_current (self);
    }
  self->holds = batch != NULL;
  g_mutex_unlock (&self->mutex);
  return batch;
}

/**
 * mien_loader_get_n_batches:
 * @self: a loader
 *
 * Returns: the number of batches of an epoch in which every picture can be decoded
 */
guint
mien_loader_get_n_batches (MienLoader *self)
{
  return self->n_batches;
}

/**
 * mien_loader_get_n_pictures:
 * @self: a loader
 *
 * Returns: the number of pictures of an epoch in which every picture can be decoded
 */
guint
mien_loader_get_n_pictures (MienLoader *self)
{
  return self->n_indices;
}

/**
 * mien_loader_get_bytes:
 * @self: a loader
 *
 * Returns: the memory that the loader takes when it is fully used, in bytes: its batches and, where
 *   they are kept, the decoded pictures. A picture being decoded from a large file is not in it.
 */
gsize
mien_loader_get_bytes (MienLoader *self)
{
  gsize places = (gsize) N_SLOTS * self->options.batch;
  gsize bytes = places *
                (self->input_floats * sizeof (float) + 2 * sizeof (guint) + sizeof (GError *));

  bytes += 2 * self->n_indices * sizeof (guint);
  if (self->cache != NULL)
    bytes += self->n_indices * sizeof (GdkPixbuf *) + count_decoded_bytes (self);
  return bytes;
}

/**
 * mien_loader_get_n_failures:
 * @self: a loader
 *
 * Returns: the number of pictures that could not be decoded when their turn came, over all epochs
 *   and up to the batch last given out
 */
guint
mien_loader_get_n_failures (MienLoader *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->failures->len;
  g_mutex_unlock (&self->mutex);
  return n;
}

/**
 * mien_loader_get_failure:
 * @self: a loader
 * @index: below mien_loader_get_n_failures()
 *
 * Failures are in the order in which the batches came to them, each picture once; a number keeps
 * its failure.
 *
 * Returns: (transfer none): a failure, valid as long as the loader
 */
const MienLoaderFailure *
mien_loader_get_failure (MienLoader *self, guint index)
{
  const MienLoaderFailure *failure = NULL;

  g_mutex_lock (&self->mutex);
  if (index < self->failures->len)
    failure = g_ptr_array_index (self->failures, index);
  g_mutex_unlock (&self->mutex);
  g_return_val_if_fail (failure != NULL, NULL);
  return failure;
}
