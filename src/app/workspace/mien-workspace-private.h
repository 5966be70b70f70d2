/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/workspace/mien-task.h"
#include "app/workspace/mien-work.h"
#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* What follows once the data set has been read. */
typedef enum
{
  MIEN_NEXT_NOTHING,
  MIEN_NEXT_ANNOUNCE, /* that it is open */
  MIEN_NEXT_TRAIN,
  MIEN_NEXT_TRAIN_AGAIN, /* and tell what it gained */
  MIEN_NEXT_EVALUATE
} MienNext;

struct _MienWorkspace
{
  GObject parent_instance;

  /* Owned */
  MienDataset *dataset;
  char *dataset_error;
  MienSettings *settings;
  MienOffer *offer; /* never NULL */
  MienSession *session;
  MienModel *model;
  char *model_path; /* NULL: never saved */
  MienEvaluation *evaluation;
  char *evaluation_error;
  MienCorrections *corrections; /* of the data set; NULL: not read yet */
  MienNeighbours *neighbours;   /* NULL: not looked at yet */
  GListStore *predictions;
  GPtrArray *waiting;           /* of MienPredictionRequest: after those that are predicted now */
  gint64 waiting_since;         /* when the first of them came */
  gboolean find_faces;          /* each face in a picture is predicted */
  MienViews prediction_views;   /* what predictions are averaged over */
  MienWork *works[MIEN_N_JOBS]; /* NULL: the job does not run; MIEN_JOB_TRAIN's makes the session */
  gboolean is_corrected;        /* since the data set was scanned */
  MienNext next;                /* when the scan is done */
  MienSplit next_split;         /* for MIEN_NEXT_EVALUATE */
  double accuracy_before;       /* what a training is compared with; NaN: with nothing */
  gboolean training;            /* as last told */
};

/* For the files that hold the jobs: change what the workspace holds, and tell. */
void mien_workspace_read_again (MienWorkspace *self, MienNext next);
void mien_workspace_set_dataset (MienWorkspace *self, MienDataset *dataset);
gboolean mien_workspace_is_of_folder (MienWorkspace *self, MienDataset *dataset);
void mien_workspace_set_dataset_error (MienWorkspace *self, const char *error);
void mien_workspace_take_settings (MienWorkspace *self, MienSettings *settings);
void mien_workspace_set_offer (MienWorkspace *self, MienOffer *offer);
void mien_workspace_set_session (MienWorkspace *self, MienSession *session);
void mien_workspace_set_training (MienWorkspace *self, gboolean training);
void mien_workspace_set_model (MienWorkspace *self, MienModel *model, const char *path);
void mien_workspace_set_model_path (MienWorkspace *self, const char *path);
void
mien_workspace_set_evaluation (MienWorkspace *self, MienEvaluation *evaluation, const char *error);
void mien_workspace_set_neighbours (MienWorkspace *self, MienNeighbours *neighbours);
void mien_workspace_job_changed (MienWorkspace *self, MienJob job);
void mien_workspace_announce (MienWorkspace *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void mien_workspace_fail (MienWorkspace *self, MienJob job, const char *message);

/* For the same: a job begins, its worker runs, and is finished. */
MienTask *mien_workspace_begin (MienWorkspace *self, MienJob job);
void mien_workspace_run (MienWorkspace *self,
                         MienTask *task,
                         GTaskThreadFunc func,
                         GAsyncReadyCallback done);
gboolean mien_workspace_finish (MienWorkspace *self, MienTask *task);
void mien_workspace_take_predictions (MienWorkspace *self, MienWork *work);

G_END_DECLS
