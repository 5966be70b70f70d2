/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* What a person decides of one picture: it belongs to another class, to none, or is right. Signal
 * "decided": something was decided or taken back. */
#define MIEN_TYPE_CORRECTION_BAR (mien_correction_bar_get_type ())
G_DECLARE_FINAL_TYPE (MienCorrectionBar, mien_correction_bar, MIEN, CORRECTION_BAR, AdwBin)

void mien_correction_bar_set_workspace (MienCorrectionBar *self, MienWorkspace *workspace);
void mien_correction_bar_set_picture (MienCorrectionBar *self,
                                      MienDataset *dataset,
                                      guint picture,
                                      const char *suggested);
void mien_correction_bar_decide (MienCorrectionBar *self, MienCorrectionKind kind);
const char *mien_correction_bar_get_state (MienCorrectionBar *self);

G_END_DECLS
