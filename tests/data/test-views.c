/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-views.h"

#include "data-fixture.h"

#define PICTURE 64
#define CROP 56

static void
test_names (void)
{
  static const char *const names[] = { "single", "flip", "ten-crop" };
  static const guint counts[] = { 1, 2, 10 };
  MienViews views;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (mien_views_from_string (names[i], &views));
      g_assert_cmpuint (views, ==, i);
      g_assert_cmpstr (mien_views_to_string (views), ==, names[i]);
      g_assert_cmpuint (mien_views_count (views), ==, counts[i]);
    }
  g_assert_false (mien_views_from_string ("five-crop", &views));
  g_assert_false (mien_views_from_string ("", &views));
}

/* A view is a window of the picture whose pixels are taken as they are, mirrored or not. */
static void
assert_window (const float *view,
               GdkPixbuf *picture,
               guint left,
               guint top,
               guint side,
               gboolean flip)
{
  const guint8 *pixels = gdk_pixbuf_read_pixels (picture);
  const gsize stride = (gsize) gdk_pixbuf_get_rowstride (picture);

  for (guint c = 0; c < 3; c++)
    for (guint y = 0; y < side; y++)
      for (guint x = 0; x < side; x++)
        {
          const guint column = flip ? side - 1 - x : x;

          g_assert_cmpfloat_with_epsilon (view[(c * side + y) * side + x],
                                          pixels[(top + y) * stride + 3 * (left + column) + c],
                                          0.01);
        }
}

/* 7/8 of 64 pixels are 56: a network of that input gets the crops pixel by pixel. The order is that
 * of torchvision.transforms.TenCrop. */
static void
test_ten_crop (void)
{
  static const guint places[5][2] = { { 0, 0 }, { 8, 0 }, { 0, 8 }, { 8, 8 }, { 4, 4 } };
  g_autoptr (GdkPixbuf) picture = fixture_picture (PICTURE, PICTURE, 3);
  g_autofree float *input = g_new (float, 10 * 3 * CROP * CROP);
  MienPreprocessing unchanged;

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_views_from_picture (MIEN_VIEWS_TEN_CROP, picture, &unchanged, input, CROP, CROP);
  for (guint view = 0; view < 10; view++)
    assert_window (input + view * 3 * CROP * CROP, picture, places[view % 5][0],
                   places[view % 5][1], CROP, view >= 5);
}

static void
test_whole (void)
{
  g_autoptr (GdkPixbuf) picture = fixture_picture (PICTURE, PICTURE, 4);
  g_autofree float *input = g_new (float, 2 * 3 * PICTURE * PICTURE);
  MienPreprocessing unchanged;

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_views_from_picture (MIEN_VIEWS_SINGLE, picture, &unchanged, input, PICTURE, PICTURE);
  assert_window (input, picture, 0, 0, PICTURE, FALSE);
  mien_views_from_picture (MIEN_VIEWS_FLIP, picture, &unchanged, input, PICTURE, PICTURE);
  assert_window (input, picture, 0, 0, PICTURE, FALSE);
  assert_window (input + 3 * PICTURE * PICTURE, picture, 0, 0, PICTURE, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/views/names", test_names);
  g_test_add_func ("/views/ten-crop", test_ten_crop);
  g_test_add_func ("/views/whole", test_whole);

  return g_test_run ();
}
