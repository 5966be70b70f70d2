/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/dataset/mien-augmentation-row.h"

#include "app/widgets/mien-number-row.h"

/* The rows that hold a number: the row's value is the range times the scale. */
static const struct
{
  const char *id;
  gsize offset;
  double scale;
} numbers[] = {
#define NUMBER(id, field, scale)                                                                   \
  {                                                                                                \
    id, G_STRUCT_OFFSET (MienAugmentation, field), scale                                           \
  }
  NUMBER ("rotation_row", rotation, 1),
  NUMBER ("horizontal_shift_row", horizontal_shift, 100),
  NUMBER ("vertical_shift_row", vertical_shift, 100),
  NUMBER ("zoom_row", zoom, 100),
  NUMBER ("shear_row", shear, 1),
  NUMBER ("brightness_row", brightness, 100),
  NUMBER ("cut_out_row", cut_out, 100),
#undef NUMBER
};

struct _MienAugmentationRow
{
  AdwExpanderRow parent_instance;

  /* Template children */
  GtkSwitch *flip_switch;
  MienNumberRow *number_rows[G_N_ELEMENTS (numbers)];

  MienWorkspace *workspace; /* owned */
  gboolean loading;         /* the rows follow the settings: nothing is written back */
};

enum
{
  PROP_0,
  PROP_WORKSPACE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienAugmentationRow, mien_augmentation_row, ADW_TYPE_EXPANDER_ROW)

/* Brings the rows to what the settings are. */
static void
load_settings (MienAugmentationRow *self)
{
  const MienAugmentation *ranges = &mien_workspace_get_settings (self->workspace)->augmentation;

  self->loading = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    mien_number_row_set_value (
      self->number_rows[i], G_STRUCT_MEMBER (double, ranges, numbers[i].offset) * numbers[i].scale);
  gtk_switch_set_active (self->flip_switch, ranges->horizontal_flip);
  self->loading = FALSE;
}

static void
changed (MienAugmentationRow *self)
{
  MienAugmentation *ranges;

  if (self->loading || self->workspace == NULL)
    return;

  ranges = &mien_workspace_get_settings (self->workspace)->augmentation;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      double *range = &G_STRUCT_MEMBER (double, ranges, numbers[i].offset);
      const double value = mien_number_row_get_value (self->number_rows[i]);

      /* What was not touched keeps its exact value. */
      if (value != *range * numbers[i].scale)
        *range = value / numbers[i].scale;
    }
  ranges->horizontal_flip = gtk_switch_get_active (self->flip_switch);
  mien_workspace_settings_changed (self->workspace);
}

static void
mien_augmentation_row_dispose (GObject *object)
{
  MienAugmentationRow *self = MIEN_AUGMENTATION_ROW (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  /* What the rows do while they are taken down is of no interest. */
  self->loading = TRUE;
  g_clear_object (&self->workspace);

  G_OBJECT_CLASS (mien_augmentation_row_parent_class)->dispose (object);
}

static void
mien_augmentation_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      g_value_set_object (value, MIEN_AUGMENTATION_ROW (object)->workspace);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_augmentation_row_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_WORKSPACE:
      mien_augmentation_row_set_workspace (MIEN_AUGMENTATION_ROW (object),
                                           g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_augmentation_row_class_init (MienAugmentationRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = mien_augmentation_row_dispose;
  object_class->get_property = mien_augmentation_row_get_property;
  object_class->set_property = mien_augmentation_row_set_property;

  properties[PROP_WORKSPACE] = g_param_spec_object ("workspace", NULL, NULL, MIEN_TYPE_WORKSPACE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                      G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (MIEN_TYPE_NUMBER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/mien/Mien/mien-augmentation-row.ui");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    gtk_widget_class_bind_template_child_full (widget_class, numbers[i].id, FALSE, 0);
  gtk_widget_class_bind_template_child (widget_class, MienAugmentationRow, flip_switch);
  gtk_widget_class_bind_template_callback (widget_class, changed);
}

static void
mien_augmentation_row_init (MienAugmentationRow *self)
{
  self->loading = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    self->number_rows[i] = MIEN_NUMBER_ROW (
      gtk_widget_get_template_child (GTK_WIDGET (self), MIEN_TYPE_AUGMENTATION_ROW, numbers[i].id));
}

/**
 * mien_augmentation_row_set_workspace:
 * @workspace: whose settings to edit; set once
 */
void
mien_augmentation_row_set_workspace (MienAugmentationRow *self, MienWorkspace *workspace)
{
  g_return_if_fail (MIEN_IS_AUGMENTATION_ROW (self));
  g_return_if_fail (self->workspace == NULL);

  if (workspace == NULL)
    return;

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "notify::settings", G_CALLBACK (load_settings), self);
  load_settings (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKSPACE]);
}
