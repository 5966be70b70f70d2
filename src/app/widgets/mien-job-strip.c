/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-job-strip.h"

#include <glib/gi18n-lib.h>

#include "app/widgets/mien-format.h"

struct _MienJobStrip
{
  GtkWidget parent_instance;

  /* Template children */
  GtkRevealer *revealer;
  GtkButton *text_button;
  GtkLabel *label;
  GtkProgressBar *progress_bar;
  GtkButton *pause_button;
  GtkButton *stop_button;

  MienWorkspace *workspace; /* owned */
  MienJob job;              /* the one that is shown */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What a job is called here, and the view that a click leads to. */
static const struct
{
  const char *title;
  const char *view;
} jobs[MIEN_N_JOBS] = {
  [MIEN_JOB_NONE] = { "", "dataset" },
  [MIEN_JOB_SAMPLE] = { N_ ("Drawing the sample"), "dataset" },
  [MIEN_JOB_SCAN] = { N_ ("Reading pictures"), "dataset" },
  [MIEN_JOB_PREPARE] = { N_ ("Preparing pictures"), "dataset" },
  [MIEN_JOB_BACKBONE] = { N_ ("Reading weights"), "training" },
  [MIEN_JOB_TRAIN] = { N_ ("Training"), "training" },
  [MIEN_JOB_EVALUATE] = { N_ ("Evaluating"), "evaluation" },
  [MIEN_JOB_COMPARE] = { N_ ("Looking at the training pictures"), "evaluation" },
  [MIEN_JOB_LOAD] = { N_ ("Opening the model"), "prediction" },
  [MIEN_JOB_SAVE] = { N_ ("Saving the model"), "training" },
  [MIEN_JOB_PREDICT] = { N_ ("Predicting"), "prediction" },
};

G_DEFINE_FINAL_TYPE (MienJobStrip, mien_job_strip, GTK_TYPE_WIDGET)

static char *
dup_training_text (MienJobStrip *self)
{
  MienSessionSnapshot snapshot;
  g_autofree char *epoch = NULL;
  g_autofree char *left = NULL;

  mien_workspace_get_snapshot (self->workspace, &snapshot);
  if (snapshot.state == MIEN_SESSION_COMPUTING)
    {
      g_autofree char *done = mien_format_count (snapshot.preparing.done);
      g_autofree char *total = mien_format_count (snapshot.preparing.total);

      /* TRANSLATORS: how many pictures' features are computed, and how many there are */
      return g_strdup_printf (_ ("Training · features · %s of %s"), done, total);
    }
  if (snapshot.state == MIEN_SESSION_PREPARING || snapshot.epoch == 0)
    return g_strdup (_ ("Training · preparing"));

  epoch = mien_format_epoch (snapshot.epoch, snapshot.n_epochs);
  if (snapshot.state == MIEN_SESSION_PAUSED)
    /* TRANSLATORS: "epoch 3 of 40" */
    return g_strdup_printf (_ ("Training · %s · paused"), epoch);
  if (snapshot.seconds_left < 0)
    return g_strdup_printf (_ ("Training · %s"), epoch);

  left = mien_format_time_left (snapshot.seconds_left);
  /* TRANSLATORS: "epoch 3 of 40", "1:20 left" */
  return g_strdup_printf (_ ("Training · %s · %s"), epoch, left);
}

static char *
dup_text (MienJobStrip *self, const MienProgress *progress)
{
  const char *title = _ (jobs[self->job].title);
  g_autofree char *done = NULL;
  g_autofree char *total = NULL;

  if (self->job == MIEN_JOB_TRAIN)
    return dup_training_text (self);
  if (progress->total == 0)
    return g_strdup (title);

  done = mien_format_count (progress->done);
  total = mien_format_count (progress->total);
  /* TRANSLATORS: a job, how many pictures are done, and how many there are */
  return g_strdup_printf (_ ("%s · %s of %s"), title, done, total);
}

static void
update_buttons (MienJobStrip *self)
{
  const gboolean training = self->job == MIEN_JOB_TRAIN;
  const char *stop = training ? _ ("Stop the Training") : _ ("Cancel");

  gtk_widget_set_visible (GTK_WIDGET (self->pause_button), training);
  gtk_widget_set_visible (GTK_WIDGET (self->stop_button), self->job != MIEN_JOB_SAVE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->stop_button), stop);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->stop_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  stop, -1);

  if (training)
    {
      MienSessionSnapshot snapshot;
      gboolean paused;
      const char *title;

      mien_workspace_get_snapshot (self->workspace, &snapshot);
      paused = snapshot.state == MIEN_SESSION_PAUSED;
      title = paused ? _ ("Resume") : _ ("Pause");
      gtk_button_set_icon_name (self->pause_button, paused ? "media-playback-start-symbolic"
                                                           : "media-playback-pause-symbolic");
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_button), title);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    }
}

static void
update (MienJobStrip *self)
{
  MienProgress progress;
  g_autofree char *text = NULL;

  self->job = mien_workspace_get_job (self->workspace);
  gtk_revealer_set_reveal_child (self->revealer, self->job != MIEN_JOB_NONE);
  if (self->job == MIEN_JOB_NONE)
    return;

  mien_workspace_get_progress (self->workspace, self->job, &progress);
  text = dup_text (self, &progress);
  gtk_label_set_label (self->label, text);
  /* Its end may not fit. */
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), text);
  gtk_progress_bar_set_fraction (
    self->progress_bar,
    progress.total > 0 ? MIN ((double) progress.done / progress.total, 1.0) : 0.0);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->text_button), "s", jobs[self->job].view);
  update_buttons (self);
}

static void
stop_clicked (MienJobStrip *self)
{
  if (self->job == MIEN_JOB_TRAIN)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);
  else
    mien_workspace_cancel (self->workspace, self->job);
}

static void
mien_job_strip_dispose (GObject *object)
{
  MienJobStrip *self = MIEN_JOB_STRIP (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), MIEN_TYPE_JOB_STRIP);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_job_strip_parent_class)->dispose (object);
}

static void
mien_job_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_JOB_STRIP (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_job_strip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_job_strip_set_workspace (MIEN_JOB_STRIP (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_job_strip_class_init (MienJobStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_job_strip_dispose;
  object_class->get_property = mien_job_strip_get_property;
  object_class->set_property = mien_job_strip_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-job-strip.ui");
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, revealer);
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, text_button);
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, label);
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, pause_button);
  gtk_widget_class_bind_template_child (widget_class, MienJobStrip, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
}

static void
mien_job_strip_init (MienJobStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_job_strip_get_workspace:
 *
 * Returns: (transfer none) (nullable): whose jobs are shown
 */
MienWorkspace *
mien_job_strip_get_workspace (MienJobStrip *self)
{
  g_return_val_if_fail (MIEN_IS_JOB_STRIP (self), NULL);

  return self->workspace;
}

/**
 * mien_job_strip_set_workspace:
 * @workspace: whose jobs to show; set once
 */
void
mien_job_strip_set_workspace (MienJobStrip *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_JOB_STRIP (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (update), self);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_job_strip_is_revealed:
 *
 * Returns: whether a job is shown
 */
gboolean
mien_job_strip_is_revealed (MienJobStrip *self)
{
  g_return_val_if_fail (MIEN_IS_JOB_STRIP (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}

/**
 * mien_job_strip_get_text:
 *
 * Returns: what it says of the job
 */
const char *
mien_job_strip_get_text (MienJobStrip *self)
{
  g_return_val_if_fail (MIEN_IS_JOB_STRIP (self), NULL);

  return gtk_label_get_label (self->label);
}
