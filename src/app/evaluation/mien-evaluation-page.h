/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The Evaluation view. Property "workspace". */
#define MIEN_TYPE_EVALUATION_PAGE (mien_evaluation_page_get_type ())
G_DECLARE_FINAL_TYPE (MienEvaluationPage, mien_evaluation_page, MIEN, EVALUATION_PAGE, AdwBin)

MienWorkspace *mien_evaluation_page_get_workspace (MienEvaluationPage *self);
void mien_evaluation_page_set_workspace (MienEvaluationPage *self, MienWorkspace *workspace);
const char *mien_evaluation_page_get_state (MienEvaluationPage *self);

G_END_DECLS
