/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-paper.h"

G_BEGIN_DECLS

/* Points of 1/72 inch. */
#define MIEN_PAPER_WIDTH 595.0
#define MIEN_PAPER_HEIGHT 842.0
#define MIEN_PAPER_MARGIN 48.0
#define MIEN_PAPER_COLUMN (MIEN_PAPER_WIDTH - 2.0 * MIEN_PAPER_MARGIN)
#define MIEN_PAPER_BOTTOM (MIEN_PAPER_HEIGHT - 64.0)

#define MIEN_PAPER_QUIET 0.65

struct _MienPaper
{
  GByteArray *bytes;        /* owned */
  cairo_surface_t *surface; /* owned */
  cairo_t *cr;              /* owned */
  MienPlotStyle style;
  char *footer; /* owned */
  guint page;   /* from 1 */
  double y;     /* where the next thing begins */
};

PangoLayout *mien_paper_create_layout (MienPaper *self,
                                       const char *markup,
                                       double scale,
                                       PangoWeight weight,
                                       double width);
void mien_paper_need (MienPaper *self, double height);
void mien_paper_set_ink (MienPaper *self, double alpha);

G_END_DECLS
