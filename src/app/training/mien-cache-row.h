/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of a boxed list that says how much disk kept features take, with a button that removes
 * them. */
#define MIEN_TYPE_CACHE_ROW (mien_cache_row_get_type ())
G_DECLARE_FINAL_TYPE (MienCacheRow, mien_cache_row, MIEN, CACHE_ROW, AdwActionRow)

void mien_cache_row_refresh (MienCacheRow *self);

G_END_DECLS
