/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

#define MIEN_TYPE_OFFER_BOX (mien_offer_box_get_type ())
G_DECLARE_FINAL_TYPE (MienOfferBox, mien_offer_box, MIEN, OFFER_BOX, AdwBin)

void mien_offer_box_set_workspace (MienOfferBox *self, MienWorkspace *workspace);
void mien_offer_box_refresh (MienOfferBox *self);

G_END_DECLS
