/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-augmentation.h"

#include <math.h>

/**
 * mien_augmentation_init_none:
 * @self: (out caller-allocates): ranges
 *
 * Switches everything off.
 */
void
mien_augmentation_init_none (MienAugmentation *self)
{
  *self = (MienAugmentation){ .rotation = 0.0 };
}

/**
 * mien_augmentation_init_default:
 * @self: (out caller-allocates): ranges
 *
 * Sets ranges that suit upright subjects whose mirror image means the same, such as faces.
 */
void
mien_augmentation_init_default (MienAugmentation *self)
{
  *self = (MienAugmentation){
    .rotation = 10.0,
    .horizontal_shift = 0.1,
    .vertical_shift = 0.1,
    .zoom = 0.1,
    .shear = 0.0,
    .brightness = 0.1,
    .horizontal_flip = TRUE,
  };
}

/**
 * mien_augmentation_is_none:
 * @self: ranges
 *
 * Returns: %TRUE where every draw is the identity
 */
gboolean
mien_augmentation_is_none (const MienAugmentation *self)
{
  return self->rotation == 0.0 && self->horizontal_shift == 0.0 && self->vertical_shift == 0.0 &&
         self->zoom == 0.0 && self->shear == 0.0 && self->brightness == 0.0 &&
         self->cut_out == 0.0 && !self->horizontal_flip;
}

static double
degrees (double angle)
{
  return angle * G_PI / 180.0;
}

static double
spread (VggRandom *random, double middle, double range)
{
  return vgg_random_range (random, middle - range, middle + range);
}

/**
 * mien_augmentation_draw:
 * @self: ranges
 * @random: the generator; always moved on by the same number of draws
 * @transform: (out caller-allocates): the draw
 *
 * Draws one transform, each part uniform in its range and independent of the others, as
 * ImageDataGenerator.get_random_transform() of keras-preprocessing 1.1.2 does; the two zooms are
 * drawn apart, and a flip comes half of the time. The square of cut-out has its centre anywhere in
 * the picture, so that part of it may lie outside (DeVries & Taylor, arXiv:1708.04552, section
 * 3.2). Ranges that are off take their draw too, so that switching one on leaves the others' values
 * as they were.
 */
void
mien_augmentation_draw (const MienAugmentation *self, VggRandom *random, MienTransform *transform)
{
  transform->rotation = degrees (spread (random, 0.0, self->rotation));
  transform->shift_x = spread (random, 0.0, self->horizontal_shift);
  transform->shift_y = spread (random, 0.0, self->vertical_shift);
  transform->zoom_x = spread (random, 1.0, self->zoom);
  transform->zoom_y = spread (random, 1.0, self->zoom);
  transform->shear = degrees (spread (random, 0.0, self->shear));
  transform->brightness = spread (random, 1.0, self->brightness);
  transform->flip = vgg_random_uniform (random) < 0.5 && self->horizontal_flip;
  transform->cut_out = self->cut_out;
  transform->cut_x = vgg_random_uniform (random);
  transform->cut_y = vgg_random_uniform (random);
}

/**
 * mien_transform_init_identity:
 * @self: (out caller-allocates): a transform
 *
 * Sets the transform that changes nothing.
 */
void
mien_transform_init_identity (MienTransform *self)
{
  *self = (MienTransform){ .zoom_x = 1.0, .zoom_y = 1.0, .brightness = 1.0 };
}

/**
 * mien_transform_to_affine:
 * @self: a transform
 * @source_width: of the decoded picture, pixels
 * @source_height: of the decoded picture, pixels
 * @output_width: of the network input, pixels
 * @output_height: of the network input, pixels
 * @affine: (out caller-allocates): where each output pixel samples the picture
 *
 * Composes resize, flip and the affine transform of keras-preprocessing 1.1.2, apply_transform()
 * and apply_affine_transform(), into one map from output to picture, as if the picture had been
 * resized to the output size first, as Keras' flow_from_directory() does.
 *
 * Keras' matrices act on (row, column), from output to input, about the centre of the picture:
 *
 *     M = R · T · S · Z
 *     R = [cos -sin; sin cos]   T: + (shift_y · height, shift_x · width)
 *     S = [1 -sin(shear); 0 cos(shear)]   Z = diag (zoom_y, zoom_x)
 *
 * Keras calls rows x: its zx and tx are the zoom_y and shift_y here. The flip comes after the
 * affine part, hence mirrors the output column before M. Centres coincide: Keras counts pixels
 * from 0 with the middle at (n - 1) / 2, #VggAffine has pixel centres at + 0.5 and the middle at n
 * / 2.
 */
void
mien_transform_to_affine (const MienTransform *self,
                          guint source_width,
                          guint source_height,
                          guint output_width,
                          guint output_height,
                          VggAffine *affine)
{
  double scale_x = (double) source_width / output_width;
  double scale_y = (double) source_height / output_height;
  double cosine = cos (self->rotation);
  double sine = sin (self->rotation);
  double mirror = self->flip ? -1.0 : 1.0;

  /* R · S · Z: how input row and column move with output row and column. */
  double row_row = cosine * self->zoom_y;
  double row_column = (-cosine * sin (self->shear) - sine * cos (self->shear)) * self->zoom_x;
  double column_row = sine * self->zoom_y;
  double column_column = (-sine * sin (self->shear) + cosine * cos (self->shear)) * self->zoom_x;

  /* R · t: the shift is turned, but neither sheared nor zoomed. */
  double shift_row = self->shift_y * output_height;
  double shift_column = self->shift_x * output_width;
  double row = cosine * shift_row - sine * shift_column;
  double column = sine * shift_row + cosine * shift_column;

  double middle_x = output_width / 2.0;
  double middle_y = output_height / 2.0;

  column_column *= mirror;
  row_column *= mirror;
  affine->xx = (float) (scale_x * column_column);
  affine->xy = (float) (scale_x * column_row);
  affine->x0 = (float) (scale_x *
                        (middle_x + column - column_column * middle_x - column_row * middle_y));
  affine->yx = (float) (scale_y * row_column);
  affine->yy = (float) (scale_y * row_row);
  affine->y0 = (float) (scale_y * (middle_y + row - row_column * middle_x - row_row * middle_y));
}
