/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What the files that make up MienSettings share. */
MienSettings *mien_settings_new_reference (void);
void mien_settings_freeze_blocks (MienSettings *self, guint n_blocks);
gboolean mien_settings_check_ranges (const MienSettings *self, GError **error);

G_END_DECLS
