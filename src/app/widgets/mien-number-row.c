/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/widgets/mien-number-row.h"

#include <math.h>

struct _MienNumberRow
{
  AdwActionRow parent_instance;

  GtkAdjustment *adjustment; /* owned */
  GtkSpinButton *spin;       /* borrowed: a child */
  gboolean logarithmic;
};

enum
{
  PROP_0,
  PROP_VALUE,
  PROP_LOWER,
  PROP_UPPER,
  PROP_STEP,
  PROP_DIGITS,
  PROP_LOGARITHMIC,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (MienNumberRow, mien_number_row, ADW_TYPE_ACTION_ROW)

static void
value_changed_cb (MienNumberRow *self)
{
  const double value = gtk_adjustment_get_value (self->adjustment);

  /* The step is a tenth of the number's first digit, so that it goes down towards 0 without
   * reaching it. */
  if (self->logarithmic && value > 0.0)
    gtk_adjustment_set_step_increment (self->adjustment,
                                       pow (10.0, floor (log10 (value) + 1e-9) - 1.0));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
}

static gboolean
output_cb (MienNumberRow *self)
{
  char text[32];

  if (!self->logarithmic)
    return FALSE;

  g_snprintf (text, sizeof text, "%.4g", gtk_adjustment_get_value (self->adjustment));
  gtk_editable_set_text (GTK_EDITABLE (self->spin), text);
  return TRUE;
}

/* Rows stand in a list that scrolls: the wheel must not change what happens to lie under the
 * pointer. */
static void
ignore_wheel (GtkWidget *spin)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (spin);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_NONE);
    }
}

static void
mien_number_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MienNumberRow *self = MIEN_NUMBER_ROW (object);

  switch (id)
    {
    case PROP_VALUE:
      g_value_set_double (value, gtk_adjustment_get_value (self->adjustment));
      break;
    case PROP_LOWER:
      g_value_set_double (value, gtk_adjustment_get_lower (self->adjustment));
      break;
    case PROP_UPPER:
      g_value_set_double (value, gtk_adjustment_get_upper (self->adjustment));
      break;
    case PROP_STEP:
      g_value_set_double (value, gtk_adjustment_get_step_increment (self->adjustment));
      break;
    case PROP_DIGITS:
      g_value_set_uint (value, gtk_spin_button_get_digits (self->spin));
      break;
    case PROP_LOGARITHMIC:
      g_value_set_boolean (value, self->logarithmic);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_number_row_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MienNumberRow *self = MIEN_NUMBER_ROW (object);

  switch (id)
    {
    case PROP_VALUE:
      mien_number_row_set_value (self, g_value_get_double (value));
      break;
    case PROP_LOWER:
      gtk_adjustment_set_lower (self->adjustment, g_value_get_double (value));
      break;
    case PROP_UPPER:
      gtk_adjustment_set_upper (self->adjustment, g_value_get_double (value));
      break;
    case PROP_STEP:
      gtk_adjustment_set_step_increment (self->adjustment, g_value_get_double (value));
      break;
    case PROP_DIGITS:
      gtk_spin_button_set_digits (self->spin, g_value_get_uint (value));
      break;
    case PROP_LOGARITHMIC:
      self->logarithmic = g_value_get_boolean (value);
      gtk_spin_button_update (self->spin);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mien_number_row_dispose (GObject *object)
{
  MienNumberRow *self = MIEN_NUMBER_ROW (object);

  if (self->adjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);

  G_OBJECT_CLASS (mien_number_row_parent_class)->dispose (object);
}

static void
mien_number_row_class_init (MienNumberRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = mien_number_row_dispose;
  object_class->get_property = mien_number_row_get_property;
  object_class->set_property = mien_number_row_set_property;

  properties[PROP_VALUE] = g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0,
                                                flags);
  properties[PROP_LOWER] = g_param_spec_double ("lower", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0.0,
                                                flags);
  properties[PROP_UPPER] = g_param_spec_double ("upper", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 1.0,
                                                flags);
  properties[PROP_STEP] = g_param_spec_double ("step", NULL, NULL, 0.0, G_MAXDOUBLE, 1.0, flags);
  properties[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 20, 0, flags);
  properties[PROP_LOGARITHMIC] = g_param_spec_boolean ("logarithmic", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

/* Not by the relation "labelled by": before GTK 4.10 that does not reach the title of a row. */
static void
title_changed_cb (MienNumberRow *self)
{
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self->spin), GTK_ACCESSIBLE_PROPERTY_LABEL,
    adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self)), -1);
}

static void
mien_number_row_init (MienNumberRow *self)
{
  GtkWidget *spin;

  self->adjustment = g_object_ref_sink (gtk_adjustment_new (0.0, 0.0, 1.0, 1.0, 0.0, 0.0));
  spin = gtk_spin_button_new (self->adjustment, 1.0, 0);
  self->spin = GTK_SPIN_BUTTON (spin);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 6);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), 6);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  ignore_wheel (spin);
  g_signal_connect_swapped (spin, "output", G_CALLBACK (output_cb), self);
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (value_changed_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), spin);
  g_signal_connect (self, "notify::title", G_CALLBACK (title_changed_cb), NULL);
}

double
mien_number_row_get_value (MienNumberRow *self)
{
  g_return_val_if_fail (MIEN_IS_NUMBER_ROW (self), 0.0);

  return gtk_adjustment_get_value (self->adjustment);
}

/**
 * mien_number_row_set_value:
 * @value: the number; it is brought between the lower and the upper limit
 */
void
mien_number_row_set_value (MienNumberRow *self, double value)
{
  g_return_if_fail (MIEN_IS_NUMBER_ROW (self));

  gtk_adjustment_set_value (self->adjustment, value);
}
