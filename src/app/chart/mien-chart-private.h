/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/chart/mien-chart.h"

G_BEGIN_DECLS

struct _MienChart
{
  GtkWidget parent_instance;

  char *title;      /* owned */
  char *x_title;    /* owned */
  char *empty_text; /* owned */
  gboolean percent;

  GPtrArray *layers; /* owned MienChartLayer */
  MienAxis *x_axis;  /* owned */
  MienAxis *y_axis;  /* owned */
  double y_low;      /* NaN: follows the data */
  double y_high;
  double x_low; /* the axis holds x_low … x_high at least */
  double x_high;
  gboolean empty; /* no layer has a point */

  /* All but the hovered values, drawn once for a size and a state of the data. */
  GskRenderNode *node; /* owned; NULL: to be drawn */
  int node_width;
  int node_height;
  graphene_rect_t plot; /* where the layers are in it */

  gboolean hovering;
  double hover_x;
};

char *mien_chart_format_value (MienChart *self, double y);
void mien_chart_draw (MienChart *self, GtkSnapshot *snapshot, int width, int height);
void mien_chart_draw_hover (MienChart *self, GtkSnapshot *snapshot);

G_END_DECLS
