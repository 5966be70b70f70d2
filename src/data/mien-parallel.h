/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-progress.h"

G_BEGIN_DECLS

/* Handles one item; on any thread, several at the same time. */
typedef void (*MienParallelFunc) (guint index, gpointer data);

gboolean mien_parallel_for (guint n,
                            MienParallelFunc func,
                            gpointer data,
                            const char *phase,
                            MienProgressFunc progress,
                            gpointer user_data,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
