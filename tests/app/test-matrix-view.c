/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "app-keys.h"
#include "app/chart/mien-palette.h"
#include "app/evaluation/mien-matrix-view.h"

static const char *const classes[] = { "anger", "joy", "sadness" };
static const guint counts[] = { 812, 28, 118, 21, 1690, 63, 140, 0, 1035 };

typedef struct
{
  GtkWidget *window;
  MienMatrixView *view;
  guint n_changes;
} Fixture;

static void
count_change (Fixture *fixture)
{
  fixture->n_changes++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->view = g_object_new (MIEN_TYPE_MATRIX_VIEW, NULL);
  mien_matrix_view_set_counts (fixture->view, classes, 3, counts);
  g_signal_connect_swapped (fixture->view, "selection-changed", G_CALLBACK (count_change), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->view));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static const char *
text (Fixture *fixture, guint actual, guint predicted)
{
  return mien_matrix_cell_get_text (mien_matrix_view_get_cell (fixture->view, actual, predicted));
}

/* Shares by hand: 118 / 958 is 12.3 %, 118 / 1216 is 9.7 %. */
static void
test_modes (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (text (fixture, 0, 2), ==, "118");
  g_assert_cmpstr (text (fixture, 2, 1), ==, "0");
  mien_matrix_view_set_mode (fixture->view, MIEN_MATRIX_ROWS);
  g_assert_cmpstr (text (fixture, 0, 2), ==, "12.3 %");
  mien_matrix_view_set_mode (fixture->view, MIEN_MATRIX_COLUMNS);
  g_assert_cmpstr (text (fixture, 0, 2), ==, "9.7 %");
}

/* A class without pictures has no share. */
static void
test_empty_row (Fixture *fixture, gconstpointer data)
{
  static const guint one_sided[] = { 3, 1, 0, 0 };

  mien_matrix_view_set_counts (fixture->view, classes, 2, one_sided);
  mien_matrix_view_set_mode (fixture->view, MIEN_MATRIX_ROWS);
  g_assert_cmpstr (text (fixture, 0, 0), ==, "75.0 %");
  g_assert_cmpstr (text (fixture, 1, 0), ==, "–");
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  GtkWidget *view = GTK_WIDGET (fixture->view);
  guint actual, predicted;

  g_assert_false (app_keys_press (view, GDK_KEY_Escape));
  g_assert_true (app_keys_press (view, GDK_KEY_Right));
  g_assert_true (app_keys_press (view, GDK_KEY_Right));
  g_assert_true (app_keys_press (view, GDK_KEY_Right));
  g_assert_true (app_keys_press (view, GDK_KEY_Down));
  g_assert_true (
    gtk_widget_has_focus (GTK_WIDGET (mien_matrix_view_get_cell (fixture->view, 1, 2))));
  g_assert_false (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));

  g_assert_true (app_keys_press (view, GDK_KEY_Return));
  g_assert_true (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (actual, ==, 1);
  g_assert_cmpuint (predicted, ==, 2);
  g_assert_true (app_keys_press (view, GDK_KEY_Escape));
  g_assert_false (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (fixture->n_changes, ==, 2);
}

/* Rows and columns change places; what is chosen stays, and the arrows follow what is seen. */
static void
test_order (Fixture *fixture, gconstpointer data)
{
  static const guint order[] = { 2, 0, 1 };
  GtkWidget *view = GTK_WIDGET (fixture->view);
  guint actual, predicted;

  mien_matrix_view_select (fixture->view, 2, 0);
  mien_matrix_view_set_order (fixture->view, order);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  g_assert_true (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (actual, ==, 2);
  g_assert_cmpuint (predicted, ==, 0);
  g_assert_cmpstr (text (fixture, 0, 2), ==, "118");

  /* Now in the middle of the first row. */
  g_assert_true (app_keys_press (view, GDK_KEY_Up));
  g_assert_true (app_keys_press (view, GDK_KEY_Right));
  g_assert_true (app_keys_press (view, GDK_KEY_Return));
  g_assert_true (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (actual, ==, 2);
  g_assert_cmpuint (predicted, ==, 1);
}

/* To the ends of a row and of a column. */
static void
test_far_keys (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint key, actual, predicted;
  } steps[] = { { GDK_KEY_End, 0, 2 },
                { GDK_KEY_Page_Down, 2, 2 },
                { GDK_KEY_Home, 2, 0 },
                { GDK_KEY_Page_Up, 0, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_true (app_keys_press (GTK_WIDGET (fixture->view), steps[i].key));
      g_assert_true (gtk_widget_has_focus (GTK_WIDGET (
        mien_matrix_view_get_cell (fixture->view, steps[i].actual, steps[i].predicted))));
    }
}

static void
test_click (Fixture *fixture, gconstpointer data)
{
  MienMatrixCell *cell = mien_matrix_view_get_cell (fixture->view, 2, 0);
  guint actual, predicted;

  g_signal_emit_by_name (cell, "clicked");
  g_assert_true (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (actual, ==, 2);
  g_assert_cmpuint (predicted, ==, 0);
  g_signal_emit_by_name (cell, "clicked");
  g_assert_false (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
}

/* Other counts give the choice up, and tell it. */
static void
test_new_counts (Fixture *fixture, gconstpointer data)
{
  guint actual, predicted;

  mien_matrix_view_select (fixture->view, 0, 2);
  mien_matrix_view_set_counts (fixture->view, classes, 2, counts);
  g_assert_false (mien_matrix_view_get_selected (fixture->view, &actual, &predicted));
  g_assert_cmpuint (fixture->n_changes, ==, 2);
}

static void
test_accessible (Fixture *fixture, gconstpointer data)
{
  MienMatrixCell *cell = mien_matrix_view_get_cell (fixture->view, 0, 2);

  gtk_test_accessible_assert_role (cell, GTK_ACCESSIBLE_ROLE_GRID_CELL);
  g_assert_cmpstr (mien_matrix_cell_get_description (cell), ==,
                   "anger taken for sadness: 118 pictures, 12.3 % of anger");
  cell = mien_matrix_view_get_cell (fixture->view, 1, 1);
  g_assert_cmpstr (mien_matrix_cell_get_description (cell), ==,
                   "joy recognised: 1690 pictures, 95.3 % of joy");
}

/* In both styles what stands in a cell is read on its shade, and a fuller cell is shaded more. */
static void
test_colors (Fixture *fixture, gconstpointer data)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };

  for (guint s = 0; s < G_N_ELEMENTS (schemes); s++)
    {
      MienRgba surface, empty, text_color, few, many;

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[s]);
      for (guint i = 0; i < 9; i++)
        {
          MienRgba background;

          mien_matrix_cell_get_colors (mien_matrix_view_get_cell (fixture->view, i / 3, i % 3),
                                       &background, &text_color);
          g_assert_cmpfloat (mien_color_contrast (&background, &text_color), >=, 4.5);
        }

      mien_palette_lookup (GTK_WIDGET (fixture->view), MIEN_COLOR_SURFACE, &surface);
      mien_matrix_cell_get_colors (mien_matrix_view_get_cell (fixture->view, 2, 1), &empty,
                                   &text_color);
      mien_matrix_cell_get_colors (mien_matrix_view_get_cell (fixture->view, 1, 2), &few,
                                   &text_color);
      mien_matrix_cell_get_colors (mien_matrix_view_get_cell (fixture->view, 2, 0), &many,
                                   &text_color);
      g_assert_cmpmem (&empty, sizeof empty, &surface, sizeof surface);
      g_assert_cmpfloat (mien_color_contrast (&many, &surface), >,
                         mien_color_contrast (&few, &surface));
    }
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/matrix/modes", test_modes);
  ADD ("/matrix/empty-row", test_empty_row);
  ADD ("/matrix/keys", test_keys);
  ADD ("/matrix/far-keys", test_far_keys);
  ADD ("/matrix/order", test_order);
  ADD ("/matrix/click", test_click);
  ADD ("/matrix/new-counts", test_new_counts);
  ADD ("/matrix/accessible", test_accessible);
  ADD ("/matrix/colors", test_colors);
#undef ADD
  return g_test_run ();
}
