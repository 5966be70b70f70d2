/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* What a scan found wrong: a row a kind that opens to a row a file. */
#define MIEN_TYPE_ISSUE_LIST (mien_issue_list_get_type ())
G_DECLARE_FINAL_TYPE (MienIssueList, mien_issue_list, MIEN, ISSUE_LIST, GtkWidget)

void mien_issue_list_set_dataset (MienIssueList *self, MienDataset *dataset);

G_END_DECLS
