/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/mien-cli.h"

G_BEGIN_DECLS

gboolean mien_cli_parse (const MienCliCommand *command,
                         char **argv,
                         const GOptionEntry *entries,
                         guint minimum,
                         guint maximum,
                         char ***arguments);
gboolean mien_cli_override_count (const char *option,
                                  const char *text,
                                  guint64 maximum,
                                  guint64 *value,
                                  GError **error);
gboolean
mien_cli_override_number (const char *option, const char *text, double *value, GError **error);
MienCliStatus mien_cli_usage_error (const MienCliCommand *command, const char *format, ...)
  G_GNUC_PRINTF (2, 3);

G_END_DECLS
