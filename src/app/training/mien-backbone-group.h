/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

#define MIEN_TYPE_BACKBONE_GROUP (mien_backbone_group_get_type ())
G_DECLARE_FINAL_TYPE (MienBackboneGroup,
                      mien_backbone_group,
                      MIEN,
                      BACKBONE_GROUP,
                      AdwPreferencesGroup)

void mien_backbone_group_set_workspace (MienBackboneGroup *self, MienWorkspace *workspace);

G_END_DECLS
