/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The Training view. Property "workspace". */
#define MIEN_TYPE_TRAINING_PAGE (mien_training_page_get_type ())
G_DECLARE_FINAL_TYPE (MienTrainingPage, mien_training_page, MIEN, TRAINING_PAGE, AdwBin)

MienWorkspace *mien_training_page_get_workspace (MienTrainingPage *self);
void mien_training_page_set_workspace (MienTrainingPage *self, MienWorkspace *workspace);
const char *mien_training_page_get_state (MienTrainingPage *self);

G_END_DECLS
