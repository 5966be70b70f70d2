/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-prediction-viewer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/widgets/mien-adaptive-box.h"
#include "app/widgets/mien-crop-view.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-pixels.h"
#include "app/widgets/mien-probability-bars.h"

/* Larger pictures are shrunk to this before they are shown and cropped: far more than any network
 * looks at. */
#define MAXIMUM_SIZE 2048
#define N_BARS 8

/* A picture in both of its forms. */
typedef struct
{
  char *path; /* NULL: there is a texture already */
  GdkTexture *texture;
  GdkPixbuf *pixels;
  double scale; /* of what is shown to what is in the file */
} Load;

/* A part of a picture that the model is asked about. */
typedef struct
{
  MienModel *model;
  MienViews views;
  GdkPixbuf *pixels;
} Question;

struct _MienPredictionViewer
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *picture_stack;
  MienCropView *crop_view;
  GtkLabel *error_label;
  GtkLabel *name_label;
  GtkLabel *verdict_label;
  GtkLabel *part_label;
  MienProbabilityBars *bars;
  GtkWidget *whole_button;
  GtkWidget *take_button;
  MienHeatView *heat_view;

  /* Owned */
  MienPredictionItem *item; /* NULL: nothing is shown */
  GdkPixbuf *pixels;        /* NULL: the picture is not read yet */
  GdkTexture *part;         /* what the square holds, NULL: there is none */
  GCancellable *loading;
  GCancellable *asking;

  MienViews views;
  gboolean moved; /* since the model was asked */
};

enum
{
  CLOSED,
  TAKEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MienPredictionViewer, mien_prediction_viewer, ADW_TYPE_BIN)

static void ask (MienPredictionViewer *self);

static void
load_free (Load *load)
{
  g_free (load->path);
  g_clear_object (&load->texture);
  g_clear_object (&load->pixels);
  g_free (load);
}

static void
question_free (Question *question)
{
  mien_model_unref (question->model);
  g_object_unref (question->pixels);
  g_free (question);
}

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable != NULL)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

static void
show_answer (MienPredictionViewer *self, const MienPrediction *prediction)
{
  MienModel *model = mien_prediction_item_get_model (self->item);
  MienPictureItem *picture = mien_prediction_item_get_picture (self->item);
  const char *const *classes = mien_model_get_classes (model, NULL);
  g_autoptr (MienPredictionItem) answer = mien_prediction_item_new (
    prediction, model, self->part, mien_picture_item_get_name (picture), 0);
  g_autofree char *verdict = mien_prediction_item_dup_verdict (answer);

  gtk_label_set_label (self->verdict_label, verdict);
  gtk_widget_set_visible (GTK_WIDGET (self->bars), prediction->error == NULL);
  if (prediction->error != NULL)
    return;

  mien_probability_bars_set (self->bars, classes, prediction->probabilities, prediction->n_classes,
                             N_BARS);
  mien_heat_view_set_texture (self->heat_view, self->part, mien_picture_item_get_name (picture),
                              classes[prediction->predicted]);
}

static void
ask_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GError *error = NULL;
  MienPrediction *prediction = mien_predict_picture (question->model, question->views,
                                                     question->pixels, &error);

  if (prediction != NULL)
    g_task_return_pointer (task, prediction, (GDestroyNotify) mien_prediction_free);
  else
    g_task_return_error (task, error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienPredictionViewer *self = MIEN_PREDICTION_VIEWER (source);
  g_autoptr (MienPrediction) prediction = NULL;
  g_autoptr (GError) error = NULL;

  /* Another picture is shown, or the whole of it. */
  if (g_task_get_cancellable (G_TASK (result)) != self->asking)
    return;

  prediction = g_task_propagate_pointer (G_TASK (result), &error);
  g_clear_object (&self->asking);
  if (prediction != NULL)
    show_answer (self, prediction);
  else
    gtk_label_set_label (self->verdict_label, error->message);
  if (self->moved)
    ask (self);
}

/* A face in a photograph is seen where it is, in a square that can be moved. */
static gboolean
is_face_in_file (MienPredictionItem *item)
{
  const MienPrediction *prediction = mien_prediction_item_get_prediction (item);

  return prediction->face.size > 0 && prediction->path != NULL;
}

/* Asks about the square, or about all of the picture. One question is under way at a time: where
 * the square has moved meanwhile, the next is about where it is then. */
static void
ask (MienPredictionViewer *self)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GdkPixbuf) part = NULL;
  GdkRectangle crop;
  Question *question;

  self->moved = FALSE;
  if (!mien_crop_view_get_crop (self->crop_view, &crop))
    crop = (GdkRectangle){ 0, 0, gdk_pixbuf_get_width (self->pixels),
                           gdk_pixbuf_get_height (self->pixels) };

  part = gdk_pixbuf_new_subpixbuf (self->pixels, crop.x, crop.y, crop.width, crop.height);
  question = g_new0 (Question, 1);
  question->model = mien_model_ref (mien_prediction_item_get_model (self->item));
  question->views = self->views;
  question->pixels = gdk_pixbuf_copy (part);
  g_clear_object (&self->part);
  self->part = gdk_texture_new_for_pixbuf (question->pixels);

  self->asking = g_cancellable_new ();
  task = g_task_new (self, self->asking, asked_cb, NULL);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  g_task_run_in_thread (task, ask_thread);
}

/* The answer on all of the picture is known, unless it is that on a face in it. */
static void
show_whole (MienPredictionViewer *self)
{
  cancel (&self->asking);
  self->moved = FALSE;
  if (is_face_in_file (self->item))
    {
      ask (self);
      return;
    }

  g_clear_object (&self->part);
  self->part = gdk_texture_new_for_pixbuf (self->pixels);
  show_answer (self, mien_prediction_item_get_prediction (self->item));
}

static void
crop_changed (MienPredictionViewer *self)
{
  GdkRectangle crop;
  gboolean cropped;

  if (self->pixels == NULL)
    return;

  cropped = mien_crop_view_get_crop (self->crop_view, &crop);
  gtk_widget_set_sensitive (self->whole_button, cropped);
  gtk_widget_set_sensitive (self->take_button, cropped);
  if (cropped)
    {
      /* TRANSLATORS: width and height in pixels */
      g_autofree char *text = g_strdup_printf (_ ("Square of %d × %d pixels"), crop.width,
                                               crop.height);
      gtk_label_set_label (self->part_label, text);
    }
  else
    {
      gtk_label_set_label (self->part_label, _ ("The whole picture"));
    }

  if (!cropped)
    show_whole (self);
  else if (self->asking != NULL)
    self->moved = TRUE;
  else
    ask (self);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  int width, height;

  if (load->texture == NULL)
    load->texture = mien_pixels_load_thumbnail (load->path, MAXIMUM_SIZE, &error);
  if (load->texture == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  load->scale = 1;
  if (load->path != NULL && gdk_pixbuf_get_file_info (load->path, &width, &height) != NULL)
    load->scale = (double) MAX (gdk_texture_get_width (load->texture),
                                gdk_texture_get_height (load->texture)) /
                  MAX (width, height);
  load->pixels = mien_pixels_from_texture (load->texture);
  g_task_return_boolean (task, TRUE);
}

/* Where the square is known, nothing is asked before it stands. */
static void
show_picture (MienPredictionViewer *self, const Load *load)
{
  const char *name = mien_picture_item_get_name (mien_prediction_item_get_picture (self->item));
  const MienFace *face = &mien_prediction_item_get_prediction (self->item)->face;
  const int size = (int) lround (face->size * load->scale);

  if (!is_face_in_file (self->item))
    {
      g_set_object (&self->pixels, load->pixels);
      mien_crop_view_set_texture (self->crop_view, load->texture, name);
      return;
    }

  mien_crop_view_set_texture (self->crop_view, load->texture, name);
  g_set_object (&self->pixels, load->pixels);
  mien_crop_view_set_crop (self->crop_view,
                           &(GdkRectangle){ (int) lround (face->x * load->scale),
                                            (int) lround (face->y * load->scale), size, size });
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienPredictionViewer *self = MIEN_PREDICTION_VIEWER (source);
  Load *load = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean loaded;

  /* Another picture has been asked for meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->loading)
    return;

  loaded = g_task_propagate_boolean (G_TASK (result), &error);
  g_clear_object (&self->loading);
  gtk_stack_set_visible_child_name (self->picture_stack, loaded ? "picture" : "error");
  if (!loaded)
    {
      gtk_label_set_label (self->error_label, error->message);
      return;
    }

  show_picture (self, load);
  gtk_widget_grab_focus (GTK_WIDGET (self->crop_view));
}

static void
back_clicked (MienPredictionViewer *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
whole_clicked (MienPredictionViewer *self)
{
  mien_crop_view_set_crop (self->crop_view, NULL);
}

static void
take_clicked (MienPredictionViewer *self)
{
  MienPictureItem *picture = mien_prediction_item_get_picture (self->item);
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GdkPixbuf) part = NULL;
  g_autoptr (GdkPixbuf) pixels = NULL;
  g_autofree char *name = NULL;
  GdkRectangle crop;

  if (!mien_crop_view_get_crop (self->crop_view, &crop))
    return;

  /* TRANSLATORS: a file's name */
  name = g_strdup_printf (_ ("Part of %s"), mien_picture_item_get_name (picture));
  part = gdk_pixbuf_new_subpixbuf (self->pixels, crop.x, crop.y, crop.width, crop.height);
  /* A copy, which does not hold on to all of the picture. */
  pixels = gdk_pixbuf_copy (part);
  texture = gdk_texture_new_for_pixbuf (pixels);
  g_signal_emit (self, signals[TAKEN], 0, texture, name);
}

static gboolean
key_pressed (MienPredictionViewer *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  back_clicked (self);
  return GDK_EVENT_STOP;
}

static void
mien_prediction_viewer_dispose (GObject *object)
{
  MienPredictionViewer *self = MIEN_PREDICTION_VIEWER (object);

  cancel (&self->loading);
  cancel (&self->asking);
  g_clear_object (&self->item);
  g_clear_object (&self->pixels);
  g_clear_object (&self->part);
  adw_bin_set_child (ADW_BIN (self), NULL);

  G_OBJECT_CLASS (mien_prediction_viewer_parent_class)->dispose (object);
}

static void
mien_prediction_viewer_class_init (MienPredictionViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_prediction_viewer_dispose;

  signals[CLOSED] = g_signal_new ("closed", MIEN_TYPE_PREDICTION_VIEWER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[TAKEN] = g_signal_new ("taken", MIEN_TYPE_PREDICTION_VIEWER, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, GDK_TYPE_TEXTURE, G_TYPE_STRING);

  g_type_ensure (MIEN_TYPE_ADAPTIVE_BOX);
  g_type_ensure (MIEN_TYPE_CROP_VIEW);
  g_type_ensure (MIEN_TYPE_HEAT_VIEW);
  g_type_ensure (MIEN_TYPE_PROBABILITY_BARS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-prediction-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, picture_stack);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, crop_view);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, name_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, verdict_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, part_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, bars);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, whole_button);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, take_button);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionViewer, heat_view);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, whole_clicked);
  gtk_widget_class_bind_template_callback (widget_class, take_clicked);
  gtk_widget_class_bind_template_callback (widget_class, crop_changed);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
}

static void
mien_prediction_viewer_init (MienPredictionViewer *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_prediction_viewer_show:
 * @item: an answer with its picture
 * @views: what the answers of its parts are averaged over
 *
 * Shows a picture; it is decoded off the main thread, and so are its parts looked at. Of a face
 * that was found in a file all of the file's picture is shown, with the square on the face.
 */
void
mien_prediction_viewer_show (MienPredictionViewer *self, MienPredictionItem *item, MienViews views)
{
  g_autoptr (GTask) task = NULL;
  MienPictureItem *picture;
  GdkTexture *texture;
  Load *load;

  g_return_if_fail (MIEN_IS_PREDICTION_VIEWER (self));
  g_return_if_fail (MIEN_IS_PREDICTION_ITEM (item));

  mien_prediction_viewer_clear (self);
  self->item = g_object_ref (item);
  self->views = views;
  picture = mien_prediction_item_get_picture (item);
  gtk_label_set_label (self->name_label, mien_picture_item_get_name (picture));
  mien_heat_view_set_model (self->heat_view, mien_prediction_item_get_model (item));
  gtk_stack_set_visible_child_name (self->picture_stack, "picture");

  load = g_new0 (Load, 1);
  texture = mien_picture_item_get_texture (picture);
  if (is_face_in_file (item))
    load->path = g_strdup (mien_prediction_item_get_prediction (item)->path);
  else if (texture != NULL)
    load->texture = g_object_ref (texture);
  else
    load->path = g_strdup (mien_picture_item_get_path (picture));
  self->loading = g_cancellable_new ();
  task = g_task_new (self, self->loading, loaded_cb, NULL);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, load_thread);
}

/**
 * mien_prediction_viewer_clear:
 *
 * Lets go of the picture.
 */
void
mien_prediction_viewer_clear (MienPredictionViewer *self)
{
  g_return_if_fail (MIEN_IS_PREDICTION_VIEWER (self));

  cancel (&self->loading);
  cancel (&self->asking);
  self->moved = FALSE;
  g_clear_object (&self->pixels);
  g_clear_object (&self->part);
  g_clear_object (&self->item);
  mien_crop_view_set_texture (self->crop_view, NULL, NULL);
  mien_heat_view_set_texture (self->heat_view, NULL, NULL, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->bars), FALSE);
  gtk_widget_set_sensitive (self->whole_button, FALSE);
  gtk_widget_set_sensitive (self->take_button, FALSE);
  gtk_label_set_label (self->verdict_label, NULL);
  gtk_label_set_label (self->part_label, NULL);
}
