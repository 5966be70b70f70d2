/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "plot/mien-format-number.h"

G_BEGIN_DECLS

char *mien_format_duration (double seconds);
char *mien_format_time_left (double seconds);
char *mien_format_rate (double pictures_per_second);
char *mien_format_weights (gsize count);
char *mien_format_bytes (gsize bytes);
char *mien_format_epoch (guint epoch, guint n_epochs);

G_END_DECLS
