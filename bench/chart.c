/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Milliseconds that a chart of two lines of N points takes: to draw after new data, and to draw
 * while the pointer moves. Needs a display:
 *
 *   meson compile -C _build bench-chart && GSK_RENDERER=cairo xvfb-run _build/bench/bench-chart
 * 10000 */

#include <adwaita.h>
#include <math.h>
#include <stdlib.h>

#include "app/chart/mien-chart.h"
#include "plot/mien-line-layer.h"

#define N_FRAMES 50

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* By then the window has drawn its first frame. */
static gboolean
drawn (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* One frame as the window draws it: the widget's nodes, and their pixels. */
static double
draw (GtkWidget *chart, GskRenderer *renderer)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (chart),
                                               gtk_widget_get_height (chart));
  gint64 start;

  start = g_get_monotonic_time ();
  GTK_WIDGET_GET_CLASS (chart)->snapshot (chart, snapshot);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (renderer, node, &bounds);

  return (g_get_monotonic_time () - start) / 1000.0;
}

static void
tell (const char *what, double *times)
{
  qsort (times, N_FRAMES, sizeof (double), compare);
  g_print ("%s: median %.2f ms, longest %.2f ms\n", what, times[N_FRAMES / 2], times[N_FRAMES - 1]);
}

int
main (int argc, char **argv)
{
  const guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 10000;
  MienSeries *series[2];
  MienChart *chart;
  GtkWidget *window;
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  double times[N_FRAMES];
  gboolean ready = FALSE;

  adw_init ();
  window = gtk_window_new ();
  chart = g_object_new (MIEN_TYPE_CHART, NULL);
  for (guint s = 0; s < 2; s++)
    {
      series[s] = mien_series_new (s == 0 ? "training" : "validation");
      for (guint i = 1; i <= n; i++)
        mien_series_append (series[s], i, 1 + s + sin (i * 0.37) + exp (-3.0 * i / n));
      mien_chart_add_layer (chart,
                            MIEN_CHART_LAYER (mien_line_layer_new (
                              series[s], s == 0 ? MIEN_COLOR_FIRST_LINE : MIEN_COLOR_SECOND_LINE,
                              s == 0 ? MIEN_LINE_SOLID_ROUND : MIEN_LINE_DASHED_SQUARE)));
    }
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (chart));
  gtk_window_set_default_size (GTK_WINDOW (window), 750, 320);
  gtk_window_present (GTK_WINDOW (window));
  g_timeout_add (500, drawn, &ready);
  while (!ready)
    g_main_context_iteration (NULL, TRUE);
  gsk_renderer_realize (renderer, NULL, NULL);

  for (guint i = 0; i < N_FRAMES; i++)
    {
      mien_series_append (series[0], n + 1 + i, 1.0);
      times[i] = draw (GTK_WIDGET (chart), renderer);
    }
  tell ("after new data", times);
  for (guint i = 0; i < N_FRAMES; i++)
    {
      mien_chart_hover (chart, 1 + i * (n / N_FRAMES));
      times[i] = draw (GTK_WIDGET (chart), renderer);
    }
  tell ("while hovering", times);

  gsk_renderer_unrealize (renderer);
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}
