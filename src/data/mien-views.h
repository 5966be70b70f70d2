/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "data/mien-augmentation.h"
#include "data/mien-preprocessing.h"

G_BEGIN_DECLS

/* As what a trained network sees a picture, before its answers are averaged. */
typedef enum
{
  MIEN_VIEWS_SINGLE,
  MIEN_VIEWS_FLIP,    /* the picture and its mirror image */
  MIEN_VIEWS_TEN_CROP /* corners and centre, and their mirror images */
} MienViews;

const char *mien_views_to_string (MienViews views);
gboolean mien_views_from_string (const char *string, MienViews *views);
guint mien_views_count (MienViews views);
void mien_views_get_transform (MienViews views, guint view, MienTransform *transform);
void mien_views_from_picture (MienViews views,
                              GdkPixbuf *picture,
                              const MienPreprocessing *preprocessing,
                              float *input,
                              guint width,
                              guint height);

G_END_DECLS
