/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The trainings that were kept, the latest first; a row opens one. Property "workspace". */
#define MIEN_TYPE_RUN_LIST (mien_run_list_get_type ())
G_DECLARE_FINAL_TYPE (MienRunList, mien_run_list, MIEN, RUN_LIST, AdwBin)

void mien_run_list_set_workspace (MienRunList *self, MienWorkspace *workspace);
guint mien_run_list_get_n_runs (MienRunList *self);
void mien_run_list_open (MienRunList *self, guint index);

G_END_DECLS
