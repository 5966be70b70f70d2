/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/mien-cli.h"

G_BEGIN_DECLS

MienCliStatus mien_cli_fail (const GError *error);
void mien_cli_print_document (const char *document);
void mien_cli_print_json (JsonNode *node);
char *mien_cli_display_path (const char *path);
char *mien_cli_pad (const char *text, guint width);
char *mien_cli_format_time (double seconds);

G_END_DECLS
