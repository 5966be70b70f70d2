/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean mien_folder_is_ignored (const char *name);
GPtrArray *mien_folder_list_names (const char *path, GError **error);

G_END_DECLS
