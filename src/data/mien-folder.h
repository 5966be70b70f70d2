/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mien_folder_is_ignored (const char *name);
GPtrArray *mien_folder_list_names (const char *path, GError **error);
void mien_folder_set_write_error (const char *path, int reason, GError **error);
int mien_folder_write_file (const char *path, gconstpointer data, gsize length);

G_END_DECLS
