/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-marker-layer.h"
#include "plot/mien-plot.h"
#include "plot/mien-series.h"
#include "train/mien-history.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_LEARNING_LOSS,
  MIEN_LEARNING_ACCURACY,
  MIEN_LEARNING_RATE
} MienLearningFigure;

/* What a plot shows of a training, epoch by epoch. */
typedef struct
{
  MienLearningFigure figure;
  MienSeries *training;    /* owned */
  MienSeries *validation;  /* owned; gaps alone where the figure has none */
  MienMarkerLayer *marker; /* owned */
} MienLearningCurves;

void
mien_learning_curves_init (MienLearningCurves *self, MienPlot *plot, MienLearningFigure figure);
void
mien_learning_curves_update (MienLearningCurves *self, const GArray *history, guint best_epoch);
void mien_learning_curves_empty (MienLearningCurves *self);
void mien_learning_curves_clear (MienLearningCurves *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienLearningCurves, mien_learning_curves_clear)

MienPlot *mien_learning_plot_new (const GArray *history, MienLearningFigure figure);
gboolean mien_learning_figure_from_string (const char *name, MienLearningFigure *figure);

G_END_DECLS
