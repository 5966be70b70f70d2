/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/chart/mien-palette.h"

#include <adwaita.h>

/* The colours that Mien draws with itself, by their names in libadwaita's style sheet, for each of
 * its four styles. Each has a contrast of at least 3 with the surface (WCAG 2.1, 1.4.11):
 * test-palette checks the two styles that can be asked for, and high contrast only goes further. */
static const char *const names[MIEN_N_COLORS][2][2] = {
  /* light: normal, high contrast; dark: normal, high contrast */
  [MIEN_COLOR_FIRST_LINE] = { { "blue_4", "blue_5" }, { "blue_2", "blue_1" } },
  [MIEN_COLOR_SECOND_LINE] = { { "orange_5", "orange_5" }, { "orange_2", "orange_1" } },
  [MIEN_COLOR_RIGHT] = { { "blue_4", "blue_5" }, { "blue_2", "blue_1" } },
  [MIEN_COLOR_MISTAKE] = { { "orange_5", "orange_5" }, { "orange_2", "orange_1" } },
  [MIEN_COLOR_SURFACE] = { { "view_bg_color", "view_bg_color" },
                           { "view_bg_color", "view_bg_color" } },
};

static void
get_rgba (const GdkRGBA *gdk, MienRgba *rgba)
{
  *rgba = (MienRgba){ gdk->red, gdk->green, gdk->blue, gdk->alpha };
}

/**
 * mien_palette_lookup:
 * @widget: where it is drawn
 * @color: which colour
 * @rgba: (out): its value in the present style
 *
 * Looks a colour up in the style sheet, dark and high contrast considered.
 */
void
mien_palette_lookup (GtkWidget *widget, MienColor color, MienRgba *rgba)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  const char *name;
  GdkRGBA found;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (color < MIEN_N_COLORS);

  name = names[color][adw_style_manager_get_dark (manager) ? 1 : 0]
              [adw_style_manager_get_high_contrast (manager) ? 1 : 0];
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &found))
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), &found);
  get_rgba (&found, rgba);
}

/**
 * mien_palette_init_style:
 * @widget: where it is drawn
 * @style: (out caller-allocates): to be freed by mien_plot_style_clear()
 *
 * Fills the style that figures are drawn in from the widget's present one.
 */
void
mien_palette_init_style (GtkWidget *widget, MienPlotStyle *style)
{
  GdkRGBA text;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &text);
  get_rgba (&text, &style->text);
  for (MienColor color = 0; color < MIEN_N_COLORS; color++)
    mien_palette_lookup (widget, color, &style->colors[color]);
  style->corner = 0.0;
  style->pango = g_object_ref (gtk_widget_get_pango_context (widget));
}

/**
 * mien_palette_to_gdk:
 * @rgba: a colour of a figure
 *
 * Returns: the same one for GTK's drawing
 */
GdkRGBA
mien_palette_to_gdk (const MienRgba *rgba)
{
  return (GdkRGBA){ rgba->red, rgba->green, rgba->blue, rgba->alpha };
}
