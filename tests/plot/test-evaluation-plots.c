/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-evaluation-plots.h"

static void
assert_described (MienPlot *plot, const char *expected)
{
  g_autofree char *text = mien_plot_describe (plot);

  g_assert_cmpstr (text, ==, expected);
}

/* Four answers: two of 0.3, none of which is right, and two of 0.875, of which one is. */
static const float confidences[] = { 0.3f, 0.875f, 0.3f, 0.875f };
static const gboolean right[] = { FALSE, TRUE, FALSE, FALSE };

static void
test_reliability (void)
{
  g_autoptr (MienConfidence) confidence = mien_confidence_new (confidences, right, 4);
  g_autoptr (MienPlot) plot = mien_evaluation_plot_reliability (confidence);
  double x;

  assert_described (plot, "accuracy: 50.0 % at Confidence 0.875; "
                          "as sure as right: 100.0 % at Confidence 1");
  g_assert_true (mien_plot_snap (plot, 0.0, &x));
  g_assert_cmpfloat_with_epsilon (x, 0.3, 1e-6);
  g_assert_cmpfloat (mien_axis_get_low (mien_plot_get_x_axis (plot)), ==, 0.0);
  g_assert_cmpfloat (mien_axis_get_high (mien_plot_get_y_axis (plot)), ==, 1.0);
}

/* All answers are right in one of four, the surest half in one of two. */
static void
test_coverage (void)
{
  g_autoptr (MienConfidence) confidence = mien_confidence_new (confidences, right, 4);
  g_autoptr (MienPlot) plot = mien_evaluation_plot_coverage (confidence);
  g_autofree char *half = mien_plot_describe_at (plot, 0.5);

  assert_described (plot, "accuracy: 25.0 % at Coverage 1");
  g_assert_cmpstr (half, ==, "Coverage 0.500\naccuracy 50.0 %");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluation-plots/reliability", test_reliability);
  g_test_add_func ("/evaluation-plots/coverage", test_coverage);
  return g_test_run ();
}
