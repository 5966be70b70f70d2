/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Called once for every part of a task, `part` in 0 … n_parts - 1, on any thread. */
typedef void (*VggTaskFunc) (guint part, guint n_parts, gpointer user_data);

void vgg_threads_set (guint n_threads);
guint vgg_threads_get (void);
void vgg_threads_run (VggTaskFunc func, gpointer user_data);
void vgg_threads_run_parts (guint n_parts, VggTaskFunc func, gpointer user_data);

G_END_DECLS
