/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <glib-object.h>

#include "plot/mien-plot-style.h"

G_BEGIN_DECLS

/* Something that is drawn to the screen, to paper or to a file: a plot, or a matrix. */
#define MIEN_TYPE_FIGURE (mien_figure_get_type ())
G_DECLARE_INTERFACE (MienFigure, mien_figure, MIEN, FIGURE, GObject)

struct _MienFigureInterface
{
  GTypeInterface parent_interface;

  /* Without a background. */
  void (
    *draw) (MienFigure *self, cairo_t *cr, const MienPlotStyle *style, double width, double height);
  /* As large as it is well read in a file. */
  void (*get_size) (MienFigure *self, double *width, double *height);
};

void mien_figure_draw (MienFigure *self,
                       cairo_t *cr,
                       const MienPlotStyle *style,
                       double width,
                       double height);
void mien_figure_get_size (MienFigure *self, double *width, double *height);
gboolean mien_figure_can_save (const char *path);
gboolean mien_figure_save (MienFigure *self, const char *path, GError **error);

G_END_DECLS
