/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "data/mien-progress.h"

G_BEGIN_DECLS

void mien_busy_show (AdwStatusPage *page, GtkProgressBar *bar, const MienProgress *progress);

G_END_DECLS
