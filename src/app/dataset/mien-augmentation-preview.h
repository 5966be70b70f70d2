/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* One picture of the data set, as the augmentation of the workspace's settings varies it. */
#define MIEN_TYPE_AUGMENTATION_PREVIEW (mien_augmentation_preview_get_type ())
G_DECLARE_FINAL_TYPE (MienAugmentationPreview,
                      mien_augmentation_preview,
                      MIEN,
                      AUGMENTATION_PREVIEW,
                      AdwBin)

void mien_augmentation_preview_set_workspace (MienAugmentationPreview *self,
                                              MienWorkspace *workspace);
const char *mien_augmentation_preview_get_state (MienAugmentationPreview *self);
GdkTexture *mien_augmentation_preview_get_texture (MienAugmentationPreview *self, guint number);

G_END_DECLS
