/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "plot/mien-plot-style.h"

G_BEGIN_DECLS

void mien_palette_lookup (GtkWidget *widget, MienColor color, MienRgba *rgba);
void mien_palette_init_style (GtkWidget *widget, MienPlotStyle *style);
GdkRGBA mien_palette_to_gdk (const MienRgba *rgba);

G_END_DECLS
