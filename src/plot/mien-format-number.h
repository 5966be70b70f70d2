/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *mien_format_count (guint64 count);
char *mien_format_pictures (guint64 count);
char *mien_format_percent (double fraction, guint digits);
char *mien_format_interval (double fraction, guint64 count, double low, double high);
char *mien_format_number (double value, double step);

G_END_DECLS
