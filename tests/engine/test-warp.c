/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-warp.h"

#include <math.h>

static const VggAffine identity = { .xx = 1, .yy = 1 };

/* Rows of 3 pixels, RGB, with 3 bytes of padding that must not be looked at. */
static const guint8 picture[2 * 12] = {
  10,  20,  30,  40,  50,  60,  70,  80,  90,  255, 255, 255,
  110, 120, 130, 140, 150, 160, 170, 180, 190, 255, 255, 255,
};

static void
test_identity (void)
{
  static const float expected[] = {
    10, 40, 70, 110, 140, 170, 20, 50, 80, 120, 150, 180, 30, 60, 90, 130, 160, 190,
  };
  float output[18];

  vgg_warp_bilinear (picture, 3, 2, 12, 3, &identity, NULL, output, 3, 2);
  g_assert_cmpmem (output, sizeof output, expected, sizeof expected);
}

/* Half a pixel to the right and a quarter down: means of neighbours, and the edge goes on. */
static void
test_shift (void)
{
  const VggAffine affine = { .xx = 1, .x0 = 0.5f, .yy = 1, .y0 = 0.25f };
  static const float expected[] = { 50, 80, 95, 125, 155, 170 };
  float output[18];

  vgg_warp_bilinear (picture, 3, 2, 12, 3, &affine, NULL, output, 3, 2);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_assert_cmpfloat_with_epsilon (output[i], expected[i], 1e-4);
      g_assert_cmpfloat_with_epsilon (output[6 + i], expected[i] + 10, 1e-4);
      g_assert_cmpfloat_with_epsilon (output[12 + i], expected[i] + 20, 1e-4);
    }
}

/* Twice the size: output centres 0.5, 1.5, … sample the source at 0.25, 0.75, … */
static void
test_enlarge (void)
{
  const VggAffine affine = { .xx = 0.5f, .yy = 0.5f };
  static const guint8 grey[] = { 0, 100 };
  static const float expected[] = { 0, 25, 75, 100 };
  float output[3 * 8];

  vgg_warp_bilinear (grey, 2, 1, 2, 1, &affine, NULL, output, 4, 2);
  for (guint i = 0; i < G_N_ELEMENTS (output); i++)
    g_assert_cmpfloat_with_epsilon (output[i], expected[i % 4], 1e-4);
}

/* A quarter turn about the centre of a square picture: (x, y) samples (y, 2 - x). Alpha plays
 * no part. */
static void
test_turn (void)
{
  const VggAffine affine = { .xy = 1, .yx = -1, .y0 = 2 };
  static const guint8 rgba[] = {
    1, 2, 3, 0, 4, 5, 6, 255, 7, 8, 9, 1, 10, 11, 12, 77,
  };
  static const float expected[] = { 7, 1, 10, 4, 8, 2, 11, 5, 9, 3, 12, 6 };
  float output[12];

  vgg_warp_bilinear (rgba, 2, 2, 8, 4, &affine, NULL, output, 2, 2);
  for (guint i = 0; i < G_N_ELEMENTS (output); i++)
    g_assert_cmpfloat_with_epsilon (output[i], expected[i], 1e-4);
}

/* Far outside, beyond what an integer holds, and not a number: always some pixel of the picture. */
static void
test_outside (void)
{
  static const float offsets[] = { -1e30f, 1e30f, -100, 100, INFINITY, -INFINITY, NAN };

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      const VggAffine affine = { .xx = 1, .x0 = offsets[i], .yy = 1, .y0 = offsets[i] };
      gboolean high = offsets[i] > 0;
      float output[3 * 4];

      vgg_warp_bilinear (picture, 3, 2, 12, 3, &affine, NULL, output, 2, 2);
      for (guint k = 0; k < 4; k++)
        g_assert_cmpfloat (output[k], ==, high ? 170 : 10);
    }
}

/* The tone comes after the samples: a factor, a limit, then scale and shift of a channel. */
static void
test_tone (void)
{
  static const VggTone tone = { 2, { 1, 0.5f, 0.25f }, { 0, -10, 100 } };
  float output[18];

  vgg_warp_bilinear (picture, 3, 2, 12, 3, &identity, &tone, output, 3, 2);
  for (guint i = 0; i < 6; i++)
    for (guint c = 0; c < 3; c++)
      {
        float sample = picture[i / 3 * 12 + i % 3 * 3 + c];

        g_assert_cmpfloat_with_epsilon (
          output[6 * c + i], MIN (2 * sample, 255) * tone.scale[c] + tone.shift[c], 1e-4);
      }
}

/* Three equal channels are what one channel is. */
static void
test_grey (void)
{
  static const VggTone tone = { 1, { 1, 2, 3 }, { 0, 5, 9 } };
  const VggAffine affine = { 0.4f, 0.1f, -0.3f, -0.2f, 0.5f, 0.7f };
  static const guint8 grey[] = { 7, 200, 91, 14, 255, 0 };
  guint8 rgb[18];
  float expected[3 * 35], output[3 * 35];

  for (guint i = 0; i < 18; i++)
    rgb[i] = grey[i / 3];

  vgg_warp_bilinear (grey, 3, 2, 3, 1, &affine, &tone, expected, 7, 5);
  vgg_warp_bilinear (rgb, 3, 2, 9, 3, &affine, &tone, output, 7, 5);
  g_assert_cmpmem (output, sizeof output, expected, sizeof expected);
  for (guint i = 0; i < 35; i++)
    {
      g_assert_cmpfloat_with_epsilon (output[35 + i], 2 * output[i] + 5, 1e-3);
      g_assert_cmpfloat_with_epsilon (output[70 + i], 3 * output[i] + 9, 1e-3);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/warp/identity", test_identity);
  g_test_add_func ("/warp/shift", test_shift);
  g_test_add_func ("/warp/enlarge", test_enlarge);
  g_test_add_func ("/warp/turn", test_turn);
  g_test_add_func ("/warp/outside", test_outside);
  g_test_add_func ("/warp/tone", test_tone);
  g_test_add_func ("/warp/grey", test_grey);

  return g_test_run ();
}
