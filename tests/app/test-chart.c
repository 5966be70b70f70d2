/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <math.h>

#include "app-fixture.h"
#include "app-keys.h"
#include "app/chart/mien-chart-private.h"
#include "plot/mien-line-layer.h"
#include "plot/mien-marker-layer.h"

typedef struct
{
  GtkWidget *window;
  MienChart *chart;
  MienSeries *training;
  MienSeries *validation;
  MienMarkerLayer *marker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienLineLayer) training = NULL;
  g_autoptr (MienLineLayer) validation = NULL;

  fixture->chart = g_object_new (MIEN_TYPE_CHART, "title", "Loss", "x-title", "Epoch", "empty-text",
                                 "Nothing yet", NULL);
  fixture->training = mien_series_new ("training");
  fixture->validation = mien_series_new ("validation");
  fixture->marker = mien_marker_layer_new (MIEN_COLOR_SECOND_LINE);
  training = mien_line_layer_new (fixture->training, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  validation = mien_line_layer_new (fixture->validation, MIEN_COLOR_SECOND_LINE,
                                    MIEN_LINE_DASHED_SQUARE);
  mien_chart_add_layer (fixture->chart, MIEN_CHART_LAYER (training));
  mien_chart_add_layer (fixture->chart, MIEN_CHART_LAYER (validation));
  mien_chart_add_layer (fixture->chart, MIEN_CHART_LAYER (fixture->marker));
  mien_chart_set_y_limits (fixture->chart, 0, NAN);

  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 300);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->chart));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->training);
  g_object_unref (fixture->validation);
  g_object_unref (fixture->marker);
}

static gboolean
is_drawn (gpointer chart)
{
  return MIEN_CHART (chart)->node != NULL;
}

static void
fill (Fixture *fixture)
{
  mien_series_append (fixture->training, 1, 1.25);
  mien_series_append (fixture->training, 2, 0.5);
  mien_series_append (fixture->validation, 1, 1.5);
  mien_series_append (fixture->validation, 2, 0.75);
  mien_marker_layer_set (fixture->marker, "best: epoch 2", 2, 0.75);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = mien_chart_describe (fixture->chart);

  g_assert_cmpstr (text, ==, "Nothing yet");
  app_fixture_wait_for (is_drawn, fixture->chart);
  mien_chart_hover (fixture->chart, 1);
  g_assert_false (fixture->chart->hovering);
  gtk_test_accessible_assert_role (fixture->chart, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
test_description (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *at = NULL;

  fill (fixture);
  text = mien_chart_describe (fixture->chart);
  at = mien_chart_describe_at (fixture->chart, 1);
  g_assert_cmpstr (text, ==,
                   "training: 0.500 at Epoch 2; validation: 0.750 at Epoch 2; best: epoch 2");
  g_assert_cmpstr (at, ==, "Epoch 1\ntraining 1.250\nvalidation 1.500");
}

/* The axes hold the data: the fixed end stays, the free one is a round value above. */
static void
test_axes (Fixture *fixture, gconstpointer data)
{
  MienAxis *y = mien_chart_get_y_axis (fixture->chart);
  MienAxis *x = mien_chart_get_x_axis (fixture->chart);

  fill (fixture);
  g_assert_cmpfloat (mien_axis_get_low (y), ==, 0);
  g_assert_cmpfloat_with_epsilon (mien_axis_get_high (y), 1.5, 1e-9);
  g_assert_cmpfloat (mien_axis_get_low (x), ==, 1);
  g_assert_cmpfloat (mien_axis_get_high (x), ==, 2);

  mien_chart_set_x_at_least (fixture->chart, 1, 10);
  g_assert_cmpfloat (mien_axis_get_high (x), ==, 10);
  mien_series_append (fixture->training, 25, 0.25);
  g_assert_cmpfloat (mien_axis_get_high (x), ==, 25);
}

/* There is a button to save the chart as soon as there is something to save. */
static void
test_save_button (Fixture *fixture, gconstpointer data)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (fixture->chart));

  g_assert_true (GTK_IS_BUTTON (button));
  g_assert_false (gtk_widget_get_visible (button));
  fill (fixture);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Save as a Picture…");
  app_fixture_wait_for (is_drawn, fixture->chart);
  g_assert_cmpint (gtk_widget_get_width (button), >, 0);

  gtk_widget_grab_focus (GTK_WIDGET (fixture->chart));
  gtk_widget_child_focus (fixture->window, GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == button);
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  GtkWidget *chart = GTK_WIDGET (fixture->chart);

  g_assert_false (app_keys_press (chart, GDK_KEY_Left));
  fill (fixture);
  mien_series_append (fixture->training, 3, 0.25);

  g_assert_true (app_keys_press (chart, GDK_KEY_Right));
  g_assert_cmpfloat (fixture->chart->hover_x, ==, 3);
  g_assert_true (app_keys_press (chart, GDK_KEY_Left));
  g_assert_cmpfloat (fixture->chart->hover_x, ==, 2);
  g_assert_true (app_keys_press (chart, GDK_KEY_Home));
  g_assert_cmpfloat (fixture->chart->hover_x, ==, 1);
  g_assert_true (app_keys_press (chart, GDK_KEY_Left));
  g_assert_cmpfloat (fixture->chart->hover_x, ==, 1);
  g_assert_true (app_keys_press (chart, GDK_KEY_Escape));
  g_assert_false (fixture->chart->hovering);
  g_assert_false (app_keys_press (chart, GDK_KEY_Escape));
}

/* What is drawn is kept until there is new data; hovering does not draw it anew. */
static void
test_draws_on_new_data_only (Fixture *fixture, gconstpointer data)
{
  GskRenderNode *node;

  for (guint i = 1; i <= 10000; i++)
    mien_series_append (fixture->training, i, 1.0 / i);
  app_fixture_wait_for (is_drawn, fixture->chart);

  node = gsk_render_node_ref (fixture->chart->node);
  mien_chart_hover (fixture->chart, 5000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (fixture->chart->node == node);
  mien_series_append (fixture->training, 10001, 0.5);
  g_assert_true (fixture->chart->node != node);
  app_fixture_wait_for (is_drawn, fixture->chart);
  gsk_render_node_unref (node);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/chart/empty", test_empty);
  ADD ("/chart/description", test_description);
  ADD ("/chart/axes", test_axes);
  ADD ("/chart/save-button", test_save_button);
  ADD ("/chart/keys", test_keys);
  ADD ("/chart/draws-on-new-data-only", test_draws_on_new_data_only);
#undef ADD
  return g_test_run ();
}
