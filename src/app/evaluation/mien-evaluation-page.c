/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/evaluation/mien-evaluation-page.h"

#include <glib/gi18n-lib.h>

#include "app/evaluation/mien-confidence-pane.h"
#include "app/evaluation/mien-curves-pane.h"
#include "app/evaluation/mien-gallery-pane.h"
#include "app/evaluation/mien-matrix-pane.h"
#include "app/widgets/mien-busy.h"
#include "app/widgets/mien-format.h"

struct _MienEvaluationPage
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  AdwStatusPage *busy_page;
  GtkProgressBar *busy_bar;
  AdwStatusPage *error_page;
  AdwLeaflet *leaflet;
  GtkWidget *overview;
  GtkLabel *accuracy_label;
  GtkLabel *twins_label;
  GtkLabel *loss_label;
  GtkDropDown *split_drop_down;
  GtkStack *panes;
  MienMatrixPane *matrix_pane;
  MienCurvesPane *curves_pane;
  MienConfidencePane *confidence_pane;
  MienGalleryPane *gallery;

  /* Owned */
  MienWorkspace *workspace;

  MienSplit splits[MIEN_N_SPLITS]; /* as the drop-down lists them */
  guint n_splits;
  gboolean filling; /* the drop-down is being filled: nothing was chosen */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienEvaluationPage, mien_evaluation_page, ADW_TYPE_BIN)

static void
update_state (MienEvaluationPage *self)
{
  const char *error = mien_workspace_get_evaluation_error (self->workspace);
  const char *state;

  if (mien_workspace_is_busy (self->workspace, MIEN_JOB_EVALUATE))
    state = "busy";
  else if (error != NULL)
    state = "error";
  else if (mien_workspace_get_evaluation (self->workspace) != NULL)
    state = "content";
  else if (mien_workspace_get_model (self->workspace) == NULL)
    state = "no-model";
  else if (mien_workspace_get_dataset (self->workspace) == NULL)
    state = "no-dataset";
  else
    state = "ready";

  if (error != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error, -1);

      adw_status_page_set_description (self->error_page, escaped);
    }
  gtk_stack_set_visible_child_name (self->stack, state);
}

static void
update_progress (MienEvaluationPage *self, guint job)
{
  MienProgress progress;

  if (job != MIEN_JOB_EVALUATE)
    return;

  mien_workspace_get_progress (self->workspace, job, &progress);
  mien_busy_show (NULL, self->busy_bar, &progress);
}

/* The splits that hold pictures: test first, as it says most. */
static void
fill_splits (MienEvaluationPage *self, MienEvaluation *evaluation)
{
  static const MienSplit order[] = { MIEN_SPLIT_TEST, MIEN_SPLIT_VALIDATION, MIEN_SPLIT_TRAIN };
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint selected = GTK_INVALID_LIST_POSITION;

  self->n_splits = 0;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      if (mien_dataset_count_split (mien_evaluation_get_dataset (evaluation), order[i]) == 0)
        continue;
      if (order[i] == mien_evaluation_get_split (evaluation))
        selected = self->n_splits;
      gtk_string_list_append (titles, mien_split_get_title (order[i]));
      self->splits[self->n_splits++] = order[i];
    }

  self->filling = TRUE;
  gtk_drop_down_set_model (self->split_drop_down, G_LIST_MODEL (titles));
  gtk_drop_down_set_selected (self->split_drop_down, selected);
  self->filling = FALSE;
}

static void
fill_figures (MienEvaluationPage *self, MienEvaluation *evaluation)
{
  double low, high;
  const double accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);
  g_autofree char *interval = mien_format_interval (
    accuracy, mien_evaluation_get_n_records (evaluation), low, high);
  g_autofree char *loss = mien_format_number (mien_evaluation_get_loss (evaluation), 0.001);
  const guint n_skipped = mien_evaluation_get_n_skipped (evaluation);
  g_autofree char *skipped = mien_format_pictures (n_skipped);
  const MienViews views = mien_evaluation_get_views (evaluation);
  g_autoptr (GString) text = g_string_new (NULL);

  /* TRANSLATORS: cross-entropy */
  g_string_printf (text, _ ("correct, with its 95 %% interval · loss %s"), loss);
  if (views != MIEN_VIEWS_SINGLE)
    g_string_append_printf (text, " · %s",
                            views == MIEN_VIEWS_FLIP ? _ ("mean of picture and mirror image")
                                                     : _ ("mean of ten crops"));
  if (n_skipped > 0)
    {
      g_string_append (text, " · ");
      /* TRANSLATORS: "1 picture" */
      g_string_append_printf (text, _ ("%s could not be read"), skipped);
    }
  gtk_label_set_label (self->accuracy_label, interval);
  gtk_label_set_label (self->loss_label, text->str);
}

/* What pictures that the training had as well may have added to the accuracy. */
static void
fill_twins (MienEvaluationPage *self, MienEvaluation *evaluation)
{
  const char *where = mien_evaluation_get_earlier_splits (evaluation);
  guint n;
  double low, high;
  const double accuracy = mien_evaluation_get_accuracy_without_twins (evaluation, &n, &low, &high);
  const guint n_twins = mien_evaluation_get_n_records (evaluation) - n;
  g_autofree char *interval = mien_format_interval (accuracy, n, low, high);
  g_autofree char *count = mien_format_count (n_twins);
  g_autofree char *text = NULL;

  if (n > 0)
    /* TRANSLATORS: pictures; "training or validation"; "95.6 % of 180 (91.5 to 97.7)" */
    text = g_strdup_printf (
      ngettext ("without %s with a twin in %s: %s", "without %s with a twin in %s: %s", n_twins),
      count, where, interval);
  else
    /* TRANSLATORS: "training or validation" */
    text = g_strdup_printf (_ ("each of these pictures has a twin in %s"), where);
  gtk_label_set_label (self->twins_label, text);
  gtk_widget_set_visible (GTK_WIDGET (self->twins_label),
                          n_twins > 0 &&
                            mien_evaluation_get_split (evaluation) != MIEN_SPLIT_TRAIN);
}

/* The gallery has the pictures of what is chosen, or of all classes. */
static gboolean
fill_gallery (MienEvaluationPage *self)
{
  int actual, predicted;
  const gboolean selected = mien_matrix_pane_get_selected (self->matrix_pane, &actual, &predicted);

  mien_gallery_pane_show (self->gallery, actual, predicted);
  return selected;
}

static void
selection_changed (MienEvaluationPage *self)
{
  if (fill_gallery (self))
    adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->gallery));
}

static void
evaluation_changed (MienEvaluationPage *self)
{
  MienEvaluation *evaluation = mien_workspace_get_evaluation (self->workspace);

  if (evaluation != NULL)
    {
      fill_splits (self, evaluation);
      fill_figures (self, evaluation);
      fill_twins (self, evaluation);
    }
  mien_matrix_pane_set_evaluation (self->matrix_pane, evaluation);
  mien_curves_pane_set_evaluation (self->curves_pane, evaluation);
  mien_confidence_pane_set_evaluation (self->confidence_pane, evaluation);
  adw_leaflet_set_visible_child (self->leaflet, self->overview);
  fill_gallery (self);
  update_state (self);
}

static void
evaluating_changed (MienEvaluationPage *self)
{
  MienEvaluation *evaluation = mien_workspace_get_evaluation (self->workspace);

  /* After a cancelled one the drop-down has to go back to what is shown. */
  if (evaluation != NULL && !mien_workspace_is_busy (self->workspace, MIEN_JOB_EVALUATE))
    fill_splits (self, evaluation);
  update_state (self);
}

static void
split_selected (MienEvaluationPage *self)
{
  const guint row = gtk_drop_down_get_selected (self->split_drop_down);

  if (!self->filling && row < self->n_splits)
    mien_workspace_evaluate (self->workspace, self->splits[row]);
}

static void
evaluate_clicked (MienEvaluationPage *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  MienEvaluation *evaluation = mien_workspace_get_evaluation (self->workspace);

  if (dataset != NULL)
    mien_workspace_evaluate (self->workspace, evaluation != NULL
                                                ? mien_evaluation_get_split (evaluation)
                                                : mien_dataset_get_evaluation_split (dataset));
}

static void
cancel_clicked (MienEvaluationPage *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_EVALUATE);
}

static void
threshold_moved (MienEvaluationPage *self, double threshold)
{
  mien_workspace_set_threshold (self->workspace, threshold);
}

static void
gallery_cleared (MienEvaluationPage *self)
{
  mien_matrix_pane_unselect (self->matrix_pane);
}

static void
show_pictures_clicked (MienEvaluationPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, GTK_WIDGET (self->gallery));
}

static void
back_clicked (MienEvaluationPage *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->overview);
}

static void
mien_evaluation_page_dispose (GObject *object)
{
  MienEvaluationPage *self = MIEN_EVALUATION_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  /* Before what its signals need. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_evaluation_page_parent_class)->dispose (object);
}

static void
mien_evaluation_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_EVALUATION_PAGE (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_evaluation_page_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_evaluation_page_set_workspace (MIEN_EVALUATION_PAGE (object),
                                          g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_evaluation_page_class_init (MienEvaluationPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_evaluation_page_dispose;
  object_class->get_property = mien_evaluation_page_get_property;
  object_class->set_property = mien_evaluation_page_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_CONFIDENCE_PANE);
  g_type_ensure (MIEN_TYPE_CURVES_PANE);
  g_type_ensure (MIEN_TYPE_GALLERY_PANE);
  g_type_ensure (MIEN_TYPE_MATRIX_PANE);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-evaluation-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, busy_page);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, busy_bar);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, error_page);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, overview);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, accuracy_label);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, loss_label);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, twins_label);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, split_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, panes);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, matrix_pane);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, curves_pane);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, confidence_pane);
  gtk_widget_class_bind_template_child (widget_class, MienEvaluationPage, gallery);
  gtk_widget_class_bind_template_callback (widget_class, split_selected);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, evaluate_clicked);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, gallery_cleared);
  gtk_widget_class_bind_template_callback (widget_class, threshold_moved);
  gtk_widget_class_bind_template_callback (widget_class, show_pictures_clicked);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked);
}

static void
mien_evaluation_page_init (MienEvaluationPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * mien_evaluation_page_get_workspace:
 *
 * Returns: (transfer none) (nullable): whose evaluation is shown
 */
MienWorkspace *
mien_evaluation_page_get_workspace (MienEvaluationPage *self)
{
  g_return_val_if_fail (MIEN_IS_EVALUATION_PAGE (self), NULL);

  return self->workspace;
}

/**
 * mien_evaluation_page_set_workspace:
 * @workspace: whose evaluation to show; set once
 */
void
mien_evaluation_page_set_workspace (MienEvaluationPage *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_EVALUATION_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  mien_gallery_pane_set_workspace (self->gallery, workspace);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "notify::model", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "notify::evaluation", G_CALLBACK (evaluation_changed), self);
  g_signal_connect_swapped (workspace, "notify::evaluation-error", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "notify::evaluating", G_CALLBACK (evaluating_changed), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (update_progress), self);
  evaluation_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_evaluation_page_get_state:
 *
 * Returns: (transfer none): "no-model", "no-dataset", "ready", "busy", "error" or "content"
 */
const char *
mien_evaluation_page_get_state (MienEvaluationPage *self)
{
  g_return_val_if_fail (MIEN_IS_EVALUATION_PAGE (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}
