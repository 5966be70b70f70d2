/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-picture-viewer.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-neighbours-box.h"
#include "app/widgets/mien-adaptive-box.h"
#include "app/widgets/mien-correction-bar.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-picture-item.h"
#include "app/widgets/mien-pixels.h"
#include "app/widgets/mien-probability-bars.h"

/* Larger pictures are shrunk to this before they are shown. */
#define MAXIMUM_SIZE 1600
#define N_BARS 8

struct _MienPictureViewer
{
  GtkWidget parent_instance;

  /* Template children */
  GtkWidget *toolbar;
  GtkWidget *body;
  GtkLabel *position_label;
  GtkWidget *previous_button;
  GtkWidget *next_button;
  GtkStack *picture_stack;
  MienHeatView *heat_view;
  GtkLabel *error_label;
  GtkLabel *verdict_label;
  GtkLabel *path_label;
  MienProbabilityBars *bars;
  MienCorrectionBar *correction_bar;
  MienNeighboursBox *neighbours_box;

  /* Owned */
  MienWorkspace *workspace;  /* NULL until it is set */
  MienEvaluationList *list;  /* NULL: nothing is shown */
  GCancellable *cancellable; /* of the picture that is being read */

  guint position;
};

static guint closed_signal;

G_DEFINE_FINAL_TYPE (MienPictureViewer, mien_picture_viewer, GTK_TYPE_WIDGET)

static void
load_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  GdkTexture *texture = mien_pixels_load_thumbnail (path, MAXIMUM_SIZE, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static MienPictureItem *
get_item (MienPictureViewer *self)
{
  return g_list_model_get_item (G_LIST_MODEL (self->list), self->position);
}

static void
show_texture (MienPictureViewer *self, GdkTexture *texture)
{
  MienEvaluation *evaluation = mien_evaluation_list_get_evaluation (self->list);
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  g_autoptr (MienPictureItem) item = get_item (self);
  const MienEvaluationRecord *record = mien_evaluation_get_record (
    evaluation, mien_picture_item_get_index (item));

  mien_heat_view_set_texture (self->heat_view, texture, mien_picture_item_get_title (item),
                              classes[record->predicted]);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienPictureViewer *self = MIEN_PICTURE_VIEWER (source);
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;

  /* Another picture has been asked for meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;

  texture = g_task_propagate_pointer (G_TASK (result), &error);
  g_clear_object (&self->cancellable);
  if (texture != NULL)
    show_texture (self, texture);
  else
    gtk_label_set_label (self->error_label, error->message);
  gtk_stack_set_visible_child_name (self->picture_stack, texture != NULL ? "picture" : "error");
}

static void
cancel (MienPictureViewer *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
load (MienPictureViewer *self, const char *path)
{
  g_autoptr (GTask) task = NULL;

  cancel (self);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, loaded_cb, NULL);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, load_thread);
}

static void
update (MienPictureViewer *self)
{
  const guint n = g_list_model_get_n_items (G_LIST_MODEL (self->list));
  g_autoptr (MienPictureItem) item = get_item (self);
  MienEvaluation *evaluation = mien_evaluation_list_get_evaluation (self->list);
  const MienEvaluationRecord *record = mien_evaluation_get_record (
    evaluation, mien_picture_item_get_index (item));
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  g_autofree char *path = g_filename_display_name (mien_picture_item_get_path (item));
  g_autofree char *confidence = mien_format_percent (record->probabilities[record->predicted], 1);
  g_autofree char *position = g_strdup_printf (_ ("%u of %u"), self->position + 1, n);
  g_autofree char *verdict = NULL;

  if (record->actual == record->predicted)
    /* TRANSLATORS: a class, "97.1 %" */
    verdict = g_strdup_printf (_ ("%s, recognised with %s"), classes[record->actual], confidence);
  else
    /* TRANSLATORS: actual class, predicted class, "97.1 %" */
    verdict = g_strdup_printf (_ ("%s, taken for %s with %s"), classes[record->actual],
                               classes[record->predicted], confidence);

  mien_correction_bar_set_picture (self->correction_bar, mien_evaluation_get_dataset (evaluation),
                                   record->picture, classes[record->predicted]);
  gtk_label_set_label (self->position_label, position);
  gtk_label_set_label (self->verdict_label, verdict);
  gtk_label_set_label (self->path_label, path);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->path_label), path);
  mien_probability_bars_set (self->bars, classes, record->probabilities, n_classes, N_BARS);
  gtk_widget_set_sensitive (self->previous_button, self->position > 0);
  gtk_widget_set_sensitive (self->next_button, self->position + 1 < n);
  mien_neighbours_box_set_picture (self->neighbours_box, record->picture);
  load (self, mien_picture_item_get_path (item));
}

static void
move (MienPictureViewer *self, int by)
{
  const int n = self->list != NULL ? (int) g_list_model_get_n_items (G_LIST_MODEL (self->list)) : 0;
  const int position = (int) self->position + by;

  if (position < 0 || position >= n)
    return;

  self->position = (guint) position;
  update (self);
}

static void
previous_clicked (MienPictureViewer *self)
{
  move (self, -1);
}

static void
next_clicked (MienPictureViewer *self)
{
  move (self, 1);
}

static void
back_clicked (MienPictureViewer *self)
{
  g_signal_emit (self, closed_signal, 0);
}

static gboolean
key_pressed (MienPictureViewer *self, guint keyval, guint keycode, GdkModifierType state)
{
  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Up:
      move (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_Down:
      move (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      back_clicked (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
mien_picture_viewer_dispose (GObject *object)
{
  MienPictureViewer *self = MIEN_PICTURE_VIEWER (object);

  cancel (self);
  g_clear_object (&self->list);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->toolbar, gtk_widget_unparent);
  g_clear_pointer (&self->body, gtk_widget_unparent);

  G_OBJECT_CLASS (mien_picture_viewer_parent_class)->dispose (object);
}

static void
mien_picture_viewer_class_init (MienPictureViewerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_picture_viewer_dispose;

  closed_signal = g_signal_new ("closed", MIEN_TYPE_PICTURE_VIEWER, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_CORRECTION_BAR);
  g_type_ensure (MIEN_TYPE_ADAPTIVE_BOX);
  g_type_ensure (MIEN_TYPE_HEAT_VIEW);
  g_type_ensure (MIEN_TYPE_NEIGHBOURS_BOX);
  g_type_ensure (MIEN_TYPE_PROBABILITY_BARS);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-picture-viewer.ui");
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, toolbar);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, body);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, position_label);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, previous_button);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, next_button);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, picture_stack);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, heat_view);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, verdict_label);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, path_label);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, bars);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, correction_bar);
  gtk_widget_class_bind_template_child (widget_class, MienPictureViewer, neighbours_box);
  gtk_widget_class_bind_template_callback (widget_class, previous_clicked);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
}

static void
mien_picture_viewer_init (MienPictureViewer *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_picture_viewer_set_workspace:
 * @workspace: whose model evaluated the pictures; set once
 */
void
mien_picture_viewer_set_workspace (MienPictureViewer *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_PICTURE_VIEWER (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  mien_neighbours_box_set_workspace (self->neighbours_box, workspace);
  mien_correction_bar_set_workspace (self->correction_bar, workspace);
}

/**
 * mien_picture_viewer_show:
 * @list: the pictures to go through
 * @position: the one to begin with, within @list
 *
 * Shows a picture; it is decoded off the main thread.
 */
void
mien_picture_viewer_show (MienPictureViewer *self, MienEvaluationList *list, guint position)
{
  g_return_if_fail (MIEN_IS_PICTURE_VIEWER (self));
  g_return_if_fail (position < g_list_model_get_n_items (G_LIST_MODEL (list)));

  g_set_object (&self->list, list);
  self->position = position;
  gtk_stack_set_visible_child_name (self->picture_stack, "picture");
  mien_heat_view_set_texture (self->heat_view, NULL, NULL, NULL);
  if (self->workspace != NULL)
    mien_heat_view_set_model (self->heat_view, mien_workspace_get_model (self->workspace));
  update (self);
}

/**
 * mien_picture_viewer_clear:
 *
 * Lets go of the picture and of the list, whose pictures are others now.
 */
void
mien_picture_viewer_clear (MienPictureViewer *self)
{
  g_return_if_fail (MIEN_IS_PICTURE_VIEWER (self));

  cancel (self);
  g_clear_object (&self->list);
  mien_heat_view_set_texture (self->heat_view, NULL, NULL, NULL);
  mien_neighbours_box_clear (self->neighbours_box);
}

/**
 * mien_picture_viewer_get_position:
 *
 * Returns: where the picture stands in its list
 */
guint
mien_picture_viewer_get_position (MienPictureViewer *self)
{
  g_return_val_if_fail (MIEN_IS_PICTURE_VIEWER (self), 0);

  return self->position;
}
