/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-fetch-box.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"
#include "app/workspace/mien-work.h"
#include "train/mien-known-weights.h"

/* Gets the ImageNet weights over the network, the only thing in the window that does. */
struct _MienFetchBox
{
  AdwBin parent_instance;

  /* Template children */
  GtkLabel *status_label;
  GtkProgressBar *progress_bar;
  GtkLabel *error_label;
  GtkButton *fetch_button;
  GtkButton *cancel_button;

  /* Owned */
  MienWorkspace *workspace;
  MienWork *work; /* NULL: nothing is under way */
};

G_DEFINE_FINAL_TYPE (MienFetchBox, mien_fetch_box, ADW_TYPE_BIN)

static void
show_error (MienFetchBox *self, const char *message)
{
  gtk_label_set_label (self->error_label, message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), message != NULL);
}

static void
describe_idle (MienFetchBox *self, const MienKnownWeights *weights)
{
  const guint64 arrived = mien_known_weights_measure_part (weights);
  g_autoptr (GUri) uri = g_uri_parse (weights->source.address, G_URI_FLAGS_NONE, NULL);
  g_autofree char *part = mien_format_bytes (arrived);
  g_autofree char *size = mien_format_bytes (weights->source.size);
  g_autofree char *text = NULL;
  g_autofree char *action = NULL;

  if (arrived > 0)
    {
      text = g_strdup_printf (_ ("%s of %s have arrived and are kept."), part, size);
      action = g_strdup (_ ("_Go On Getting the ImageNet Weights"));
    }
  else
    {
      /* TRANSLATORS: the name of a server */
      text = g_strdup_printf (_ ("A network that knows photographs, published by Keras. It comes "
                                 "from %s; nothing else in Mien uses the network."),
                              g_uri_get_host (uri));
      /* TRANSLATORS: a size */
      action = g_strdup_printf (_ ("_Get the ImageNet Weights… (%s)"), size);
    }
  gtk_label_set_label (self->status_label, text);
  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (self->fetch_button)), action);
}

static void
describe_present (MienFetchBox *self, const MienKnownWeights *weights)
{
  g_autofree char *text = NULL;

  /* TRANSLATORS: whose they are, and their license */
  text = g_strdup_printf (_ ("The ImageNet weights are on this computer. %s."),
                          _ (weights->license));
  gtk_label_set_label (self->status_label, text);
  show_error (self, NULL);
}

/* Shows how things are: under way, there, or neither. */
static void
refresh (MienFetchBox *self)
{
  const MienKnownWeights *weights = mien_known_weights_get_imagenet ();
  const gboolean is_there = mien_known_weights_is_there (weights);
  const gboolean running = self->work != NULL;

  if (is_there && !running)
    describe_present (self, weights);
  else if (!running)
    describe_idle (self, weights);
  gtk_widget_set_visible (GTK_WIDGET (self->fetch_button), !running && !is_there);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel_button), running);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), running);
}

static void
progress_changed (MienWork *work, gpointer owner)
{
  MienFetchBox *self = owner;
  MienProgress progress;
  g_autofree char *done = NULL;
  g_autofree char *total = NULL;
  g_autofree char *text = NULL;

  mien_work_get_progress (work, &progress);
  if (work != self->work || progress.total == 0)
    return;

  done = mien_format_bytes (progress.done);
  total = mien_format_bytes (progress.total);
  /* TRANSLATORS: "Fetching weights: 31.5 MB of 80.1 MB" */
  text = g_strdup_printf (_ ("%s: %s of %s"), progress.phase, done, total);
  gtk_label_set_label (self->status_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar, (double) progress.done / progress.total);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *box = user_data;
  g_autoptr (MienFetchBox) self = g_weak_ref_get (box);
  g_autoptr (GError) error = NULL;
  const gboolean fetched = g_task_propagate_boolean (G_TASK (result), &error);
  gboolean had_focus;

  g_weak_ref_clear (box);
  g_free (box);
  /* The window is closed. */
  if (self == NULL || self->work == NULL)
    return;

  had_focus = gtk_widget_has_focus (GTK_WIDGET (self->cancel_button));
  g_clear_pointer (&self->work, mien_work_unref);
  if (!fetched && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_error (self, error->message);
  refresh (self);
  if (had_focus && !fetched)
    gtk_widget_grab_focus (GTK_WIDGET (self->fetch_button));
  else if (had_focus)
    gtk_widget_child_focus (gtk_widget_get_parent (GTK_WIDGET (self)), GTK_DIR_TAB_FORWARD);

  /* What trains already keeps its settings. */
  if (fetched && !mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN))
    mien_workspace_set_backbone (self->workspace, "imagenet");
}

static void
fetch_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (mien_known_weights_fetch (mien_known_weights_get_imagenet (), mien_work_report, data,
                                cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
fetch_clicked (MienFetchBox *self)
{
  const gboolean had_focus = gtk_widget_has_focus (GTK_WIDGET (self->fetch_button));
  GWeakRef *box = g_new0 (GWeakRef, 1);
  g_autoptr (GTask) task = NULL;

  g_assert (self->work == NULL);

  self->work = mien_work_new (progress_changed, self, NULL);
  /* The task holds nothing that belongs to the main thread: closing the window ends the fetching.
   */
  g_weak_ref_init (box, self);
  task = g_task_new (NULL, mien_work_get_cancellable (self->work), fetched_cb, box);
  g_task_set_task_data (task, mien_work_ref (self->work), (GDestroyNotify) mien_work_unref);
  /* What is there in spite of a late Cancel is there. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, fetch_thread);

  show_error (self, NULL);
  gtk_label_set_label (self->status_label, _ ("Connecting…"));
  gtk_progress_bar_set_fraction (self->progress_bar, 0.0);
  refresh (self);
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->cancel_button));
}

static void
cancel_clicked (MienFetchBox *self)
{
  if (self->work != NULL)
    g_cancellable_cancel (mien_work_get_cancellable (self->work));
}

/* Another window, or the command line, may have got the weights meanwhile. */
static void
mien_fetch_box_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mien_fetch_box_parent_class)->map (widget);
  refresh (MIEN_FETCH_BOX (widget));
}

static void
mien_fetch_box_dispose (GObject *object)
{
  MienFetchBox *self = MIEN_FETCH_BOX (object);

  if (self->work != NULL)
    mien_work_drop (self->work);
  g_clear_pointer (&self->work, mien_work_unref);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_fetch_box_parent_class)->dispose (object);
}

static void
mien_fetch_box_class_init (MienFetchBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_fetch_box_dispose;
  widget_class->map = mien_fetch_box_map;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-fetch-box.ui");
  gtk_widget_class_bind_template_child (widget_class, MienFetchBox, status_label);
  gtk_widget_class_bind_template_child (widget_class, MienFetchBox, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MienFetchBox, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienFetchBox, fetch_button);
  gtk_widget_class_bind_template_child (widget_class, MienFetchBox, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, fetch_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
}

static void
mien_fetch_box_init (MienFetchBox *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_fetch_box_set_workspace:
 * @workspace: whose settings start from the weights once they are there; set once
 */
void
mien_fetch_box_set_workspace (MienFetchBox *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_FETCH_BOX (self));
  g_return_if_fail (self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  refresh (self);
}
