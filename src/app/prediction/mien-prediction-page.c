/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/prediction/mien-prediction-page.h"

#include <glib/gi18n-lib.h>

#include "app/prediction/mien-prediction-row.h"
#include "app/prediction/mien-prediction-viewer.h"
#include "app/widgets/mien-drop.h"
#include "app/widgets/mien-format.h"
#include "data/mien-faces.h"
#include "train/mien-bundled.h"

struct _MienPredictionPage
{
  AdwBin parent_instance;

  /* Template children */
  GtkStack *stack;
  GtkWidget *try_box;
  GtkWidget *training_button;
  GtkLabel *ready_label;
  GtkLabel *model_label;
  GtkLabel *count_label;
  GtkRevealer *busy_revealer;
  GtkProgressBar *busy_bar;
  GtkMultiSelection *selection;
  GtkDropDown *views_drop_down;
  GtkListView *list_view;
  GtkToggleButton *faces_button;
  GtkWidget *faces_check;
  MienPredictionViewer *viewer;

  MienWorkspace *workspace; /* owned */
  gboolean viewing;         /* one picture is shown large */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienPredictionPage, mien_prediction_page, ADW_TYPE_BIN)

static void
update_state (MienPredictionPage *self)
{
  const guint n = g_list_model_get_n_items (mien_workspace_get_predictions (self->workspace));
  const gboolean busy = mien_workspace_is_busy (self->workspace, MIEN_JOB_PREDICT);
  const char *state = "no-model";

  if (self->viewing)
    state = "picture";
  else if (n > 0 || busy)
    state = "list";
  else if (mien_workspace_get_model (self->workspace) != NULL)
    state = "empty";

  if (n > 0)
    {
      g_autofree char *text = mien_format_pictures (n);
      gtk_label_set_label (self->count_label, text);
    }
  else
    {
      gtk_label_set_label (self->count_label, NULL);
    }
  gtk_revealer_set_reveal_child (self->busy_revealer, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->views_drop_down), !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "prediction.copy", n > 0);
  gtk_stack_set_visible_child_name (self->stack, state);
}

static void
update_progress (MienPredictionPage *self, guint job)
{
  MienProgress progress;

  if (job != MIEN_JOB_PREDICT)
    return;

  mien_workspace_get_progress (self->workspace, job, &progress);
  if (progress.total > 0)
    gtk_progress_bar_set_fraction (self->busy_bar, (double) progress.done / progress.total);
  else
    gtk_progress_bar_pulse (self->busy_bar);
}

static void
update_model (MienPredictionPage *self)
{
  MienModel *model = mien_workspace_get_model (self->workspace);
  const char *path = mien_workspace_get_model_path (self->workspace);
  const MienModelInfo *info;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  guint width, height;

  update_state (self);
  if (model == NULL)
    return;

  gtk_drop_down_set_selected (self->views_drop_down,
                              mien_workspace_get_prediction_views (self->workspace));
  gtk_toggle_button_set_active (self->faces_button,
                                mien_workspace_get_find_faces (self->workspace));

  info = mien_model_get_info (model);
  mien_model_get_input_size (model, &width, &height);
  if (path != NULL)
    name = g_filename_display_basename (path);
  else
    name = g_strdup (info->dataset_name != NULL ? info->dataset_name : _ ("Model"));

  if (info->validation_accuracy > 0)
    {
      g_autofree char *percent = mien_format_percent (info->validation_accuracy, 1);

      /* TRANSLATORS: a model's name, input width and height, accuracy in percent */
      text = g_strdup_printf (_ ("%s · %u × %u · %s in validation"), name, width, height, percent);
    }
  else
    {
      text = g_strdup_printf (_ ("%s · %u × %u"), name, width, height);
    }
  gtk_label_set_label (self->ready_label, text);
  gtk_label_set_label (self->model_label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->model_label), text);
}

static void
close_viewer (MienPredictionPage *self)
{
  self->viewing = FALSE;
  mien_prediction_viewer_clear (self->viewer);
  update_state (self);
}

static void
viewer_closed (MienPredictionPage *self)
{
  close_viewer (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list_view));
}

static void
part_taken (MienPredictionPage *self, GdkTexture *texture, const char *name)
{
  viewer_closed (self);
  mien_workspace_predict_texture (self->workspace, texture, name);
}

static void
row_activated (MienPredictionPage *self, guint position)
{
  g_autoptr (MienPredictionItem)
    item = g_list_model_get_item (mien_workspace_get_predictions (self->workspace), position);

  self->viewing = TRUE;
  update_state (self);
  mien_prediction_viewer_show (self->viewer, item,
                               mien_workspace_get_prediction_views (self->workspace));
}

static void
predictions_changed (MienPredictionPage *self, guint position, guint removed, guint added)
{
  /* What is shown large may be gone. */
  if (self->viewing && removed > added)
    close_viewer (self);
  else
    update_state (self);
}

/* The finished model that comes along is what to try first, where it is there. */
static void
show_bundled (MienPredictionPage *self)
{
  g_autofree char *path = mien_bundled_find (MIEN_BUNDLED_THREE_EMOTIONS);

  gtk_widget_set_visible (self->try_box, path != NULL);
  if (path == NULL)
    gtk_widget_add_css_class (self->training_button, "suggested-action");
}

static void
views_selected (MienPredictionPage *self)
{
  if (self->workspace != NULL)
    mien_workspace_set_prediction_views (
      self->workspace, (MienViews) gtk_drop_down_get_selected (self->views_drop_down));
}

static void
faces_toggled (MienPredictionPage *self)
{
  if (self->workspace != NULL)
    mien_workspace_set_find_faces (self->workspace,
                                   gtk_toggle_button_get_active (self->faces_button));
}

/* Copies the chosen answers as text, a line each; all of them where none is chosen. */
static void
copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  MienPredictionPage *self = MIEN_PREDICTION_PAGE (widget);
  GListModel *predictions = mien_workspace_get_predictions (self->workspace);
  g_autoptr (GtkBitset)
    chosen = gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->selection));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (predictions); i++)
    {
      g_autoptr (MienPredictionItem) item = NULL;
      g_autofree char *line = NULL;

      if (!gtk_bitset_is_empty (chosen) && !gtk_bitset_contains (chosen, i))
        continue;
      item = g_list_model_get_item (predictions, i);
      line = mien_prediction_item_dup_text (item);
      g_string_append (text, line);
      g_string_append_c (text, '\n');
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
}

static void
cancel_clicked (MienPredictionPage *self)
{
  mien_workspace_cancel (self->workspace, MIEN_JOB_PREDICT);
}

/* A model file is opened, anything else is for the model to look at. */
static gboolean
take_model (MienPredictionPage *self, GListModel *files)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);
  g_autofree char *path = g_file_get_path (file);

  if (g_list_model_get_n_items (files) != 1 || path == NULL ||
      !g_str_has_suffix (path, ".safetensors"))
    return FALSE;

  mien_workspace_open_model (self->workspace, path);
  return TRUE;
}

static gboolean
dropped (GtkWidget *widget, GListModel *files, GdkTexture *texture)
{
  MienPredictionPage *self = MIEN_PREDICTION_PAGE (widget);

  if (self->workspace == NULL)
    return FALSE;
  if (files != NULL && take_model (self, files))
    return TRUE;
  if (mien_workspace_get_model (self->workspace) == NULL)
    {
      g_signal_emit_by_name (self->workspace, "failed", MIEN_JOB_PREDICT,
                             _ ("There is no model yet. Train one, or open one."));
      return FALSE;
    }

  close_viewer (self);
  if (files != NULL)
    mien_workspace_predict_files (self->workspace, files);
  else
    mien_workspace_predict_texture (self->workspace, texture, _ ("Picture without a name"));
  return TRUE;
}

static void
mien_prediction_page_dispose (GObject *object)
{
  MienPredictionPage *self = MIEN_PREDICTION_PAGE (object);

  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (mien_workspace_get_predictions (self->workspace), self);
    }
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_prediction_page_parent_class)->dispose (object);
}

static void
mien_prediction_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_PREDICTION_PAGE (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_prediction_page_set_property (GObject *object,
                                   guint id,
                                   const GValue *value,
                                   GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_prediction_page_set_workspace (MIEN_PREDICTION_PAGE (object),
                                          g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_prediction_page_class_init (MienPredictionPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_prediction_page_dispose;
  object_class->get_property = mien_prediction_page_get_property;
  object_class->set_property = mien_prediction_page_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_PREDICTION_ROW);
  g_type_ensure (MIEN_TYPE_PREDICTION_VIEWER);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-prediction-page.ui");
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, stack);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, try_box);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, training_button);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, ready_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, model_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, busy_revealer);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, busy_bar);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, selection);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, views_drop_down);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, faces_button);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, faces_check);
  gtk_widget_class_bind_template_child (widget_class, MienPredictionPage, viewer);
  gtk_widget_class_bind_template_callback (widget_class, cancel_clicked);
  gtk_widget_class_bind_template_callback (widget_class, views_selected);
  gtk_widget_class_bind_template_callback (widget_class, faces_toggled);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, viewer_closed);
  gtk_widget_class_bind_template_callback (widget_class, part_taken);

  gtk_widget_class_install_action (widget_class, "prediction.copy", NULL, copy);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "prediction.copy",
                                       NULL);
}

static void
mien_prediction_page_init (MienPredictionPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mien_drop_add_target (GTK_WIDGET (self), TRUE, dropped);
  gtk_widget_set_visible (GTK_WIDGET (self->faces_button), mien_faces_can_find ());
  gtk_widget_set_visible (self->faces_check, mien_faces_can_find ());
}

/**
 * mien_prediction_page_get_workspace:
 *
 * Returns: (transfer none) (nullable): what the page shows
 */
MienWorkspace *
mien_prediction_page_get_workspace (MienPredictionPage *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_PAGE (self), NULL);

  return self->workspace;
}

/**
 * mien_prediction_page_set_workspace:
 * @workspace: what the page shows; set once
 */
void
mien_prediction_page_set_workspace (MienPredictionPage *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_PREDICTION_PAGE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::model", G_CALLBACK (update_model), self);
  g_signal_connect_swapped (workspace, "notify::model-path", G_CALLBACK (update_model), self);
  g_signal_connect_swapped (workspace, "notify::predicting", G_CALLBACK (update_state), self);
  g_signal_connect_swapped (workspace, "progress", G_CALLBACK (update_progress), self);
  g_signal_connect_swapped (mien_workspace_get_predictions (workspace), "items-changed",
                            G_CALLBACK (predictions_changed), self);
  gtk_multi_selection_set_model (self->selection, mien_workspace_get_predictions (workspace));
  show_bundled (self);
  update_model (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_prediction_page_get_state:
 *
 * Returns: which of its states is seen: "no-model", "empty", "list" or "picture"
 */
const char *
mien_prediction_page_get_state (MienPredictionPage *self)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_PAGE (self), NULL);

  return gtk_stack_get_visible_child_name (self->stack);
}

/**
 * mien_prediction_page_drop:
 * @value: what was pasted, or what the drop target would be given
 *
 * Takes @value as if it had been dropped on the page.
 *
 * Returns: whether it was taken
 */
gboolean
mien_prediction_page_drop (MienPredictionPage *self, const GValue *value)
{
  g_return_val_if_fail (MIEN_IS_PREDICTION_PAGE (self), FALSE);

  return mien_drop_take_value (GTK_WIDGET (self), value, dropped);
}
