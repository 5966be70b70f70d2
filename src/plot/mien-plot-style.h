/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <pango/pango.h>

#include "plot/mien-color.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_COLOR_FIRST_LINE,  /* what a chart is about */
  MIEN_COLOR_SECOND_LINE, /* what that is compared with, and marks */
  MIEN_COLOR_RIGHT,       /* a cell of the diagonal */
  MIEN_COLOR_MISTAKE,     /* a cell off it */
  MIEN_COLOR_SURFACE      /* what charts and cells stand on */
} MienColor;

#define MIEN_N_COLORS 5

/* What a figure looks like: the window fills it from its theme, files get the light one. */
typedef struct
{
  MienRgba text;
  MienRgba colors[MIEN_N_COLORS]; /* by MienColor */
  PangoContext *pango;            /* owned: the font */
  double corner;                  /* width left free at the upper right, for a button */
} MienPlotStyle;

void mien_plot_style_init_light (MienPlotStyle *style);
void mien_plot_style_clear (MienPlotStyle *style);
void mien_plot_style_set_source (const MienPlotStyle *style, cairo_t *cr, MienColor color);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienPlotStyle, mien_plot_style_clear)

G_END_DECLS
