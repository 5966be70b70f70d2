/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "data/mien-augmentation.h"
#include "data/mien-input.h"

#define N_PARAMETERS 11
#define N_MAP 6

static GArray *
parse_numbers (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; words[i] != NULL; i++)
    {
      double number = g_ascii_strtod (words[i], NULL);

      g_array_append_val (numbers, number);
    }
  return numbers;
}

/* The picture that make-keras-transforms.py samples, in red; green and blue are its negative. */
static GdkPixbuf *
golden_picture (guint width, guint height)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);

  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint8 *pixel = gdk_pixbuf_get_pixels (picture) +
                        y * (gsize) gdk_pixbuf_get_rowstride (picture) + 3 * x;

        pixel[0] = (guint8) ((x * 37 + y * 59 + x * y * 7) % 256);
        pixel[1] = pixel[2] = (guint8) (255 - pixel[0]);
      }
  return picture;
}

static void
check_pixels (const MienTransform *transform, const double *expected, guint width, guint height)
{
  g_autoptr (GdkPixbuf) picture = golden_picture (width, height);
  g_autofree float *input = g_new (float, 3 * width * height);
  guint plane = width * height;
  MienPreprocessing unchanged;

  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (picture, transform, &unchanged, input, width, height);
  for (guint i = 0; i < plane; i++)
    {
      g_assert_cmpfloat_with_epsilon (input[i], expected[i], 0.01);
      g_assert_cmpfloat_with_epsilon (input[plane + i], 255.0 - expected[i], 0.01);
      g_assert_cmpfloat_with_epsilon (input[2 * plane + i], 255.0 - expected[i], 0.01);
    }
}

/* Maps and pixels of an independent implementation, tests/golden/make-keras-transforms.py. */
static void
test_keras (void)
{
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  guint n_cases = 0;
  guint n_pictures = 0;

  path = g_test_build_filename (G_TEST_DIST, "golden", "keras-transforms.txt", NULL);
  g_file_get_contents (path, &contents, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (g_strchomp (contents), "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GArray) numbers = parse_numbers (lines[i]);
      const double *n = (const double *) numbers->data;
      MienTransform transform;
      VggAffine affine;
      float *map = (float *) &affine;

      g_assert_cmpuint (numbers->len, >=, N_PARAMETERS + N_MAP);
      mien_transform_init_identity (&transform);
      transform.rotation = n[0] * G_PI / 180.0;
      transform.shear = n[1] * G_PI / 180.0;
      transform.shift_y = n[2];
      transform.shift_x = n[3];
      transform.zoom_y = n[4];
      transform.zoom_x = n[5];
      transform.flip = n[6] != 0.0;
      mien_transform_to_affine (&transform, (guint) n[7], (guint) n[8], (guint) n[9], (guint) n[10],
                                &affine);
      for (guint j = 0; j < N_MAP; j++)
        g_assert_cmpfloat_with_epsilon (map[j], n[N_PARAMETERS + j],
                                        1e-6 * (1.0 + fabs (n[N_PARAMETERS + j])));
      n_cases++;
      if (numbers->len > N_PARAMETERS + N_MAP)
        {
          g_assert_cmpuint (numbers->len, ==, N_PARAMETERS + N_MAP + (guint) (n[7] * n[8]));
          check_pixels (&transform, n + N_PARAMETERS + N_MAP, (guint) n[7], (guint) n[8]);
          n_pictures++;
        }
    }
  g_assert_cmpuint (n_cases, ==, 13);
  g_assert_cmpuint (n_pictures, ==, 11);
}

/* By hand: a quarter turn of a square of 4 sends (x, y) to (y, 4 - x), that is, anticlockwise. */
static void
test_quarter_turn (void)
{
  MienTransform transform;
  VggAffine affine;

  mien_transform_init_identity (&transform);
  transform.rotation = G_PI / 2.0;
  mien_transform_to_affine (&transform, 4, 4, 4, 4, &affine);
  g_assert_cmpfloat_with_epsilon (affine.xx, 0.0f, 1e-6);
  g_assert_cmpfloat_with_epsilon (affine.xy, 1.0f, 1e-6);
  g_assert_cmpfloat_with_epsilon (affine.x0, 0.0f, 1e-6);
  g_assert_cmpfloat_with_epsilon (affine.yx, -1.0f, 1e-6);
  g_assert_cmpfloat_with_epsilon (affine.yy, 0.0f, 1e-6);
  g_assert_cmpfloat_with_epsilon (affine.y0, 4.0f, 1e-6);
}

static void
test_resize (void)
{
  MienTransform transform;
  VggAffine affine;

  mien_transform_init_identity (&transform);
  transform.flip = TRUE;
  mien_transform_to_affine (&transform, 100, 60, 50, 20, &affine);
  g_assert_cmpfloat (affine.xx, ==, -2.0f);
  g_assert_cmpfloat (affine.xy, ==, 0.0f);
  g_assert_cmpfloat (affine.x0, ==, 100.0f);
  g_assert_cmpfloat (affine.yx, ==, 0.0f);
  g_assert_cmpfloat (affine.yy, ==, 3.0f);
  g_assert_cmpfloat (affine.y0, ==, 0.0f);
}

static void
test_none (void)
{
  MienAugmentation augmentation;
  MienTransform transform;
  VggRandom random;

  mien_augmentation_init_default (&augmentation);
  g_assert_false (mien_augmentation_is_none (&augmentation));
  mien_augmentation_init_none (&augmentation);
  g_assert_true (mien_augmentation_is_none (&augmentation));
  augmentation.cut_out = 0.1;
  g_assert_false (mien_augmentation_is_none (&augmentation));
  mien_augmentation_init_none (&augmentation);

  vgg_random_init (&random, 7);
  for (guint i = 0; i < 100; i++)
    {
      mien_augmentation_draw (&augmentation, &random, &transform);
      g_assert_cmpfloat (transform.rotation, ==, 0.0);
      g_assert_cmpfloat (transform.shift_x, ==, 0.0);
      g_assert_cmpfloat (transform.shift_y, ==, 0.0);
      g_assert_cmpfloat (transform.zoom_x, ==, 1.0);
      g_assert_cmpfloat (transform.zoom_y, ==, 1.0);
      g_assert_cmpfloat (transform.shear, ==, 0.0);
      g_assert_cmpfloat (transform.brightness, ==, 1.0);
      g_assert_cmpfloat (transform.cut_out, ==, 0.0);
      g_assert_false (transform.flip);
    }
}

typedef struct
{
  double low, high, sum;
} Spread;

static void
spread_add (Spread *spread, double value)
{
  spread->low = MIN (spread->low, value);
  spread->high = MAX (spread->high, value);
  spread->sum += value;
}

static void
assert_uniform (const Spread *spread, double middle, double range, guint n)
{
  g_assert_cmpfloat (spread->low, >=, middle - range);
  g_assert_cmpfloat (spread->high, <=, middle + range);
  /* Of n draws the extremes come within 1 % of the ends, and the mean within 5 deviations. */
  g_assert_cmpfloat (spread->low, <, middle - 0.98 * range);
  g_assert_cmpfloat (spread->high, >, middle + 0.98 * range);
  g_assert_cmpfloat_with_epsilon (spread->sum / n, middle, 5.0 * range / sqrt (3.0 * n));
}

static void
test_ranges (void)
{
  const guint n = 4000;
  MienAugmentation augmentation = {
    .rotation = 30.0,
    .horizontal_shift = 0.1,
    .vertical_shift = 0.2,
    .zoom = 0.3,
    .shear = 15.0,
    .brightness = 0.4,
    .cut_out = 0.3,
    .horizontal_flip = TRUE,
  };
  Spread spreads[9];
  MienTransform transform;
  VggRandom random;
  guint n_flips = 0;
  double zoom_product = 0.0;

  for (guint i = 0; i < G_N_ELEMENTS (spreads); i++)
    spreads[i] = (Spread){ G_MAXDOUBLE, -G_MAXDOUBLE, 0.0 };
  vgg_random_init (&random, 11);
  for (guint i = 0; i < n; i++)
    {
      mien_augmentation_draw (&augmentation, &random, &transform);
      spread_add (&spreads[0], transform.rotation);
      spread_add (&spreads[1], transform.shift_x);
      spread_add (&spreads[2], transform.shift_y);
      spread_add (&spreads[3], transform.zoom_x);
      spread_add (&spreads[4], transform.zoom_y);
      spread_add (&spreads[5], transform.shear);
      spread_add (&spreads[6], transform.brightness);
      spread_add (&spreads[7], transform.cut_x);
      spread_add (&spreads[8], transform.cut_y);
      g_assert_cmpfloat (transform.cut_out, ==, 0.3);
      zoom_product += (transform.zoom_x - 1.0) * (transform.zoom_y - 1.0);
      n_flips += transform.flip ? 1 : 0;
    }
  assert_uniform (&spreads[0], 0.0, G_PI / 6.0, n);
  assert_uniform (&spreads[1], 0.0, 0.1, n);
  assert_uniform (&spreads[2], 0.0, 0.2, n);
  assert_uniform (&spreads[3], 1.0, 0.3, n);
  assert_uniform (&spreads[4], 1.0, 0.3, n);
  assert_uniform (&spreads[5], 0.0, G_PI / 12.0, n);
  assert_uniform (&spreads[6], 1.0, 0.4, n);
  assert_uniform (&spreads[7], 0.5, 0.5, n);
  assert_uniform (&spreads[8], 0.5, 0.5, n);
  g_assert_cmpfloat_with_epsilon (n_flips / (double) n, 0.5, 5.0 * 0.5 / sqrt (n));
  /* Drawn apart: their covariance is 0 ± 5 deviations. */
  g_assert_cmpfloat_with_epsilon (zoom_product / n, 0.0, 5.0 * 0.03 / sqrt (n));
}

/* Switching one range on leaves the draws of the others as they were. */
static void
test_independent (void)
{
  MienAugmentation one = { .shear = 10.0 };
  MienAugmentation two = {
    .rotation = 20.0,
    .shear = 10.0,
    .cut_out = 0.5,
    .horizontal_flip = TRUE,
  };
  MienTransform transform_one, transform_two;
  VggRandom random_one, random_two;

  vgg_random_init (&random_one, 3);
  vgg_random_init (&random_two, 3);
  for (guint i = 0; i < 10; i++)
    {
      mien_augmentation_draw (&one, &random_one, &transform_one);
      mien_augmentation_draw (&two, &random_two, &transform_two);
      g_assert_cmpfloat (transform_one.shear, ==, transform_two.shear);
      g_assert_cmpfloat (transform_two.rotation, !=, 0.0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/augmentation/keras", test_keras);
  g_test_add_func ("/augmentation/quarter-turn", test_quarter_turn);
  g_test_add_func ("/augmentation/resize", test_resize);
  g_test_add_func ("/augmentation/none", test_none);
  g_test_add_func ("/augmentation/ranges", test_ranges);
  g_test_add_func ("/augmentation/independent", test_independent);
  return g_test_run ();
}
