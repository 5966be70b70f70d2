/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/chart/mien-palette.h"

#include <adwaita.h>
#include <math.h>

/* The colours that Mien draws with itself, by their names in libadwaita's style sheet, for each of
 * its four styles. Each has a contrast of at least 3 with the surface (WCAG 2.1, 1.4.11):
 * test-palette checks the two styles that can be asked for, and high contrast only goes further. */
static const char *const names[MIEN_N_COLORS][2][2] = {
  /* light: normal, high contrast; dark: normal, high contrast */
  [MIEN_COLOR_TRAINING] = { { "blue_4", "blue_5" }, { "blue_2", "blue_1" } },
  [MIEN_COLOR_VALIDATION] = { { "orange_5", "orange_5" }, { "orange_2", "orange_1" } },
  [MIEN_COLOR_RIGHT] = { { "blue_4", "blue_5" }, { "blue_2", "blue_1" } },
  [MIEN_COLOR_MISTAKE] = { { "orange_5", "orange_5" }, { "orange_2", "orange_1" } },
  [MIEN_COLOR_SURFACE] = { { "view_bg_color", "view_bg_color" },
                           { "view_bg_color", "view_bg_color" } },
};

/**
 * mien_palette_lookup:
 * @widget: where it is drawn
 * @color: which colour
 * @rgba: (out): its value in the present style
 *
 * Looks a colour up in the style sheet, dark and high contrast considered.
 */
void
mien_palette_lookup (GtkWidget *widget, MienColor color, GdkRGBA *rgba)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  const char *name;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (color < MIEN_N_COLORS);

  name = names[color][adw_style_manager_get_dark (manager) ? 1 : 0]
              [adw_style_manager_get_high_contrast (manager) ? 1 : 0];
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, rgba))
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), rgba);
}

/**
 * mien_color_blend:
 * @over: the colour on top
 * @alpha: how much of it, 0 to 1
 * @under: the opaque colour below
 * @blended: (out): what is seen, opaque
 */
void
mien_color_blend (const GdkRGBA *over, double alpha, const GdkRGBA *under, GdkRGBA *blended)
{
  blended->red = alpha * over->red + (1.0 - alpha) * under->red;
  blended->green = alpha * over->green + (1.0 - alpha) * under->green;
  blended->blue = alpha * over->blue + (1.0 - alpha) * under->blue;
  blended->alpha = 1.0;
}

static double
linear (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (const GdkRGBA *color)
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
mien_color_contrast (const GdkRGBA *a, const GdkRGBA *b)
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
mien_color_text_on (const GdkRGBA *background, GdkRGBA *text)
{
  static const GdkRGBA black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 };

  *text = mien_color_contrast (background, &black) >= mien_color_contrast (background, &white)
            ? black
            : white;
}
