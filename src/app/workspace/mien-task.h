/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/widgets/mien-picture-item.h"
#include "app/workspace/mien-work.h"
#include "app/workspace/mien-workspace.h"
#include "train/mien-prediction.h"

G_BEGIN_DECLS

/* A picture that the model is to look at. */
typedef struct
{
  MienPictureItem *picture; /* owned: a file, a folder, or pixels */
  char *path;               /* owned; the file that pixels were cut from; NULL: none is known */
  MienFace face;            /* where in it; of size 0: all of it */
} MienPredictionRequest;

MienPredictionRequest *mien_prediction_request_new (MienPictureItem *picture,
                                                    const MienPrediction *earlier);
void mien_prediction_request_free (MienPredictionRequest *self);
GPtrArray *mien_prediction_requests_new (void);

/* A request of the workspace as its worker sees it: whatever it needs, owned, and unchanged while
 * it runs. */
typedef struct
{
  MienJob job;
  MienWork *work;
  char *path;
  MienPreparePlan *plan;
  guint n_rows_left_out; /* of a table that was written out */
  gboolean imported;     /* the data set was written out of a table */
  MienDataset *dataset;
  MienSettings *settings;
  MienOffer *offer;
  MienModel *model;
  MienSplit split;
  GPtrArray *requests; /* of MienPredictionRequest */
  MienViews views;
  gboolean find_faces;
  gint64 begun;             /* microseconds, monotonic: when the pictures were given */
  GAsyncReadyCallback done; /* with done_data: for mien_task_run() */
  gpointer done_data;
} MienTask;

MienTask *mien_task_new (MienJob job, MienWork *work);
void
mien_task_run (MienTask *self, GTaskThreadFunc func, GAsyncReadyCallback done, gpointer user_data);
MienTask *mien_task_from_result (GAsyncResult *result);

/* What workers do: each a GTaskThreadFunc that returns the type given. */
void
mien_task_write_sample (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_prepare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_scan (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void
mien_task_read_backbone (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void
mien_task_make_session (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void
mien_task_resume_session (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_evaluate (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_compare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_load_model (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_save_model (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);
void mien_task_predict (GTask *task, gpointer source, gpointer data, GCancellable *cancellable);

G_END_DECLS
