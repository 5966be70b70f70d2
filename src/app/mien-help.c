/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/mien-help.h"

/**
 * mien_help_present:
 * @parent: (nullable): the window that the help belongs to
 *
 * Opens the help, which stands in ui/help.ui.
 */
void
mien_help_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/mien/Mien/help.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help"));

  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
