/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-input.h"
#include "data/mien-picture.h"
#include "data/mien-png.h"
#include "data/mien-prepare-private.h"

/* Pictures of more pixels than this are augmented one at a time, which bounds memory. */
#define LARGE_PIXELS (G_GUINT64_CONSTANT (16000000))

static GMutex large_mutex;

/**
 * mien_prepare_plan_draw:
 * @self: a plan
 * @item: a copy
 * @transform: (out caller-allocates): what makes it
 *
 * Draws a copy's transform. It depends on the seed, the source picture and the number of the copy
 * alone, so that the order of the work does not matter. Nothing is cut out: a hole that is always
 * at the same place would be learnt.
 */
void
mien_prepare_plan_draw (MienPreparePlan *self,
                        const MienPrepareItem *item,
                        MienTransform *transform)
{
  VggRandom random;

  vgg_random_init_stream (&random, self->options.seed, item->picture, item->copy);
  mien_augmentation_draw (&self->options.augmentation, &random, transform);
  transform->cut_out = 0.0;
}

static GdkPixbuf *
augment (GdkPixbuf *picture, const MienTransform *transform)
{
  guint width = (guint) gdk_pixbuf_get_width (picture);
  guint height = (guint) gdk_pixbuf_get_height (picture);
  g_autofree float *values = g_new (float, (gsize) 3 * width * height);
  MienPreprocessing unchanged;

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (picture, transform, &unchanged, values, width, height);
  return mien_input_to_picture (values, &unchanged, width, height);
}

/**
 * mien_prepare_make_copy:
 * @self: a plan
 * @item: a copy
 * @error: return location for a #MienDataError
 *
 * Makes an augmented copy of a picture, of the picture's own size, in the way in which training
 * augments.
 *
 * Returns: (transfer full): a PNG file, or %NULL where the picture cannot be decoded any more
 */
GBytes *
mien_prepare_make_copy (MienPreparePlan *self, const MienPrepareItem *item, GError **error)
{
  const MienPicture *picture = mien_dataset_get_picture (self->source, item->picture);
  guint64 max_pixels = mien_dataset_get_max_pixels (self->source);
  gboolean is_large = (guint64) picture->width * picture->height > LARGE_PIXELS;
  g_autoptr (GdkPixbuf) decoded = NULL;
  GBytes *png = NULL;
  MienTransform transform;

  mien_prepare_plan_draw (self, item, &transform);
  if (is_large)
    g_mutex_lock (&large_mutex);
  decoded = mien_picture_decode (picture->path, max_pixels, error);
  if (decoded != NULL)
    {
      g_autoptr (GdkPixbuf) copy = augment (decoded, &transform);

      png = mien_png_encode (copy, error);
    }
  if (is_large)
    g_mutex_unlock (&large_mutex);
  return png;
}
