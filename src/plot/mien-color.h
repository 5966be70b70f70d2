/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A colour in sRGB, each part 0 to 1, not multiplied by alpha. */
typedef struct
{
  float red;
  float green;
  float blue;
  float alpha;
} MienRgba;

void
mien_color_blend (const MienRgba *over, double alpha, const MienRgba *under, MienRgba *blended);
void
mien_color_shade (const MienRgba *color, double share, const MienRgba *surface, MienRgba *shade);
double mien_color_contrast (const MienRgba *a, const MienRgba *b);
void mien_color_text_on (const MienRgba *background, MienRgba *text);

G_END_DECLS
