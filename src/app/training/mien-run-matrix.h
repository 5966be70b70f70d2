/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "train/mien-run-record.h"

G_BEGIN_DECLS

/* What a run took for what in one of its epochs: a title and a confusion matrix. */
#define MIEN_TYPE_RUN_MATRIX (mien_run_matrix_get_type ())
G_DECLARE_FINAL_TYPE (MienRunMatrix, mien_run_matrix, MIEN, RUN_MATRIX, AdwBin)

void mien_run_matrix_set_record (MienRunMatrix *self, MienRunRecord *record);
void mien_run_matrix_set_epoch (MienRunMatrix *self, guint epoch);
const char *mien_run_matrix_get_title (MienRunMatrix *self);

G_END_DECLS
