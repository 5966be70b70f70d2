/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *mien_format_count (guint64 count);
char *mien_format_pictures (guint64 count);
char *mien_format_percent (double fraction, guint digits);
char *mien_format_interval (double fraction, guint64 count, double low, double high);
char *mien_format_duration (double seconds);
char *mien_format_time_left (double seconds);
char *mien_format_rate (double pictures_per_second);
char *mien_format_weights (gsize count);
char *mien_format_bytes (gsize bytes);
char *mien_format_epoch (guint epoch, guint n_epochs);
char *mien_format_number (double value, double step);

G_END_DECLS
