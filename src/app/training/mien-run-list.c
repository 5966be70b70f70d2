/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-run-list.h"

#include <glib/gi18n-lib.h>

#include "app/training/mien-run-window.h"
#include "app/widgets/mien-format.h"
#include "train/mien-run-record.h"

/* Rows, until all are asked for. */
#define FIRST_ROWS 5

struct _MienRunList
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group; /* owned by the bin */
  GPtrArray *rows;            /* (GtkWidget), borrowed from the group */

  /* Owned */
  MienWorkspace *workspace;
  GPtrArray *records; /* (MienRunRecord) */
  GCancellable *reading;

  gboolean all; /* rows were asked for */
};

G_DEFINE_FINAL_TYPE (MienRunList, mien_run_list, ADW_TYPE_BIN)

static char *
format_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  /* TRANSLATORS: day, month, year, hour and minute, as strftime() has them */
  return g_date_time_format (time, _ ("%e %b %Y, %H:%M"));
}

/* "86.1 % · epoch 23 of 40 · 4:42" */
static char *
describe (const MienRunRecord *record)
{
  g_autofree char *accuracy = mien_format_percent (
    mien_run_record_get_accuracy (record, record->best_epoch), 1);
  g_autofree char *epoch = mien_format_epoch (record->best_epoch, record->history->len);
  g_autofree char *duration = NULL;
  double seconds = 0;

  for (guint i = 0; i < record->history->len; i++)
    seconds += g_array_index (record->history, MienEpoch, i).seconds;
  duration = mien_format_duration (seconds);
  return g_strdup_printf ("%s · %s · %s", accuracy, epoch, duration);
}

static GtkWidget *
create_row (const MienRunRecord *record)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *time = record->modified > 0 ? format_time (record->modified) : NULL;
  g_autofree char *text = record->error == NULL ? describe (record) : NULL;
  g_autofree char *subtitle = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), record->name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_tooltip_text (row, record->name);
  if (record->error != NULL)
    {
      GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

      gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Cannot be opened"), -1);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), record->error->message);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
      return row;
    }

  subtitle = g_strdup_printf ("%s\n%s", time, text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                             gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
row_activated (MienRunList *self, GtkWidget *row)
{
  guint index;

  if (g_ptr_array_find (self->rows, row, &index))
    mien_run_list_open (self, index);
}

static void fill (MienRunList *self);

static void
show_all (MienRunList *self)
{
  self->all = TRUE;
  fill (self);
  gtk_widget_grab_focus (g_ptr_array_index (self->rows, FIRST_ROWS));
}

static GtkWidget *
create_more_row (MienRunList *self)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *count = mien_format_count (self->records->len - FIRST_ROWS);
  /* TRANSLATORS: trainings */
  g_autofree char *title = g_strdup_printf (_ ("Show %s More"), count);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_swapped (row, "activated", G_CALLBACK (show_all), self);
  return row;
}

static void
fill (MienRunList *self)
{
  const guint n = self->records->len;
  const guint n_rows = self->all ? n : MIN (n, FIRST_ROWS);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; i < n_rows; i++)
    {
      GtkWidget *row = create_row (g_ptr_array_index (self->records, i));

      g_signal_connect_swapped (row, "activated", G_CALLBACK (row_activated), self);
      g_ptr_array_add (self->rows, row);
    }
  if (n > n_rows)
    g_ptr_array_add (self->rows, create_more_row (self));
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_add (self->group, g_ptr_array_index (self->rows, i));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}

static void
read_runs (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autofree char *folder = mien_run_records_get_folder ();

  g_task_return_pointer (task, mien_run_records_list (folder, cancellable),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
runs_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienRunList *self = MIEN_RUN_LIST (source);
  g_autoptr (GPtrArray) records = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Cancelled: other runs are being read, or the list is gone. */
  if (records == NULL)
    return;

  g_ptr_array_unref (self->records);
  self->records = g_steal_pointer (&records);
  fill (self);
}

static void
refresh (MienRunList *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  task = g_task_new (self, self->reading, runs_read, NULL);
  g_task_run_in_thread (task, read_runs);
}

static void
training_changed (MienRunList *self)
{
  if (!mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN))
    refresh (self);
}

static void
mien_run_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (mien_run_list_parent_class)->map (widget);

  refresh (MIEN_RUN_LIST (widget));
}

static void
mien_run_list_dispose (GObject *object)
{
  MienRunList *self = MIEN_RUN_LIST (object);

  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (mien_run_list_parent_class)->dispose (object);
}

static void
mien_run_list_class_init (MienRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mien_run_list_dispose;
  GTK_WIDGET_CLASS (klass)->map = mien_run_list_map;
}

static void
mien_run_list_init (MienRunList *self)
{
  self->rows = g_ptr_array_new ();
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_run_record_unref);
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Runs"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}

/**
 * mien_run_list_set_workspace:
 * @workspace: what a run is gone on with in; to be set once
 *
 * The runs are read when the list comes to be seen, and again whenever a training has ended.
 */
void
mien_run_list_set_workspace (MienRunList *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_RUN_LIST (self) && self->workspace == NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (training_changed), self);
}

/**
 * mien_run_list_get_n_runs:
 *
 * Returns: how many folders were found, those that cannot be opened too
 */
guint
mien_run_list_get_n_runs (MienRunList *self)
{
  g_return_val_if_fail (MIEN_IS_RUN_LIST (self), 0);

  return self->records->len;
}

/**
 * mien_run_list_open:
 * @index: less than mien_run_list_get_n_runs()
 *
 * Opens the window of a run; nothing happens where it cannot be opened.
 */
void
mien_run_list_open (MienRunList *self, guint index)
{
  MienRunRecord *record;
  GtkWidget *window;

  g_return_if_fail (MIEN_IS_RUN_LIST (self) && index < self->records->len);

  record = g_ptr_array_index (self->records, index);
  if (record->error != NULL)
    return;

  window = mien_run_window_new (self->workspace, record, self->records);
  /* What became of the run shows when the window is gone. */
  g_signal_connect_object (window, "destroy", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (window));
}
