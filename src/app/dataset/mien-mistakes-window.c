/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-mistakes-window.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-correction-bar.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-thumbnail.h"
#include "app/workspace/mien-work.h"
#include "train/mien-mistakes.h"

struct _MienMistakesWindow
{
  AdwWindow parent_instance;

  /* Template children */
  AdwWindowTitle *title;
  GtkWidget *arrows;
  GtkStack *stack;
  AdwStatusPage *busy_page;
  GtkProgressBar *busy_bar;
  AdwStatusPage *error_page;
  MienThumbnail *picture;
  GtkLabel *suggestion_label;
  GtkLabel *path_label;
  MienCorrectionBar *correction_bar;

  /* Owned */
  MienWorkspace *workspace;
  MienMistakes *mistakes; /* NULL until they are found */
  MienWork *work;         /* while they are looked for */

  guint position; /* in the queue */
};

G_DEFINE_FINAL_TYPE (MienMistakesWindow, mien_mistakes_window, ADW_TYPE_WINDOW)

/* What the thread needs, owned. */
typedef struct
{
  MienDataset *dataset;
  char *backbone;
  guint64 seed;
  MienWork *work;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  mien_dataset_unref (request->dataset);
  g_free (request->backbone);
  mien_work_unref (request->work);
  g_free (request);
}

static void
stop (MienMistakesWindow *self)
{
  if (self->work != NULL)
    mien_work_drop (self->work);
  g_clear_pointer (&self->work, mien_work_unref);
}

static guint
count (MienMistakesWindow *self)
{
  return self->mistakes != NULL ? mien_mistakes_get_n_likely (self->mistakes) : 0;
}

static void
update_actions (MienMistakesWindow *self)
{
  const guint n = count (self);
  const gboolean training = mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "mistakes.previous", self->position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "mistakes.next", self->position + 1 < n);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "mistakes.train-again", !training);
  gtk_widget_set_visible (self->arrows, n > 0);
}

static void
show_position (MienMistakesWindow *self)
{
  MienDataset *dataset = mien_mistakes_get_dataset (self->mistakes);
  const MienMistake *mistake = mien_mistakes_get (self->mistakes, self->position);
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);
  const char *path = mien_dataset_get_picture (dataset, mistake->picture)->path;
  g_autoptr (MienPictureItem) item = NULL;
  g_autofree char *position = mien_format_count (self->position + 1);
  g_autofree char *n = mien_format_count (count (self));
  g_autofree char *name = g_filename_display_name (path);
  /* TRANSLATORS: position in a queue, and its length */
  g_autofree char *subtitle = g_strdup_printf (_ ("%s of %s"), position, n);
  /* TRANSLATORS: classes: the one that a picture is labelled with, and the one it looks like */
  g_autofree char *suggestion = g_strdup_printf (
    _ ("Labelled %s, looks like %s"), classes[mistake->given], classes[mistake->suggested]);

  item = mien_picture_item_new (path, NULL, NULL, self->position);
  mien_thumbnail_set_item (self->picture, item);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_label_set_label (self->suggestion_label, suggestion);
  gtk_label_set_label (self->path_label, name);
  mien_correction_bar_set_picture (self->correction_bar, dataset, mistake->picture,
                                   classes[mistake->suggested]);
  update_actions (self);
}

static void
go (MienMistakesWindow *self, int step)
{
  const gint64 to = (gint64) self->position + step;

  if (to < 0 || to >= count (self))
    return;

  self->position = (guint) to;
  show_position (self);
}

/* On to the next one, unless what was decided was taken back. */
static void
decided (MienMistakesWindow *self)
{
  const MienMistake *mistake = mien_mistakes_get (self->mistakes, self->position);

  if (mien_workspace_get_correction (self->workspace, mien_mistakes_get_dataset (self->mistakes),
                                     mistake->picture) != NULL)
    go (self, 1);
}

static void
find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  GError *error = NULL;
  MienMistakes *mistakes;

  mistakes = mien_mistakes_find (request->dataset, request->backbone, request->seed,
                                 mien_work_report, request->work, cancellable, &error);
  if (mistakes != NULL)
    g_task_return_pointer (task, mistakes, (GDestroyNotify) mien_mistakes_unref);
  else
    g_task_return_error (task, error);
}

static void
found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienMistakesWindow *self = MIEN_MISTAKES_WINDOW (source);
  Request *request = g_task_get_task_data (G_TASK (result));
  g_autoptr (MienMistakes) mistakes = NULL;
  g_autoptr (GError) error = NULL;

  mistakes = g_task_propagate_pointer (G_TASK (result), &error);
  /* The window was closed meanwhile. */
  if (self->work != request->work)
    return;

  stop (self);
  if (mistakes == NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->error_page, escaped);
      gtk_stack_set_visible_child_name (self->stack, "error");
      return;
    }

  self->mistakes = g_steal_pointer (&mistakes);
  if (count (self) > 0)
    show_position (self);
  gtk_stack_set_visible_child_name (self->stack, count (self) > 0 ? "queue" : "none");
  update_actions (self);
}

static void
work_changed (MienWork *work, gpointer owner)
{
  MienMistakesWindow *self = owner;
  MienProgress progress;

  mien_work_get_progress (work, &progress);
  mien_busy_show (self->busy_page, self->busy_bar, &progress);
}

static void
start (MienMistakesWindow *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  g_autoptr (GTask) task = NULL;
  Request *request = g_new0 (Request, 1);

  self->work = mien_work_new (work_changed, self, NULL);
  request->dataset = mien_dataset_ref (mien_workspace_get_dataset (self->workspace));
  request->backbone = g_strdup (settings->weights);
  request->seed = settings->seed;
  request->work = mien_work_ref (self->work);
  task = g_task_new (self, mien_work_get_cancellable (self->work), found, NULL);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, find);
}

static void
act (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienMistakesWindow *self = MIEN_MISTAKES_WINDOW (widget);
  static const struct
  {
    const char *name;
    MienCorrectionKind kind;
  } kinds[] = {
    { "mistakes.keep", MIEN_CORRECTION_KEEP },
    { "mistakes.move", MIEN_CORRECTION_MOVE },
    { "mistakes.set-aside", MIEN_CORRECTION_SET_ASIDE },
    { "mistakes.undo", MIEN_CORRECTION_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (action, kinds[i].name) && count (self) > 0)
      mien_correction_bar_decide (self->correction_bar, kinds[i].kind);
}

static void
previous (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go (MIEN_MISTAKES_WINDOW (widget), -1);
}

static void
next (GtkWidget *widget, const char *action, GVariant *parameter)
{
  go (MIEN_MISTAKES_WINDOW (widget), 1);
}

static void
train_again (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienMistakesWindow *self = MIEN_MISTAKES_WINDOW (widget);

  mien_workspace_train_again (self->workspace);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
mien_mistakes_window_close_request (GtkWindow *window)
{
  mien_workspace_apply_corrections (MIEN_MISTAKES_WINDOW (window)->workspace);
  return GTK_WINDOW_CLASS (mien_mistakes_window_parent_class)->close_request (window);
}

static void
mien_mistakes_window_dispose (GObject *object)
{
  MienMistakesWindow *self = MIEN_MISTAKES_WINDOW (object);

  stop (self);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  /* Before what its signals need. */
  adw_window_set_content (ADW_WINDOW (self), NULL);
  g_clear_pointer (&self->mistakes, mien_mistakes_unref);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_mistakes_window_parent_class)->dispose (object);
}

static void
mien_mistakes_window_class_init (MienMistakesWindowClass *klass)
{
  static const char *const decisions[] = { "mistakes.keep", "mistakes.move", "mistakes.set-aside",
                                           "mistakes.undo" };
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_mistakes_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = mien_mistakes_window_close_request;

  g_type_ensure (MIEN_TYPE_CORRECTION_BAR);
  g_type_ensure (MIEN_TYPE_THUMBNAIL);
  for (guint i = 0; i < G_N_ELEMENTS (decisions); i++)
    gtk_widget_class_install_action (widget_class, decisions[i], NULL, act);
  gtk_widget_class_install_action (widget_class, "mistakes.previous", NULL, previous);
  gtk_widget_class_install_action (widget_class, "mistakes.next", NULL, next);
  gtk_widget_class_install_action (widget_class, "mistakes.train-again", NULL, train_again);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-mistakes-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, title);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, arrows);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, busy_page);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, busy_bar);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, picture);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, suggestion_label);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, path_label);
  gtk_widget_class_bind_template_child (widget_class, MienMistakesWindow, correction_bar);
  gtk_widget_class_bind_template_callback (widget_class, decided);
}

static void
mien_mistakes_window_init (MienMistakesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_mistakes_window_new:
 * @parent: the window in front of which it opens
 * @workspace: with a data set; its settings say which backbone looks at the pictures
 *
 * Returns: (transfer none): a window that looks for mistakes at once
 */
GtkWidget *
mien_mistakes_window_new (GtkWindow *parent, MienWorkspace *workspace)
{
  MienMistakesWindow *self = g_object_new (MIEN_TYPE_MISTAKES_WINDOW, "transient-for", parent,
                                           NULL);

  self->workspace = g_object_ref (workspace);
  mien_correction_bar_set_workspace (self->correction_bar, workspace);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (update_actions), self);
  update_actions (self);
  start (self);
  return GTK_WIDGET (self);
}

/**
 * mien_mistakes_window_get_state:
 *
 * Returns: "busy", "error", "none" or "queue"
 */
const char *
mien_mistakes_window_get_state (MienMistakesWindow *self)
{
  g_return_val_if_fail (MIEN_IS_MISTAKES_WINDOW (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

/**
 * mien_mistakes_window_get_position:
 *
 * Returns: which picture of the queue is shown, from 0
 */
guint
mien_mistakes_window_get_position (MienMistakesWindow *self)
{
  g_return_val_if_fail (MIEN_IS_MISTAKES_WINDOW (self), 0);

  return self->position;
}
