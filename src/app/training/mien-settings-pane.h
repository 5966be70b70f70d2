/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The settings of the next training, edited in place in the workspace. Properties "workspace" and
 * "locked" (a training runs: nothing can be changed). Signal "changed". */
#define MIEN_TYPE_SETTINGS_PANE (mien_settings_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienSettingsPane, mien_settings_pane, MIEN, SETTINGS_PANE, AdwBin)

void mien_settings_pane_set_workspace (MienSettingsPane *self, MienWorkspace *workspace);
void mien_settings_pane_set_locked (MienSettingsPane *self, gboolean locked);
gboolean mien_settings_pane_is_valid (MienSettingsPane *self);

G_END_DECLS
