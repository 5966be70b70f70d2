/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-progress.h"

G_BEGIN_DECLS

/* One piece of work off the main thread, as the main thread sees it. Counted, by any thread. */
typedef struct _MienWork MienWork;

/* Called on the main thread, coalesced, when the progress or the queue has something new. */
typedef void (*MienWorkFunc) (MienWork *self, gpointer owner);

MienWork *mien_work_new (MienWorkFunc changed, gpointer owner, GDestroyNotify free_item);
MienWork *mien_work_ref (MienWork *self);
void mien_work_unref (MienWork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienWork, mien_work_unref)

GCancellable *mien_work_get_cancellable (MienWork *self);
void mien_work_drop (MienWork *self);
void mien_work_report (const MienProgress *progress, gpointer work);
void mien_work_get_progress (MienWork *self, MienProgress *progress);
void mien_work_push (MienWork *self, gpointer item);
gpointer mien_work_pop (MienWork *self);

G_END_DECLS
