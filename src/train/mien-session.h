/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "data/mien-progress.h"
#include "train/mien-history.h"
#include "train/mien-model.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_SESSION_READY,     /* not started */
  MIEN_SESSION_PREPARING, /* reading weights, measuring the pictures, planning */
  MIEN_SESSION_COMPUTING, /* computing features of the layers that do not train */
  MIEN_SESSION_TRAINING,
  MIEN_SESSION_VALIDATING,
  MIEN_SESSION_PAUSED,
  MIEN_SESSION_FINISHED, /* all epochs, or early stopping */
  MIEN_SESSION_STOPPED,  /* stopped on request; the best model is there if an epoch was finished */
  MIEN_SESSION_FAILED    /* see mien_session_dup_error() */
} MienSessionState;

/* Where a session stands; a copy, taken at once. */
typedef struct
{
  MienSessionState state;
  MienProgress preparing; /* in MIEN_SESSION_PREPARING and MIEN_SESSION_COMPUTING */
  guint epoch;            /* the running one, from 1; the last finished one at the end */
  guint n_epochs;         /* at most */
  guint batch;            /* finished in this epoch */
  guint n_batches;
  double loss; /* running training means of this epoch; NaN before the first batch */
  double accuracy;
  double pictures_per_second; /* training, or computing features, over the last seconds; 0: not
                                 known yet */
  double seconds;             /* since the start, pauses left out */
  double seconds_left;        /* for all epochs; < 0: not known yet */
  guint best_epoch;           /* 0: none finished */
  gsize memory_bytes;         /* what the plan, optimiser and loaders take */
  gboolean computes_again;    /* features cannot be kept, and epochs take longer; see the log */
  guint n_training;           /* pictures to learn from in an epoch */
  guint n_left_out;           /* training pictures that are not among them: they have twins */
  guint n_skipped;            /* pictures that could not be decoded during the training */
} MienSessionSnapshot;

/* One training, on a thread of its own.
 * Signal "changed": emitted in the main context in which the session was made, coalesced, whenever
 * a snapshot may differ. */
#define MIEN_TYPE_SESSION (mien_session_get_type ())
G_DECLARE_FINAL_TYPE (MienSession, mien_session, MIEN, SESSION, GObject)

MienSession *mien_session_new (MienDataset *dataset,
                               const MienSettings *settings,
                               const char *run_directory,
                               GError **error);
MienSession *
mien_session_new_resume (MienDataset *dataset, const char *run_directory, GError **error);

void mien_session_start (MienSession *self);
void mien_session_pause (MienSession *self);
void mien_session_go_on (MienSession *self);
void mien_session_stop (MienSession *self);
void mien_session_wait (MienSession *self);

void mien_session_get_snapshot (MienSession *self, MienSessionSnapshot *snapshot);
gboolean mien_session_is_running (MienSession *self);
GArray *mien_session_dup_history (MienSession *self);
GError *mien_session_dup_error (MienSession *self);
MienModel *mien_session_dup_model (MienSession *self);
MienDataset *mien_session_get_dataset (MienSession *self);
const MienSettings *mien_session_get_settings (MienSession *self);
const char *mien_session_get_run_directory (MienSession *self);
char *mien_session_default_run_directory (const char *dataset_directory);

G_END_DECLS
