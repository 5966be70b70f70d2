/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "app/prediction/mien-prediction-item.h"
#include "app/widgets/mien-pixels.h"
#include "app/workspace/mien-task.h"
#include "train/mien-face-prediction.h"

/**
 * mien_prediction_request_new:
 * @picture: (transfer full): what to look at
 * @earlier: (nullable): an answer on the same pixels; it tells what file they are of
 *
 * Returns: (transfer full): a request
 */
MienPredictionRequest *
mien_prediction_request_new (MienPictureItem *picture, const MienPrediction *earlier)
{
  MienPredictionRequest *self = g_new0 (MienPredictionRequest, 1);

  self->picture = picture;
  if (earlier != NULL)
    {
      self->path = g_strdup (earlier->path);
      self->face = earlier->face;
    }
  return self;
}

/**
 * mien_prediction_request_free:
 * @self: (transfer full): a request
 */
void
mien_prediction_request_free (MienPredictionRequest *self)
{
  g_object_unref (self->picture);
  g_free (self->path);
  g_free (self);
}

/**
 * mien_prediction_requests_new:
 *
 * Returns: (transfer full) (element-type MienPredictionRequest): an empty array that owns what is
 * in it
 */
GPtrArray *
mien_prediction_requests_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mien_prediction_request_free);
}

static void
push_prediction (const MienPrediction *prediction, gpointer user_data)
{
  MienTask *self = user_data;

  mien_work_push (self->work,
                  mien_prediction_item_new (prediction, self->model, NULL, NULL, self->begun));
}

static void
report_prediction (const MienProgress *progress, gpointer user_data)
{
  MienTask *self = user_data;

  mien_work_report (progress, self->work);
}

/* Rows of faces: who asks, and what the picture is called that they are in. */
typedef struct
{
  MienTask *task;
  MienPictureItem *item; /* borrowed; a picture without a file */
  char *path;            /* owned; the latest file */
  guint n;               /* faces in the latest picture so far */
} FaceRows;

/* Called as MienFacePredictionFunc. */
static void
push_face (const MienPrediction *prediction, GdkPixbuf *pixels, gpointer user_data)
{
  FaceRows *self = user_data;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;

  if (pixels == NULL && prediction->path != NULL)
    {
      push_prediction (prediction, self->task);
      return;
    }

  if (g_strcmp0 (prediction->path, self->path) != 0)
    {
      g_free (self->path);
      self->path = g_strdup (prediction->path);
      self->n = 0;
    }
  name = prediction->path != NULL ? g_filename_display_basename (prediction->path)
                                  : g_strdup (mien_picture_item_get_name (self->item));
  if (pixels != NULL)
    {
      texture = gdk_texture_new_for_pixbuf (pixels);
      /* TRANSLATORS: a picture's name, and a number from 1 on */
      title = g_strdup_printf (_ ("%s, face %u"), name, ++self->n);
    }
  else
    {
      texture = g_object_ref (mien_picture_item_get_texture (self->item));
      title = g_steal_pointer (&name);
    }
  mien_work_push (self->task->work, mien_prediction_item_new (prediction, self->task->model,
                                                              texture, title, self->task->begun));
}

static void
report_faces (const MienProgress *progress, gpointer user_data)
{
  FaceRows *self = user_data;

  report_prediction (progress, self->task);
}

static GPtrArray *
predict_files (MienTask *self, const char *const *paths, GCancellable *cancellable, GError **error)
{
  FaceRows rows = { .task = self };
  GPtrArray *predictions;

  if (!self->find_faces)
    return mien_predict_files (self->model, self->views, paths, push_prediction, report_prediction,
                               self, cancellable, error);

  predictions = mien_predict_faces_in_files (self->model, self->views, paths, push_face,
                                             report_faces, &rows, cancellable, error);
  g_free (rows.path);
  return predictions;
}

/* The files and folders from @i on, up to the next texture; @i moves past them. */
static gboolean
predict_paths (MienTask *self, guint *i, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) given = g_ptr_array_new ();
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) predictions = NULL;

  for (; *i < self->requests->len; (*i)++)
    {
      const MienPredictionRequest *request = g_ptr_array_index (self->requests, *i);
      const char *path = mien_picture_item_get_path (request->picture);

      if (path == NULL)
        break;
      g_ptr_array_add (given, (char *) path);
    }
  g_ptr_array_add (given, NULL);
  paths = mien_prediction_list_paths ((const char *const *) given->pdata, cancellable, error);
  if (paths == NULL)
    return FALSE;

  /* How long it takes is told of one picture, not of one among many. */
  if (paths->len > 1)
    self->begun = 0;
  g_ptr_array_add (paths, NULL);
  predictions = predict_files (self, (const char *const *) paths->pdata, cancellable, error);
  return predictions != NULL;
}

static gboolean
predict_texture (MienTask *self, const MienPredictionRequest *request, GError **error)
{
  GdkTexture *texture = mien_picture_item_get_texture (request->picture);
  g_autoptr (GdkPixbuf) picture = mien_pixels_from_texture (texture);
  FaceRows rows = { .task = self, .item = request->picture };
  g_autoptr (MienPrediction) prediction = NULL;
  g_autoptr (GPtrArray) faces = NULL;

  if (self->find_faces)
    {
      faces = mien_predict_faces_in_picture (self->model, self->views, picture, push_face, &rows,
                                             error);
      return faces != NULL;
    }

  prediction = mien_predict_picture (self->model, self->views, picture, error);
  if (prediction == NULL)
    return FALSE;

  prediction->path = g_strdup (request->path);
  prediction->face = request->face;
  mien_work_push (self->work, mien_prediction_item_new (
                                prediction, self->model, texture,
                                mien_picture_item_get_name (request->picture), self->begun));
  return TRUE;
}

/**
 * mien_task_predict:
 *
 * Runs the request's model on its pictures, in its views, pushing a #MienPredictionItem each;
 * returns a boolean.
 */
void
mien_task_predict (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  MienTask *self = data;
  GError *error = NULL;
  gboolean done = TRUE;

  if (self->requests->len > 1)
    self->begun = 0;
  for (guint i = 0; i < self->requests->len && done;)
    {
      const MienPredictionRequest *request = g_ptr_array_index (self->requests, i);

      if (g_cancellable_set_error_if_cancelled (cancellable, &error))
        done = FALSE;
      else if (mien_picture_item_get_path (request->picture) != NULL)
        done = predict_paths (self, &i, cancellable, &error);
      else
        {
          done = predict_texture (self, request, &error);
          i++;
        }
    }
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}
