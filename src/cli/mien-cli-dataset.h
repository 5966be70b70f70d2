/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"

G_BEGIN_DECLS

MienDataset *
mien_cli_scan_dataset (const char *directory, GCancellable *cancellable, GError **error);

G_END_DECLS
