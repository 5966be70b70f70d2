/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The ranges of augmentation, beside what becomes of a picture under them. */
#define MIEN_TYPE_AUGMENTATION_WINDOW (mien_augmentation_window_get_type ())
G_DECLARE_FINAL_TYPE (MienAugmentationWindow,
                      mien_augmentation_window,
                      MIEN,
                      AUGMENTATION_WINDOW,
                      AdwWindow)

GtkWidget *mien_augmentation_window_new (GtkWindow *parent, MienWorkspace *workspace);

G_END_DECLS
