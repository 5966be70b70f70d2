/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/training/mien-settings-pane.h"

#include <glib/gi18n-lib.h>

#include "app/dataset/mien-augmentation-row.h"
#include "app/prediction/mien-offer-box.h"
#include "app/training/mien-backbone-group.h"
#include "app/training/mien-cache-row.h"
#include "app/training/mien-fetch-box.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-number-row.h"
#include "train/mien-estimate.h"

/* A change waits so long for the next one before it is estimated. */
#define ESTIMATE_DELAY_MS 250

typedef enum
{
  FIELD_UINT,
  FIELD_UINT64,
  FIELD_FLOAT,
  FIELD_DOUBLE
} FieldType;

/* The rows that hold a number: the row's value is the setting's times the scale. */
static const struct
{
  const char *id;
  gsize offset;
  FieldType type;
  double scale;
} numbers[] = {
#define NUMBER(id, field, type, scale)                                                             \
  {                                                                                                \
    id, G_STRUCT_OFFSET (MienSettings, field), type, scale                                         \
  }
  NUMBER ("epochs_row", epochs, FIELD_UINT, 1),
  NUMBER ("patience_row", patience, FIELD_UINT, 1),
  NUMBER ("batch_row", batch, FIELD_UINT, 1),
  NUMBER ("variants_row", cache.variants, FIELD_UINT, 1),
  NUMBER ("rate_row", optimizer.learning_rate, FIELD_FLOAT, 1),
  NUMBER ("decay_row", optimizer.weight_decay, FIELD_FLOAT, 1),
  NUMBER ("momentum_row", optimizer.momentum, FIELD_FLOAT, 1),
  NUMBER ("warm_up_row", schedule.warm_up_epochs, FIELD_DOUBLE, 1),
  NUMBER ("step_epochs_row", schedule.step_epochs, FIELD_UINT, 1),
  NUMBER ("factor_row", schedule.factor, FIELD_DOUBLE, 1),
  NUMBER ("schedule_patience_row", schedule.patience, FIELD_UINT, 1),
  NUMBER ("dropout_row", architecture.dropout, FIELD_FLOAT, 100),
  NUMBER ("smoothing_row", label_smoothing, FIELD_FLOAT, 100),
  NUMBER ("mixup_row", mixup, FIELD_FLOAT, 1),
  NUMBER ("average_row", average_decay, FIELD_FLOAT, 1),
  NUMBER ("layer_decay_row", layer_decay, FIELD_FLOAT, 100),
  NUMBER ("seed_row", seed, FIELD_UINT64, 1),
#undef NUMBER
};

struct _MienSettingsPane
{
  AdwBin parent_instance;

  /* Template children */
  GtkWidget *backbone_form;
  GtkWidget *form;
  GtkWidget *locked_label;
  GtkLabel *error_label;
  GtkLabel *estimate_label;
  MienOfferBox *offer_box;
  MienBackboneGroup *backbone_group;
  MienFetchBox *fetch_box;
  MienNumberRow *input_row;
  MienAugmentationRow *augmentation_row;
  AdwComboRow *optimizer_row;
  GtkWidget *nesterov_row;
  GtkSwitch *nesterov_switch;
  AdwComboRow *schedule_row;
  AdwComboRow *freeze_row;
  AdwComboRow *preprocessing_row;
  AdwComboRow *balance_row;
  AdwComboRow *views_row;
  GtkWidget *keep_row;
  GtkSwitch *cache_switch;
  MienCacheRow *cache_row;
  MienNumberRow *number_rows[G_N_ELEMENTS (numbers)];

  /* Owned */
  MienWorkspace *workspace;
  GCancellable *estimating; /* of the latest request; NULL: none under way */

  guint estimate_timeout;
  gboolean loading; /* the rows follow the settings: nothing is written back */
  gboolean locked;
  gboolean valid;
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  PROP_LOCKED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (MienSettingsPane, mien_settings_pane, ADW_TYPE_BIN)

static double
read_number (const MienSettings *settings, guint i)
{
  gconstpointer field = G_STRUCT_MEMBER_P (settings, numbers[i].offset);

  switch (numbers[i].type)
    {
    case FIELD_UINT:
      return *(const guint *) field;
    case FIELD_UINT64:
      return (double) *(const guint64 *) field;
    case FIELD_FLOAT:
      return (double) *(const float *) field * numbers[i].scale;
    case FIELD_DOUBLE:
      return *(const double *) field * numbers[i].scale;
    default:
      g_assert_not_reached ();
    }
}

static void
write_number (MienSettings *settings, guint i, double value)
{
  gpointer field = G_STRUCT_MEMBER_P (settings, numbers[i].offset);

  switch (numbers[i].type)
    {
    case FIELD_UINT:
      *(guint *) field = (guint) value;
      break;
    case FIELD_UINT64:
      *(guint64 *) field = (guint64) value;
      break;
    case FIELD_FLOAT:
      *(float *) field = (float) (value / numbers[i].scale);
      break;
    case FIELD_DOUBLE:
      *(double *) field = value / numbers[i].scale;
      break;
    default:
      g_assert_not_reached ();
    }
}

typedef struct
{
  MienSettings *settings;
  guint n_classes;
} EstimateRequest;

static void
estimate_request_free (EstimateRequest *request)
{
  mien_settings_free (request->settings);
  g_free (request);
}

static void
estimate_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const EstimateRequest *request = data;
  MienEstimate *estimate = g_new0 (MienEstimate, 1);
  GError *error = NULL;

  if (mien_estimate_settings (request->settings, request->n_classes, estimate, &error))
    {
      g_task_return_pointer (task, estimate, g_free);
      return;
    }

  g_free (estimate);
  g_task_return_error (task, error);
}

static void
estimated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MienSettingsPane *self = MIEN_SETTINGS_PANE (source);
  g_autofree MienEstimate *estimate = NULL;
  g_autofree char *weights = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;

  /* The settings have changed meanwhile. */
  if (g_task_get_cancellable (G_TASK (result)) != self->estimating)
    return;

  g_clear_object (&self->estimating);
  estimate = g_task_propagate_pointer (G_TASK (result), NULL);
  if (estimate != NULL)
    {
      weights = mien_format_weights (estimate->n_trainable);
      bytes = mien_format_bytes (estimate->bytes);
      /* TRANSLATORS: "1.3 million weights", "480 MB" */
      text = g_strdup_printf (_ ("%s to train; the network needs about %s"), weights, bytes);
    }
  gtk_label_set_label (self->estimate_label, text);
}

static gboolean
estimate_timeout_cb (gpointer user_data)
{
  MienSettingsPane *self = user_data;
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  EstimateRequest *request = g_new0 (EstimateRequest, 1);
  g_autoptr (GTask) task = NULL;

  self->estimate_timeout = 0;
  request->settings = mien_settings_copy (mien_workspace_get_settings (self->workspace));
  request->n_classes = 2;
  if (dataset != NULL)
    mien_dataset_get_classes (dataset, &request->n_classes);

  g_clear_object (&self->estimating);
  self->estimating = g_cancellable_new ();
  task = g_task_new (self, self->estimating, estimated_cb, NULL);
  g_task_set_task_data (task, request, (GDestroyNotify) estimate_request_free);
  g_task_run_in_thread (task, estimate_thread);

  return G_SOURCE_REMOVE;
}

/* Says what is wrong, or what the training will take. */
static void
check (MienSettingsPane *self)
{
  g_autoptr (GError) error = NULL;

  self->valid = mien_settings_validate (mien_workspace_get_settings (self->workspace), &error);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), !self->valid);
  gtk_label_set_label (self->error_label, self->valid ? NULL : error->message);

  g_clear_object (&self->estimating);
  g_clear_handle_id (&self->estimate_timeout, g_source_remove);
  if (self->valid)
    self->estimate_timeout = g_timeout_add (ESTIMATE_DELAY_MS, estimate_timeout_cb, self);
  else
    gtk_label_set_label (self->estimate_label, NULL);

  mien_offer_box_refresh (self->offer_box);
  g_signal_emit (self, changed_signal, 0);
}

/* Shows the rows that the chosen kinds have use for. */
static void
update_rows (MienSettingsPane *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  const VggScheduleKind schedule = settings->schedule.kind;
  const gboolean sgd = settings->optimizer.kind == VGG_OPTIMIZER_SGD;
  const gboolean freezes = settings->frozen_convolutions > 0;
  const struct
  {
    const char *id;
    gboolean visible;
  } rows[] = {
    { "momentum_row", sgd },
    { "variants_row", freezes && settings->cache.enabled },
    { "warm_up_row", schedule == VGG_SCHEDULE_COSINE },
    { "step_epochs_row", schedule == VGG_SCHEDULE_STEP },
    { "factor_row", schedule == VGG_SCHEDULE_STEP || schedule == VGG_SCHEDULE_PLATEAU },
    { "schedule_patience_row", schedule == VGG_SCHEDULE_PLATEAU },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_set_visible (GTK_WIDGET (gtk_widget_get_template_child (
                              GTK_WIDGET (self), MIEN_TYPE_SETTINGS_PANE, rows[i].id)),
                            rows[i].visible);
  gtk_widget_set_visible (self->nesterov_row, sgd);
  gtk_widget_set_visible (self->keep_row, freezes);
}

/* All layers, or those behind a convolution: whole blocks are named as such. */
static void
fill_freeze_row (MienSettingsPane *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  const guint n = vgg_architecture_convolutions (&settings->architecture, specs);
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);

  gtk_string_list_append (titles, _ ("All"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *title = NULL;

      if (i + 1 == n)
        title = g_strdup (_ ("The head alone"));
      else if (specs[i].block != specs[i + 1].block)
        title = g_strdup_printf (_ ("From block %u"), specs[i].block + 1);
      else
        /* TRANSLATORS: layers train from a convolution on: number of its block, and its number
         * therein */
        title = g_strdup_printf (_ ("From block %u, layer %u"), specs[i].block, specs[i].index + 1);
      gtk_string_list_append (titles, title);
    }
  adw_combo_row_set_model (self->freeze_row, G_LIST_MODEL (titles));
  adw_combo_row_set_selected (self->freeze_row, MIN (settings->frozen_convolutions, n));
}

static void
load_numbers (MienSettingsPane *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    mien_number_row_set_value (self->number_rows[i], read_number (settings, i));
  gtk_switch_set_active (self->nesterov_switch, settings->optimizer.nesterov);
}

/* Brings the rows to what the settings are. */
static void
load_settings (MienSettingsPane *self)
{
  const MienSettings *settings = mien_workspace_get_settings (self->workspace);

  self->loading = TRUE;
  mien_number_row_set_value (self->input_row, settings->architecture.input_width);
  adw_combo_row_set_selected (self->balance_row, settings->balance);
  adw_combo_row_set_selected (self->views_row, settings->views);
  gtk_switch_set_active (self->cache_switch, settings->cache.enabled);
  adw_combo_row_set_selected (self->optimizer_row, settings->optimizer.kind);
  adw_combo_row_set_selected (self->schedule_row, settings->schedule.kind);
  adw_combo_row_set_selected (self->preprocessing_row, settings->preprocessing);
  fill_freeze_row (self);
  load_numbers (self);
  self->loading = FALSE;

  update_rows (self);
  check (self);
}

static void
number_changed (MienSettingsPane *self)
{
  MienSettings *settings;

  if (self->loading || self->workspace == NULL)
    return;

  settings = mien_workspace_get_settings (self->workspace);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      const double value = mien_number_row_get_value (self->number_rows[i]);

      /* What was not touched keeps its exact value. */
      if (value != read_number (settings, i))
        write_number (settings, i, value);
    }
  check (self);
}

static void
input_changed (MienSettingsPane *self)
{
  MienSettings *settings;

  if (self->loading || self->workspace == NULL)
    return;

  settings = mien_workspace_get_settings (self->workspace);
  settings->architecture.input_width = (guint) mien_number_row_get_value (self->input_row);
  settings->architecture.input_height = settings->architecture.input_width;
  check (self);
}

static void
choice_changed (MienSettingsPane *self)
{
  MienSettings *settings;
  VggOptimizerKind optimizer;
  VggScheduleKind schedule;

  if (self->loading || self->workspace == NULL)
    return;

  settings = mien_workspace_get_settings (self->workspace);
  optimizer = (VggOptimizerKind) adw_combo_row_get_selected (self->optimizer_row);
  schedule = (VggScheduleKind) adw_combo_row_get_selected (self->schedule_row);
  /* Each kind has numbers of its own that suit it. */
  if (optimizer != settings->optimizer.kind)
    vgg_optimizer_settings_init (&settings->optimizer, optimizer);
  if (schedule != settings->schedule.kind)
    vgg_schedule_settings_init (&settings->schedule, schedule);
  settings->preprocessing = (MienPreprocessingKind) adw_combo_row_get_selected (
    self->preprocessing_row);
  settings->frozen_convolutions = adw_combo_row_get_selected (self->freeze_row);
  settings->balance = (MienBalance) adw_combo_row_get_selected (self->balance_row);
  settings->views = (MienViews) adw_combo_row_get_selected (self->views_row);

  self->loading = TRUE;
  load_numbers (self);
  self->loading = FALSE;
  update_rows (self);
  check (self);
}

static void
switch_changed (MienSettingsPane *self)
{
  MienSettings *settings;

  if (self->loading || self->workspace == NULL)
    return;

  settings = mien_workspace_get_settings (self->workspace);
  settings->optimizer.nesterov = gtk_switch_get_active (self->nesterov_switch);
  settings->cache.enabled = gtk_switch_get_active (self->cache_switch);
  update_rows (self);
  check (self);
}

static void
mien_settings_pane_dispose (GObject *object)
{
  MienSettingsPane *self = MIEN_SETTINGS_PANE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  self->loading = TRUE;
  g_clear_handle_id (&self->estimate_timeout, g_source_remove);
  g_clear_object (&self->estimating);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_settings_pane_parent_class)->dispose (object);
}

static void
mien_settings_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienSettingsPane *self = MIEN_SETTINGS_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, self->workspace);
      break;
    case PROP_LOCKED:
      g_value_set_boolean (value, self->locked);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_settings_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienSettingsPane *self = MIEN_SETTINGS_PANE (object);

  switch (id)
    {
    case PROP_WORKSPACE:
      mien_settings_pane_set_workspace (self, g_value_get_object (value));
      break;
    case PROP_LOCKED:
      mien_settings_pane_set_locked (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_settings_pane_class_init (MienSettingsPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mien_settings_pane_dispose;
  object_class->get_property = mien_settings_pane_get_property;
  object_class->set_property = mien_settings_pane_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    flags);
  properties[PROP_LOCKED] = g_param_spec_boolean ("locked", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", MIEN_TYPE_SETTINGS_PANE, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (MIEN_TYPE_AUGMENTATION_ROW);
  g_type_ensure (MIEN_TYPE_BACKBONE_GROUP);
  g_type_ensure (MIEN_TYPE_CACHE_ROW);
  g_type_ensure (MIEN_TYPE_FETCH_BOX);
  g_type_ensure (MIEN_TYPE_NUMBER_ROW);
  g_type_ensure (MIEN_TYPE_OFFER_BOX);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-settings-pane.ui");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    gtk_widget_class_bind_template_child_full (widget_class, numbers[i].id, FALSE, 0);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, backbone_form);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, form);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, locked_label);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, error_label);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, estimate_label);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, offer_box);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, backbone_group);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, fetch_box);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, input_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, augmentation_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, optimizer_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, nesterov_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, nesterov_switch);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, schedule_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, freeze_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, preprocessing_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, balance_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, views_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, keep_row);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, cache_switch);
  gtk_widget_class_bind_template_child (widget_class, MienSettingsPane, cache_row);
  gtk_widget_class_bind_template_callback (widget_class, number_changed);
  gtk_widget_class_bind_template_callback (widget_class, input_changed);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, switch_changed);
}

static void
mien_settings_pane_init (MienSettingsPane *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->number_rows[i] = MIEN_NUMBER_ROW (
      gtk_widget_get_template_child (GTK_WIDGET (self), MIEN_TYPE_SETTINGS_PANE, numbers[i].id));
}

/**
 * mien_settings_pane_set_workspace:
 * @workspace: whose settings to edit; set once
 */
void
mien_settings_pane_set_workspace (MienSettingsPane *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_SETTINGS_PANE (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  mien_backbone_group_set_workspace (self->backbone_group, workspace);
  mien_fetch_box_set_workspace (self->fetch_box, workspace);
  mien_offer_box_set_workspace (self->offer_box, workspace);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (load_settings), self);
  g_signal_connect_swapped (workspace, "notify::dataset", G_CALLBACK (check), self);
  mien_augmentation_row_set_workspace (self->augmentation_row, workspace);
  load_settings (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}

/**
 * mien_settings_pane_set_locked:
 * @locked: whether a training runs, during which nothing can be changed
 */
void
mien_settings_pane_set_locked (MienSettingsPane *self, gboolean locked)
{
  g_return_if_fail (MIEN_IS_SETTINGS_PANE (self));

  if (self->locked == locked)
    return;

  self->locked = locked;
  gtk_widget_set_sensitive (self->backbone_form, !locked);
  gtk_widget_set_sensitive (self->form, !locked);
  mien_cache_row_refresh (self->cache_row);
  gtk_widget_set_visible (self->locked_label, locked);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOCKED]);
}

/**
 * mien_settings_pane_is_valid:
 *
 * Returns: whether a training can be made with what is set
 */
gboolean
mien_settings_pane_is_valid (MienSettingsPane *self)
{
  g_return_val_if_fail (MIEN_IS_SETTINGS_PANE (self), FALSE);

  return self->valid;
}
