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
  guint16 halves_a[MAXIMUM] = { 0 };
  guint16 halves_b[MAXIMUM] = { 0 };

  memcpy (a, numbers->y, sizeof a);
  memcpy (b, numbers->y, sizeof b);
  set->relu_mask (numbers->x, n, a);
  plain->relu_mask (numbers->x, n, b);
  assert_all_near (a, b, MAXIMUM, 0);

  set->add_scaled (numbers->x, n, 0.7f, a);
  plain->add_scaled (numbers->x, n, 0.7f, b);
  assert_all_near (a, b, MAXIMUM, 1e-6f);

  set->float_to_half (numbers->x, n, halves_a);
  plain->float_to_half (numbers->x, n, halves_b);
  g_assert_cmpmem (halves_a, sizeof halves_a, halves_b, sizeof halves_b);

  set->half_to_float (halves_a, n, a);
  plain->half_to_float (halves_b, n, b);
  g_assert_cmpmem (a, n * sizeof (float), b, n * sizeof (float));
}

/* Blocks of n pixels. */
static void
compare_blocks (const VggKernels *set, const VggKernels *plain, const Numbers *numbers, gsize n)
{
  _Alignas(64) float a[MAXIMUM];
  float b[MAXIMUM];
  double sums[4][VGG_BLOCK] = { { 0 } };
  VggNormLanes lanes;

  for (int relu = 0; relu < 2; relu++)
    {
      memcpy (a, numbers->z, sizeof a);
      memcpy (b, numbers->z, sizeof b);
      set->scale_shift (numbers->x, 24, n / 2, numbers->y, numbers->z, relu, FALSE, a);
      plain->scale_shift (numbers->x, 24, n / 2, numbers->y, numbers->z, relu, FALSE, b);
      assert_all_near (a, b, MAXIMUM, 1e-6f);

      set->scale_shift (numbers->x, VGG_BLOCK, n, numbers->y, numbers->z, relu, TRUE, a);
      plain->scale_shift (numbers->x, VGG_BLOCK, n, numbers->y, numbers->z, relu, FALSE, b);
      assert_all_near (a, b, MAXIMUM, 1e-6f);

      memcpy (a, numbers->z, sizeof a);
      memcpy (b, numbers->z, sizeof b);
      set->mask_sums (relu ? numbers->x : NULL, a, n, sums[0]);
      plain->mask_sums (relu ? numbers->x : NULL, b, n, sums[1]);
      assert_all_near (a, b, MAXIMUM, 0);
    }

  set->moments (numbers->x, n, sums[0], sums[2]);
  plain->moments (numbers->x, n, sums[1], sums[3]);

  memcpy (&lanes, numbers->z + 32, sizeof lanes);
  memcpy (a, numbers->z, sizeof a);
  memcpy (b, numbers->z, sizeof b);
  set->norm_sums (&lanes, numbers->x, a, n, sums[0], sums[2]);
  plain->norm_sums (&lanes, numbers->x, b, n, sums[1], sums[3]);
  set->norm_gradient (&lanes, numbers->x, n, a);
  plain->norm_gradient (&lanes, numbers->x, n, b);
  assert_all_near (a, b, MAXIMUM, 1e-6f);

  for (gsize l = 0; l < VGG_BLOCK; l++)
    {
      assert_near (sums[0][l], sums[1][l], 1e-5f);
      assert_near (sums[2][l], sums[3][l], 1e-5f);
    }
}

static void
compare_pools (const VggKernels *set, const VggKernels *plain, const Numbers *numbers)
{
  for (gsize n_rows = 1; n_rows < 4; n_rows++)
    for (gsize width = 2; width < 20; width += 3)
      {
        gsize n_outputs = n_rows * (width / 2) * VGG_BLOCK;
        gsize n_inputs = 2 * n_rows * width * VGG_BLOCK;
        float a[MAXIMUM], b[MAXIMUM];
        guint8 choice_a[MAXIMUM], choice_b[MAXIMUM];

        set->max_pool (numbers->x, n_rows, width, a, choice_a);
        plain->max_pool (numbers->x, n_rows, width, b, choice_b);
        assert_all_near (a, b, n_outputs, 0);
        g_assert_cmpmem (choice_a, n_outputs, choice_b, n_outputs);

        set->max_pool (numbers->x, n_rows, width, a, NULL);
        assert_all_near (a, b, n_outputs, 0);

        set->max_pool_gradient (numbers->z, choice_a, n_rows, width, a);
        plain->max_pool_gradient (numbers->z, choice_b, n_rows, width, b);
        g_assert_cmpmem (a, n_inputs * sizeof (float), b, n_inputs * sizeof (float));
      }
}

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
              if (lengths[i] <= MAXIMUM / VGG_BLOCK)
                compare_blocks (sets[s], sets[0], numbers, lengths[i]);
            }
          compare_pools (sets[s], sets[0], numbers);
        }
      compare_warps (sets[s], sets[0]);
    }
}

/* What a tap of a convolution meets at a pixel: 0 outside the picture. */
static float
shifted (const float *plane, gsize height, gsize width, gsize stride, gsize pixel, gsize tap)
{
  gssize y = (gssize) (pixel / width) + (gssize) (tap / 3) - 1;
  gssize x = (gssize) (pixel % width) + (gssize) (tap % 3) - 1;

  if (y < 0 || y >= (gssize) height || x < 0 || x >= (gssize) width)
    return 0;

  return plane[(y * width + x) * stride];
}

/* Ranges of rows of two pictures of two blocks, and ranges of taps. */
static void
test_im2col (void)
{
  enum
  {
    HEIGHT = 3,
    WIDTH = 2,
    PLANE = HEIGHT * WIDTH,
    ROWS = 2 * HEIGHT,
    STRIDE = 2 * PLANE * VGG_BLOCK + VGG_BLOCK
  };
  const VggKernels *sets[3];
  gsize n_sets = vgg_kernels_list (sets, G_N_ELEMENTS (sets));
  g_autofree float *maps = g_new (float, 2 * STRIDE);
  g_autofree float *columns = g_new (float, 2 * PLANE * 18 * VGG_BLOCK);

  for (gsize i = 0; i < 2 * STRIDE; i++)
    maps[i] = i + 1;

  for (gsize s = 0; s < n_sets; s++)
    for (gsize first = 0; first < ROWS; first++)
      for (gsize last = first + 1; last <= ROWS; last++)
        for (gsize item = 0; item < 18; item += 4)
          {
            gsize n_items = 18 - item;

            memset (columns, 0xff, 2 * PLANE * 18 * VGG_BLOCK * sizeof (float));
            sets[s]->im2col (maps, STRIDE, item, 18, HEIGHT, WIDTH, first * WIDTH, last * WIDTH,
                             columns);

            for (gsize i = 0; i < (last - first) * WIDTH * n_items * VGG_BLOCK; i++)
              {
                gsize lane = i % VGG_BLOCK;
                gsize k = item + i / VGG_BLOCK % n_items;
                gsize pixel = first * WIDTH + i / VGG_BLOCK / n_items;
                const float *plane = maps + k / 9 * STRIDE + pixel / PLANE * PLANE * VGG_BLOCK +
                                     lane;

                g_assert_cmpfloat (columns[i], ==,
                                   shifted (plane, HEIGHT, WIDTH, VGG_BLOCK, pixel % PLANE, k % 9));
              }
          }
}

/* Values worked out by hand, for what the plain kernels themselves must be: lanes 0 and 15 of three
 * pixels. */
static void
test_plain (void)
{
  static const float output[] = { 0, 3, NAN, -0.0f };
  static const float x[3] = { 1, 2, 4 };
  const VggKernels *plain;
  float gradient[] = { 5, 6, 7, 8 };
  float pixels[3 * VGG_BLOCK] = { 0 };
  float after[3 * VGG_BLOCK] = { 0 };
  float slopes[3 * VGG_BLOCK] = { 0 };
  double sums[VGG_BLOCK] = { 0 };
  double others[VGG_BLOCK] = { 0 };
  VggNormLanes lanes = { 0 };

  vgg_kernels_list (&plain, 1);

  plain->relu_mask (output, 4, gradient);
  g_assert_cmpfloat (gradient[0], ==, 0);
  g_assert_cmpfloat (gradient[1], ==, 6);
  g_assert_cmpfloat (gradient[2], ==, 7);
  g_assert_cmpfloat (gradient[3], ==, 0);

  for (gsize i = 0; i < 3; i++)
    {
      pixels[i * VGG_BLOCK] = x[i];
      pixels[i * VGG_BLOCK + 15] = -x[i];
      slopes[i * VGG_BLOCK] = slopes[i * VGG_BLOCK + 15] = 10 * (i + 1);
    }

  plain->moments (pixels, 3, sums, others);
  g_assert_cmpfloat (sums[0], ==, 7);
  g_assert_cmpfloat (sums[15], ==, -7);
  g_assert_cmpfloat (sums[1], ==, 0);
  g_assert_cmpfloat_with_epsilon (others[0], 21, 1e-5);
  g_assert_cmpfloat_with_epsilon (others[15], 21, 1e-5);

  /* 2 x - 3: negative for x = 1 and for all of lane 15. */
  lanes.scale[0] = lanes.scale[15] = 2;
  lanes.shift[0] = lanes.shift[15] = -3;
  plain->scale_shift (pixels, VGG_BLOCK, 3, lanes.scale, lanes.shift, TRUE, FALSE, after);
  g_assert_cmpfloat (after[0], ==, 0);
  g_assert_cmpfloat (after[VGG_BLOCK], ==, 1);
  g_assert_cmpfloat (after[2 * VGG_BLOCK], ==, 5);
  g_assert_cmpfloat (after[2 * VGG_BLOCK + 15], ==, 0);

  lanes.mean[0] = 1;
  memset (sums, 0, sizeof sums);
  memset (others, 0, sizeof others);
  plain->norm_sums (&lanes, pixels, slopes, 3, sums, others);
  g_assert_cmpfloat (sums[0], ==, 20 + 30);
  g_assert_cmpfloat (others[0], ==, 20 * 1 + 30 * 3);
  g_assert_cmpfloat (sums[15], ==, 0);

  lanes.gradient_scale[0] = 0.5f;
  lanes.x_scale[0] = 100;
  lanes.offset[0] = 1000;
  plain->norm_gradient (&lanes, pixels, 3, slopes);
  g_assert_cmpfloat (slopes[0], ==, 1000);
  g_assert_cmpfloat (slopes[VGG_BLOCK], ==, 10 + 100 + 1000);
  g_assert_cmpfloat (slopes[2 * VGG_BLOCK], ==, 15 + 300 + 1000);
  g_assert_cmpfloat (slopes[15], ==, 0);

  memset (sums, 0, sizeof sums);
  plain->mask_sums (after, slopes, 3, sums);
  g_assert_cmpfloat (slopes[0], ==, 0);
  g_assert_cmpfloat (sums[0], ==, 1110 + 1315);
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
  g_test_add_func ("/kernels/im2col/maps", test_im2col);
  g_test_add_func ("/kernels/plain", test_plain);
  g_test_add_func ("/kernels/mask", test_mask);

  return g_test_run ();
}
