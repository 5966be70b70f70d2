/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

gboolean mien_report_write_pdf (MienEvaluation *evaluation,
                                const char *model_path,
                                const GArray *history,
                                const char *path,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
