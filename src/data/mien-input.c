/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-input.h"

#include <string.h>

#include "data/mien-picture.h"

/* Which of n pixels in a row a cut of some pixels covers, whose middle lies at a fraction of n. */
static void
find_cut (double middle, guint side, guint n, guint *begin, guint *end)
{
  gint64 first = (gint64) (middle * n) - side / 2;

  *begin = (guint) CLAMP (first, 0, (gint64) n);
  *end = (guint) CLAMP (first + side, 0, (gint64) n);
}

static void
cut_out (const MienTransform *transform, float *input, guint width, guint height)
{
  guint side = (guint) (transform->cut_out * MIN (width, height) + 0.5);
  guint left, right, top, bottom;

  if (side == 0)
    return;

  find_cut (transform->cut_x, side, width, &left, &right);
  find_cut (transform->cut_y, side, height, &top, &bottom);
  for (guint c = 0; c < 3; c++)
    for (guint y = top; y < bottom; y++)
      memset (input + ((gsize) c * height + y) * width + left, 0, (right - left) * sizeof *input);
}

/**
 * mien_input_from_picture:
 * @picture: an 8-bit RGB picture of three channels, of any size
 * @transform: (nullable): augmentation; %NULL for a resize alone
 * @preprocessing: what the network wants
 * @input: (out) (array): (3, height, width), RGB
 * @width: of the network input, pixels
 * @height: of the network input, pixels
 *
 * The one way from a decoded picture to network input, for training, evaluation and prediction: a
 * picture of twice the size or more is shrunk by whole factors, mien_picture_shrink(), so that no
 * pixel is skipped; one bilinear warp with edge pixels repeated, and in the same pass brightness, a
 * factor, clipped to 0..255, and preprocessing. Pictures that come from
 * mien_picture_decode_at_least() are not shrunk again. What is cut out becomes 0, which is the mean
 * with every preprocessing but `unit`, where it is black.
 */
void
mien_input_from_picture (GdkPixbuf *picture,
                         const MienTransform *transform,
                         const MienPreprocessing *preprocessing,
                         float *input,
                         guint width,
                         guint height)
{
  g_autoptr (GdkPixbuf) small = mien_picture_shrink (picture, width, height);
  guint source_width = (guint) gdk_pixbuf_get_width (small);
  guint source_height = (guint) gdk_pixbuf_get_height (small);
  MienTransform identity;
  VggAffine affine;
  VggTone tone;

  mien_transform_init_identity (&identity);
  if (transform == NULL)
    transform = &identity;

  mien_transform_to_affine (transform, source_width, source_height, width, height, &affine);
  mien_preprocessing_get_tone (preprocessing, (float) transform->brightness, &tone);
  vgg_warp_bilinear (gdk_pixbuf_read_pixels (small), source_width, source_height,
                     (gsize) gdk_pixbuf_get_rowstride (small), 3, &affine, &tone, input, width,
                     height);
  cut_out (transform, input, width, height);
}

/**
 * mien_input_to_picture:
 * @input: (array): (3, height, width), RGB
 * @preprocessing: what it was made with
 * @width: pixels
 * @height: pixels
 *
 * Shows network input as a picture: undoes the preprocessing of mien_input_from_picture(), rounded
 * to the nearest of 0 to 255.
 *
 * Returns: (transfer full): an 8-bit RGB picture of three channels
 */
GdkPixbuf *
mien_input_to_picture (const float *input,
                       const MienPreprocessing *preprocessing,
                       guint width,
                       guint height)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);
  const gsize plane = (gsize) width * height;
  guint8 *pixels;
  gsize stride;
  VggTone tone;

  if (picture == NULL)
    g_error ("No memory for a picture of %u × %u pixels", width, height);

  mien_preprocessing_get_tone (preprocessing, 1.0f, &tone);
  pixels = gdk_pixbuf_get_pixels (picture);
  stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  for (gsize c = 0; c < 3; c++)
    for (gsize y = 0; y < height; y++)
      for (gsize x = 0; x < width; x++)
        {
          const float value = (input[c * plane + y * width + x] - tone.shift[c]) / tone.scale[c];

          pixels[y * stride + 3 * x + c] = (guint8) (CLAMP (value, 0.0f, 255.0f) + 0.5f);
        }

  return picture;
}
