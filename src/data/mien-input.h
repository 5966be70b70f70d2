/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "data/mien-augmentation.h"
#include "data/mien-preprocessing.h"

G_BEGIN_DECLS

/* The one way from a decoded picture to network input. */
void mien_input_from_picture (GdkPixbuf *picture,
                              const MienTransform *transform,
                              const MienPreprocessing *preprocessing,
                              float *input,
                              guint width,
                              guint height);
GdkPixbuf *mien_input_to_picture (const float *input,
                                  const MienPreprocessing *preprocessing,
                                  guint width,
                                  guint height);

G_END_DECLS
