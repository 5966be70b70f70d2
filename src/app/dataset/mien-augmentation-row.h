/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The augmentation of the workspace's settings, as a row that unfolds to one a range. */
#define MIEN_TYPE_AUGMENTATION_ROW (mien_augmentation_row_get_type ())
G_DECLARE_FINAL_TYPE (MienAugmentationRow,
                      mien_augmentation_row,
                      MIEN,
                      AUGMENTATION_ROW,
                      AdwExpanderRow)

void mien_augmentation_row_set_workspace (MienAugmentationRow *self, MienWorkspace *workspace);

G_END_DECLS
