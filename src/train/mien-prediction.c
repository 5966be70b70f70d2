/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-prediction.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "data/mien-picture.h"
#include "data/mien-views.h"
#include "engine/vgg-loss.h"

/* Decoding beyond this many pictures at once does not outrun any network here. */
#define MAX_WORKERS 4

/* Two of these take turns: one is decoded into while the network runs the other. */
typedef struct
{
  guint first; /* path index of its first picture */
  guint n;
  float *input;    /* (batch, views, 3, height, width) */
  GError **errors; /* (batch): why a picture has no input */
  guint n_pending; /* pictures still being decoded; under the mutex */
} Slot;

typedef struct
{
  MienModel *model;
  MienViews views;
  const char *const *paths;
  GCancellable *cancellable;
  guint n_classes;
  guint batch;
  guint width;
  guint height;
  gsize input_size; /* floats of one picture in all its views */

  GThreadPool *pool;
  GMutex mutex;
  GCond decoded;
  Slot slots[2];
  guint slot_of_task; /* which slot the pool's tasks fill: they never belong to two */
} Predictor;

static MienPrediction *
prediction_new (const char *path)
{
  MienPrediction *self = g_new0 (MienPrediction, 1);

  self->path = g_strdup (path);
  return self;
}

static void
prediction_answer (MienPrediction *self, const float *probabilities, guint n_classes)
{
  self->n_classes = n_classes;
  self->probabilities = g_memdup2 (probabilities, n_classes * sizeof (float));
  self->predicted = vgg_argmax (probabilities, n_classes);
}

/**
 * mien_prediction_copy:
 * @self: a prediction
 *
 * Returns: (transfer full): a copy
 */
MienPrediction *
mien_prediction_copy (const MienPrediction *self)
{
  MienPrediction *copy = prediction_new (self->path);

  copy->face = self->face;
  copy->no_face = self->no_face;
  copy->error = self->error != NULL ? g_error_copy (self->error) : NULL;
  if (self->probabilities != NULL)
    prediction_answer (copy, self->probabilities, self->n_classes);
  return copy;
}

/**
 * mien_prediction_free:
 * @self: (transfer full) (nullable): a prediction
 */
void
mien_prediction_free (MienPrediction *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_clear_error (&self->error);
  g_free (self->probabilities);
  g_free (self);
}

static void
decode_task (gpointer data, gpointer user_data)
{
  Predictor *self = user_data;
  guint index = GPOINTER_TO_UINT (data) - 1;
  Slot *slot = &self->slots[self->slot_of_task];
  guint i = index - slot->first;
  g_autoptr (GdkPixbuf) picture = NULL;

  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &slot->errors[i]))
    picture = mien_picture_decode_at_least (self->paths[index], MIEN_PICTURE_MAX_PIXELS,
                                            self->width, self->height, &slot->errors[i]);
  if (picture != NULL)
    mien_views_from_picture (self->views, picture, mien_model_get_preprocessing (self->model),
                             slot->input + i * self->input_size, self->width, self->height);

  g_mutex_lock (&self->mutex);
  if (--slot->n_pending == 0)
    g_cond_signal (&self->decoded);
  g_mutex_unlock (&self->mutex);
}

static void
wait_for_slot (Predictor *self, Slot *slot)
{
  g_mutex_lock (&self->mutex);
  while (slot->n_pending > 0)
    g_cond_wait (&self->decoded, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

/* Sets the pool on the next pictures; the slot must not be in use. */
static void
fill_slot (Predictor *self, guint which, guint first, guint n)
{
  Slot *slot = &self->slots[which];

  slot->first = first;
  slot->n = n;
  slot->n_pending = n;
  self->slot_of_task = which;
  for (guint i = 0; i < n; i++)
    g_thread_pool_push (self->pool, GUINT_TO_POINTER (first + i + 1), NULL);
}

/* The pictures that were decoded move together, so that the network runs them as one batch. */
static guint
compact_slot (Predictor *self, Slot *slot)
{
  guint n = 0;

  for (guint i = 0; i < slot->n; i++)
    {
      if (slot->errors[i] != NULL)
        continue;
      if (n < i)
        memcpy (slot->input + n * self->input_size, slot->input + i * self->input_size,
                self->input_size * sizeof (float));
      n++;
    }

  return n;
}

static gboolean
run_slot (Predictor *self,
          Slot *slot,
          GPtrArray *predictions,
          MienPredictionFunc found,
          gpointer user_data,
          GError **error)
{
  guint n = compact_slot (self, slot);
  g_autofree float *probabilities = g_new (float, (gsize) MAX (n, 1) * self->n_classes);
  const float *answer = probabilities;

  if (n > 0 && !mien_model_run (self->model, self->views, slot->input, n, probabilities, error))
    return FALSE;

  for (guint i = 0; i < slot->n; i++)
    {
      MienPrediction *prediction = prediction_new (self->paths[slot->first + i]);

      prediction->error = g_steal_pointer (&slot->errors[i]);
      if (prediction->error == NULL)
        {
          prediction_answer (prediction, answer, self->n_classes);
          answer += self->n_classes;
        }
      g_ptr_array_add (predictions, prediction);
      if (found != NULL)
        found (prediction, user_data);
    }

  return TRUE;
}

static void
predictor_init (Predictor *self,
                MienModel *model,
                MienViews views,
                const char *const *paths,
                GCancellable *cancellable)
{
  *self = (Predictor){ .model = model, .views = views, .paths = paths, .cancellable = cancellable };
  mien_model_get_classes (model, &self->n_classes);
  mien_model_get_input_size (model, &self->width, &self->height);
  self->batch = mien_model_get_batch (model, views);
  self->input_size = (gsize) 3 * self->width * self->height * mien_views_count (views);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->decoded);
  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      self->slots[i].input = g_new (float, self->batch * self->input_size);
      self->slots[i].errors = g_new0 (GError *, self->batch);
    }
  self->pool = g_thread_pool_new (decode_task, self,
                                  CLAMP (g_get_num_processors (), 1, MAX_WORKERS), FALSE, NULL);
}

static void
predictor_clear (Predictor *self)
{
  /* Pushed tasks run to their end: they are few, and know when they were cancelled. */
  g_thread_pool_free (self->pool, FALSE, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (self->slots); i++)
    {
      for (guint k = 0; k < self->batch; k++)
        g_clear_error (&self->slots[i].errors[k]);
      g_free (self->slots[i].errors);
      g_free (self->slots[i].input);
    }
  g_cond_clear (&self->decoded);
  g_mutex_clear (&self->mutex);
}

/**
 * mien_predict_files:
 * @model: a model
 * @views: what to average over, such as mien_model_get_views()
 * @paths: (array zero-terminated=1) (element-type filename): files, see
 * mien_prediction_list_paths()
 * @found: (nullable): called for each answer as soon as it is there
 * @progress: (nullable): told about the pictures
 * @user_data: for @found and @progress
 * @cancellable: (nullable): ends it within a batch with `G_IO_ERROR_CANCELLED`
 * @error: return location; a file that is no picture is not one: it is a row of its own
 *
 * Classifies pictures. Some threads decode ahead of the network; the answers come in the order of
 * @paths.
 *
 * Returns: (transfer full) (nullable) (element-type MienPrediction): an answer or an error a path
 */
GPtrArray *
mien_predict_files (MienModel *model,
                    MienViews views,
                    const char *const *paths,
                    MienPredictionFunc found,
                    MienProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray)
    predictions = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_prediction_free);
  guint n = g_strv_length ((char **) paths);
  MienProgress now = { .phase = _ ("Predicting"), .total = n };
  gboolean success = TRUE;
  Predictor self;
  guint which = 0;

  predictor_init (&self, model, views, paths, cancellable);
  fill_slot (&self, which, 0, MIN (self.batch, n));
  while (predictions->len < n && success)
    {
      Slot *slot = &self.slots[which];
      guint next = slot->first + slot->n;

      wait_for_slot (&self, slot);
      success = !g_cancellable_set_error_if_cancelled (cancellable, error);
      if (!success)
        break;

      which = 1 - which;
      fill_slot (&self, which, next, MIN (self.batch, n - next));
      success = run_slot (&self, slot, predictions, found, user_data, error);

      now.done = predictions->len;
      if (success && progress != NULL)
        progress (&now, user_data);
    }
  predictor_clear (&self);

  return success ? g_steal_pointer (&predictions) : NULL;
}

/**
 * mien_predict_picture:
 * @model: a model
 * @views: what to average over, such as mien_model_get_views()
 * @picture: a decoded picture, of any size and kind; what it went through in
 * mien_picture_normalize() is done here
 * @error: return location
 *
 * Classifies a picture that came without a file, from the clipboard for one.
 *
 * Returns: (transfer full) (nullable): the answer
 */
MienPrediction *
mien_predict_picture (MienModel *model, MienViews views, GdkPixbuf *picture, GError **error)
{
  g_autoptr (GdkPixbuf) normal = mien_picture_normalize (picture);
  g_autoptr (MienPrediction) self = prediction_new (NULL);
  g_autofree float *probabilities = NULL;
  g_autofree float *input = NULL;
  guint n_classes;
  guint width;
  guint height;

  mien_model_get_classes (model, &n_classes);
  mien_model_get_input_size (model, &width, &height);
  probabilities = g_new (float, n_classes);
  input = g_new (float, (gsize) 3 * width * height * mien_views_count (views));
  mien_views_from_picture (views, normal, mien_model_get_preprocessing (model), input, width,
                           height);
  if (!mien_model_run (model, views, input, 1, probabilities, error))
    return NULL;

  prediction_answer (self, probabilities, n_classes);
  return g_steal_pointer (&self);
}
