/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every instruction set's kernels against the plain ones, on lengths around the vector sizes and on
 * awkward numbers. Only the order of additions and fused products may differ. */

#include "engine/kernels/vgg-kernels.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-random.h"

#define MAXIMUM 5000

static const gsize lengths[] = {
  0, 1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1023, 1024, 1025, 4999
};

typedef struct
{
  float x[MAXIMUM];
  float y[MAXIMUM];
  float z[MAXIMUM];
} Numbers;

static void
fill (Numbers *numbers, gboolean awkward)
{
  static const float special[] = { 0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1e-40f, -1e30f };
  VggRandom random;

  vgg_random_init (&random, 17);
  for (gsize i = 0; i < MAXIMUM; i++)
    {
      numbers->x[i] = vgg_random_range (&random, -1, 1);
      numbers->y[i] = vgg_random_range (&random, -1, 1);
      numbers->z[i] = vgg_random_range (&random, -1, 1);

      if (awkward && i % 5 == 0)
        numbers->x[i] = special[vgg_random_below (&random, G_N_ELEMENTS (special))];
      if (awkward && i % 7 == 0)
        numbers->y[i] = special[vgg_random_below (&random, G_N_ELEMENTS (special))];
    }
}

static void
assert_near (float a, float b, float epsilon)
{
  if (isnan (a) || isnan (b))
    g_assert_true (isnan (a) && isnan (b));
  else if (isinf (a) || isinf (b) || epsilon == 0)
    g_assert_cmpfloat (a, ==, b);
  else
    g_assert_cmpfloat_with_epsilon (a, b, epsilon * MAX (1.0f, fabsf (a)));
}

static void
assert_all_near (const float *a, const float *b, gsize n, float epsilon)
{
  for (gsize i = 0; i < n; i++)
    assert_near (a[i], b[i], epsilon);
}

static void
compare_elementwise (const VggKernels *set,
                     const VggKernels *plain,
                     const Numbers *numbers,
                     gsize n)
{
  float a[MAXIMUM], b[MAXIMUM];

  for (int relu = 0; relu < 2; relu++)
    {
      memcpy (a, numbers->x, sizeof a);
      memcpy (b, numbers->x, sizeof b);
      set->bias_relu (a, n, 0.25f, relu);
      plain->bias_relu (b, n, 0.25f, relu);
      assert_all_near (a, b, MAXIMUM, 0);

      memcpy (a, numbers->z, sizeof a);
      memcpy (b, numbers->z, sizeof b);
      set->scale_shift (numbers->x, n, 1.5f, -0.25f, relu, a);
      plain->scale_shift (numbers->x, n, 1.5f, -0.25f, relu, b);
      assert_all_near (a, b, MAXIMUM, 1e-6f);
    }

  memcpy (a, numbers->y, sizeof a);
  memcpy (b, numbers->y, sizeof b);
  set->relu_mask (numbers->x, n, a);
  plain->relu_mask (numbers->x, n, b);
  assert_all_near (a, b, MAXIMUM, 0);

  set->add_scaled (numbers->x, n, 0.7f, a);
  plain->add_scaled (numbers->x, n, 0.7f, b);
  assert_all_near (a, b, MAXIMUM, 1e-6f);

  memcpy (a, numbers->z, sizeof a);
  memcpy (b, numbers->z, sizeof b);
  set->norm_gradient (numbers->x, numbers->y, n, 0.1f, 1.3f, -0.4f, 0.02f, a);
  plain->norm_gradient (numbers->x, numbers->y, n, 0.1f, 1.3f, -0.4f, 0.02f, b);
  assert_all_near (a, b, MAXIMUM, 1e-6f);
}

static void
compare_sums (const VggKernels *set, const VggKernels *plain, const Numbers *numbers, gsize n)
{
  double sums[2], products[2];

  assert_near (set->sum (numbers->x, n), plain->sum (numbers->x, n), 1e-5f);
  assert_near (set->sum_squares (numbers->x, n, 0.2f), plain->sum_squares (numbers->x, n, 0.2f),
               1e-5f);
  set->norm_sums (numbers->x, numbers->y, numbers->z, n, 0.1f, &sums[0], &products[0]);
  plain->norm_sums (numbers->x, numbers->y, numbers->z, n, 0.1f, &sums[1], &products[1]);
  assert_near (sums[0], sums[1], 1e-5f);
  assert_near (products[0], products[1], 1e-5f);
}

static void
compare_pools (const VggKernels *set, const VggKernels *plain, const Numbers *numbers)
{
  for (gsize height = 2; height < 8; height++)
    for (gsize width = 2; width < 70; width += 3)
      {
        const gsize n_maps = 3;
        gsize n_outputs = n_maps * (height / 2) * (width / 2);
        gsize n_inputs = n_maps * height * width;
        float a[MAXIMUM], b[MAXIMUM];
        guint8 choice_a[MAXIMUM], choice_b[MAXIMUM];

        set->max_pool (numbers->x, n_maps, height, width, a, choice_a);
        plain->max_pool (numbers->x, n_maps, height, width, b, choice_b);
        assert_all_near (a, b, n_outputs, 0);
        g_assert_cmpmem (choice_a, n_outputs, choice_b, n_outputs);

        set->max_pool (numbers->x, n_maps, height, width, a, NULL);
        assert_all_near (a, b, n_outputs, 0);

        set->max_pool_gradient (numbers->z, choice_a, n_maps, height, width, a);
        plain->max_pool_gradient (numbers->z, choice_b, n_maps, height, width, b);
        g_assert_cmpmem (a, n_inputs * sizeof (float), b, n_inputs * sizeof (float));
      }
}

/* Widths around the vector sizes, one pixel, and a map that leaves the picture on every side. */
static void
compare_warps (const VggKernels *set, const VggKernels *plain)
{
  static const gsize widths[] = { 1, 15, 16, 17, 37 };
  guint32 pixels[40 * 30];
  float a[3 * 37 * 29], b[3 * 37 * 29];
  VggRandom random;
  VggWarp warp = {
    .pixels = pixels,
    .affine = { 1.3f, 0.31f, -5.0f, -0.27f, 1.6f, -3.5f },
    .factor = 1.4f,
    .scale = { 1.0f, 0.5f, 0.25f },
    .shift = { 0.0f, -9.0f, 11.0f },
  };

  vgg_random_init (&random, 2);
  for (gsize i = 0; i < G_N_ELEMENTS (pixels); i++)
    pixels[i] = vgg_random_below (&random, 1 << 24);

  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    for (int grey = 0; grey < 2; grey++)
      for (guint single = 0; single < 2; single++)
        {
          warp.grey = grey;
          warp.width = single ? 1 : 40;
          warp.height = single ? 1 : 30;
          set->warp (&warp, a, widths[i], 29);
          plain->warp (&warp, b, widths[i], 29);
          assert_all_near (a, b, 3 * widths[i] * 29, 1e-4f);
        }
}

static void
test_sets (void)
{
  const VggKernels *sets[3];
  gsize n_sets = vgg_kernels_list (sets, G_N_ELEMENTS (sets));
  g_autofree Numbers *numbers = g_new (Numbers, 1);

  g_assert_cmpstr (sets[0]->name, ==, "plain");

  for (gsize s = 0; s < n_sets; s++)
    {
      g_test_message ("%s", sets[s]->name);

      for (guint awkward = 0; awkward < 2; awkward++)
        {
          fill (numbers, awkward);
          for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
            {
              compare_elementwise (sets[s], sets[0], numbers, lengths[i]);
              compare_sums (sets[s], sets[0], numbers, lengths[i]);
            }
          compare_pools (sets[s], sets[0], numbers);
        }
      compare_warps (sets[s], sets[0]);
    }
}

/* The definition, pixel by pixel, for every range of rows of two pictures of two channels. */
static void
test_im2col (void)
{
  enum
  {
    HEIGHT = 3,
    WIDTH = 4,
    PLANE = HEIGHT * WIDTH,
    PICTURES = 2,
    ROWS = PICTURES * HEIGHT
  };
  const VggKernels *sets[3];
  gsize n_sets = vgg_kernels_list (sets, G_N_ELEMENTS (sets));
  const gsize stride = PICTURES * PLANE + 5;
  float input[2 * (PICTURES * PLANE + 5)];
  float columns[18 * PICTURES * PLANE];

  for (gsize i = 0; i < G_N_ELEMENTS (input); i++)
    input[i] = i + 1;

  for (gsize s = 0; s < n_sets; s++)
    for (gsize first = 0; first < ROWS; first++)
      for (gsize last = first + 1; last <= ROWS; last++)
        {
          gsize n = (last - first) * WIDTH;

          memset (columns, 0xff, sizeof columns);
          sets[s]->im2col (input, stride, 2, PICTURES, HEIGHT, WIDTH, first * WIDTH, last * WIDTH,
                           columns);

          for (gsize row = 0; row < 18; row++)
            for (gsize i = 0; i < n; i++)
              {
                gsize pixel = first * WIDTH + i;
                gssize y = (gssize) (pixel % PLANE / WIDTH) + (gssize) (row % 9 / 3) - 1;
                gssize x = (gssize) (pixel % WIDTH) + (gssize) (row % 3) - 1;
                float expected = 0;

                if (y >= 0 && y < HEIGHT && x >= 0 && x < WIDTH)
                  expected = input[row / 9 * stride + pixel / PLANE * PLANE + y * WIDTH + x];
                g_assert_cmpfloat (columns[row * n + i], ==, expected);
              }
        }
}

/* Values worked out by hand, for what the plain kernels themselves must be. */
static void
test_plain (void)
{
  const VggKernels *plain;
  float values[] = { -1, 0, 2, NAN };
  static const float output[] = { 0, 3, NAN, -0.0f };
  float gradient[] = { 5, 6, 7, 8 };
  static const float x[] = { 1, 2, 4 };
  double sum, product;

  vgg_kernels_list (&plain, 1);

  plain->bias_relu (values, 4, -1, TRUE);
  g_assert_cmpfloat (values[0], ==, 0);
  g_assert_cmpfloat (values[1], ==, 0);
  g_assert_cmpfloat (values[2], ==, 1);
  g_assert_true (isnan (values[3]));

  plain->relu_mask (output, 4, gradient);
  g_assert_cmpfloat (gradient[0], ==, 0);
  g_assert_cmpfloat (gradient[1], ==, 6);
  g_assert_cmpfloat (gradient[2], ==, 7);
  g_assert_cmpfloat (gradient[3], ==, 0);

  g_assert_cmpfloat (plain->sum (x, 3), ==, 7);
  g_assert_cmpfloat (plain->sum_squares (x, 3, 2), ==, 5);

  plain->norm_sums (x, output, gradient, 2, 1, &sum, &product);
  g_assert_cmpfloat (sum, ==, 6);
  g_assert_cmpfloat (product, ==, 6);

  plain->norm_gradient (x, output, 2, 1, 2, 3, 0.5f, gradient);
  g_assert_cmpfloat (gradient[0], ==, 0.5);
  g_assert_cmpfloat (gradient[1], ==, 15.5);
}

static void
test_mask (void)
{
  if (g_test_subprocess ())
    {
      g_assert_cmpstr (vgg_kernels_get ()->name, ==, "plain");
      return;
    }

  g_setenv ("VGG_CPU_MASK", "plain", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("VGG_CPU_MASK");
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/kernels/sets", test_sets);
  g_test_add_func ("/kernels/im2col", test_im2col);
  g_test_add_func ("/kernels/plain", test_plain);
  g_test_add_func ("/kernels/mask", test_mask);

  return g_test_run ();
}
