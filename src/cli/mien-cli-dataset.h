/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

MienDataset *
mien_cli_scan_dataset (const char *directory, GCancellable *cancellable, GError **error);
JsonObject *mien_cli_issue_to_json (const MienIssue *issue);
void mien_cli_print_issue (const MienIssue *issue, const char *directory);

G_END_DECLS
