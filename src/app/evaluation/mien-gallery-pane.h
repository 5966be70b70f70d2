/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* Evaluated pictures: those behind a cell of the confusion matrix, of a class or of all, as a grid
 * that is filtered, sorted and searched, and one of them large. Properties "workspace",
 * "back-visible" (whether there is a way back to what stands beside it). Signals "back", "cleared":
 * the person asks for it, or for all classes. */
#define MIEN_TYPE_GALLERY_PANE (mien_gallery_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienGalleryPane, mien_gallery_pane, MIEN, GALLERY_PANE, AdwBin)

void mien_gallery_pane_set_workspace (MienGalleryPane *self, MienWorkspace *workspace);
void mien_gallery_pane_show (MienGalleryPane *self, int actual, int predicted);

G_END_DECLS
