/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void mien_csv_append (GString *csv, const char *field);

G_END_DECLS
