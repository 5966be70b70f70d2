/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "plot/mien-axis.h"
#include "plot/mien-series.h"

#define N_POINTS 10000
#define N_COLUMNS 300

static void
count_up (guint *n)
{
  (*n)++;
}

/* Heckbert's table: 1, 2, 5 and 10 with the limits of his article. */
static void
test_nice_numbers (void)
{
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (1.4, TRUE), 1.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (1.6, TRUE), 2.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (0.034, TRUE), 0.05, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (710, TRUE), 1000.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (1.1, FALSE), 2.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_axis_nice_number (51, FALSE), 100.0, 1e-12);
}

static void
test_ticks (void)
{
  g_autoptr (MienAxis) axis = mien_axis_new ();
  g_autofree double *ticks = NULL;
  g_autofree double *epochs = NULL;
  double step;
  guint n;

  ticks = mien_axis_list_ticks (axis, 6, &n, &step);
  g_assert_cmpuint (n, ==, 6);
  g_assert_cmpfloat_with_epsilon (step, 0.2, 1e-12);
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (ticks[i], 0.2 * i, 1e-12);

  mien_axis_set_range (axis, 1, 3);
  mien_axis_set_minimum_step (axis, 1);
  epochs = mien_axis_list_ticks (axis, 12, &n, &step);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat (epochs[0], ==, 1);
  g_assert_cmpfloat (epochs[2], ==, 3);
}

/* However odd the range: round marks within it, and no more of them than there is room for. */
static void
test_ticks_of_any_range (void)
{
  g_autoptr (MienAxis) axis = mien_axis_new ();

  for (guint i = 0; i < 500; i++)
    {
      const double low = g_test_rand_double_range (-1000, 1000);
      const double high = low + pow (10, g_test_rand_double_range (-4, 5));
      const guint at_most = g_test_rand_int_range (2, 12);
      g_autofree double *ticks = NULL;
      double step;
      guint n;

      mien_axis_set_range (axis, low, high);
      ticks = mien_axis_list_ticks (axis, at_most, &n, &step);
      g_assert_cmpuint (n, <=, at_most);
      for (guint t = 0; t < n; t++)
        {
          g_assert_cmpfloat (ticks[t], >=, low - 1e-6 * step);
          g_assert_cmpfloat (ticks[t], <=, high + 1e-6 * step);
          g_assert_cmpfloat (fabs (remainder (ticks[t], step)), <, 1e-6 * step);
        }
    }
}

static void
test_range (void)
{
  g_autoptr (MienAxis) axis = mien_axis_new ();
  guint n_changes = 0;

  g_signal_connect_swapped (axis, "changed", G_CALLBACK (count_up), &n_changes);
  mien_axis_set_range (axis, 10, 20);
  mien_axis_set_range (axis, 10, 20);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpfloat_with_epsilon (mien_axis_to_unit (axis, 12.5), 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_axis_from_unit (axis, 0.25), 12.5, 1e-12);

  mien_axis_set_range (axis, 5, 5);
  g_assert_cmpfloat (mien_axis_get_high (axis), >, mien_axis_get_low (axis));
  mien_axis_set_range (axis, INFINITY, -INFINITY);
  g_assert_true (isfinite (mien_axis_get_low (axis)));
}

/* Numbers of a file may be as large as they come, and the axis of nothing has marks too. */
static void
test_ticks_of_no_range (void)
{
  static const double ranges[][2] = {
    { -1e308, 1e308 }, { -G_MAXDOUBLE, G_MAXDOUBLE }, { NAN, 1 }, { 0, INFINITY }, { 1e308, 1e308 },
    { 0, 5e-324 },
  };
  g_autoptr (MienAxis) axis = mien_axis_new ();

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    {
      g_autofree double *ticks = NULL;
      double step;
      guint n;

      mien_axis_set_range (axis, ranges[i][0], ranges[i][1]);
      ticks = mien_axis_list_ticks (axis, 6, &n, &step);
      g_assert_cmpuint (n, <=, 6);
      for (guint k = 0; k < n; k++)
        g_assert_true (isfinite (ticks[k]));
    }
}

static void
test_append (void)
{
  g_autoptr (MienSeries) series = mien_series_new ("loss");
  guint n_changes = 0, index;
  double low, high;

  g_signal_connect_swapped (series, "changed", G_CALLBACK (count_up), &n_changes);
  g_assert_false (mien_series_get_range (series, &low, &high));
  g_assert_false (mien_series_find_nearest (series, 1, &index));

  mien_series_append (series, 1, 2.5);
  mien_series_append (series, 2, NAN);
  mien_series_append (series, 4, 0.5);
  g_assert_cmpuint (n_changes, ==, 3);
  g_assert_true (mien_series_get_range (series, &low, &high));
  g_assert_cmpfloat (low, ==, 0.5);
  g_assert_cmpfloat (high, ==, 2.5);

  g_assert_true (mien_series_find_nearest (series, -100, &index));
  g_assert_cmpuint (index, ==, 0);
  g_assert_true (mien_series_find_nearest (series, 2.9, &index));
  g_assert_cmpuint (index, ==, 1);
  g_assert_true (mien_series_find_nearest (series, 3.1, &index));
  g_assert_cmpuint (index, ==, 2);

  mien_series_clear (series);
  g_assert_cmpuint (mien_series_get_n (series), ==, 0);
  g_assert_false (mien_series_get_range (series, &low, &high));
}

/* Of each column of pixels the extremes stay, found here by looking at every point. */
static void
test_decimate (void)
{
  g_autoptr (MienSeries) series = mien_series_new ("noise");
  g_autofree guint *indices = g_new (guint, 4 * N_COLUMNS + 2);
  g_autofree gboolean *kept = g_new0 (gboolean, N_POINTS);
  const guint low = 500, high = 9300;
  const double *y;
  guint n;

  for (guint i = 0; i < N_POINTS; i++)
    mien_series_append (series, i, i == 4711 ? 100.0 : g_test_rand_double ());
  y = mien_series_get_y (series);

  n = mien_series_decimate (series, low, high, N_COLUMNS, indices);
  g_assert_cmpuint (n, <=, 4 * N_COLUMNS + 2);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (indices[i], <, N_POINTS);
      if (i > 0)
        g_assert_cmpuint (indices[i], >, indices[i - 1]);
      kept[indices[i]] = TRUE;
    }
  g_assert_true (kept[4711]);
  /* The line goes on to the points just outside of the edges. */
  g_assert_true (kept[499]);
  g_assert_true (kept[9301]);

  for (guint column = 0; column < N_COLUMNS; column++)
    {
      guint lowest = 0, highest = 0;

      for (guint x = low; x <= high; x++)
        {
          /* In whole numbers, so that none falls beside its column. */
          if (MIN ((x - low) * N_COLUMNS / (high - low), N_COLUMNS - 1) != column)
            continue;
          if (lowest == 0 || y[x] < y[lowest])
            lowest = x;
          if (highest == 0 || y[x] > y[highest])
            highest = x;
        }
      g_assert_true (kept[lowest]);
      g_assert_true (kept[highest]);
    }
}

/* Fewer points than pixels are drawn as they are. */
static void
test_decimate_few (void)
{
  g_autoptr (MienSeries) series = mien_series_new ("few");
  guint indices[4 * 100 + 2];

  for (guint i = 0; i < 7; i++)
    mien_series_append (series, i, i % 2 == 0 ? i : NAN);
  g_assert_cmpuint (mien_series_decimate (series, 0, 6, 100, indices), ==, 7);
  for (guint i = 0; i < 7; i++)
    g_assert_cmpuint (indices[i], ==, i);
}

/* A vertical stroke keeps all of its points; of those above one place the last one is found. */
static void
test_stroke (void)
{
  g_autoptr (MienSeries) series = mien_series_new ("stroke");
  const double x[] = { 0, 0, 0, 1 };
  const double y[] = { 0, 0.5, 1, 1 };
  guint indices[4 * 10 + 2];
  guint index;

  mien_series_append_many (series, x, y, 4);
  g_assert_cmpuint (mien_series_get_n (series), ==, 4);
  g_assert_true (mien_series_find_nearest (series, 0.1, &index));
  g_assert_cmpuint (index, ==, 2);
  g_assert_cmpuint (mien_series_decimate (series, 0, 1, 10, indices), ==, 3);
  g_assert_cmpuint (indices[0], ==, 0);
  g_assert_cmpuint (indices[1], ==, 2);
  g_assert_cmpuint (indices[2], ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/axis/nice-numbers", test_nice_numbers);
  g_test_add_func ("/axis/ticks", test_ticks);
  g_test_add_func ("/axis/ticks-of-any-range", test_ticks_of_any_range);
  g_test_add_func ("/axis/range", test_range);
  g_test_add_func ("/axis/ticks-of-no-range", test_ticks_of_no_range);
  g_test_add_func ("/series/append", test_append);
  g_test_add_func ("/series/stroke", test_stroke);
  g_test_add_func ("/series/decimate", test_decimate);
  g_test_add_func ("/series/decimate-few", test_decimate_few);
  return g_test_run ();
}
