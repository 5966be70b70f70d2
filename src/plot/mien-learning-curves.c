/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/mien-learning-curves.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "plot/mien-line-layer.h"

/* The whole numbers of epochs alone are marked. */
#define EPOCH_STEP 1.0

static void
get_values (const MienEpoch *epoch, MienLearningFigure figure, double *training, double *validation)
{
  switch (figure)
    {
    case MIEN_LEARNING_ACCURACY:
      *training = epoch->accuracy;
      *validation = epoch->validation_accuracy;
      break;

    case MIEN_LEARNING_RATE:
      *training = epoch->learning_rate;
      *validation = NAN;
      break;

    case MIEN_LEARNING_LOSS:
    default:
      *training = epoch->loss;
      *validation = epoch->validation_loss;
    }
}

/**
 * mien_learning_curves_init:
 * @self: (out caller-allocates): to be freed by mien_learning_curves_clear()
 * @plot: what shows them
 * @figure: what is shown of each epoch
 *
 * Adds lines without points yet, for training and for validation, and a mark for the best epoch.
 */
void
mien_learning_curves_init (MienLearningCurves *self, MienPlot *plot, MienLearningFigure figure)
{
  self->figure = figure;
  self->training = mien_series_new (figure == MIEN_LEARNING_RATE ? _ ("learning rate")
                                                                 : _ ("training"));
  self->validation = mien_series_new (_ ("validation"));
  self->marker = mien_marker_layer_new (MIEN_COLOR_SECOND_LINE);
  mien_line_layer_add (plot, self->training, MIEN_COLOR_FIRST_LINE, MIEN_LINE_SOLID_ROUND);
  mien_line_layer_add (plot, self->validation, MIEN_COLOR_SECOND_LINE, MIEN_LINE_DASHED_SQUARE);
  mien_plot_add_layer (plot, MIEN_CHART_LAYER (self->marker));
  mien_axis_set_minimum_step (mien_plot_get_x_axis (plot), EPOCH_STEP);
  g_object_set (plot, "percent", figure == MIEN_LEARNING_ACCURACY, NULL);
  if (figure == MIEN_LEARNING_ACCURACY)
    mien_plot_set_y_limits (plot, NAN, 1.0);
  else
    mien_plot_set_y_limits (plot, 0.0, NAN);
}

static void
mark (MienLearningCurves *self, guint epoch)
{
  guint index;
  double y;
  g_autofree char *title = NULL;

  if (epoch == 0 || !mien_series_find_nearest (self->training, epoch, &index))
    return;

  /* A data set without validation pictures is judged by its training loss. */
  y = mien_series_get_y (self->validation)[index];
  if (!isfinite (y))
    y = mien_series_get_y (self->training)[index];
  title = g_strdup_printf (_ ("best: epoch %u"), epoch);
  mien_marker_layer_set (self->marker, title, mien_series_get_x (self->training)[index], y);
}

/**
 * mien_learning_curves_update:
 * @history: (element-type MienEpoch): the finished epochs, those that were there included
 * @best_epoch: from 1; 0: none is marked
 *
 * Takes over the epochs that have been finished since the last time.
 */
void
mien_learning_curves_update (MienLearningCurves *self, const GArray *history, guint best_epoch)
{
  for (guint i = mien_series_get_n (self->training); i < history->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (history, MienEpoch, i);
      double training, validation;

      get_values (epoch, self->figure, &training, &validation);
      mien_series_append (self->training, epoch->epoch, training);
      mien_series_append (self->validation, epoch->epoch, validation);
    }
  mark (self, best_epoch);
}

/**
 * mien_learning_curves_empty:
 *
 * Takes all points away: another training begins.
 */
void
mien_learning_curves_empty (MienLearningCurves *self)
{
  mien_series_clear (self->training);
  mien_series_clear (self->validation);
  mien_marker_layer_clear (self->marker);
}

/**
 * mien_learning_curves_clear:
 *
 * Frees what the curves own; the plot keeps showing them.
 */
void
mien_learning_curves_clear (MienLearningCurves *self)
{
  g_clear_object (&self->training);
  g_clear_object (&self->validation);
  g_clear_object (&self->marker);
}

/**
 * mien_learning_plot_new:
 * @history: (element-type MienEpoch): the epochs of a training
 * @figure: what is shown of each
 *
 * Returns: (transfer full): a plot of them, the best epoch marked
 */
MienPlot *
mien_learning_plot_new (const GArray *history, MienLearningFigure figure)
{
  const char *title = figure == MIEN_LEARNING_LOSS       ? _ ("Loss")
                      : figure == MIEN_LEARNING_ACCURACY ? _ ("Accuracy")
                                                         : _ ("Learning Rate");
  MienPlot *plot = mien_plot_new (title, _ ("Epoch"));
  g_auto (MienLearningCurves) curves = { 0 };

  mien_learning_curves_init (&curves, plot, figure);
  mien_learning_curves_update (&curves, history,
                               figure == MIEN_LEARNING_RATE ? 0 : mien_history_find_best (history));
  return plot;
}

/**
 * mien_learning_figure_from_string:
 * @name: "loss", "accuracy" or "rate"
 * @figure: (out): what it names
 *
 * Returns: %FALSE where it is another name
 */
gboolean
mien_learning_figure_from_string (const char *name, MienLearningFigure *figure)
{
  static const char *const names[] = { "loss", "accuracy", "rate" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *figure = i;
        return TRUE;
      }
  return FALSE;
}
