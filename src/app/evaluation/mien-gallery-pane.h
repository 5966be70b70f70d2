/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* Evaluated pictures: those behind a cell of the confusion matrix, or all mistakes, as a grid, and
 * one of them large. Properties "workspace", "back-visible" (whether there is a way back to what
 * stands beside it). Signals "back", "all-mistakes": the person asks for it. */
#define MIEN_TYPE_GALLERY_PANE (mien_gallery_pane_get_type ())
G_DECLARE_FINAL_TYPE (MienGalleryPane, mien_gallery_pane, MIEN, GALLERY_PANE, AdwBin)

void mien_gallery_pane_set_workspace (MienGalleryPane *self, MienWorkspace *workspace);
void mien_gallery_pane_show_mistakes (MienGalleryPane *self);
void mien_gallery_pane_show_cell (MienGalleryPane *self, guint actual, guint predicted);

G_END_DECLS
