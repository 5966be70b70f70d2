/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-half.h"

static guint32
bits_of (float value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

/* IEEE 754-2008, table 3.5 and section 3.4, in the standard library's own arithmetic. */
static void
test_half_all (void)
{
  for (guint half = 0; half <= G_MAXUINT16; half++)
    {
      int exponent = half >> 10 & 0x1f;
      int fraction = half & 0x3ff;
      float value = vgg_half_to_float (half);
      double expected;

      g_assert_cmpint (signbit (value) != 0, ==, half >> 15);

      if (exponent == 31 && fraction != 0)
        {
          g_assert_true (isnan (value));
          continue;
        }

      if (exponent == 31)
        expected = INFINITY;
      else if (exponent == 0)
        expected = ldexp (fraction, -24);
      else
        expected = ldexp (1024 + fraction, exponent - 25);

      g_assert_cmpfloat (fabs (value), ==, expected);
    }
}

static void
test_half_known (void)
{
  g_assert_cmpfloat (vgg_half_to_float (0x3c00), ==, 1.0f);
  g_assert_cmpfloat (vgg_half_to_float (0xc000), ==, -2.0f);
  g_assert_cmpfloat (vgg_half_to_float (0x7bff), ==, 65504.0f);
  g_assert_cmpfloat (vgg_half_to_float (0x0001), ==, 0x1p-24f);
  g_assert_cmpfloat (vgg_half_to_float (0x3555), ==, 0.333251953125f);
}

/* Every half comes back, but for infinity, which becomes the largest number, and NaN. */
static void
test_half_round_trip (void)
{
  for (guint half = 0; half <= G_MAXUINT16; half++)
    {
      guint16 again = vgg_half_from_float (vgg_half_to_float (half));
      guint magnitude = half & 0x7fff;

      if (magnitude > 0x7c00)
        g_assert_cmphex (again & 0x7fff, >, 0x7c00);
      else if (magnitude == 0x7c00)
        g_assert_cmphex (again, ==, (half & 0x8000) | 0x7bff);
      else
        g_assert_cmphex (again, ==, half);
    }
}

/* Between two neighbours: the nearer one, and at the same distance the even one. */
static void
test_half_rounding (void)
{
  for (guint half = 0; half < 0x7bff; half++)
    {
      double low = vgg_half_to_float (half);
      double high = vgg_half_to_float (half + 1);
      float middle = (low + high) / 2; /* exact: one bit more than a half has */

      g_assert_cmphex (vgg_half_from_float (middle), ==, half + (half & 1));
      g_assert_cmphex (vgg_half_from_float (nextafterf (middle, 0)), ==, half);
      g_assert_cmphex (vgg_half_from_float (nextafterf (middle, 1e6f)), ==, half + 1);
      g_assert_cmphex (vgg_half_from_float (-middle), ==, 0x8000 | (half + (half & 1)));
    }

  g_assert_cmphex (vgg_half_from_float (65519.0f), ==, 0x7bff);
  g_assert_cmphex (vgg_half_from_float (65520.0f), ==, 0x7bff);
  g_assert_cmphex (vgg_half_from_float (-1e30f), ==, 0xfbff);
  g_assert_cmphex (vgg_half_from_float (1.0f), ==, 0x3c00);
  g_assert_cmphex (vgg_half_from_float (0.1f), ==, 0x2e66);
  g_assert_cmphex (vgg_half_from_float (1e-40f), ==, 0);
}

static void
test_bfloat16_all (void)
{
  for (guint bits = 0; bits <= G_MAXUINT16; bits++)
    g_assert_cmphex (bits_of (vgg_bfloat16_to_float (bits)), ==, bits << 16);

  g_assert_cmpfloat (vgg_bfloat16_to_float (0x3f80), ==, 1.0f);
  g_assert_cmpfloat (vgg_bfloat16_to_float (0xc049), ==, -3.140625f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/half/all", test_half_all);
  g_test_add_func ("/half/known", test_half_known);
  g_test_add_func ("/half/round-trip", test_half_round_trip);
  g_test_add_func ("/half/rounding", test_half_rounding);
  g_test_add_func ("/bfloat16/all", test_bfloat16_all);

  return g_test_run ();
}
