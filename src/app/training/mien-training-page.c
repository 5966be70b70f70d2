/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-training-page.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/chart/mien-chart.h"
#include "app/training/mien-run-list.h"
#include "app/training/mien-settings-pane.h"
#include "app/widgets/mien-format.h"
#include "plot/mien-learning-curves.h"
#include "train/mien-training-set.h"

/* The charts are as wide as this many epochs at least. */
#define EPOCHS_SHOWN 10

struct _MienTrainingPage
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  AdwFlap *flap;
  MienSettingsPane *settings_pane;
  MienRunList *run_list;
  GtkLabel *state_label;
  GtkWidget *start_button;
  GtkWidget *running_buttons;
  GtkButton *pause_button;
  GtkWidget *stop_button;
  GtkWidget *error_box;
  GtkLabel *error_label;
  MienChart *loss_chart;
  MienChart *accuracy_chart;
  GtkLabel *figures_label;
  GtkProgressBar *progress_bar;

  /* Owned */
  MienWorkspace *workspace;
  MienSession *session; /* the one that is shown; NULL: none yet */
  MienLearningCurves loss;
  MienLearningCurves accuracy;
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienTrainingPage, mien_training_page, ADW_TYPE_BIN)

/* Takes over the epochs that have been finished since the last time. */
static void
update_charts (MienTrainingPage *self, const MienSessionSnapshot *snapshot)
{
  g_autoptr (GArray) history = mien_session_dup_history (self->session);

  mien_learning_curves_update (&self->loss, history, snapshot->best_epoch);
  mien_learning_curves_update (&self->accuracy, history, snapshot->best_epoch);
}

static const char *
describe_state (const MienSessionSnapshot *snapshot)
{
  switch (snapshot->state)
    {
    case MIEN_SESSION_PREPARING:
      return snapshot->preparing.phase != NULL ? snapshot->preparing.phase : _ ("Preparing");
    case MIEN_SESSION_COMPUTING:
      return _ ("Computing features");
    case MIEN_SESSION_TRAINING:
      return _ ("Training");
    case MIEN_SESSION_VALIDATING:
      return _ ("Validating");
    case MIEN_SESSION_PAUSED:
      return _ ("Paused");
    case MIEN_SESSION_FINISHED:
      return snapshot->epoch < snapshot->n_epochs ? _ ("Finished early: it got no better")
                                                  : _ ("Finished");
    case MIEN_SESSION_STOPPED:
      return _ ("Stopped");
    case MIEN_SESSION_FAILED:
      return _ ("Failed");
    case MIEN_SESSION_READY:
    default:
      return _ ("Ready");
    }
}

static void
add_figure (GString *text, char *figure)
{
  if (figure != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", figure);
  g_free (figure);
}

static void
add_running_figures (GString *text, const MienSessionSnapshot *snapshot)
{
  add_figure (text, mien_format_epoch (snapshot->epoch, snapshot->n_epochs));
  add_figure (text, mien_format_rate (snapshot->pictures_per_second));
  add_figure (text, mien_format_time_left (snapshot->seconds_left));
}

static void
add_computing_figures (GString *text, const MienSessionSnapshot *snapshot)
{
  g_autofree char *done = mien_format_count (snapshot->preparing.done);
  g_autofree char *total = mien_format_count (snapshot->preparing.total);

  /* TRANSLATORS: how many pictures are done, and how many there are */
  add_figure (text, g_strdup_printf (_ ("%s of %s"), done, total));
  add_figure (text, mien_format_rate (snapshot->pictures_per_second));
}

static void
add_final_figures (GString *text, MienSession *session, const MienSessionSnapshot *snapshot)
{
  g_autoptr (GArray) history = mien_session_dup_history (session);

  add_figure (text, mien_format_epoch (snapshot->epoch, snapshot->n_epochs));
  for (guint i = 0; i < history->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (history, MienEpoch, i);
      g_autofree char *accuracy = NULL;

      if (epoch->epoch != snapshot->best_epoch)
        continue;
      accuracy = mien_format_percent (
        isfinite (epoch->validation_accuracy) ? epoch->validation_accuracy : epoch->accuracy, 1);
      /* TRANSLATORS: the best epoch, and its accuracy: "best epoch 23 with 86.1 %" */
      add_figure (text, g_strdup_printf (_ ("best epoch %u with %s"), epoch->epoch, accuracy));
    }
  add_figure (text, mien_format_duration (snapshot->seconds));
}

static void
add_left_out (GString *text, guint n_left_out)
{
  g_autofree char *count = mien_format_count (n_left_out);

  if (n_left_out > 0)
    /* TRANSLATORS: how many training pictures are not used, since they look the same as others */
    add_figure (text, g_strdup_printf (
                        ngettext ("%s twin left out", "%s twins left out", n_left_out), count));
}

static void
update_figures (MienTrainingPage *self, const MienSessionSnapshot *snapshot, gboolean running)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double fraction = 0.0;

  if (snapshot->state == MIEN_SESSION_PREPARING || snapshot->state == MIEN_SESSION_COMPUTING)
    {
      if (snapshot->preparing.total > 0)
        fraction = (double) snapshot->preparing.done / snapshot->preparing.total;
      if (snapshot->state == MIEN_SESSION_COMPUTING)
        add_computing_figures (text, snapshot);
    }
  else if (running && snapshot->epoch > 0)
    {
      add_running_figures (text, snapshot);
      if (snapshot->n_batches > 0)
        fraction = (double) snapshot->batch / snapshot->n_batches;
    }
  else if (!running)
    add_final_figures (text, self->session, snapshot);
  if (snapshot->memory_bytes > 0)
    add_figure (text, mien_format_bytes (snapshot->memory_bytes));
  if (running && snapshot->computes_again)
    add_figure (text, g_strdup (_ ("features cannot be kept: epochs take longer")));
  add_left_out (text, snapshot->n_left_out);
  if (snapshot->n_skipped > 0)
    {
      g_autofree char *pictures = mien_format_pictures (snapshot->n_skipped);

      /* TRANSLATORS: "1 picture" */
      add_figure (text, g_strdup_printf (_ ("%s could not be read"), pictures));
    }

  gtk_label_set_label (self->figures_label, text->str);
  gtk_progress_bar_set_fraction (self->progress_bar, MIN (fraction, 1.0));
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), running);
}

/* Before there is a session: what there is to train with. */
static void
show_ready (MienTrainingPage *self, gboolean running)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  gtk_label_set_label (self->state_label, running ? _ ("Preparing") : _ ("Ready"));
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), FALSE);
  if (dataset != NULL)
    {
      const MienSettings *settings = mien_workspace_get_settings (self->workspace);
      g_autoptr (MienTrainingSet) set = mien_training_set_new (dataset, settings->leave_out_twins);
      g_autofree char *training = mien_format_pictures (set->n);
      g_autofree char *validation = mien_format_count (
        mien_dataset_count_split (dataset, MIEN_SPLIT_VALIDATION));
      /* TRANSLATORS: "480 pictures", a number */
      g_autofree char *figure = g_strdup_printf (_ ("%s to learn from, %s to check with"), training,
                                                 validation);
      g_autoptr (GString) text = g_string_new (figure);

      add_left_out (text, set->n_left_out);
      gtk_label_set_label (self->figures_label, text->str);
    }
}

static void
show_error (MienTrainingPage *self, const char *message)
{
  gtk_widget_set_visible (self->error_box, message != NULL);
  gtk_label_set_label (self->error_label, message);
}

static void
update_start_button (MienTrainingPage *self)
{
  gtk_widget_set_sensitive (self->start_button,
                            mien_workspace_get_dataset (self->workspace) != NULL &&
                              mien_settings_pane_is_valid (self->settings_pane));
}

static void
update (MienTrainingPage *self)
{
  const gboolean running = mien_workspace_is_busy (self->workspace, MIEN_JOB_TRAIN);
  MienSessionSnapshot snapshot;
  g_autoptr (GError) error = NULL;
  gboolean paused;

  gtk_stack_set_visible_child_name (
    self->stack, self->session != NULL || mien_workspace_get_dataset (self->workspace) != NULL
                   ? "content"
                   : "empty");
  gtk_widget_set_visible (self->start_button, !running);
  gtk_widget_set_visible (self->running_buttons, running);
  mien_settings_pane_set_locked (self->settings_pane, running);
  update_start_button (self);
  if (self->session == NULL)
    {
      show_ready (self, running);
      return;
    }

  mien_session_get_snapshot (self->session, &snapshot);
  paused = snapshot.state == MIEN_SESSION_PAUSED;
  gtk_button_set_label (self->pause_button, paused ? _ ("_Resume") : _ ("_Pause"));
  gtk_label_set_label (self->state_label, describe_state (&snapshot));
  update_charts (self, &snapshot);
  update_figures (self, &snapshot, running);
  if (snapshot.state == MIEN_SESSION_FAILED)
    error = mien_session_dup_error (self->session);
  show_error (self, error != NULL ? error->message : NULL);
}

static void
session_changed (MienTrainingPage *self)
{
  MienSession *session = mien_workspace_get_session (self->workspace);

  if (session != self->session)
    {
      g_set_object (&self->session, session);
      mien_learning_curves_empty (&self->loss);
      mien_learning_curves_empty (&self->accuracy);
      show_error (self, NULL);
      /* The charts are what is to be seen now. */
      if (session != NULL && adw_flap_get_folded (self->flap))
        adw_flap_set_reveal_flap (self->flap, FALSE);
    }
  update (self);
}

static void
progress_cb (MienTrainingPage *self, guint job)
{
  if (job == MIEN_JOB_TRAIN)
    update (self);
}

static void
failed_cb (MienTrainingPage *self, guint job, const char *message)
{
  if (job == MIEN_JOB_TRAIN)
    show_error (self, message);
}

static void
start_clicked (MienTrainingPage *self)
{
  mien_workspace_train (self->workspace);
}

static void
pause_clicked (MienTrainingPage *self)
{
  MienSessionSnapshot snapshot;

  if (self->session == NULL)
    return;

  mien_session_get_snapshot (self->session, &snapshot);
  if (snapshot.state == MIEN_SESSION_PAUSED)
    mien_session_go_on (self->session);
  else
    mien_session_pause (self->session);
}

static void
stop_clicked (MienTrainingPage *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_TRAIN);
}

static void
mien_training_page_dispose (GObject *object)
{
  MienTrainingPage *self = MIEN_TRAINING_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  adw_bin_set_child (ADW_BIN (self), NULL);
  mien_learning_curves_clear (&self->loss);
  mien_learning_curves_clear (&self->accuracy);
  g_clear_object (&self->session);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_training_page_parent_class)->dispose (object);
}

static void
mien_training_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_TRAINING_PAGE (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_training_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_training_page_set_workspace (MIEN_TRAINING_PAGE (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_training_page_class_init (MienTrainingPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_training_page_dispose;
  object_class->get_property = mien_training_page_get_property;
  object_class->set_property = mien_training_page_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_CHART);
  g_type_ensure (MIEN_TYPE_RUN_LIST);
  g_type_ensure (MIEN_TYPE_SETTINGS_PANE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-training-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, flap);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, settings_pane);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, run_list);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, start_button);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, running_buttons);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, pause_button);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, error_box);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, loss_chart);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, accuracy_chart);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, figures_label);
  gtk_widget_class_bind_template_child (widget_class, MienTrainingPage, progress_bar);
  gtk_widget_class_bind_template_callback (widget_class, start_clicked);
  gtk_widget_class_bind_template_callback (widget_class, pause_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
}

static void
mien_training_page_init (MienTrainingPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mien_learning_curves_init (&self->loss, mien_chart_get_plot (self->loss_chart),
                             MIEN_LEARNING_LOSS);
  mien_learning_curves_init (&self->accuracy, mien_chart_get_plot (self->accuracy_chart),
                             MIEN_LEARNING_ACCURACY);
  mien_chart_set_x_at_least (self->loss_chart, 1, EPOCHS_SHOWN);
  mien_chart_set_x_at_least (self->accuracy_chart, 1, EPOCHS_SHOWN);
}

/**
 * mien_training_page_get_workspace:
 *
 * Returns: (transfer none) (nullable): whose training is shown
 */
MienWorkspace *
mien_training_page_get_workspace (MienTrainingPage *self)
{
  g_return_val_if_fail (MIEN_IS_TRAINING_PAGE (self), NULL);

  return self->workspace;
}

/**
 * mien_training_page_set_workspace:
 * @workspace: whose training to show; set once
 */
void
mien_training_page_set_workspace (MienTrainingPage *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_TRAINING_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  mien_settings_pane_set_workspace (self->settings_pane, workspace);
  mien_run_list_set_workspace (self->run_list, workspace);
  g_signal_connect_object (self->settings_pane, "changed", G_CALLBACK (update_start_button), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (update), self);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (update), self);
  g_signal_connect_swapped (workspace, "notify::session", G_CALLBACK (session_changed), self);
  g_signal_connect_swapped (workspace, "notify::training", G_CALLBACK (update), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect_swapped (workspace, "failed", G_CALLBACK (failed_cb), self);
  session_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_training_page_get_state:
 *
 * Returns: (transfer none): "empty" (nothing to train on) or "content"
 */
const char *
mien_training_page_get_state (MienTrainingPage *self)
{
  g_return_val_if_fail (MIEN_IS_TRAINING_PAGE (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
