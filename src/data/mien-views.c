/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-views.h"

#include <string.h>

#include "data/mien-input.h"

/* Side of a crop, fraction of the picture's: Krizhevsky et al. cut 224 of 256 pixels. */
#define CROP (7.0 / 8.0)

/* From the picture's centre to a crop's that reaches into a corner, fraction of the side. */
#define OFFSET ((1.0 - CROP) / 2.0)

static const struct
{
  const char *name;
  guint n;
} table[] = {
  [MIEN_VIEWS_SINGLE] = { "single", 1 },
  [MIEN_VIEWS_FLIP] = { "flip", 2 },
  [MIEN_VIEWS_TEN_CROP] = { "ten-crop", 10 },
};

/**
 * mien_views_to_string:
 * @views: views
 *
 * Returns: their name in files and on the command line, never translated
 */
const char *
mien_views_to_string (MienViews views)
{
  g_return_val_if_fail ((guint) views < G_N_ELEMENTS (table), "");

  return table[views].name;
}

/**
 * mien_views_from_string:
 * @string: a name, as mien_views_to_string() gives it
 * @views: (out): the views
 *
 * Returns: %FALSE where there are no views of that name
 */
gboolean
mien_views_from_string (const char *string, MienViews *views)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (string, table[i].name) == 0)
      {
        *views = (MienViews) i;
        return TRUE;
      }
  return FALSE;
}

/**
 * mien_views_count:
 * @views: views
 *
 * Returns: how many inputs a picture gives
 */
guint
mien_views_count (MienViews views)
{
  g_return_val_if_fail ((guint) views < G_N_ELEMENTS (table), 1);

  return table[views].n;
}

/**
 * mien_views_get_transform:
 * @views: views
 * @view: which of them, below mien_views_count()
 * @transform: (out caller-allocates): what makes it of a picture
 *
 * The ten crops are those of Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep
 * convolutional neural networks", 2012, section 4.1: squares (here: of the picture's proportions)
 * of 7/8 of the side in the four corners and the centre, then their mirror images. The first view
 * of two is the picture as it is.
 */
void
mien_views_get_transform (MienViews views, guint view, MienTransform *transform)
{
  /* top left, top right, bottom left, bottom right, centre */
  static const int places[5][2] = { { -1, -1 }, { 1, -1 }, { -1, 1 }, { 1, 1 }, { 0, 0 } };

  g_return_if_fail (view < mien_views_count (views));

  mien_transform_init_identity (transform);
  if (views == MIEN_VIEWS_FLIP)
    transform->flip = view == 1;
  else if (views == MIEN_VIEWS_TEN_CROP)
    {
      transform->zoom_x = transform->zoom_y = CROP;
      transform->shift_x = places[view % 5][0] * OFFSET;
      transform->shift_y = places[view % 5][1] * OFFSET;
      transform->flip = view >= 5;
    }
}

/**
 * mien_views_from_picture:
 * @views: views
 * @picture: an 8-bit RGB picture of three channels, of any size
 * @preprocessing: what the network wants
 * @input: (out) (array): (views, 3, height, width), RGB
 * @width: of the network input, pixels
 * @height: of the network input, pixels
 *
 * Makes each view through mien_input_from_picture().
 */
void
mien_views_from_picture (MienViews views,
                         GdkPixbuf *picture,
                         const MienPreprocessing *preprocessing,
                         float *input,
                         guint width,
                         guint height)
{
  for (guint view = 0; view < mien_views_count (views); view++)
    {
      MienTransform transform;

      mien_views_get_transform (views, view, &transform);
      mien_input_from_picture (picture, &transform, preprocessing,
                               input + (gsize) view * 3 * width * height, width, height);
    }
}
