/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-prediction-item.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"

struct _MienPredictionItem
{
  GObject parent_instance;

  /* Owned */
  MienPrediction *prediction;
  MienModel *model;
  MienPictureItem *picture;

  gint64 begun;   /* microseconds, monotonic; 0: it is not measured */
  gint64 latency; /* microseconds; 0: it is not on the screen yet */
};

G_DEFINE_FINAL_TYPE (MienPredictionItem, mien_prediction_item, G_TYPE_OBJECT)

static void
mien_prediction_item_finalize (GObject *object)
{
  MienPredictionItem *self = MIEN_PREDICTION_ITEM (object);

  mien_prediction_free (self->prediction);
  mien_model_unref (self->model);
  g_object_unref (self->picture);

  G_OBJECT_CLASS (mien_prediction_item_parent_class)->finalize (object);
}

static void
mien_prediction_item_class_init (MienPredictionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mien_prediction_item_finalize;
}

static void
mien_prediction_item_init (MienPredictionItem *self)
{
}

/**
 * mien_prediction_item_new:
 * @prediction: an answer; copied
 * @model: the model that gave it
 * @texture: (nullable): the pixels to show; %NULL: those of the answer's file
 * @name: (nullable): what to call @texture
 * @begun: when the picture was given, of g_get_monotonic_time(); 0: how long it takes is not
 * measured
 *
 * Returns: (transfer full): a new item
 */
MienPredictionItem *
mien_prediction_item_new (const MienPrediction *prediction,
                          MienModel *model,
                          GdkTexture *texture,
                          const char *name,
                          gint64 begun)
{
  MienPredictionItem *self = g_object_new (MIEN_TYPE_PREDICTION_ITEM, NULL);

  self->prediction = mien_prediction_copy (prediction);
  self->model = mien_model_ref (model);
  self->begun = begun;
  if (texture != NULL)
    self->picture = mien_picture_item_new_for_texture (texture, name);
  else
    self->picture = mien_picture_item_new (prediction->path, NULL, NULL, 0);

  return self;
}

/**
 * mien_prediction_item_get_prediction:
 *
 * Returns: (transfer none): the answer
 */
const MienPrediction *
mien_prediction_item_get_prediction (MienPredictionItem *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), NULL);

  return self->prediction;
}

/**
 * mien_prediction_item_get_model:
 *
 * Returns: (transfer none): the model that answered; its classes name the probabilities
 */
MienModel *
mien_prediction_item_get_model (MienPredictionItem *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), NULL);

  return self->model;
}

/**
 * mien_prediction_item_get_picture:
 *
 * Returns: (transfer none): what to show as the picture
 */
MienPictureItem *
mien_prediction_item_get_picture (MienPredictionItem *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), NULL);

  return self->picture;
}

/**
 * mien_prediction_item_is_sure:
 *
 * Returns: whether there is an answer that is as sure as its model's threshold asks; an answer on a
 * picture without the face that was looked for never is
 */
gboolean
mien_prediction_item_is_sure (MienPredictionItem *self)
{
  const MienPrediction *prediction;

  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), FALSE);

  prediction = self->prediction;
  return prediction->error == NULL && !prediction->no_face &&
         prediction->probabilities[prediction->predicted] >= mien_model_get_threshold (self->model);
}

/**
 * mien_prediction_item_dup_verdict:
 *
 * Returns: (transfer full): the answer in a word: a class, "Not sure", or that there is no face, or
 * that it cannot be read
 */
char *
mien_prediction_item_dup_verdict (MienPredictionItem *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), NULL);

  if (self->prediction->error != NULL)
    return g_strdup (_ ("Cannot be read"));
  if (self->prediction->no_face)
    return g_strdup (_ ("No face found"));
  if (!mien_prediction_item_is_sure (self))
    return g_strdup (_ ("Not sure"));
  return g_strdup (mien_model_get_classes (self->model, NULL)[self->prediction->predicted]);
}

/**
 * mien_prediction_item_shown:
 *
 * Tells that the answer stands on the screen; the first time counts.
 */
void
mien_prediction_item_shown (MienPredictionItem *self)
{
  g_return_if_fail (MIEN_IS_PREDICTION_ITEM (self));

  if (self->begun != 0 && self->latency == 0)
    self->latency = g_get_monotonic_time () - self->begun;
}

/**
 * mien_prediction_item_get_latency:
 *
 * Returns: seconds from when the picture was given until its answer stood on the screen; 0 where
 * that is not known, as for one of many pictures
 */
double
mien_prediction_item_get_latency (MienPredictionItem *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), 0);

  return (double) self->latency / G_USEC_PER_SEC;
}

/**
 * mien_prediction_item_dup_text:
 *
 * Returns: (transfer full): the answer as a line of text: the picture's name and each class with
 * its probability, most probable first, or why there is none
 */
char *
mien_prediction_item_dup_text (MienPredictionItem *self)
{
  const char *const *classes;
  const MienPrediction *prediction;
  g_autofree gboolean *told = NULL;
  GString *text;

  g_return_val_if_fail (MIEN_IS_PREDICTION_ITEM (self), NULL);

  classes = mien_model_get_classes (self->model, NULL);
  prediction = self->prediction;
  text = g_string_new (mien_picture_item_get_name (self->picture));
  g_string_append (text, ": ");
  if (prediction->error != NULL)
    {
      g_string_append (text, prediction->error->message);
      return g_string_free (text, FALSE);
    }

  told = g_new0 (gboolean, prediction->n_classes);
  for (guint i = 0; i < prediction->n_classes; i++)
    {
      g_autofree char *percent = NULL;
      guint best = G_MAXUINT;

      for (guint c = 0; c < prediction->n_classes; c++)
        if (!told[c] &&
            (best == G_MAXUINT || prediction->probabilities[c] > prediction->probabilities[best]))
          best = c;
      told[best] = TRUE;
      percent = mien_format_percent (prediction->probabilities[best], 1);
      g_string_append_printf (text, i == 0 ? "%s %s" : ", %s %s", classes[best], percent);
    }

  return g_string_free (text, FALSE);
}
