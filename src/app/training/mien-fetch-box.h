/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

#define MIEN_TYPE_FETCH_BOX (mien_fetch_box_get_type ())
G_DECLARE_FINAL_TYPE (MienFetchBox, mien_fetch_box, MIEN, FETCH_BOX, AdwBin)

void mien_fetch_box_set_workspace (MienFetchBox *self, MienWorkspace *workspace);

G_END_DECLS
