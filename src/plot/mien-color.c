/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-color.h"

#include <math.h>

/* The shade of the least and of the greatest share; an empty cell has none. */
#define SHADE_LOW 0.10
#define SHADE_HIGH 0.90

/**
 * mien_color_blend:
 * @over: the colour on top
 * @alpha: how much of it, 0 to 1
 * @under: the opaque colour below
 * @blended: (out): what is seen, opaque
 */
void
mien_color_blend (const MienRgba *over, double alpha, const MienRgba *under, MienRgba *blended)
{
  blended->red = alpha * over->red + (1.0 - alpha) * under->red;
  blended->green = alpha * over->green + (1.0 - alpha) * under->green;
  blended->blue = alpha * over->blue + (1.0 - alpha) * under->blue;
  blended->alpha = 1.0;
}

/**
 * mien_color_shade:
 * @color: of a full cell
 * @share: 0 to 1, how full the cell is
 * @surface: the opaque colour that the cell stands on
 * @shade: (out): what the cell is filled with, opaque
 */
void
mien_color_shade (const MienRgba *color, double share, const MienRgba *surface, MienRgba *shade)
{
  mien_color_blend (color, share > 0.0 ? SHADE_LOW + (SHADE_HIGH - SHADE_LOW) * share : 0.0,
                    surface, shade);
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const MienRgba *color)
{
  return 0.2126 * linear (color->red) + 0.7152 * linear (color->green) +
         0.0722 * linear (color->blue);
}

/**
 * mien_color_contrast:
 * @a: an opaque colour
 * @b: another one
 *
 * WCAG 2.1, "contrast ratio".
 *
 * Returns: 1 (the same) to 21 (black and white)
 */
double
mien_color_contrast (const MienRgba *a, const MienRgba *b)
{
  double l1 = luminance (a), l2 = luminance (b);

  return (MAX (l1, l2) + 0.05) / (MIN (l1, l2) + 0.05);
}

/**
 * mien_color_text_on:
 * @background: an opaque colour
 * @text: (out): black or white, whichever is read more easily on it; the contrast is never
 * below 4.58
 */
void
mien_color_text_on (const MienRgba *background, MienRgba *text)
{
  static const MienRgba black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 };

  *text = mien_color_contrast (background, &black) >= mien_color_contrast (background, &white)
            ? black
            : white;
}
