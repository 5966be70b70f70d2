/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint mien_union_find (guint *parents, guint item);
void mien_union_join (guint *parents, guint a, guint b);
void mien_union_flatten (guint *parents, guint n);

G_END_DECLS
