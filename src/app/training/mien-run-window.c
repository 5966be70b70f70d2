/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-run-window.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart.h"
#include "app/training/mien-run-changes.h"
#include "app/training/mien-run-matrix.h"
#include "app/widgets/mien-format.h"
#include "plot/mien-learning-curves.h"
#include "plot/mien-line-layer.h"

#define CHART_HEIGHT 220

/* How long an epoch is seen for when they are played, in milliseconds. */
#define EPOCH_TIME 500

struct _MienRunWindow
{
  AdwWindow parent_instance;

  /* Template children */
  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  AdwComboRow *other_row;
  GtkBox *charts;
  GtkWidget *scrubber;
  GtkToggleButton *play_button;
  GtkAdjustment *epoch;
  GtkLabel *epoch_label;
  MienRunMatrix *matrix;
  MienRunMatrix *other_matrix;
  GtkWidget *comparison;
  MienRunChanges *changes;
  GtkLabel *settings_label;

  /* Owned */
  MienWorkspace *workspace;
  MienRunRecord *record;
  GPtrArray *others;    /* (MienRunRecord): those that it can be compared with */
  MienRunRecord *other; /* NULL: it stands alone */

  guint playing; /* source; 0: not */
};

G_DEFINE_FINAL_TYPE (MienRunWindow, mien_run_window, ADW_TYPE_WINDOW)

static MienChart *
add_chart (MienRunWindow *self, const char *title, MienLearningFigure figure)
{
  GtkWidget *chart = g_object_new (MIEN_TYPE_CHART, "title", title, "x-title", _ ("Epoch"),
                                   "percent", figure == MIEN_LEARNING_ACCURACY, "height-request",
                                   CHART_HEIGHT, NULL);

  gtk_box_append (self->charts, chart);
  return MIEN_CHART (chart);
}

static void
add_learning_chart (MienRunWindow *self, const char *title, MienLearningFigure figure)
{
  MienChart *chart = add_chart (self, title, figure);
  g_auto (MienLearningCurves) curves = { 0 };

  mien_learning_curves_init (&curves, mien_chart_get_plot (chart), figure);
  mien_learning_curves_update (&curves, self->record->history, self->record->best_epoch);
}

/* What validation says, or training without it. */
static double
get_figure (const MienEpoch *epoch, MienLearningFigure figure)
{
  if (figure == MIEN_LEARNING_LOSS)
    return isnan (epoch->validation_loss) ? epoch->loss : epoch->validation_loss;
  return isnan (epoch->validation_accuracy) ? epoch->accuracy : epoch->validation_accuracy;
}

static void
add_line (MienChart *chart,
          const MienRunRecord *record,
          MienLearningFigure figure,
          MienColor color,
          MienLineStyle style)
{
  g_autoptr (MienSeries) series = mien_series_new (record->name);
  g_autoptr (MienLineLayer) layer = mien_line_layer_new (series, color, style);

  for (guint i = 0; i < record->history->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (record->history, MienEpoch, i);

      mien_series_append (series, epoch->epoch, get_figure (epoch, figure));
    }
  mien_chart_add_layer (chart, MIEN_CHART_LAYER (layer));
}

static void
add_comparison_chart (MienRunWindow *self, const char *title, MienLearningFigure figure)
{
  MienChart *chart = add_chart (self, title, figure);

  add_line (chart, self->record, figure, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  add_line (chart, self->other, figure, MIEN_COLOR_SECOND_LINE, MIEN_LINE_DASHED_SQUARE);
}

static void
fill_charts (MienRunWindow *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->charts))) != NULL)
    gtk_box_remove (self->charts, child);

  if (self->other != NULL)
    {
      add_comparison_chart (self, _ ("Validation Loss"), MIEN_LEARNING_LOSS);
      add_comparison_chart (self, _ ("Validation Accuracy"), MIEN_LEARNING_ACCURACY);
    }
  else
    {
      add_learning_chart (self, _ ("Loss"), MIEN_LEARNING_LOSS);
      add_learning_chart (self, _ ("Accuracy"), MIEN_LEARNING_ACCURACY);
    }
}

static void
fill_settings (MienRunWindow *self)
{
  g_autofree char *text = mien_run_records_compare_settings (self->record, self->other);

  gtk_label_set_label (self->settings_label, *text != '\0' ? text : _ ("None."));
}

static void
show_epoch (MienRunWindow *self)
{
  const guint epoch = mien_run_window_get_epoch (self);
  g_autofree char *text = mien_format_epoch (epoch, (guint) gtk_adjustment_get_upper (self->epoch));

  gtk_label_set_label (self->epoch_label, text);
  mien_run_matrix_set_epoch (self->matrix, epoch);
  mien_run_matrix_set_epoch (self->other_matrix, epoch);
}

static void
epoch_changed (MienRunWindow *self)
{
  show_epoch (self);
}

static gboolean
play_next (gpointer user_data)
{
  MienRunWindow *self = user_data;
  const double next = gtk_adjustment_get_value (self->epoch) + 1;

  if (next > gtk_adjustment_get_upper (self->epoch))
    {
      self->playing = 0;
      gtk_toggle_button_set_active (self->play_button, FALSE);
      return G_SOURCE_REMOVE;
    }

  gtk_adjustment_set_value (self->epoch, next);
  return G_SOURCE_CONTINUE;
}

/* From the first epoch if the last one was seen. */
static void
play_toggled (MienRunWindow *self)
{
  const gboolean plays = gtk_toggle_button_get_active (self->play_button);

  gtk_button_set_icon_name (GTK_BUTTON (self->play_button), plays
                                                              ? "media-playback-pause-symbolic"
                                                              : "media-playback-start-symbolic");
  g_clear_handle_id (&self->playing, g_source_remove);
  if (!plays)
    return;

  if (gtk_adjustment_get_value (self->epoch) >= gtk_adjustment_get_upper (self->epoch))
    gtk_adjustment_set_value (self->epoch, 1);
  self->playing = g_timeout_add (EPOCH_TIME, play_next, self);
}

static void
show_runs (MienRunWindow *self)
{
  const MienRunRecord *other = self->other;
  guint n = self->record->history->len;

  if (other != NULL)
    n = MAX (n, other->history->len);
  fill_charts (self);
  mien_run_matrix_set_record (self->matrix, self->record);
  mien_run_matrix_set_record (self->other_matrix, self->other);
  gtk_widget_set_visible (GTK_WIDGET (self->other_matrix), other != NULL);
  gtk_widget_set_visible (self->comparison, other != NULL);
  gtk_widget_set_visible (self->scrubber, n > 1 && (self->record->confusions != NULL ||
                                                    (other != NULL && other->confusions != NULL)));
  if (other != NULL)
    {
      fill_settings (self);
      mien_run_changes_set_runs (self->changes, mien_workspace_get_dataset (self->workspace),
                                 self->record, self->other);
    }
  gtk_adjustment_set_upper (self->epoch, n);
  gtk_adjustment_set_value (self->epoch, self->record->best_epoch);
  show_epoch (self);
}

static void
other_selected (MienRunWindow *self)
{
  const guint selected = adw_combo_row_get_selected (self->other_row);
  MienRunRecord *other = NULL;

  if (self->record == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;

  /* Before the others stands "no run". */
  if (selected > 0)
    other = g_ptr_array_index (self->others, selected - 1);
  if (other == self->other)
    return;

  g_clear_pointer (&self->other, mien_run_record_unref);
  self->other = other != NULL ? mien_run_record_ref (other) : NULL;
  show_runs (self);
}

static void
go_on (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienRunWindow *self = MIEN_RUN_WINDOW (widget);

  mien_workspace_resume (self->workspace, self->record->directory);
  gtk_window_close (GTK_WINDOW (self));
}

static void
use_model (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienRunWindow *self = MIEN_RUN_WINDOW (widget);
  g_autofree char *path = g_build_filename (self->record->directory, "best.safetensors", NULL);

  mien_workspace_open_model (self->workspace, path);
  gtk_window_close (GTK_WINDOW (self));
}

static void
open_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienRunWindow *self = MIEN_RUN_WINDOW (widget);
  g_autofree char *uri = g_filename_to_uri (self->record->directory, NULL, NULL);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static void
trashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MienRunWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (g_file_trash_finish (G_FILE (source), result, &error))
    gtk_window_close (GTK_WINDOW (self));
  else
    {
      g_autoptr (AdwToast) toast = adw_toast_new (error->message);

      adw_toast_overlay_add_toast (self->toasts, g_steal_pointer (&toast));
    }
}

static void
trash (GtkWidget *widget, const char *action, GVariant *parameter)
{
  MienRunWindow *self = MIEN_RUN_WINDOW (widget);
  g_autoptr (GFile) folder = g_file_new_for_path (self->record->directory);

  g_file_trash_async (folder, G_PRIORITY_DEFAULT, NULL, trashed, g_object_ref (self));
}

/* The run that is being trained is left alone. */
static void
update_actions (MienRunWindow *self)
{
  MienSession *session = mien_workspace_get_session (self->workspace);
  const gboolean training = mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN);
  const gboolean is_running = training && (session == NULL ||
                                           g_str_equal (mien_session_get_run_directory (session),
                                                        self->record->directory));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.go-on",
                                 !training &&
                                   mien_workspace_get_dataset (self->workspace) != NULL &&
                                   self->record->history->len < self->record->settings->epochs);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.use-model", self->record->classes != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "run.trash", !is_running);
}

static void
mien_run_window_dispose (GObject *object)
{
  MienRunWindow *self = MIEN_RUN_WINDOW (object);

  g_clear_handle_id (&self->playing, g_source_remove);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  /* Before what its signals need. */
  adw_window_set_content (ADW_WINDOW (self), NULL);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->record, mien_run_record_unref);
  g_clear_pointer (&self->other, mien_run_record_unref);
  g_clear_pointer (&self->others, g_ptr_array_unref);

  G_OBJECT_CLASS (mien_run_window_parent_class)->dispose (object);
}

static void
mien_run_window_class_init (MienRunWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = mien_run_window_dispose;

  g_type_ensure (MIEN_TYPE_RUN_CHANGES);
  g_type_ensure (MIEN_TYPE_RUN_MATRIX);
  gtk_widget_class_install_action (widget_class, "run.go-on", NULL, go_on);
  gtk_widget_class_install_action (widget_class, "run.use-model", NULL, use_model);
  gtk_widget_class_install_action (widget_class, "run.open-folder", NULL, open_folder);
  gtk_widget_class_install_action (widget_class, "run.trash", NULL, trash);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-run-window.ui");
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, title);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, other_row);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, charts);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, scrubber);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, play_button);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, epoch);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, epoch_label);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, matrix);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, other_matrix);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, comparison);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, changes);
  gtk_widget_class_bind_template_child (widget_class, MienRunWindow, settings_label);
  gtk_widget_class_bind_template_callback (widget_class, epoch_changed);
  gtk_widget_class_bind_template_callback (widget_class, play_toggled);
  gtk_widget_class_bind_template_callback (widget_class, other_selected);
}

static void
mien_run_window_init (MienRunWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
fill_others (MienRunWindow *self, GPtrArray *records)
{
  /* TRANSLATORS: no run */
  const char *none[] = { _ ("None"), NULL };
  g_autoptr (GtkStringList) names = gtk_string_list_new (none);

  for (guint i = 0; i < records->len; i++)
    {
      MienRunRecord *other = g_ptr_array_index (records, i);

      if (other->error != NULL || g_str_equal (other->directory, self->record->directory))
        continue;
      g_ptr_array_add (self->others, mien_run_record_ref (other));
      gtk_string_list_append (names, other->name);
    }
  adw_combo_row_set_model (self->other_row, G_LIST_MODEL (names));
  gtk_widget_set_sensitive (GTK_WIDGET (self->other_row), self->others->len > 0);
}

/**
 * mien_run_window_new:
 * @workspace: what a run is gone on with in
 * @record: a run without an error
 * @records: (element-type MienRunRecord): those that it can be compared with; itself and what
 * cannot be opened are left out
 *
 * Returns: (transfer none): a window
 */
GtkWidget *
mien_run_window_new (MienWorkspace *workspace, MienRunRecord *record, GPtrArray *records)
{
  MienRunWindow *self = g_object_new (MIEN_TYPE_RUN_WINDOW, NULL);
  g_autofree char *accuracy = NULL;

  self->workspace = g_object_ref (workspace);
  self->record = mien_run_record_ref (record);
  self->others = g_ptr_array_new_with_free_func ((GDestroyNotify) mien_run_record_unref);
  accuracy = mien_format_percent (mien_run_record_get_accuracy (record, record->best_epoch), 1);
  gtk_window_set_title (GTK_WINDOW (self), record->name);
  adw_window_title_set_title (self->title, record->name);
  adw_window_title_set_subtitle (self->title, accuracy);
  fill_others (self, records);
  show_runs (self);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (update_actions), self);
  update_actions (self);
  return GTK_WIDGET (self);
}

/**
 * mien_run_window_compare:
 * @other: one of the runs that it can be compared with
 *
 * Puts @other beside the run, as its choice in the list does.
 */
void
mien_run_window_compare (MienRunWindow *self, MienRunRecord *other)
{
  guint index;

  g_return_if_fail (MIEN_IS_RUN_WINDOW (self));

  if (g_ptr_array_find (self->others, other, &index))
    adw_combo_row_set_selected (self->other_row, index + 1);
}

/**
 * mien_run_window_get_epoch:
 *
 * Returns: the epoch whose matrices are shown, from 1
 */
guint
mien_run_window_get_epoch (MienRunWindow *self)
{
  g_return_val_if_fail (MIEN_IS_RUN_WINDOW (self), 1);

  return (guint) lround (gtk_adjustment_get_value (self->epoch));
}

/**
 * mien_run_window_set_epoch:
 * @epoch: from 1
 */
void
mien_run_window_set_epoch (MienRunWindow *self, guint epoch)
{
  g_return_if_fail (MIEN_IS_RUN_WINDOW (self));

  gtk_adjustment_set_value (self->epoch, epoch);
}
