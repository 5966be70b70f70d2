/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "plot/mien-learning-curves.h"

static GArray *
make_history (const double *losses, const double *validation_losses, guint n)
{
  GArray *history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));

  for (guint i = 0; i < n; i++)
    {
      const MienEpoch epoch = {
        .epoch = i + 1,
        .loss = losses[i],
        .accuracy = 0.5 + 0.125 * i,
        .validation_loss = validation_losses != NULL ? validation_losses[i] : NAN,
        .validation_accuracy = validation_losses != NULL ? 0.5 : NAN,
        .learning_rate = 0.25 / (i + 1),
      };

      g_array_append_val (history, epoch);
    }
  return history;
}

static void
assert_described (const GArray *history, MienLearningFigure figure, const char *expected)
{
  g_autoptr (MienPlot) plot = mien_learning_plot_new (history, figure);
  g_autofree char *text = mien_plot_describe (plot);

  g_assert_cmpstr (text, ==, expected);
}

static const double falling[] = { 2.0, 1.0, 0.5 };

/* The best epoch is the first of the lowest validation loss. */
static void
test_figures (void)
{
  g_autoptr (GArray) history = make_history (falling, (const double[]){ 1.5, 1.25, 1.25 }, 3);

  assert_described (history, MIEN_LEARNING_LOSS,
                    "training: 0.500 at Epoch 3; validation: 1.250 at Epoch 3; best: epoch 2");
  assert_described (history, MIEN_LEARNING_ACCURACY,
                    "training: 75.0 % at Epoch 3; validation: 50.0 % at Epoch 3; "
                    "best: epoch 2");
  assert_described (history, MIEN_LEARNING_RATE, "learning rate: 0.083 at Epoch 3");
}

/* An accuracy that is always the same has an axis around it, which ends at 100 %. */
static void
test_constant (void)
{
  g_autoptr (GArray) history = make_history (falling, NULL, 3);
  g_autoptr (MienPlot) plot = NULL;

  for (guint i = 0; i < history->len; i++)
    g_array_index (history, MienEpoch, i).accuracy = 1.0;
  plot = mien_learning_plot_new (history, MIEN_LEARNING_ACCURACY);
  g_assert_cmpfloat_with_epsilon (mien_axis_get_low (mien_plot_get_y_axis (plot)), 0.9, 1e-9);
  g_assert_cmpfloat_with_epsilon (mien_axis_get_high (mien_plot_get_y_axis (plot)), 1.0, 1e-9);
}

/* Without pictures for validation, the training loss decides, and no line is shown for them. */
static void
test_no_validation (void)
{
  g_autoptr (GArray) history = make_history (falling, NULL, 3);

  assert_described (history, MIEN_LEARNING_LOSS, "training: 0.500 at Epoch 3; best: epoch 3");
}

/* A plot that shows a training while it runs takes each epoch once. */
static void
test_update (void)
{
  g_autoptr (MienPlot) plot = mien_plot_new ("Loss", "Epoch");
  g_auto (MienLearningCurves) curves = { 0 };
  g_autoptr (GArray) first = make_history (falling, NULL, 2);
  g_autoptr (GArray) all = make_history (falling, NULL, 3);

  mien_learning_curves_init (&curves, plot, MIEN_LEARNING_LOSS);
  g_assert_true (mien_plot_is_empty (plot));
  mien_learning_curves_update (&curves, first, 0);
  g_assert_cmpuint (mien_series_get_n (curves.training), ==, 2);
  mien_learning_curves_update (&curves, all, 3);
  g_assert_cmpuint (mien_series_get_n (curves.training), ==, 3);
  g_assert_cmpfloat (mien_series_get_y (curves.training)[2], ==, 0.5);

  mien_learning_curves_empty (&curves);
  g_assert_true (mien_plot_is_empty (plot));
}

static void
test_names (void)
{
  MienLearningFigure figure;

  g_assert_true (mien_learning_figure_from_string ("accuracy", &figure));
  g_assert_cmpint (figure, ==, MIEN_LEARNING_ACCURACY);
  g_assert_true (mien_learning_figure_from_string ("rate", &figure));
  g_assert_cmpint (figure, ==, MIEN_LEARNING_RATE);
  g_assert_false (mien_learning_figure_from_string ("seconds", &figure));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/learning-curves/figures", test_figures);
  g_test_add_func ("/learning-curves/constant", test_constant);
  g_test_add_func ("/learning-curves/no-validation", test_no_validation);
  g_test_add_func ("/learning-curves/update", test_update);
  g_test_add_func ("/learning-curves/names", test_names);
  return g_test_run ();
}
