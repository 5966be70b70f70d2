/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-plot-style.h"

#include <pango/pangocairo.h>

#define FONT "Sans 11px"

/**
 * mien_plot_style_init_light:
 * @style: (out caller-allocates): to be freed by mien_plot_style_clear()
 *
 * The style of files, whatever the window looks like: libadwaita's light colours (as mien-palette.c
 * names them) on white, in the system's sans-serif font, laid out alike at every resolution.
 */
void
mien_plot_style_init_light (MienPlotStyle *style)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (FONT);
  cairo_font_options_t *options = cairo_font_options_create ();

  style->text = (MienRgba){ 0.1f, 0.1f, 0.1f, 1.0f };
  style->colors[MIEN_COLOR_FIRST_LINE] = (MienRgba){ 28 / 255.0f, 113 / 255.0f, 216 / 255.0f,
                                                     1.0f };
  style->colors[MIEN_COLOR_SECOND_LINE] = (MienRgba){ 198 / 255.0f, 70 / 255.0f, 0.0f, 1.0f };
  style->colors[MIEN_COLOR_RIGHT] = style->colors[MIEN_COLOR_FIRST_LINE];
  style->colors[MIEN_COLOR_MISTAKE] = style->colors[MIEN_COLOR_SECOND_LINE];
  style->colors[MIEN_COLOR_SURFACE] = (MienRgba){ 1.0f, 1.0f, 1.0f, 1.0f };

  style->corner = 0.0;
  style->pango = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  pango_context_set_font_description (style->pango, font);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (style->pango, options);
  cairo_font_options_destroy (options);
}

/**
 * mien_plot_style_clear:
 *
 * Frees what the style owns.
 */
void
mien_plot_style_clear (MienPlotStyle *style)
{
  g_clear_object (&style->pango);
}

/**
 * mien_plot_style_set_source:
 * @cr: what is drawn with
 * @color: which colour
 *
 * Draws with the colour from now on.
 */
void
mien_plot_style_set_source (const MienPlotStyle *style, cairo_t *cr, MienColor color)
{
  const MienRgba *rgba = &style->colors[color];

  cairo_set_source_rgba (cr, rgba->red, rgba->green, rgba->blue, rgba->alpha);
}
