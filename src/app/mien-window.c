/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-window-private.h"

#include <glib/gi18n-lib.h>

#include "app/dataset/mien-prepare-window.h"

G_DEFINE_FINAL_TYPE (MienWindow, mien_window, ADW_TYPE_APPLICATION_WINDOW)

/**
 * mien_window_add_toast:
 * @message: plain text
 * @view: (nullable): a view that the toast's button leads to
 *
 * Says what happened.
 */
void
mien_window_add_toast (MienWindow *self, const char *message, const char *view)
{
  g_autofree char *markup = g_markup_escape_text (message, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (view != NULL && !g_str_equal (view, mien_window_get_view (self)))
    {
      adw_toast_set_button_label (toast, _ ("Look"));
      adw_toast_set_action_name (toast, "win.view");
      adw_toast_set_action_target_value (toast, g_variant_new_string (view));
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * mien_window_show_error:
 * @heading: what did not work
 * @message: why, and what to do
 *
 * Tells of the failure of something that was just asked for and that no view shows.
 */
void
mien_window_show_error (MienWindow *self, const char *heading, const char *message)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/**
 * mien_window_prepare:
 *
 * Shows the window in which a new data set is made of the open one.
 */
void
mien_window_prepare (MienWindow *self)
{
  if (self->prepare_window == NULL)
    g_set_weak_pointer (&self->prepare_window,
                        GTK_WINDOW (mien_prepare_window_new (GTK_WINDOW (self), self->workspace)));
  gtk_window_present (self->prepare_window);
}

static void
announced (MienWindow *self, const char *message)
{
  mien_window_add_toast (self, message, NULL);
}

static void
failed (MienWindow *self, guint job, const char *message)
{
  switch ((MienJob) job)
    {
    case MIEN_JOB_SAMPLE:
    case MIEN_JOB_SCAN:
      mien_window_set_view (self, "dataset");
      break;
    case MIEN_JOB_PREPARE:
      /* The window that it was started in says so itself, if it is still open. */
      if (self->prepare_window == NULL)
        mien_window_show_error (self, _ ("The Data Set Was Not Prepared"), message);
      break;
    case MIEN_JOB_TRAIN:
      mien_window_add_toast (self, _ ("The training failed"), "training");
      break;
    case MIEN_JOB_EVALUATE:
      mien_window_add_toast (self, _ ("The evaluation failed"), "evaluation");
      break;
    case MIEN_JOB_COMPARE:
      mien_window_show_error (self, _ ("No Training Picture Was Found"), message);
      break;
    case MIEN_JOB_BACKBONE:
      mien_window_show_error (self, _ ("These Weights Cannot Be Used"), message);
      break;
    case MIEN_JOB_LOAD:
      mien_window_show_error (self, _ ("The Model Was Not Opened"), message);
      break;
    case MIEN_JOB_SAVE:
      mien_window_show_error (self, _ ("The Model Was Not Saved"), message);
      break;
    case MIEN_JOB_PREDICT:
      mien_window_show_error (self, _ ("No Prediction"), message);
      break;
    case MIEN_JOB_NONE:
      break;
    }
}

static void
update_title (MienWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const char *path = mien_workspace_get_model_path (self->workspace);
  g_autofree char *dataset_name = NULL;
  g_autofree char *model_name = NULL;
  g_autofree char *title = NULL;

  if (dataset != NULL)
    dataset_name = g_filename_display_basename (mien_dataset_get_directory (dataset));
  if (path != NULL)
    model_name = g_filename_display_basename (path);
  else if (mien_workspace_get_model (self->workspace) != NULL)
    model_name = g_strdup (_ ("Unsaved model"));

  adw_view_switcher_title_set_title (self->title, dataset_name != NULL ? dataset_name : _ ("Mien"));
  adw_view_switcher_title_set_subtitle (self->title, model_name != NULL ? model_name : "");
  if (dataset_name != NULL || model_name != NULL)
    /* TRANSLATORS: the window's title: a data set or model, and the program's name */
    title = g_strdup_printf (_ ("%s – Mien"), dataset_name != NULL ? dataset_name : model_name);
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : _ ("Mien"));
}

static void
view_changed (MienWindow *self)
{
  const char *action = "win.open-folder";
  const char *tooltip = _ ("Open a Folder of Pictures");
  const char *view;

  /* While the template is built, or taken down. */
  if (self->state == NULL)
    return;

  view = mien_window_get_view (self);
  if (g_str_equal (view, "evaluation"))
    {
      action = "win.open-model";
      tooltip = _ ("Open a Model");
    }
  else if (g_str_equal (view, "prediction"))
    {
      action = "win.open-pictures";
      tooltip = _ ("Open Pictures");
    }
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->open_button), action);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->open_button), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->open_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip, -1);
  gtk_widget_set_visible (self->train_button,
                          g_str_equal (view, "dataset") &&
                            mien_workspace_get_dataset (self->workspace) != NULL);
  mien_state_set_view (self->state, view);
  /* Its counts are of the labels as they are now. */
  if (g_str_equal (view, "dataset"))
    mien_workspace_apply_corrections (self->workspace);
  mien_window_actions_update (self);
}

static void
dataset_changed (MienWindow *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  g_autofree char *uri = NULL;

  if (dataset != NULL)
    uri = g_filename_to_uri (mien_dataset_get_directory (dataset), NULL, NULL);
  if (uri != NULL)
    mien_state_set_folder (self->state, MIEN_FOLDER_DATASET, uri);
  update_title (self);
  view_changed (self);
}

static gboolean
must_wait (MienWindow *self)
{
  return mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN) ||
         mien_workspace_is_busy (self->workspace, MIEN_JOB_PREPARE) ||
         mien_workspace_is_busy (self->workspace, MIEN_JOB_SAVE);
}

static void
work_changed (MienWindow *self)
{
  mien_window_actions_update (self);
  if (self->closing && !must_wait (self))
    gtk_window_destroy (GTK_WINDOW (self));
}

/* Ends what runs without waiting on the main thread; work_changed() goes on. */
static void
close_soon (MienWindow *self)
{
  self->closing = TRUE;
  mien_workspace_cancel_all (self->workspace);
  if (must_wait (self))
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
close_response (MienWindow *self, const char *response)
{
  if (g_str_equal (response, "stop"))
    close_soon (self);
}

static void
ask_to_close (MienWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Stop the Training and Close?"),
                                              NULL);
  MienSession *session = mien_workspace_get_session (self->workspace);

  if (session != NULL)
    {
      g_autofree char *name = g_filename_display_name (mien_session_get_run_directory (session));

      adw_message_dialog_format_body (
        ADW_MESSAGE_DIALOG (dialog),
        _ ("The run can be resumed later, from its last finished epoch. It is kept in %s."), name);
    }
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Training"),
                                    "stop", _ ("_Stop and Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
mien_window_close_request (GtkWindow *window)
{
  MienWindow *self = MIEN_WINDOW (window);
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  mien_state_set_window (self->state, width, height, gtk_window_is_maximized (window));

  if (mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN))
    ask_to_close (self);
  else
    close_soon (self);

  return GDK_EVENT_STOP;
}

static void
mien_window_dispose (GObject *object)
{
  MienWindow *self = MIEN_WINDOW (object);

  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (mien_workspace_get_predictions (self->workspace), self);
      mien_workspace_cancel_all (self->workspace);
    }
  g_clear_weak_pointer (&self->prepare_window);
  g_clear_object (&self->state);
  gtk_widget_dispose_template (GTK_WIDGET (self), MIEN_TYPE_WINDOW);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_window_parent_class)->dispose (object);
}

static void
mien_window_class_init (MienWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mien_window_close_request;

  g_type_ensure (MIEN_TYPE_DATASET_PAGE);
  g_type_ensure (MIEN_TYPE_EVALUATION_PAGE);
  g_type_ensure (MIEN_TYPE_PREDICTION_PAGE);
  g_type_ensure (MIEN_TYPE_TRAINING_PAGE);
  g_type_ensure (MIEN_TYPE_JOB_STRIP);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/mien/Mien/mien-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MienWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, title);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, views);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, train_button);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, dataset_page);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, training_page);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, evaluation_page);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, prediction_page);
  gtk_widget_class_bind_template_child (widget_class, MienWindow, job_strip);
  gtk_widget_class_bind_template_callback (widget_class, view_changed);

  mien_window_actions_install (klass);
}

static void
watch_workspace (MienWindow *self)
{
  MienWorkspace *workspace = self->workspace;

  g_signal_connect_swapped (workspace, "announced", G_CALLBACK (announced), self);
  g_signal_connect_swapped (workspace, "failed", G_CALLBACK (failed), self);
  g_signal_connect_swapped (workspace, "imported", G_CALLBACK (mien_window_prepare), self);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (dataset_changed), self);
  g_signal_connect_swapped (workspace, "notify::model", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (workspace, "notify::model-path", G_CALLBACK (update_title), self);
  g_signal_connect_swapped (workspace, "notify", G_CALLBACK (mien_window_actions_update), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (work_changed), self);
  g_signal_connect_swapped (mien_workspace_get_predictions (workspace), "items-changed",
                            G_CALLBACK (mien_window_actions_update), self);
}

static void
mien_window_init (MienWindow *self)
{
  g_autofree char *view = NULL;
  g_autofree char *folder = NULL;
  int width, height;
  gboolean maximized;

  self->workspace = mien_workspace_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->state = mien_state_new ();

  mien_state_get_window (self->state, &width, &height, &maximized);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  folder = mien_state_dup_folder (self->state, MIEN_FOLDER_DATASET);
  mien_dataset_page_set_last_folder (self->dataset_page, folder);
  view = mien_state_dup_view (self->state);

  g_object_set (self->dataset_page, "workspace", self->workspace, NULL);
  g_object_set (self->training_page, "workspace", self->workspace, NULL);
  g_object_set (self->evaluation_page, "workspace", self->workspace, NULL);
  g_object_set (self->prediction_page, "workspace", self->workspace, NULL);
  g_object_set (self->job_strip, "workspace", self->workspace, NULL);
  watch_workspace (self);

  mien_window_set_view (self, view);
  update_title (self);
  view_changed (self);
}

/**
 * mien_window_new:
 * @application: the application
 *
 * Returns: (transfer none): a new window with a workspace of its own; it is the application's
 */
MienWindow *
mien_window_new (GtkApplication *application)
{
  return g_object_new (MIEN_TYPE_WINDOW, "application", application, NULL);
}

/**
 * mien_window_get_workspace:
 *
 * Returns: (transfer none): what the window works on
 */
MienWorkspace *
mien_window_get_workspace (MienWindow *self)
{
  g_return_val_if_fail (MIEN_IS_WINDOW (self), NULL);

  return self->workspace;
}

/**
 * mien_window_open:
 * @file: a folder of pictures, a table of them, or a model file
 *
 * Opens what the command line or the file manager gave, and shows the view that is for it. What
 * ends as model files do is one; the rest is looked at as a data set, and told of when it is none.
 */
void
mien_window_open (MienWindow *self, GFile *file)
{
  g_autofree char *path = NULL;

  g_return_if_fail (MIEN_IS_WINDOW (self));

  path = g_file_get_path (file);
  if (path == NULL)
    mien_window_show_error (self, _ ("Not Opened"),
                            _ ("Only folders on this computer can be opened. Copy it first."));
  else if (g_str_has_suffix (path, ".safetensors"))
    {
      mien_workspace_open_model (self->workspace, path);
      mien_window_set_view (self, "prediction");
    }
  else
    {
      mien_workspace_open_folder (self->workspace, path);
      mien_window_set_view (self, "dataset");
    }
}

/**
 * mien_window_get_view:
 *
 * Returns: (transfer none): "dataset", "training", "evaluation" or "prediction"
 */
const char *
mien_window_get_view (MienWindow *self)
{
  g_return_val_if_fail (MIEN_IS_WINDOW (self), NULL);

  return adw_view_stack_get_visible_child_name (self->views);
}

/**
 * mien_window_set_view:
 * @view: a name as mien_window_get_view() gives them; another one changes nothing
 */
void
mien_window_set_view (MienWindow *self, const char *view)
{
  g_return_if_fail (MIEN_IS_WINDOW (self));

  if (adw_view_stack_get_child_by_name (self->views, view) != NULL)
    adw_view_stack_set_visible_child_name (self->views, view);
}
