/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>

#include "app/widgets/mien-probability-bars.h"
#include "app/widgets/mien-split-bar.h"

static GtkWidget *
nth_child (GtkWidget *widget, guint n)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  while (n-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static guint
count_children (GtkWidget *widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

static void
assert_cell (GtkWidget *bars, guint n, const char *name, const char *percent, double value)
{
  GtkWidget *cell = nth_child (bars, n);
  GtkWidget *line = nth_child (cell, 0);

  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (nth_child (line, 0))), ==, name);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (nth_child (line, 1))), ==, percent);
  g_assert_cmpfloat_with_epsilon (gtk_level_bar_get_value (GTK_LEVEL_BAR (nth_child (cell, 1))),
                                  value, 1e-6);
}

static void
test_probabilities (void)
{
  static const char *const classes[] = { "a", "b", "c", "d" };
  static const float four[] = { 0.1f, 0.5f, 0.1f, 0.3f };
  static const float two[] = { 0.25f, 0.75f };
  g_autoptr (GtkWidget) bars = NULL;

  bars = g_object_ref_sink (mien_probability_bars_new (GTK_ORIENTATION_HORIZONTAL));
  mien_probability_bars_set (MIEN_PROBABILITY_BARS (bars), classes, four, 4, 3);
  g_assert_cmpuint (count_children (bars), ==, 3);
  assert_cell (bars, 0, "b", "50 %", 0.5);
  assert_cell (bars, 1, "d", "30 %", 0.3);
  /* Of equal ones the first. */
  assert_cell (bars, 2, "a", "10 %", 0.1);

  mien_probability_bars_set (MIEN_PROBABILITY_BARS (bars), classes, two, 2, 3);
  g_assert_cmpuint (count_children (bars), ==, 2);
  assert_cell (bars, 0, "b", "75 %", 0.75);
  assert_cell (bars, 1, "a", "25 %", 0.25);
}

static void
assert_segment (GtkWidget *bar, guint n, int x, int width)
{
  graphene_rect_t bounds;
  GtkWidget *segment = nth_child (bar, n);

  g_assert_cmpint (gtk_widget_get_child_visible (segment), ==, width > 0);
  if (width == 0)
    return;
  g_assert_true (gtk_widget_compute_bounds (segment, bar, &bounds));
  g_assert_cmpfloat (bounds.origin.x, ==, x);
  g_assert_cmpfloat (bounds.size.width, ==, width);
}

/* A pixel is left free after each segment. */
static void
test_splits (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *bar = mien_split_bar_new ();
  int minimum;

  gtk_window_set_child (GTK_WINDOW (window), bar);
  gtk_widget_measure (bar, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  mien_split_bar_set (MIEN_SPLIT_BAR (bar), (const guint[]){ 50, 10, 20 }, 100);
  gtk_widget_size_allocate (bar, &(GtkAllocation){ 0, 0, 200, 10 }, -1);
  assert_segment (bar, 0, 0, 99);
  assert_segment (bar, 1, 100, 19);
  assert_segment (bar, 2, 120, 39);

  /* One picture of very many is seen, no picture is not. */
  mien_split_bar_set (MIEN_SPLIT_BAR (bar), (const guint[]){ 99999, 0, 1 }, 100000);
  gtk_widget_size_allocate (bar, &(GtkAllocation){ 0, 0, 200, 10 }, -1);
  assert_segment (bar, 0, 0, 198);
  assert_segment (bar, 1, 0, 0);
  assert_segment (bar, 2, 199, 1);

  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  g_test_add_func ("/bars/probabilities", test_probabilities);
  g_test_add_func ("/bars/splits", test_splits);
  return g_test_run ();
}
