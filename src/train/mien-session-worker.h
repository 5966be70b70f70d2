/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-run.h"
#include "train/mien-session.h"

G_BEGIN_DECLS

/* What a session and its thread share. Counted, because the thread's last notification may come
 * when the session is gone; neither holds the other. */
typedef struct
{
  gatomicrefcount ref_count;

  /* Immutable. */
  MienDataset *dataset;
  MienSettings *settings;
  MienRun *run;
  gboolean is_resumed;
  GCancellable *cancellable; /* ends the preparation */
  GMainContext *context;     /* in which the session was made */
  GWeakRef session;

  GMutex mutex; /* of all below */
  GCond wake;   /* a request came, or the state is a final one */
  gboolean pause;
  gboolean stop;
  gboolean is_done;
  MienSessionSnapshot snapshot; /* its n_training and n_left_out never change */
  double seconds;               /* that have run, up to clock_start */
  gint64 clock_start;           /* monotonic, µs; 0: the clock stands still */
  GArray *history;              /* (MienEpoch) */
  GError *error;
  MienModel *best;
  GSource *notification; /* pending, owned */
} MienSessionShared;

MienSessionShared *mien_session_shared_new (MienDataset *dataset,
                                            const MienSettings *settings,
                                            MienRun *run,
                                            gboolean is_resumed);
MienSessionShared *mien_session_shared_ref (MienSessionShared *self);
void mien_session_shared_unref (MienSessionShared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienSessionShared, mien_session_shared_unref)

void mien_session_shared_notify (MienSessionShared *self);
void mien_session_shared_notify_progress (MienSessionShared *self);
double mien_session_shared_get_seconds (MienSessionShared *self);

gpointer mien_session_worker (gpointer shared);

G_END_DECLS
