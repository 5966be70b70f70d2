/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app/widgets/mien-format.h"

static void
assert_text (char *text, const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_counts (void)
{
  assert_text (mien_format_count (0), "0");
  assert_text (mien_format_pictures (0), "0 pictures");
  assert_text (mien_format_pictures (1), "1 picture");
  assert_text (mien_format_pictures (118), "118 pictures");
  assert_text (mien_format_weights (1), "1 weight");
  assert_text (mien_format_weights (20024384), "20.0 million weights");
  assert_text (mien_format_epoch (31, 40), "Epoch 31 of 40");
}

static void
test_percent (void)
{
  assert_text (mien_format_percent (0.9556, 1), "95.6 %");
  assert_text (mien_format_percent (1.0, 0), "100 %");
  assert_text (mien_format_percent (NAN, 1), "–");
  assert_text (mien_format_interval (172.0 / 180.0, 180, 0.9147, 0.9773),
               "95.6 % of 180 (91.5 to 97.7)");
  assert_text (mien_format_interval (NAN, 0, NAN, NAN), "–");
}

static void
test_time (void)
{
  assert_text (mien_format_duration (0), "0:00");
  assert_text (mien_format_duration (9.4), "0:09");
  assert_text (mien_format_duration (59.6), "1:00");
  assert_text (mien_format_duration (80), "1:20");
  assert_text (mien_format_duration (7385), "2:03:05");
  assert_text (mien_format_duration (-1), "–");
  assert_text (mien_format_time_left (80), "1:20 left");
  g_assert_null (mien_format_time_left (-1));
  g_assert_null (mien_format_time_left (INFINITY));
  assert_text (mien_format_rate (212.4), "212 pictures/s");
  assert_text (mien_format_rate (2.44), "2.4 pictures/s");
  g_assert_null (mien_format_rate (0));
}

static void
test_numbers (void)
{
  assert_text (mien_format_number (0.25, 0.05), "0.25");
  assert_text (mien_format_number (40, 10), "40");
  assert_text (mien_format_number (0.5, 0.5), "0.5");
  assert_text (mien_format_number (2, 1), "2");
  assert_text (mien_format_number (-1e-17, 0.1), "0.0");
  assert_text (mien_format_number (INFINITY, 1), "–");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/counts", test_counts);
  g_test_add_func ("/format/percent", test_percent);
  g_test_add_func ("/format/time", test_time);
  g_test_add_func ("/format/numbers", test_numbers);
  return g_test_run ();
}
