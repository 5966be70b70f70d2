/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-face-prediction.h"

#include <glib/gi18n-lib.h>

#include "data/mien-faces.h"
#include "data/mien-picture.h"

/* Pixels of the longer side. Up to here a picture is one of those that were cut to a face before;
 * what the detector marks in it is a nose or an eye. */
#define SMALL_SIDE 96

typedef struct
{
  MienModel *model;
  MienViews views;
  MienFacePredictionFunc found;
  gpointer user_data;
  GPtrArray *predictions; /* owned */
} Finder;

/* Takes the prediction. */
static void
add (Finder *self, MienPrediction *prediction, GdkPixbuf *pixels)
{
  g_ptr_array_add (self->predictions, prediction);
  if (self->found != NULL)
    self->found (prediction, pixels, self->user_data);
}

static gboolean
add_face (Finder *self, GdkPixbuf *picture, const char *path, const MienFace *face, GError **error)
{
  g_autoptr (GdkPixbuf) pixels = mien_face_get_pixels (face, picture);
  MienPrediction *prediction = mien_predict_picture (self->model, self->views, pixels, error);

  if (prediction == NULL)
    return FALSE;

  prediction->path = g_strdup (path);
  prediction->face = *face;
  add (self, prediction, pixels);
  return TRUE;
}

/* Adds the faces in a picture; none where it is best taken whole. @no_face says whether that is for
 * want of any. */
static gboolean
add_faces (Finder *self, GdkPixbuf *picture, const char *path, gboolean *no_face, GError **error)
{
  const int width = gdk_pixbuf_get_width (picture);
  const int height = gdk_pixbuf_get_height (picture);
  const double share = mien_model_get_info (self->model)->face_share;
  g_autoptr (GArray) faces = NULL;

  *no_face = FALSE;
  if (MAX (width, height) <= SMALL_SIDE)
    return TRUE;

  faces = mien_faces_find (picture, error);
  if (faces == NULL)
    return FALSE;

  *no_face = faces->len == 0;
  for (guint i = 0; i < faces->len; i++)
    {
      MienFace cut;

      if (!mien_face_cut (&g_array_index (faces, MienFace, i), share > 0 ? share : 1, width, height,
                          &cut) &&
          faces->len == 1)
        return TRUE;
      if (!add_face (self, picture, path, &cut, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_file (Finder *self, const char *path, GCancellable *cancellable, GError **error)
{
  const char *const alone[] = { path, NULL };
  g_autoptr (GdkPixbuf) picture = mien_picture_decode (path, MIEN_PICTURE_MAX_PIXELS, NULL);
  g_autoptr (GPtrArray) whole = NULL;
  const guint n = self->predictions->len;
  gboolean no_face = FALSE;
  MienPrediction *prediction;

  if (picture != NULL && !add_faces (self, picture, path, &no_face, error))
    return FALSE;
  if (self->predictions->len > n)
    return TRUE;

  whole = mien_predict_files (self->model, self->views, alone, NULL, NULL, NULL, cancellable,
                              error);
  if (whole == NULL)
    return FALSE;

  prediction = mien_prediction_copy (g_ptr_array_index (whole, 0));
  prediction->no_face = no_face;
  add (self, prediction, NULL);
  return TRUE;
}

static GPtrArray *
new_predictions (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mien_prediction_free);
}

/**
 * mien_predict_faces_in_files:
 * @model: a model
 * @views: what to average over, such as mien_model_get_views()
 * @paths: (array zero-terminated=1) (element-type filename): files, see
 *   mien_prediction_list_paths()
 * @found: (nullable): called for each answer as soon as it is there
 * @progress: (nullable): told about the pictures
 * @user_data: for @found and @progress
 * @cancellable: (nullable): ends it between two pictures with `G_IO_ERROR_CANCELLED`
 * @error: return location; `MIEN_DATA_ERROR_FILE` where faces cannot be looked for. A file that is
 *   no picture is not one: it is a row of its own
 *
 * Classifies each face in pictures, cut as closely as those were that the model has learnt from,
 * from left to right. A picture in which none is found, or that one face fills, is taken whole, as
 * mien_predict_files() takes it; the answer tells the one from the other.
 *
 * Returns: (transfer full) (nullable) (element-type MienPrediction): answers, one or more a path
 */
GPtrArray *
mien_predict_faces_in_files (MienModel *model,
                             MienViews views,
                             const char *const *paths,
                             MienFacePredictionFunc found,
                             MienProgressFunc progress,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autoptr (GPtrArray) predictions = new_predictions ();
  Finder self = { model, views, found, user_data, predictions };
  MienProgress now = { .phase = _ ("Predicting"), .total = g_strv_length ((char **) paths) };

  for (guint i = 0; paths[i] != NULL; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
          !add_file (&self, paths[i], cancellable, error))
        return NULL;

      now.done = i + 1;
      if (progress != NULL)
        progress (&now, user_data);
    }

  return g_steal_pointer (&predictions);
}

/**
 * mien_predict_faces_in_picture:
 * @model: a model
 * @views: what to average over, such as mien_model_get_views()
 * @picture: a decoded picture, of any size and kind
 * @found: (nullable): called for each answer as soon as it is there
 * @user_data: for @found
 * @error: return location; as mien_predict_faces_in_files()
 *
 * Classifies each face in a picture that came without a file, as mien_predict_faces_in_files()
 * does.
 *
 * Returns: (transfer full) (nullable) (element-type MienPrediction): one answer or more
 */
GPtrArray *
mien_predict_faces_in_picture (MienModel *model,
                               MienViews views,
                               GdkPixbuf *picture,
                               MienFacePredictionFunc found,
                               gpointer user_data,
                               GError **error)
{
  g_autoptr (GPtrArray) predictions = new_predictions ();
  g_autoptr (GdkPixbuf) normal = mien_picture_normalize (picture);
  Finder self = { model, views, found, user_data, predictions };
  MienPrediction *whole;
  gboolean no_face;

  if (!add_faces (&self, normal, NULL, &no_face, error))
    return NULL;

  if (predictions->len == 0)
    {
      whole = mien_predict_picture (model, views, picture, error);
      if (whole == NULL)
        return NULL;
      whole->no_face = no_face;
      add (&self, whole, NULL);
    }
  return g_steal_pointer (&predictions);
}
