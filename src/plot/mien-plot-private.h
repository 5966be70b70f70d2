/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-plot.h"

G_BEGIN_DECLS

struct _MienPlot
{
  GObject parent_instance;

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
};

G_END_DECLS
