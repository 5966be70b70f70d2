/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/evaluation/mien-evaluation-list.h"

G_BEGIN_DECLS

/* The mean of evaluated pictures, and where the model looks in them on average. Signal "closed":
 * the person is done with it. */
#define MIEN_TYPE_MEAN_VIEWER (mien_mean_viewer_get_type ())
G_DECLARE_FINAL_TYPE (MienMeanViewer, mien_mean_viewer, MIEN, MEAN_VIEWER, AdwBin)

void mien_mean_viewer_show (MienMeanViewer *self, MienModel *model, MienEvaluationList *list);
void mien_mean_viewer_clear (MienMeanViewer *self);

G_END_DECLS
