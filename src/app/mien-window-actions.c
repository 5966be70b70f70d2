/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-window-private.h"

#include <glib/gi18n-lib.h>

#include "app/dataset/mien-augmentation-window.h"
#include "app/dataset/mien-mistakes-window.h"
#include "app/dataset/mien-prepare-window.h"
#include "app/dataset/mien-twins-window.h"
#include "app/prediction/mien-model-window.h"
#include "train/mien-bundled.h"

static void
open_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_dataset (MIEN_WINDOW (widget));
}

static void
try_sample (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);

  mien_window_set_view (self, "dataset");
  mien_workspace_open_sample (self->workspace);
}

static void
open_model (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_model (MIEN_WINDOW (widget));
}

static void
try_faces (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);
  g_autofree char *path = mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);

  mien_window_set_view (self, "prediction");
  mien_workspace_open_model (self->workspace, path);
}

/* Of the model that is open, otherwise of the one that comes along. */
static void
about_model (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWorkspace *workspace = MIEN_WINDOW (widget)->workspace;
  MienModel *model = mien_workspace_get_model (workspace);
  g_autofree char *path = model != NULL ? g_strdup (mien_workspace_get_model_path (workspace))
                                        : mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);
  MienModelWindow *window = mien_model_window_new (model, path);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (widget));
  gtk_window_present (GTK_WINDOW (window));
}

static void
save_model (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_model_to_save (MIEN_WINDOW (widget));
}

static void
open_pictures (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_pictures (MIEN_WINDOW (widget));
}

static void
go_on_with_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_run (MIEN_WINDOW (widget));
}

static void
train (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);

  mien_window_set_view (self, "training");
  mien_workspace_train (self->workspace);
}

static void
pause_training (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienSession *session = mien_workspace_get_session (MIEN_WINDOW (widget)->workspace);
  MienSessionSnapshot snapshot;

  if (session == NULL)
    return;

  mien_session_get_snapshot (session, &snapshot);
  if (snapshot.state == MIEN_SESSION_PAUSED)
    mien_session_go_on (session);
  else
    mien_session_pause (session);
}

static void
stop_response (MienWindow *self, const char *response)
{
  if (g_str_equal (response, "stop"))
    mien_workspace_cancel (self->workspace, MIEN_JOB_TRAIN);
}

static void
stop_training (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Stop the Training?"), NULL);
  MienSessionSnapshot snapshot;

  mien_workspace_get_snapshot (self->workspace, &snapshot);
  adw_message_dialog_set_body (
    ADW_MESSAGE_DIALOG (dialog),
    snapshot.best_epoch > 0 ? _ ("The best model so far is kept, and the run can be resumed later.")
                            : _ ("No epoch has ended yet, so that there is nothing to keep."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", _ ("_Keep Training"),
                                    "stop", _ ("_Stop"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "stop",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (stop_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* What a further window is to stand above: the one for preparing, while it is open. */
static GtkWindow *
get_top (MienWindow *self)
{
  return self->prepare_window != NULL ? self->prepare_window : GTK_WINDOW (self);
}

static void
preview_augmentation (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (mien_augmentation_window_new (get_top (self), self->workspace)));
}

static void
compare_twins (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (
    mien_twins_window_new (get_top (self), self->workspace, g_variant_get_uint32 (parameter))));
}

static void
find_mistakes (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (mien_mistakes_window_new (GTK_WINDOW (self), self->workspace)));
}

static void
export_corrections (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);
  g_autoptr (GError) error = NULL;
  char *csv = mien_workspace_dup_corrections_csv (self->workspace, &error);

  if (csv != NULL)
    mien_window_choose_export (self, csv, _ ("corrections.csv"));
  else
    mien_window_show_error (self, _ ("The Corrections Were Not Exported"), error->message);
}

static void
prepare (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_prepare (MIEN_WINDOW (widget));
}

static void
open_table (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_choose_table (MIEN_WINDOW (widget));
}

static void
evaluate (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  mien_window_set_view (self, "evaluation");
  mien_workspace_evaluate (self->workspace, mien_dataset_get_evaluation_split (dataset));
}

static void export(GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienWindow *self = MIEN_WINDOW (widget);
  MienEvaluation *evaluation = mien_workspace_get_evaluation (self->workspace);
  char *csv;

  if (g_str_equal (mien_window_get_view (self), "evaluation"))
    {
      if (evaluation != NULL)
        mien_window_choose_report (self);
      return;
    }

  csv = mien_workspace_dup_predictions_csv (self->workspace);
  if (csv != NULL)
    mien_window_choose_export (self, csv, _ ("predictions.csv"));
  else
    mien_window_add_toast (self, _ ("These answers are of another model; predict again to export"),
                           NULL);
}

static void
clear_predictions (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_workspace_clear_predictions (MIEN_WINDOW (widget)->workspace);
}

static void
paste_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWindow) self = user_data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  if (value != NULL && mien_prediction_page_drop (self->prediction_page, value))
    mien_window_set_view (self, "prediction");
  else
    mien_window_add_toast (self, _ ("The clipboard holds no picture"), NULL);
}

static void
paste (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  GType type = G_TYPE_STRING;

  /* Files keep their name and their own pixels, so that they go before a picture of the same. */
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST) ||
      gdk_content_formats_contain_mime_type (formats, "text/uri-list"))
    type = GDK_TYPE_FILE_LIST;
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) ||
           gdk_content_formats_contain_mime_type (formats, "image/png"))
    type = GDK_TYPE_TEXTURE;

  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, NULL, paste_ready,
                                  g_object_ref (widget));
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  mien_window_set_view (MIEN_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/**
 * mien_window_actions_install:
 * @klass: the window's class
 *
 * Installs the actions "win.…" of the window.
 */
void
mien_window_actions_install (MienWindowClass *klass)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.open-folder", open_folder },
    { "win.try-sample", try_sample },
    { "win.open-model", open_model },
    { "win.try-faces", try_faces },
    { "win.about-model", about_model },
    { "win.save-model", save_model },
    { "win.open-pictures", open_pictures },
    { "win.go-on-with-run", go_on_with_run },
    { "win.train", train },
    { "win.pause", pause_training },
    { "win.stop", stop_training },
    { "win.open-table", open_table },
    { "win.prepare", prepare },
    { "win.find-mistakes", find_mistakes },
    { "win.export-corrections", export_corrections },
    { "win.preview-augmentation", preview_augmentation },
    { "win.evaluate", evaluate },
    { "win.export", export },
    { "win.clear-predictions", clear_predictions },
    { "win.paste", paste },
  };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_install_action (widget_class, "win.view", "s", show_view);
  gtk_widget_class_install_action (widget_class, "win.compare-twins", "u", compare_twins);
}

/**
 * mien_window_actions_update:
 *
 * Enables and disables all the actions, by what the workspace holds and does.
 */
void
mien_window_actions_update (MienWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  MienWorkspace *workspace = self->workspace;
  const char *view = mien_window_get_view (self);
  const gboolean dataset = mien_workspace_get_dataset (workspace) != NULL;
  const gboolean model = mien_workspace_get_model (workspace) != NULL;
  const gboolean evaluation = mien_workspace_get_evaluation (workspace) != NULL;
  const gboolean predictions = g_list_model_get_n_items (
                                 mien_workspace_get_predictions (workspace)) > 0;
  g_autofree char *faces = mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);
  const gboolean training = mien_workspace_is_busy (workspace, MIEN_JOB_TRAIN);
  const gboolean scanning = mien_workspace_is_busy (workspace, MIEN_JOB_SCAN) ||
                            mien_workspace_is_busy (workspace, MIEN_JOB_SAMPLE);

  gtk_widget_action_set_enabled (widget, "win.try-sample", !scanning);
  gtk_widget_action_set_enabled (widget, "win.find-mistakes", dataset && !scanning);
  gtk_widget_action_set_enabled (widget, "win.export-corrections", dataset && !scanning);
  gtk_widget_action_set_enabled (widget, "win.prepare",
                                 dataset && !scanning &&
                                   !mien_workspace_is_busy (workspace, MIEN_JOB_PREPARE));
  gtk_widget_action_set_enabled (widget, "win.open-model", !training);
  gtk_widget_action_set_enabled (widget, "win.try-faces", faces != NULL && !training);
  gtk_widget_action_set_enabled (widget, "win.about-model", faces != NULL || model);
  gtk_widget_action_set_enabled (widget, "win.save-model",
                                 model && !mien_workspace_is_busy (workspace, MIEN_JOB_SAVE));
  gtk_widget_action_set_enabled (widget, "win.open-pictures", model);
  gtk_widget_action_set_enabled (widget, "win.paste", model);
  gtk_widget_action_set_enabled (widget, "win.train", dataset && !training && !scanning);
  gtk_widget_action_set_enabled (widget, "win.go-on-with-run", dataset && !training && !scanning);
  gtk_widget_action_set_enabled (widget, "win.pause", training);
  gtk_widget_action_set_enabled (widget, "win.stop", training);
  gtk_widget_action_set_enabled (widget, "win.evaluate",
                                 dataset && model &&
                                   !mien_workspace_is_busy (workspace, MIEN_JOB_EVALUATE));
  gtk_widget_action_set_enabled (widget, "win.export",
                                 g_strcmp0 (view, "evaluation") == 0 ? evaluation : predictions);
  gtk_widget_action_set_enabled (widget, "win.clear-predictions", predictions);
}
