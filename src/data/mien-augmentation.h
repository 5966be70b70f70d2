/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/vgg-random.h"
#include "engine/vgg-warp.h"

G_BEGIN_DECLS

/* Ranges with the meaning of Keras' ImageDataGenerator; 0 switches one off. */
typedef struct
{
  double rotation;         /* degrees: uniform in -rotation … rotation */
  double horizontal_shift; /* fraction of the width */
  double vertical_shift;   /* fraction of the height */
  double zoom;             /* each axis uniform in 1 - zoom … 1 + zoom */
  double shear;            /* degrees */
  double brightness;       /* factor uniform in 1 - brightness … 1 + brightness */
  double cut_out;          /* side of a square without picture, fraction of the shorter side */
  gboolean horizontal_flip;
} MienAugmentation;

/* One draw from the ranges. */
typedef struct
{
  double rotation; /* radians */
  double shift_x;  /* fraction of the width */
  double shift_y;  /* fraction of the height */
  double zoom_x;
  double zoom_y;
  double shear; /* radians */
  double brightness;
  double cut_out; /* side of the square, fraction of the shorter side */
  double cut_x;   /* its centre, fraction of the width */
  double cut_y;   /* fraction of the height */
  gboolean flip;
} MienTransform;

void mien_augmentation_init_none (MienAugmentation *self);
void mien_augmentation_init_default (MienAugmentation *self);
gboolean mien_augmentation_is_none (const MienAugmentation *self);
void mien_augmentation_draw (const MienAugmentation *self,
                             VggRandom *random,
                             MienTransform *transform);
void mien_transform_init_identity (MienTransform *self);
void mien_transform_to_affine (const MienTransform *self,
                               guint source_width,
                               guint source_height,
                               guint output_width,
                               guint output_height,
                               VggAffine *affine);

G_END_DECLS
