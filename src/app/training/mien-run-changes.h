/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"
#include "train/mien-run-record.h"

G_BEGIN_DECLS

/* The pictures that two runs' best models judge differently: computed when they are asked for. */
#define MIEN_TYPE_RUN_CHANGES (mien_run_changes_get_type ())
G_DECLARE_FINAL_TYPE (MienRunChanges, mien_run_changes, MIEN, RUN_CHANGES, AdwBin)

void mien_run_changes_set_runs (MienRunChanges *self,
                                MienDataset *dataset,
                                MienRunRecord *first,
                                MienRunRecord *second);
const char *mien_run_changes_get_state (MienRunChanges *self);

G_END_DECLS
