/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "train/mien-evaluation.h"
#include "train/mien-model.h"
#include "train/mien-session.h"

G_BEGIN_DECLS

/* What the window works on, shared by its pages: no widget in it, so that pages know the workspace and not each other.
 *
 * Every change is told by "notify" of the property. Work runs off the main thread; a result whose request is no
 * longer current is dropped. A failure is told by "failed" (message), a success worth a toast by "announced" (message).
 */
typedef enum
{
  MIEN_JOB_NONE,
  MIEN_JOB_SAMPLE,
  MIEN_JOB_SCAN,
  MIEN_JOB_TRAIN,
  MIEN_JOB_EVALUATE,
  MIEN_JOB_PREDICT
} MienJob;

#define MIEN_TYPE_WORKSPACE (mien_workspace_get_type ())
G_DECLARE_FINAL_TYPE (MienWorkspace, mien_workspace, MIEN, WORKSPACE, GObject)

MienWorkspace *mien_workspace_new (void);

/* Properties "dataset", "settings", "session", "model", "model-path", "evaluation" (boxed or object, NULL while there is
 * none), "scanning", "evaluating", "predicting" (gboolean) and "predictions" (GListModel of MienPredictionItem). */
MienDataset *mien_workspace_get_dataset (MienWorkspace *self);
MienSettings *mien_workspace_get_settings (MienWorkspace *self); /* borrowed, to be edited in place by the Training page */
MienSession *mien_workspace_get_session (MienWorkspace *self);
MienModel *mien_workspace_get_model (MienWorkspace *self);
const char *mien_workspace_get_model_path (MienWorkspace *self);
MienEvaluation *mien_workspace_get_evaluation (MienWorkspace *self);
GListModel *mien_workspace_get_predictions (MienWorkspace *self);

/* How far a job is; total 0 while it does not run. "progress" (MienJob) is emitted when it changes. */
gboolean mien_workspace_is_busy (MienWorkspace *self, MienJob job);
void mien_workspace_get_progress (MienWorkspace *self, MienJob job, MienProgress *progress);
void mien_workspace_cancel (MienWorkspace *self, MienJob job);

void mien_workspace_open_folder (MienWorkspace *self, const char *directory);
void mien_workspace_open_sample (MienWorkspace *self);
gboolean mien_workspace_set_backbone (MienWorkspace *self, const char *backbone, GError **error);
gboolean mien_workspace_train (MienWorkspace *self, GError **error);
void mien_workspace_evaluate (MienWorkspace *self, MienSplit split);
void mien_workspace_open_model (MienWorkspace *self, const char *path);
void mien_workspace_save_model (MienWorkspace *self, const char *path);
void mien_workspace_predict_files (MienWorkspace *self, GListModel *files);
void mien_workspace_predict_texture (MienWorkspace *self, GBytes *png, const char *name);
void mien_workspace_clear_predictions (MienWorkspace *self);

G_END_DECLS
