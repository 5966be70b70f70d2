/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/dataset/mien-dataset-page.h"
#include "app/evaluation/mien-evaluation-page.h"
#include "app/mien-state.h"
#include "app/mien-window.h"
#include "app/prediction/mien-prediction-page.h"
#include "app/training/mien-training-page.h"
#include "app/widgets/mien-job-strip.h"

G_BEGIN_DECLS

struct _MienWindow
{
  AdwApplicationWindow parent_instance;

  /* Template children */
  AdwToastOverlay *toasts;
  AdwViewSwitcherTitle *title;
  AdwViewStack *views;
  GtkButton *open_button;
  GtkWidget *train_button;
  MienDatasetPage *dataset_page;
  MienTrainingPage *training_page;
  MienEvaluationPage *evaluation_page;
  MienPredictionPage *prediction_page;
  MienJobStrip *job_strip;

  /* Owned */
  MienWorkspace *workspace;
  MienState *state;

  GtkWindow *prepare_window; /* weak; NULL: not open */

  gboolean closing; /* as soon as what runs has ended */
};

void mien_window_add_toast (MienWindow *self, const char *message, const char *view);
void mien_window_prepare (MienWindow *self);
void mien_window_show_error (MienWindow *self, const char *heading, const char *message);

/* mien-window-actions.c */
void mien_window_actions_install (MienWindowClass *klass);
void mien_window_actions_update (MienWindow *self);

/* mien-window-files.c */
void mien_window_choose_dataset (MienWindow *self);
void mien_window_choose_table (MienWindow *self);
void mien_window_choose_run (MienWindow *self);
void mien_window_choose_model (MienWindow *self);
void mien_window_choose_model_to_save (MienWindow *self);
void mien_window_choose_pictures (MienWindow *self);
void mien_window_choose_export (MienWindow *self, char *csv, const char *name);
void mien_window_choose_report (MienWindow *self);

G_END_DECLS
