/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/workspace/mien-workspace.h"

G_BEGIN_DECLS

/* The Dataset view. Properties "workspace" (MienWorkspace) and "last-folder" (string, a URI,
 * offered while there is no data set). */
#define MIEN_TYPE_DATASET_PAGE (mien_dataset_page_get_type ())
G_DECLARE_FINAL_TYPE (MienDatasetPage, mien_dataset_page, MIEN, DATASET_PAGE, AdwBin)

MienWorkspace *mien_dataset_page_get_workspace (MienDatasetPage *self);
void mien_dataset_page_set_workspace (MienDatasetPage *self, MienWorkspace *workspace);
void mien_dataset_page_set_last_folder (MienDatasetPage *self, const char *uri);
const char *mien_dataset_page_get_state (MienDatasetPage *self);
gboolean mien_dataset_page_drop (MienDatasetPage *self, const GValue *value);

G_END_DECLS
