/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-window-private.h"

#include <glib/gi18n-lib.h>

#include "plot/mien-report-file.h"
#include "train/mien-run.h"

/* A chooser that is open, and what to do with the answer. */
typedef struct
{
  MienWindow *window; /* owned */
  MienFolder folder;  /* where it starts, and what it remembers */
  gboolean folder_itself;
  void (*chosen) (MienWindow *self, GListModel *files, const char *data);
  char *data; /* owned, NULL: none */
} Choice;

static void
choice_free (Choice *choice)
{
  g_object_unref (choice->window);
  g_free (choice->data);
  g_free (choice);
}

static void
remember (Choice *choice, GListModel *files)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GFile) folder = NULL;
  g_autofree char *uri = NULL;

  /* A data set is remembered once it has been read. */
  if (choice->folder_itself)
    return;

  folder = g_file_get_parent (file);
  uri = folder != NULL ? g_file_get_uri (folder) : NULL;
  if (uri != NULL)
    mien_state_set_folder (choice->window->state, choice->folder, uri);
}

static void
chooser_response (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  Choice *choice = user_data;

  if (response == GTK_RESPONSE_ACCEPT && choice->window->state != NULL)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      if (g_list_model_get_n_items (files) > 0)
        {
          remember (choice, files);
          choice->chosen (choice->window, files, choice->data);
        }
    }

  choice_free (choice);
  g_object_unref (dialog);
}

static GtkFileChooserNative *
make_chooser (MienWindow *self,
              const char *title,
              GtkFileChooserAction action,
              const char *accept,
              MienFolder folder)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action,
                                                              accept, NULL);
  g_autofree char *uri = mien_state_dup_folder (self->state, folder);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (*uri != '\0')
    {
      g_autoptr (GFile) file = g_file_new_for_uri (uri);
      g_autoptr (GFile) parent = folder == MIEN_FOLDER_DATASET ? g_file_get_parent (file) : NULL;

      gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog),
                                           parent != NULL ? parent : file, NULL);
    }

  return dialog;
}

static void
add_filter (GtkFileChooserNative *dialog, const char *name, const char *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  if (pattern != NULL)
    gtk_file_filter_add_pattern (filter, pattern);
  else
    gtk_file_filter_add_pixbuf_formats (filter);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

/* Takes @dialog, which lives until its answer, and @data. */
static void
ask (MienWindow *self,
     GtkFileChooserNative *dialog,
     MienFolder folder,
     void (*chosen) (MienWindow *self, GListModel *files, const char *data),
     char *data)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->window = g_object_ref (self);
  choice->folder = folder;
  choice->folder_itself = folder == MIEN_FOLDER_DATASET;
  choice->chosen = chosen;
  choice->data = data;
  g_signal_connect (dialog, "response", G_CALLBACK (chooser_response), choice);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* The path of the first file, or NULL after telling that it has none. */
static char *
dup_path (MienWindow *self, GListModel *files)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  char *path = g_file_get_path (file);

  if (path == NULL)
    mien_window_show_error (
      self, _ ("Not on This Computer"),
      _ ("Mien works with files and folders on this computer. Copy it first."));
  return path;
}

static void
dataset_chosen (MienWindow *self, GListModel *files, const char *data)
{
  g_autofree char *path = dup_path (self, files);

  if (path == NULL)
    return;

  mien_window_set_view (self, "dataset");
  mien_workspace_open_folder (self->workspace, path);
}

/**
 * mien_window_choose_dataset:
 *
 * Asks for a folder of pictures, and opens it.
 */
void
mien_window_choose_dataset (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (self, _ ("Open a Folder of Pictures"),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Open"),
                                               MIEN_FOLDER_DATASET);

  ask (self, dialog, MIEN_FOLDER_DATASET, dataset_chosen, NULL);
}

/**
 * mien_window_choose_table:
 *
 * Asks for a table of pictures, and opens it.
 */
void
mien_window_choose_table (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (self, _ ("Open a Table of Pictures"),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"),
                                               MIEN_FOLDER_DATASET);

  add_filter (dialog, _ ("Comma-Separated Values"), "*.csv");
  ask (self, dialog, MIEN_FOLDER_DATASET, dataset_chosen, NULL);
}

static void
run_chosen (MienWindow *self, GListModel *files, const char *data)
{
  g_autofree char *path = dup_path (self, files);

  if (path == NULL)
    return;

  mien_window_set_view (self, "training");
  mien_workspace_resume (self->workspace, path);
}

/**
 * mien_window_choose_run:
 *
 * Asks for the folder of a run on the open data set, beside which the chooser starts, and goes on
 * with it.
 */
void
mien_window_choose_run (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (self, _ ("Resume a Run"),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Resume"),
                                               MIEN_FOLDER_DATASET);
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  g_autofree char *next = mien_session_default_run_directory (mien_dataset_get_directory (dataset));
  g_autofree char *runs = g_path_get_dirname (next);
  g_autoptr (GFile) folder = g_file_new_for_path (runs);

  gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  ask (self, dialog, MIEN_FOLDER_DATASET, run_chosen, NULL);
}

static void
model_chosen (MienWindow *self, GListModel *files, const char *data)
{
  g_autofree char *path = dup_path (self, files);

  if (path != NULL)
    mien_workspace_open_model (self->workspace, path);
}

/**
 * mien_window_choose_model:
 *
 * Asks for a model file, and opens it.
 */
void
mien_window_choose_model (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (
    self, _ ("Open a Model"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), MIEN_FOLDER_MODELS);

  add_filter (dialog, _ ("Models"), "*.safetensors");
  ask (self, dialog, MIEN_FOLDER_MODELS, model_chosen, NULL);
}

static void
save_chosen (MienWindow *self, GListModel *files, const char *data)
{
  g_autofree char *path = dup_path (self, files);

  if (path != NULL)
    mien_workspace_save_model (self->workspace, path);
}

/**
 * mien_window_choose_model_to_save:
 *
 * Asks where to save the model, and saves it.
 */
void
mien_window_choose_model_to_save (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (
    self, _ ("Save the Model"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), MIEN_FOLDER_MODELS);
  const char *path = mien_workspace_get_model_path (self->workspace);
  const MienModelInfo *info = mien_model_get_info (mien_workspace_get_model (self->workspace));
  g_autofree char *name = NULL;

  if (path != NULL)
    name = g_filename_display_basename (path);
  else
    name = g_strconcat (info->dataset_name != NULL ? info->dataset_name : _ ("model"),
                        ".safetensors", NULL);
  add_filter (dialog, _ ("Models"), "*.safetensors");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  ask (self, dialog, MIEN_FOLDER_MODELS, save_chosen, NULL);
}

static void
pictures_chosen (MienWindow *self, GListModel *files, const char *data)
{
  mien_window_set_view (self, "prediction");
  mien_workspace_predict_files (self->workspace, files);
}

/**
 * mien_window_choose_pictures:
 *
 * Asks for pictures, and has the model look at them.
 */
void
mien_window_choose_pictures (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (
    self, _ ("Open Pictures"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), MIEN_FOLDER_PICTURES);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  add_filter (dialog, _ ("Pictures"), NULL);
  ask (self, dialog, MIEN_FOLDER_PICTURES, pictures_chosen, NULL);
}

static void
export_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_file_get_parse_name (G_FILE (source));
  g_autofree char *message = NULL;

  if (self->state == NULL)
    return;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      message = g_strdup_printf (_ ("Exported to %s"), name);
      mien_window_add_toast (self, message, NULL);
    }
  else
    {
      /* TRANSLATORS: a file name and the system's reason */
      message = g_strdup_printf (_ ("%s cannot be written: %s"), name, error->message);
      mien_window_show_error (self, _ ("Not Exported"), message);
    }
}

static void
export_chosen (MienWindow *self, GListModel *files, const char *csv)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autoptr (GBytes) bytes = g_bytes_new (csv, strlen (csv));

  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                       export_written, g_object_ref (self));
}

/**
 * mien_window_choose_export:
 * @csv: (transfer full): what to write
 * @name: the file name to offer
 *
 * Asks for a file, and writes @csv to it.
 */
void
mien_window_choose_export (MienWindow *self, char *csv, const char *name)
{
  GtkFileChooserNative *dialog = make_chooser (
    self, _ ("Export as CSV"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), MIEN_FOLDER_PICTURES);

  add_filter (dialog, _ ("Comma-Separated Values"), "*.csv");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  ask (self, dialog, MIEN_FOLDER_PICTURES, export_chosen, csv);
}

/* A report that is being written. */
typedef struct
{
  MienEvaluation *evaluation; /* owned */
  char *model_path;           /* owned; NULL: the model is in no file */
  GArray *history;            /* owned; NULL: read beside the model, if it is there */
  char *path;                 /* owned */
} Report;

static void
report_free (Report *report)
{
  mien_evaluation_unref (report->evaluation);
  g_clear_pointer (&report->history, g_array_unref);
  g_free (report->model_path);
  g_free (report->path);
  g_free (report);
}

static void
write_report (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Report *report = data;
  GError *error = NULL;

  if (report->history == NULL && report->model_path != NULL)
    report->history = mien_run_read_history (report->model_path, NULL);
  if (mien_report_save (report->evaluation, report->model_path, report->history, report->path,
                        cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
report_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienWindow *self = MIEN_WINDOW (source);
  Report *report = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = g_filename_display_name (report->path);
  g_autofree char *message = NULL;
  g_autoptr (GError) error = NULL;

  if (self->state == NULL)
    return;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    {
      message = g_strdup_printf (_ ("Exported to %s"), name);
      mien_window_add_toast (self, message, NULL);
    }
  else
    mien_window_show_error (self, _ ("Not Exported"), error->message);
}

/* That of the training whose model was evaluated; NULL where it is another one's. */
static GArray *
dup_history (MienWindow *self, MienEvaluation *evaluation)
{
  MienSession *session = mien_workspace_get_session (self->workspace);
  g_autoptr (MienModel) model = session != NULL ? mien_session_dup_model (session) : NULL;

  return model != NULL && model == mien_evaluation_get_model (evaluation)
           ? mien_session_dup_history (session)
           : NULL;
}

static void
report_chosen (MienWindow *self, GListModel *files, const char *data)
{
  MienEvaluation *evaluation = mien_workspace_get_evaluation (self->workspace);
  g_autofree char *path = dup_path (self, files);
  g_autoptr (GTask) task = NULL;
  Report *report;

  if (path == NULL || evaluation == NULL)
    return;

  report = g_new0 (Report, 1);
  report->evaluation = mien_evaluation_ref (evaluation);
  if (mien_evaluation_get_model (evaluation) == mien_workspace_get_model (self->workspace))
    report->model_path = g_strdup (mien_workspace_get_model_path (self->workspace));
  report->history = dup_history (self, evaluation);
  report->path = g_steal_pointer (&path);
  task = g_task_new (self, NULL, report_written, NULL);
  g_task_set_task_data (task, report, (GDestroyNotify) report_free);
  g_task_run_in_thread (task, write_report);
}

/**
 * mien_window_choose_report:
 *
 * Asks for a file, and writes a report on the evaluation to it, of the kind that its name's ending
 * says.
 */
void
mien_window_choose_report (MienWindow *self)
{
  GtkFileChooserNative *dialog = make_chooser (
    self, _ ("Export a Report"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), MIEN_FOLDER_PICTURES);

  add_filter (dialog, _ ("Report (PDF)"), "*.pdf");
  add_filter (dialog, _ ("Comma-Separated Values"), "*.csv");
  add_filter (dialog, _ ("JSON"), "*.json");
  add_filter (dialog, _ ("Text"), "*.txt");
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), _ ("evaluation.pdf"));
  ask (self, dialog, MIEN_FOLDER_PICTURES, report_chosen, NULL);
}
