/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/chart/mien-chart.h"

G_BEGIN_DECLS

struct _MienChart
{
  GtkWidget parent_instance;

  MienPlot *plot;         /* owned */
  GtkWidget *save_button; /* child: at the upper right, where there is something to save */

  /* All but the hovered values, drawn once for a size and a state of the data. */
  GskRenderNode *node; /* owned; NULL: to be drawn */
  int node_width;
  int node_height;
  cairo_rectangle_t area; /* where the layers are in it */

  gboolean hovering;
  double hover_x;
};

void mien_chart_draw_hover (MienChart *self, GtkSnapshot *snapshot);

G_END_DECLS
