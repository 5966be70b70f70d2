/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-preview.h"

#include "data/mien-input.h"

/**
 * mien_preview_draw:
 * @picture: an 8-bit RGB picture of three channels, of any size
 * @augmentation: the ranges
 * @preprocessing: what the network wants
 * @width: of the network input, pixels
 * @height: of the network input, pixels
 * @seed: any number
 * @number: which draw; 0 is the picture itself, resized
 *
 * Shows what a network is given of an augmented picture. The same @seed and @number draw the same
 * places in the ranges, so that a picture follows when a range changes.
 *
 * The means of %MIEN_PREPROCESSING_STANDARD are known only when a training has measured its
 * pictures; until then those of ImageNet stand for them, which tells in what was cut out alone.
 *
 * Returns: (transfer full): a picture of @width × @height pixels
 */
GdkPixbuf *
mien_preview_draw (GdkPixbuf *picture,
                   const MienAugmentation *augmentation,
                   MienPreprocessingKind preprocessing,
                   guint width,
                   guint height,
                   guint64 seed,
                   guint number)
{
  g_autofree float *input = g_new (float, (gsize) 3 * width * height);
  MienPreprocessing figures;
  MienTransform transform;
  VggRandom random;

  mien_preprocessing_init (&figures, preprocessing == MIEN_PREPROCESSING_STANDARD
                                       ? MIEN_PREPROCESSING_IMAGENET
                                       : preprocessing);
  vgg_random_init_stream (&random, seed, 0, number);
  mien_augmentation_draw (augmentation, &random, &transform);
  mien_input_from_picture (picture, number > 0 ? &transform : NULL, &figures, input, width, height);

  return mien_input_to_picture (input, &figures, width, height);
}
