/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "data/mien-augmentation.h"
#include "data/mien-preprocessing.h"

G_BEGIN_DECLS

GdkPixbuf *mien_preview_draw (GdkPixbuf *picture,
                              const MienAugmentation *augmentation,
                              MienPreprocessingKind preprocessing,
                              guint width,
                              guint height,
                              guint64 seed,
                              guint number);

G_END_DECLS
