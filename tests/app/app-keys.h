/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean app_keys_press (GtkWidget *widget, guint keyval);
gboolean app_keys_press_up (GtkWidget *widget, guint keyval);
GtkEventController *app_keys_find_controller (GtkWidget *widget, GType type);

G_END_DECLS
