/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inner loops of convolutions, of every instruction set that this processor has, against sums
 * in double precision written down from the definitions. */

#include "engine/kernels/vgg-kernels.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-random.h"

#define TAPS 9

static float *
random_floats (VggRandom *random, gsize n)
{
  float *values = g_aligned_alloc (n, sizeof (float), 64);

  for (gsize i = 0; i < n; i++)
    values[i] = vgg_random_range (random, -1, 1);

  return values;
}

typedef float Floats;
static void
floats_free (Floats *values)
{
  g_aligned_free (values);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Floats, floats_free)

/* Number (row, lane) of a matrix (blocks, n_rows, 16) whose columns are the blocks' lanes. */
static double
entry (const float *matrix, gsize stride, gsize row, gsize column)
{
  return matrix[column / VGG_BLOCK * stride + row * VGG_BLOCK + column % VGG_BLOCK];
}

static void
check_products (const VggConvKernels *conv, gsize n_rows, gsize n_in, gsize n_out)
{
  g_autoptr (Floats) rows = NULL;
  g_autoptr (Floats) kernel = NULL;
  g_autoptr (Floats) result = NULL;
  g_autoptr (Floats) sums = NULL;
  gsize depth = n_in * VGG_BLOCK;
  gsize stride = n_rows * VGG_BLOCK + 32; /* blocks need not touch */
  VggRandom random;

  vgg_random_init (&random, n_rows * 100 + n_in * 10 + n_out);
  rows = random_floats (&random, n_in * stride);
  kernel = random_floats (&random, n_out * depth * VGG_BLOCK);
  result = random_floats (&random, n_out * stride);
  sums = random_floats (&random, n_out * depth * VGG_BLOCK);

  for (int accumulate = 0; accumulate < 2; accumulate++)
    {
      g_autofree float *before = g_memdup2 (result, n_out * stride * sizeof (float));
      g_autofree float *sums_before = g_memdup2 (sums, n_out * depth * VGG_BLOCK * sizeof (float));

      conv->product (rows, stride, kernel, depth * VGG_BLOCK, n_rows, n_in, n_out, accumulate,
                     result, stride);
      for (gsize r = 0; r < n_rows; r++)
        for (gsize o = 0; o < n_out * VGG_BLOCK; o++)
          {
            double sum = accumulate ? entry (before, stride, r, o) : 0;

            for (gsize k = 0; k < depth; k++)
              sum += entry (rows, stride, r, k) * entry (kernel, depth * VGG_BLOCK, k, o);
            g_assert_cmpfloat_with_epsilon (entry (result, stride, r, o), sum, 2e-5);
          }

      /* What lies between two blocks is not touched. */
      for (gsize o = 0; o < n_out; o++)
        g_assert_cmpmem (result + o * stride + n_rows * VGG_BLOCK, 32 * sizeof (float),
                         before + o * stride + n_rows * VGG_BLOCK, 32 * sizeof (float));

      conv->outer_product (rows, stride, n_in, before, stride, n_out, n_rows, accumulate, sums,
                           depth * VGG_BLOCK);
      for (gsize k = 0; k < depth; k++)
        for (gsize o = 0; o < n_out * VGG_BLOCK; o++)
          {
            double sum = accumulate ? entry (sums_before, depth * VGG_BLOCK, k, o) : 0;

            for (gsize r = 0; r < n_rows; r++)
              sum += entry (rows, stride, r, k) * entry (before, stride, r, o);
            g_assert_cmpfloat_with_epsilon (entry (sums, depth * VGG_BLOCK, k, o), sum,
                                            2e-5 * sqrt (n_rows));
          }
    }
}

static void
test_products (gconstpointer data)
{
  const VggConvKernels *conv = ((const VggKernels *) data)->conv;

  for (gsize n_rows = 1; n_rows <= 14; n_rows++)
    for (gsize n_out = 1; n_out <= 9; n_out += 2)
      check_products (conv, n_rows, 1 + n_rows % 3, n_out);

  /* Deeper and longer than the blocks of work, and whole groups of blocks. */
  check_products (conv, 25, 13, 4);
  check_products (conv, 300, 2, 6);
  check_products (conv, 130, 3, 8);
}

/* The window of one tile in a map of its own, all of it there or without its first row and column,
 * as at a picture's corner. */
typedef struct
{
  guint32 places[2][VGG_WINOGRAD_MAX_POINTS];
  guint8 whole;
  VggTiles tiles;
} Window;

static void
window_init (Window *self, guint n_points, gboolean whole)
{
  for (guint i = 0; i < n_points; i++)
    {
      gboolean inside = whole || i > 0;

      self->places[0][i] = inside ? i * n_points : 1u << 30;
      self->places[1][i] = inside ? i : 1u << 30;
    }
  self->whole = whole;
  self->tiles = (VggTiles){
    .n_tile_columns = 1,
    .n_pixels = n_points * n_points,
    .row_pitch = n_points,
    .rows = self->places[0],
    .columns = self->places[1],
    .row_whole = &self->whole,
    .column_whole = &self->whole,
  };
}

/* The tile as the whole of a map of m x m pixels: pools do not begin at odd ones. */
static void
even_init (Window *self, guint m)
{
  window_init (self, m + 2, FALSE);

  for (guint i = 0; i < m; i++)
    {
      self->places[0][i + 1] = i * m;
      self->places[1][i + 1] = i;
    }
  self->tiles.n_pixels = m * m;
  self->tiles.row_pitch = m;
}

static void
check_filtering (const VggWinogradKernels *winograd, gboolean whole, float magnitude)
{
  guint n = winograd->n_points;
  guint m = winograd->tile;
  gsize n_values = n * n * VGG_BLOCK;
  g_autoptr (Floats) input = NULL;
  g_autoptr (Floats) taps = NULL;
  g_autoptr (Floats) gradient = NULL;
  g_autoptr (Floats) kernel_matrices = NULL;
  g_autoptr (Floats) matrices = NULL;
  g_autoptr (Floats) gradient_matrices = NULL;
  g_autoptr (Floats) output = NULL;
  g_autoptr (Floats) pooled = NULL;
  g_autoptr (Floats) bias = NULL;
  float restored[TAPS * VGG_BLOCK];
  VggRandom random;
  Window window, even;

  g_assert_cmpuint (n, ==, m + 2);

  vgg_random_init (&random, 5 + m);
  input = random_floats (&random, n_values);
  taps = random_floats (&random, TAPS * VGG_BLOCK);
  gradient = random_floats (&random, n_values);
  bias = random_floats (&random, VGG_BLOCK);
  kernel_matrices = random_floats (&random, n_values);
  matrices = random_floats (&random, n_values);
  gradient_matrices = random_floats (&random, n_values);
  output = random_floats (&random, n_values);
  pooled = random_floats (&random, n_values);

  for (gsize i = 0; i < n_values; i++)
    input[i] *= magnitude;
  for (gsize i = 0; i < VGG_BLOCK; i++)
    bias[i] *= magnitude;

  window_init (&window, n, whole);
  even_init (&even, m);
  winograd->transform_kernel (taps, 1, whole, kernel_matrices, VGG_BLOCK);
  winograd->transform_input (input, &window.tiles, 0, 1, matrices, VGG_BLOCK);
  winograd->transform_gradient (gradient, &window.tiles, 0, 1, gradient_matrices, VGG_BLOCK);

  for (gsize i = 0; i < n_values; i++)
    {
      kernel_matrices[i] *= matrices[i];
      gradient_matrices[i] *= matrices[i];
    }

  winograd->restore_output (kernel_matrices, VGG_BLOCK, &window.tiles, 0, 1, bias, TRUE, m == 6,
                            output);
  winograd->restore_pooled (kernel_matrices, VGG_BLOCK, &even.tiles, 0, 1, bias, TRUE, m == 6,
                            pooled);
  winograd->restore_kernel (gradient_matrices, VGG_BLOCK, 1, restored);

#define INPUT(y, x) (whole || ((y) > 0 && (x) > 0) ? input[((y) *n + (x)) * VGG_BLOCK + l] : 0.0)

  for (gsize l = 0; l < VGG_BLOCK; l++)
    for (guint k = 0; k < TAPS; k++)
      {
        double sum = 0;

        for (guint y = 0; y < m; y++)
          for (guint x = 0; x < m; x++)
            sum += INPUT (y + k / 3, x + k % 3) *
                   (double) gradient[((y + 1) * n + x + 1) * VGG_BLOCK + l];

        g_assert_cmpfloat_with_epsilon (restored[k * VGG_BLOCK + l], sum, 4e-5 * magnitude);
      }

  for (gsize l = 0; l < VGG_BLOCK; l++)
    for (guint y = 0; y < m; y++)
      for (guint x = 0; x < m; x++)
        {
          double sum = bias[l];

          for (guint k = 0; k < TAPS; k++)
            sum += INPUT (y + k / 3, x + k % 3) * (double) taps[k * VGG_BLOCK + l];

          g_assert_cmpfloat_with_epsilon (output[((y + 1) * n + x + 1) * VGG_BLOCK + l],
                                          MAX (sum, 0), 4e-5 * magnitude);
        }
#undef INPUT

  for (gsize i = 0; i < m / 2 * (m / 2) * VGG_BLOCK; i++)
    {
      gsize l = i % VGG_BLOCK;
      gsize y = i / VGG_BLOCK / (m / 2) * 2 + 1;
      gsize x = i / VGG_BLOCK % (m / 2) * 2 + 1;
      float best = 0;

      for (gsize k = 0; k < 4; k++)
        best = MAX (best, output[((y + k / 2) * n + x + k % 2) * VGG_BLOCK + l]);
      g_assert_cmpfloat_with_epsilon (pooled[i], best, 4e-5 * magnitude);
    }
}

static void
test_filtering (gconstpointer data)
{
  const VggConvKernels *conv = ((const VggKernels *) data)->conv;

  for (gsize i = 0; i < 2; i++)
    {
      check_filtering (&conv->winograd[i], TRUE, 1);
      check_filtering (&conv->winograd[i], FALSE, 1);
      check_filtering (&conv->winograd[i], TRUE, 1e15f);
      check_filtering (&conv->winograd[i], TRUE, 1e-15f);
    }

  g_assert_cmpuint (conv->winograd[0].tile, ==, 4);
  g_assert_cmpuint (conv->winograd[1].tile, ==, 6);
}

/* A picture that is not a number stays visible instead of turning into a plausible output. */
static void
test_not_a_number (gconstpointer data)
{
  static const float bias[VGG_BLOCK];
  const VggWinogradKernels *winograd = &((const VggKernels *) data)->conv->winograd[1];
  gsize n_values = winograd->n_points * winograd->n_points * VGG_BLOCK;
  g_autoptr (Floats) input = NULL;
  g_autoptr (Floats) matrices = NULL;
  VggRandom random;
  Window window;

  vgg_random_init (&random, 3);
  input = random_floats (&random, n_values);
  matrices = random_floats (&random, n_values);
  window_init (&window, winograd->n_points, TRUE);
  input[(3 * winograd->n_points + 3) * VGG_BLOCK] = NAN;

  winograd->transform_input (input, &window.tiles, 0, 1, matrices, VGG_BLOCK);
  winograd->restore_output (matrices, VGG_BLOCK, &window.tiles, 0, 1, bias, TRUE, FALSE, input);
  g_assert_true (isnan (input[(3 * winograd->n_points + 3) * VGG_BLOCK]));
  g_assert_false (isnan (input[(3 * winograd->n_points + 3) * VGG_BLOCK + 1]));
}

static void
check_first (const VggConvKernels *conv, gsize width, gsize n_blocks)
{
  gsize stride = width + 5;
  g_autoptr (Floats) rows = NULL;
  g_autoptr (Floats) kernel = NULL;
  g_autoptr (Floats) bias = NULL;
  g_autoptr (Floats) output = NULL;
  g_autoptr (Floats) sums = NULL;
  VggRandom random;

  vgg_random_init (&random, width * 10 + n_blocks);
  rows = random_floats (&random, 9 * stride);
  kernel = random_floats (&random, 27 * n_blocks * VGG_BLOCK);
  bias = random_floats (&random, n_blocks * VGG_BLOCK);
  output = random_floats (&random, n_blocks * width * VGG_BLOCK);
  sums = random_floats (&random, 27 * n_blocks * VGG_BLOCK);

  for (int relu = 0; relu < 2; relu++)
    {
      conv->first_forward (rows, stride, width, kernel, n_blocks, bias, relu, output,
                           width * VGG_BLOCK);
      for (gsize x = 0; x < width; x++)
        for (gsize o = 0; o < n_blocks * VGG_BLOCK; o++)
          {
            double sum = bias[o];

            for (gsize k = 0; k < 27; k++)
              sum += (double) rows[k / 3 * stride + x + k % 3] *
                     kernel[k * n_blocks * VGG_BLOCK + o];
            g_assert_cmpfloat_with_epsilon (entry (output, width * VGG_BLOCK, x, o),
                                            relu ? MAX (sum, 0) : sum, 1e-5);
          }
    }

  {
    g_autofree float *before = g_memdup2 (sums, 27 * n_blocks * VGG_BLOCK * sizeof (float));

    conv->first_gradient (rows, stride, width, output, width * VGG_BLOCK, n_blocks, sums);
    for (gsize k = 0; k < 27; k++)
      for (gsize o = 0; o < n_blocks * VGG_BLOCK; o++)
        {
          double sum = before[k * n_blocks * VGG_BLOCK + o];

          for (gsize x = 0; x < width; x++)
            sum += (double) rows[k / 3 * stride + x + k % 3] *
                   entry (output, width * VGG_BLOCK, x, o);
          g_assert_cmpfloat_with_epsilon (sums[k * n_blocks * VGG_BLOCK + o], sum, 1e-4);
        }
  }
}

static void
test_first (gconstpointer data)
{
  const VggConvKernels *conv = ((const VggKernels *) data)->conv;

  for (gsize width = 1; width <= 20; width++)
    check_first (conv, width, 1 + width % 6);
}

int
main (int argc, char **argv)
{
  const VggKernels *tables[3];
  gsize n_tables;

  g_test_init (&argc, &argv, NULL);
  n_tables = vgg_kernels_list (tables, G_N_ELEMENTS (tables));

  for (gsize i = 0; i < n_tables; i++)
    {
      static const struct
      {
        const char *name;
        GTestDataFunc func;
      } tests[] = {
        { "products", test_products },
        { "filtering", test_filtering },
        { "not-a-number", test_not_a_number },
        { "first", test_first },
      };

      for (gsize t = 0; t < G_N_ELEMENTS (tests); t++)
        {
          g_autofree char *path = g_strdup_printf ("/conv-kernels/%s/%s", tables[i]->name,
                                                   tests[t].name);

          g_test_add_data_func (path, tables[i], tests[t].func);
        }
    }

  return g_test_run ();
}
