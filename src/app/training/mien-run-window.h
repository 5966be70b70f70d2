/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"
#include "train/mien-run-record.h"

G_BEGIN_DECLS

/* One run, or two beside each other: curves, the confusion matrix of each epoch, settings that
 * differ, and the pictures that changed sides. */
#define MIEN_TYPE_RUN_WINDOW (mien_run_window_get_type ())
G_DECLARE_FINAL_TYPE (MienRunWindow, mien_run_window, MIEN, RUN_WINDOW, AdwWindow)

GtkWidget *
mien_run_window_new (MienWorkspace *workspace, MienRunRecord *record, GPtrArray *records);
void mien_run_window_compare (MienRunWindow *self, MienRunRecord *other);
guint mien_run_window_get_epoch (MienRunWindow *self);
void mien_run_window_set_epoch (MienRunWindow *self, guint epoch);

G_END_DECLS
