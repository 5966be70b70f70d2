/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "data/mien-input.h"

/* A picture of one colour. */
static GdkPixbuf *
plain (guint width, guint height, guint8 red, guint8 green, guint8 blue)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);

  gdk_pixbuf_fill (picture,
                   ((guint32) red << 24) | ((guint32) green << 16) | ((guint32) blue << 8) | 0xff);
  return picture;
}

static void
assert_planes (const float *input, gsize plane, double red, double green, double blue)
{
  const double expected[3] = { red, green, blue };

  for (guint c = 0; c < 3; c++)
    for (gsize i = 0; i < plane; i++)
      g_assert_cmpfloat_with_epsilon (input[c * plane + i], expected[c], 1e-4);
}

/* The figures of Simonyan and Zisserman's release, RGB. */
static void
test_presets (void)
{
  g_autoptr (GdkPixbuf) picture = plain (6, 4, 10, 120, 250);
  MienPreprocessing preprocessing;
  float input[3 * 3 * 5];

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_IMAGENET);
  mien_input_from_picture (picture, NULL, &preprocessing, input, 5, 3);
  assert_planes (input, 15, 10 - 123.68, 120 - 116.779, 250 - 103.939);

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_IMAGENET_255);
  mien_input_from_picture (picture, NULL, &preprocessing, input, 5, 3);
  assert_planes (input, 15, (10 - 123.68) / 255, (120 - 116.779) / 255, (250 - 103.939) / 255);

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  mien_input_from_picture (picture, NULL, &preprocessing, input, 5, 3);
  assert_planes (input, 15, 10 / 255.0, 120 / 255.0, 250 / 255.0);

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_STANDARD);
  for (guint c = 0; c < 3; c++)
    {
      preprocessing.mean[c] = 100.0f;
      preprocessing.deviation[c] = (float) c * 20.0f; /* 0 counts as 1 */
    }
  mien_input_from_picture (picture, NULL, &preprocessing, input, 5, 3);
  assert_planes (input, 15, -90, 1, 3.75);
}

/* What was made of a picture shows it again, with every preprocessing. */
static void
test_to_picture (void)
{
  g_autoptr (GdkPixbuf) picture = plain (5, 3, 10, 120, 250);

  for (guint kind = MIEN_PREPROCESSING_IMAGENET; kind <= MIEN_PREPROCESSING_STANDARD; kind++)
    {
      g_autoptr (GdkPixbuf) again = NULL;
      MienPreprocessing preprocessing;
      float input[3 * 3 * 5];
      const guint8 *pixel;

      mien_preprocessing_init (&preprocessing, (MienPreprocessingKind) kind);
      mien_input_from_picture (picture, NULL, &preprocessing, input, 5, 3);
      again = mien_input_to_picture (input, &preprocessing, 5, 3);
      g_assert_cmpint (gdk_pixbuf_get_width (again), ==, 5);
      g_assert_cmpint (gdk_pixbuf_get_height (again), ==, 3);
      pixel = gdk_pixbuf_read_pixels (again) + 2 * gdk_pixbuf_get_rowstride (again) + 4 * 3;
      g_assert_cmpuint (pixel[0], ==, 10);
      g_assert_cmpuint (pixel[1], ==, 120);
      g_assert_cmpuint (pixel[2], ==, 250);
    }
}

/* Input outside of 0 to 255 is shown as the nearest colour. */
static void
test_to_picture_limits (void)
{
  const float input[3] = { -7.0f, 99.6f, 1000.0f };
  g_autoptr (GdkPixbuf) picture = NULL;
  MienPreprocessing unchanged;
  const guint8 *pixel;

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  picture = mien_input_to_picture (input, &unchanged, 1, 1);
  pixel = gdk_pixbuf_read_pixels (picture);
  g_assert_cmpuint (pixel[0], ==, 0);
  g_assert_cmpuint (pixel[1], ==, 100);
  g_assert_cmpuint (pixel[2], ==, 255);
}

static void
test_names (void)
{
  static const char *const names[] = { "imagenet", "imagenet-255", "unit", "standard" };
  MienPreprocessingKind kind;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (mien_preprocessing_kind_from_string (names[i], &kind));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpstr (mien_preprocessing_kind_to_string (kind), ==, names[i]);
    }
  g_assert_false (mien_preprocessing_kind_from_string ("", &kind));
  g_assert_false (mien_preprocessing_kind_from_string ("imagenet-256", &kind));
}

static void
test_brightness (void)
{
  g_autoptr (GdkPixbuf) picture = plain (4, 4, 100, 200, 0);
  MienPreprocessing unchanged;
  MienTransform transform;
  float input[3 * 4 * 4];

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_transform_init_identity (&transform);
  transform.brightness = 1.5;
  mien_input_from_picture (picture, &transform, &unchanged, input, 4, 4);
  assert_planes (input, 16, 150, 255, 0);
  transform.brightness = 0.25;
  mien_input_from_picture (picture, &transform, &unchanged, input, 4, 4);
  assert_planes (input, 16, 25, 50, 0);
}

/* Stripes of one pixel average out in a shrunk picture; a resize that skips pixels would see them.
 */
static void
test_no_alias (void)
{
  g_autoptr (GdkPixbuf) picture = plain (320, 320, 0, 0, 0);
  MienPreprocessing unchanged;
  float input[3 * 32 * 32];

  for (guint x = 0; x < 320; x += 2)
    {
      g_autoptr (GdkPixbuf) stripe = gdk_pixbuf_new_subpixbuf (picture, (int) x, 0, 1, 320);

      gdk_pixbuf_fill (stripe, 0xc8c8c8ff);
    }
  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (picture, NULL, &unchanged, input, 32, 32);
  assert_planes (input, 32 * 32, 100, 100, 100);
}

/* Enlarging by two, pixel centres kept: 0 and 100 become 0, 25, 75, 100. */
static void
test_enlarge (void)
{
  g_autoptr (GdkPixbuf) picture = plain (2, 1, 0, 0, 0);
  MienPreprocessing unchanged;
  float input[3 * 4];
  const float expected[4] = { 0.0f, 25.0f, 75.0f, 100.0f };

  gdk_pixbuf_get_pixels (picture)[3] = 100;
  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (picture, NULL, &unchanged, input, 4, 1);
  for (guint x = 0; x < 4; x++)
    {
      g_assert_cmpfloat_with_epsilon (input[x], expected[x], 1e-3);
      g_assert_cmpfloat (input[4 + x], ==, 0.0f);
    }
}

/* Zero in rows top … bottom - 1, columns left … right - 1; elsewhere the picture. */
static void
assert_cut (const float *input, guint left, guint right, guint top, guint bottom)
{
  for (guint i = 0; i < 3 * 6 * 8; i++)
    {
      guint x = i % 8;
      guint y = i / 8 % 6;
      gboolean cut = x >= left && x < right && y >= top && y < bottom;

      g_assert_cmpfloat_with_epsilon (input[i], cut ? 0 : 50, 1e-4);
    }
}

/* Squares in a picture of 8 x 6, worked out by hand: half of the shorter side is 3 pixels. */
static void
test_cut_out (void)
{
  g_autoptr (GdkPixbuf) picture = plain (8, 6, 150, 150, 150);
  MienPreprocessing preprocessing;
  MienTransform transform;
  float input[3 * 6 * 8];

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_STANDARD);
  for (guint c = 0; c < 3; c++)
    preprocessing.mean[c] = 100.0f;
  mien_transform_init_identity (&transform);
  transform.cut_x = transform.cut_y = 0.5;
  mien_input_from_picture (picture, &transform, &preprocessing, input, 8, 6);
  assert_cut (input, 0, 0, 0, 0);

  transform.cut_out = 0.5;
  mien_input_from_picture (picture, &transform, &preprocessing, input, 8, 6);
  assert_cut (input, 3, 6, 2, 5);

  /* What lies outside is not there. */
  transform.cut_x = 0.0;
  transform.cut_y = 0.99;
  mien_input_from_picture (picture, &transform, &preprocessing, input, 8, 6);
  assert_cut (input, 0, 2, 4, 6);

  transform.cut_out = 1.0;
  transform.cut_x = 0.4;
  transform.cut_y = 0.5;
  mien_input_from_picture (picture, &transform, &preprocessing, input, 8, 6);
  assert_cut (input, 0, 6, 0, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/input/presets", test_presets);
  g_test_add_func ("/input/to-picture", test_to_picture);
  g_test_add_func ("/input/to-picture-limits", test_to_picture_limits);
  g_test_add_func ("/input/names", test_names);
  g_test_add_func ("/input/brightness", test_brightness);
  g_test_add_func ("/input/no-alias", test_no_alias);
  g_test_add_func ("/input/enlarge", test_enlarge);
  g_test_add_func ("/input/cut-out", test_cut_out);
  return g_test_run ();
}
