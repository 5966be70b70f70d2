/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *mien_destination_dup_default_folder (void);
char *mien_destination_dup_free_name (const char *folder, const char *name);

G_END_DECLS
