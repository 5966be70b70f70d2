/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "plot/mien-figure.h"

G_BEGIN_DECLS

GtkWidget *mien_save_figure_button_new (void);
void mien_save_figure_ask (GtkWidget *widget, MienFigure *figure, const char *name);

G_END_DECLS
