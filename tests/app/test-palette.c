/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "app/chart/mien-palette.h"

static const MienRgba black = { 0, 0, 0, 1 };
static const MienRgba white = { 1, 1, 1, 1 };

/* The examples of WCAG 2.1 and the well-known grey just below its limit for text. */
static void
test_contrast (void)
{
  const MienRgba grey = { 0x77 / 255.0f, 0x77 / 255.0f, 0x77 / 255.0f, 1 };

  g_assert_cmpfloat_with_epsilon (mien_color_contrast (&black, &white), 21.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_color_contrast (&white, &black), 21.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_color_contrast (&grey, &white), 4.48, 0.005);
  g_assert_cmpfloat_with_epsilon (mien_color_contrast (&grey, &grey), 1.0, 1e-9);
}

static void
test_blend (void)
{
  MienRgba blended;

  mien_color_blend (&black, 0.25, &white, &blended);
  g_assert_cmpfloat_with_epsilon (blended.red, 0.75, 1e-6);
  g_assert_cmpfloat_with_epsilon (blended.alpha, 1.0, 1e-6);
}

/* Black or white is read on every grey: the worse of the two never falls to 4.5. */
static void
test_text (void)
{
  for (guint i = 0; i <= 255; i++)
    {
      const MienRgba background = { i / 255.0f, i / 255.0f, i / 255.0f, 1 };
      MienRgba text;

      mien_color_text_on (&background, &text);
      g_assert_cmpfloat (mien_color_contrast (&background, &text), >=, 4.5);
    }
}

static void
check_style (AdwColorScheme scheme)
{
  GtkWidget *window = gtk_window_new ();
  MienRgba surface;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
  gtk_window_present (GTK_WINDOW (window));
  mien_palette_lookup (window, MIEN_COLOR_SURFACE, &surface);
  for (MienColor color = MIEN_COLOR_FIRST_LINE; color < MIEN_COLOR_SURFACE; color++)
    {
      MienRgba rgba;

      mien_palette_lookup (window, color, &rgba);
      g_assert_cmpfloat (mien_color_contrast (&rgba, &surface), >=, 3.0);
    }
  g_assert_cmpint (surface.red > 0.5, ==, scheme == ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_styles (void)
{
  check_style (ADW_COLOR_SCHEME_FORCE_LIGHT);
  check_style (ADW_COLOR_SCHEME_FORCE_DARK);
}

/* Files look as the window in its light style does. */
static void
test_files (void)
{
  GtkWidget *window = gtk_window_new ();
  g_auto (MienPlotStyle) light = { 0 };

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      ADW_COLOR_SCHEME_FORCE_LIGHT);
  gtk_window_present (GTK_WINDOW (window));
  mien_plot_style_init_light (&light);
  for (MienColor color = 0; color < MIEN_N_COLORS; color++)
    {
      MienRgba rgba;

      mien_palette_lookup (window, color, &rgba);
      g_assert_cmpfloat_with_epsilon (light.colors[color].red, rgba.red, 1e-3);
      g_assert_cmpfloat_with_epsilon (light.colors[color].green, rgba.green, 1e-3);
      g_assert_cmpfloat_with_epsilon (light.colors[color].blue, rgba.blue, 1e-3);
    }
  g_assert_cmpfloat (mien_color_contrast (&light.text, &light.colors[MIEN_COLOR_SURFACE]), >=, 7.0);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add_func ("/palette/contrast", test_contrast);
  g_test_add_func ("/palette/blend", test_blend);
  g_test_add_func ("/palette/text", test_text);
  g_test_add_func ("/palette/styles", test_styles);
  g_test_add_func ("/palette/files", test_files);
  return g_test_run ();
}
