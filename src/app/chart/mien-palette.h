/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  MIEN_COLOR_TRAINING,
  MIEN_COLOR_VALIDATION,
  MIEN_COLOR_RIGHT,   /* a cell of the diagonal */
  MIEN_COLOR_MISTAKE, /* a cell off it */
  MIEN_COLOR_SURFACE  /* what charts and cells stand on */
} MienColor;

#define MIEN_N_COLORS 5

void mien_palette_lookup (GtkWidget *widget, MienColor color, GdkRGBA *rgba);
void mien_color_blend (const GdkRGBA *over, double alpha, const GdkRGBA *under, GdkRGBA *blended);
double mien_color_contrast (const GdkRGBA *a, const GdkRGBA *b);
void mien_color_text_on (const GdkRGBA *background, GdkRGBA *text);

G_END_DECLS
