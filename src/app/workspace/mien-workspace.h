/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk/gdk.h>

#include "app/workspace/mien-types.h"
#include "data/mien-corrections.h"
#include "data/mien-prepare.h"
#include "data/mien-progress.h"
#include "train/mien-offer.h"
#include "train/mien-session.h"

G_BEGIN_DECLS

/* What the window works on, shared by its pages: no widget in it, so that pages know the workspace
 * and not each other. Made, used and freed on the main thread; see the .c for its properties and
 * signals. */
typedef enum
{
  MIEN_JOB_NONE,
  MIEN_JOB_SAMPLE,   /* writing the sample data set */
  MIEN_JOB_SCAN,     /* reading a folder or a table of pictures */
  MIEN_JOB_PREPARE,  /* writing a prepared data set */
  MIEN_JOB_BACKBONE, /* reading a weights file's header for its settings */
  MIEN_JOB_TRAIN,
  MIEN_JOB_EVALUATE,
  MIEN_JOB_COMPARE, /* looking at the training pictures with the model */
  MIEN_JOB_LOAD,    /* a model file */
  MIEN_JOB_SAVE,    /* a model file; the one job that is not cancelled */
  MIEN_JOB_PREDICT
} MienJob;

#define MIEN_N_JOBS 11

#define MIEN_TYPE_WORKSPACE (mien_workspace_get_type ())
G_DECLARE_FINAL_TYPE (MienWorkspace, mien_workspace, MIEN, WORKSPACE, GObject)

MienWorkspace *mien_workspace_new (void);

MienDataset *mien_workspace_get_dataset (MienWorkspace *self);
const char *mien_workspace_get_dataset_error (MienWorkspace *self);
MienSettings *mien_workspace_get_settings (MienWorkspace *self);
void mien_workspace_settings_changed (MienWorkspace *self);
const MienOffer *mien_workspace_get_offer (MienWorkspace *self);
gboolean mien_workspace_takes_offer (MienWorkspace *self);
MienSession *mien_workspace_get_session (MienWorkspace *self);
void mien_workspace_get_snapshot (MienWorkspace *self, MienSessionSnapshot *snapshot);
MienModel *mien_workspace_get_model (MienWorkspace *self);
const char *mien_workspace_get_model_path (MienWorkspace *self);
void mien_workspace_set_threshold (MienWorkspace *self, double threshold);
MienEvaluation *mien_workspace_get_evaluation (MienWorkspace *self);
const char *mien_workspace_get_evaluation_error (MienWorkspace *self);
MienNeighbours *mien_workspace_get_neighbours (MienWorkspace *self);
GListModel *mien_workspace_get_predictions (MienWorkspace *self);

gboolean mien_workspace_is_busy (MienWorkspace *self, MienJob job);
MienJob mien_workspace_get_job (MienWorkspace *self);
void mien_workspace_get_progress (MienWorkspace *self, MienJob job, MienProgress *progress);
void mien_workspace_cancel (MienWorkspace *self, MienJob job);
void mien_workspace_cancel_all (MienWorkspace *self);

void mien_workspace_open_folder (MienWorkspace *self, const char *directory);
void mien_workspace_prepare (MienWorkspace *self, MienPreparePlan *plan, const char *destination);
void mien_workspace_open_sample (MienWorkspace *self);
void mien_workspace_close_dataset_error (MienWorkspace *self);
void mien_workspace_set_backbone (MienWorkspace *self, const char *backbone);
void mien_workspace_take_offer (MienWorkspace *self);
void mien_workspace_train (MienWorkspace *self);
void mien_workspace_train_again (MienWorkspace *self);
gboolean mien_workspace_correct (MienWorkspace *self,
                                 MienDataset *dataset,
                                 guint picture,
                                 MienCorrectionKind kind,
                                 const char *class_name,
                                 GError **error);
const MienCorrection *
mien_workspace_get_correction (MienWorkspace *self, MienDataset *dataset, guint picture);
void mien_workspace_apply_corrections (MienWorkspace *self);
char *mien_workspace_dup_corrections_csv (MienWorkspace *self, GError **error);
void mien_workspace_resume (MienWorkspace *self, const char *run_directory);
void mien_workspace_evaluate (MienWorkspace *self, MienSplit split);
void mien_workspace_compare (MienWorkspace *self);
void mien_workspace_open_model (MienWorkspace *self, const char *path);
void mien_workspace_save_model (MienWorkspace *self, const char *path);
void mien_workspace_predict_files (MienWorkspace *self, GListModel *files);
void mien_workspace_predict_texture (MienWorkspace *self, GdkTexture *texture, const char *name);
MienViews mien_workspace_get_prediction_views (MienWorkspace *self);
void mien_workspace_set_prediction_views (MienWorkspace *self, MienViews views);
gboolean mien_workspace_get_find_faces (MienWorkspace *self);
void mien_workspace_set_find_faces (MienWorkspace *self, gboolean find_faces);
void mien_workspace_clear_predictions (MienWorkspace *self);
char *mien_workspace_dup_predictions_csv (MienWorkspace *self);

G_END_DECLS
