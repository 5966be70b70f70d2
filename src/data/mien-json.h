/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode *mien_json_parse (const char *text, GError **error);
char *mien_json_to_text (JsonNode *node, gboolean pretty);
const char *mien_json_get_string (JsonNode *node);
gboolean mien_json_get_number (JsonNode *node, double *value);
gboolean mien_json_get_count (JsonNode *node, guint64 maximum, guint64 *value);
double mien_json_round_float (float value);
void mien_json_add_number (JsonObject *object, const char *key, double value);
char *mien_json_path_to_string (const char *path);
char *mien_json_path_from_string (const char *string);
char *mien_json_digest_to_string (const guint8 digest[32]);
gboolean mien_json_digest_from_string (const char *text, guint8 digest[32]);

G_END_DECLS
