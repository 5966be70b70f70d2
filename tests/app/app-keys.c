/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys.h"

/* Returns: (transfer none): the first event controller of a type that a widget has */
GtkEventController *
app_keys_find_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (g_type_is_a (G_OBJECT_TYPE (controller), type))
        return controller;
    }

  g_assert_not_reached ();
}

/* Hands a key to the key controller of a widget, as GTK does; returns whether it was taken. */
gboolean
app_keys_press (GtkWidget *widget, guint keyval)
{
  gboolean taken = FALSE;

  g_signal_emit_by_name (app_keys_find_controller (widget, GTK_TYPE_EVENT_CONTROLLER_KEY),
                         "key-pressed", keyval, 0, (GdkModifierType) 0, &taken);
  return taken;
}

/* Hands a key to a widget and to those that it is in, until one's key controllers take it. */
gboolean
app_keys_press_up (GtkWidget *widget, guint keyval)
{
  for (; widget != NULL; widget = gtk_widget_get_parent (widget))
    {
      g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

      for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
        {
          g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
          gboolean taken = FALSE;

          if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
            g_signal_emit_by_name (controller, "key-pressed", keyval, 0, (GdkModifierType) 0,
                                   &taken);
          if (taken)
            return TRUE;
        }
    }

  return FALSE;
}
