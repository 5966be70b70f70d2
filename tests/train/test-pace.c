/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-pace.h"

static void
test_unknown (void)
{
  MienPace pace;

  mien_pace_init (&pace);
  g_assert_cmpfloat (mien_pace_get_rate (&pace), ==, 0);
  g_assert_cmpfloat (mien_pace_get_seconds_left (&pace, 1000, 1, 100), <, 0);
}

static void
test_rate (void)
{
  MienPace pace;

  mien_pace_init (&pace);
  mien_pace_add (&pace, 0.5, 0.5, 32);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_rate (&pace), 64, 1e-9);
  /* Time between the batches, of a validation for one, is not training time. */
  mien_pace_add (&pace, 3.0, 0.25, 32);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_rate (&pace), 64 / 0.75, 1e-9);
}

/* What is older than five seconds is forgotten, also when the ring has gone round. */
static void
test_window (void)
{
  MienPace pace;

  mien_pace_init (&pace);
  for (guint i = 0; i < 3 * MIEN_PACE_SAMPLES; i++)
    mien_pace_add (&pace, i, 1, 10);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_rate (&pace), 10, 1e-9);
  for (guint i = 1; i <= 6; i++)
    mien_pace_add (&pace, 3 * MIEN_PACE_SAMPLES + i, 1, 40);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_rate (&pace), 40, 1e-9);

  /* One batch may take longer than that. */
  mien_pace_add (&pace, 1000, 50, 100);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_rate (&pace), 2, 1e-9);
}

static void
test_seconds_left (void)
{
  MienPace pace;

  mien_pace_init (&pace);
  mien_pace_add (&pace, 1, 1, 100);
  /* 1000 pictures at 100 a second, and 3 passes over 600 at 300 a second. */
  g_assert_cmpfloat_with_epsilon (mien_pace_get_seconds_left (&pace, 1000, 3, 600), 16, 1e-9);
  mien_pace_set_validation (&pace, 1.5);
  g_assert_cmpfloat_with_epsilon (mien_pace_get_seconds_left (&pace, 1000, 2.5, 600), 13.75, 1e-9);
  g_assert_cmpfloat (mien_pace_get_seconds_left (&pace, 0, 0, 600), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pace/unknown", test_unknown);
  g_test_add_func ("/pace/rate", test_rate);
  g_test_add_func ("/pace/window", test_window);
  g_test_add_func ("/pace/seconds-left", test_seconds_left);

  return g_test_run ();
}
