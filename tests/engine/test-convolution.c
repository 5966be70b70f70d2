/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every algorithm of convolutions and every way to cut its work against sums in double precision
 * written down from the definition, on sizes that fill no tile, block or chunk. */

#include "engine/vgg-conv-algorithm.h"

#include <math.h>
#include <string.h>

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-random.h"
#include "engine/vgg-threads.h"
#include "engine/vgg-winograd-tiles.h"

#define TAPS 9

/* A pass' operands twice: as the algorithms have them, and as plain numbers (n, C, H, W). */
typedef struct
{
  gsize channels;
  gsize n;
  gsize height;
  gsize width;
  gboolean planar; /* pictures, not maps */
  float *plain;
  VggActivation maps;
} Operand;

static gsize
count_blocks (gsize channels)
{
  return (channels + VGG_BLOCK - 1) / VGG_BLOCK;
}

static float *
map_value (const Operand *self, gsize c, gsize picture, gsize pixel)
{
  return self->maps.data + c / VGG_BLOCK * self->maps.block_stride +
         (picture * self->height * self->width + pixel) * VGG_BLOCK + c % VGG_BLOCK;
}

static void
operand_init (Operand *self,
              gsize channels,
              gsize n,
              gsize height,
              gsize width,
              gboolean planar,
              VggRandom *random)
{
  gsize plane = height * width;
  gsize block_stride = n * plane * VGG_BLOCK;

  *self = (Operand){
    .channels = channels,
    .n = n,
    .height = height,
    .width = width,
    .planar = planar,
    .plain = g_new0 (float, n *channels *plane),
  };

  for (gsize i = 0; i < n * channels * plane; i++)
    self->plain[i] = vgg_random_range (random, -1, 1);

  if (planar)
    {
      self->maps.data = self->plain;
      return;
    }

  self->maps.block_stride = block_stride;
  self->maps.data = g_aligned_alloc0 (count_blocks (channels) * block_stride, sizeof (float), 64);
  for (gsize i = 0; i < n * channels * plane; i++)
    *map_value (self, i / plane % channels, i / plane / channels, i % plane) = self->plain[i];
}

static void
operand_clear (Operand *self)
{
  if (!self->planar)
    g_aligned_free (self->maps.data);
  g_free (self->plain);
}

static double
plain_value (const Operand *self, gsize picture, gsize channel, gssize y, gssize x)
{
  if (y < 0 || x < 0 || y >= (gssize) self->height || x >= (gssize) self->width)
    return 0;

  return self->plain[((picture * self->channels + channel) * self->height + y) * self->width + x];
}

/* Largest error, and the root of the mean square, both over the root of the values' mean square. */
typedef struct
{
  double largest;
  double error_squares;
  double squares;
  gsize n;
} Errors;

static void
errors_add (Errors *self, double value, double expected)
{
  double error = fabs (value - expected);

  g_assert_false (isnan (value));
  self->largest = MAX (self->largest, error);
  self->error_squares += error * error;
  self->squares += expected * expected;
  self->n++;
}

/* Winograd's bounds are those of one layer as Barabasz et al. and measurements have them, with room
 * for few and unlucky numbers. */
static void
errors_check (const Errors *self, guint tile)
{
  double rms = sqrt (self->squares / self->n);
  double bound = tile == 6 ? 2e-5 : tile == 4 ? 1e-5 : 2e-6;

  g_assert_cmpfloat (self->squares, >, 0);
  g_assert_cmpfloat (sqrt (self->error_squares / self->n), <, bound * rms);
  g_assert_cmpfloat (self->largest, <, 20 * bound * rms);
}

typedef struct
{
  VggConvShape shape;
  gsize n;
  const float *kernel;
  const float *bias;
} Layer;

static double
output_value (const Layer *layer, const Operand *input, gsize picture, gsize o, gssize y, gssize x)
{
  double sum = layer->bias[o];

  for (gsize i = 0; i < layer->shape.in_channels; i++)
    for (gssize k = 0; k < TAPS; k++)
      sum += plain_value (input, picture, i, y + k / 3 - 1, x + k % 3 - 1) *
             layer->kernel[(o * layer->shape.in_channels + i) * TAPS + k];

  return sum;
}

static double
input_gradient_value (const Layer *layer,
                      const Operand *gradient,
                      gsize picture,
                      gsize i,
                      gssize y,
                      gssize x)
{
  double sum = 0;

  for (gsize o = 0; o < layer->shape.out_channels; o++)
    for (gssize k = 0; k < TAPS; k++)
      sum += plain_value (gradient, picture, o, y - k / 3 + 1, x - k % 3 + 1) *
             layer->kernel[(o * layer->shape.in_channels + i) * TAPS + k];

  return sum;
}

static double
kernel_gradient_value (const Layer *layer,
                       const Operand *input,
                       const Operand *gradient,
                       gsize o,
                       gsize i,
                       gssize k)
{
  double sum = 0;

  for (gsize picture = 0; picture < layer->n; picture++)
    for (gssize y = 0; y < (gssize) layer->shape.height; y++)
      for (gssize x = 0; x < (gssize) layer->shape.width; x++)
        sum += plain_value (gradient, picture, o, y, x) *
               plain_value (input, picture, i, y + k / 3 - 1, x + k % 3 - 1);

  return sum;
}

static void
workspace_take (VggWorkspace *workspace, const VggConvCall *call, VggPassKind pass, gsize n)
{
  gsize part_floats = 0;
  gsize shared_floats = 0;

  call->choice->algorithm->measure (call->shape, call->choice, pass, n, &part_floats,
                                    &shared_floats);

  /* Full of what is not a number: nothing may be read that was not written. */
  *workspace = (VggWorkspace){
    .n_parts = 3,
    .part_floats = (part_floats + 15) / 16 * 16,
    .shared_floats = shared_floats,
  };
  workspace->part_memory = g_aligned_alloc (workspace->n_parts * workspace->part_floats + 16,
                                            sizeof (float), 64);
  workspace->shared_memory = g_aligned_alloc (shared_floats + 16, sizeof (float), 64);
  memset (workspace->part_memory, 0xff, workspace->n_parts * workspace->part_floats * 4);
  memset (workspace->shared_memory, 0xff, shared_floats * sizeof (float));
}

static void
workspace_drop (VggWorkspace *workspace)
{
  g_aligned_free (workspace->part_memory);
  g_aligned_free (workspace->shared_memory);
}

static void
check_maps (const Operand *result,
            double (*expected) (const Layer *, const Operand *, gsize, gsize, gssize, gssize),
            const Layer *layer,
            const Operand *source,
            gboolean relu,
            guint tile)
{
  gsize plane = result->height * result->width;
  Errors errors = { 0 };

  for (gsize picture = 0; picture < result->n; picture++)
    for (gsize c = 0; c < count_blocks (result->channels) * VGG_BLOCK; c++)
      for (gsize pixel = 0; pixel < plane; pixel++)
        {
          float value = *map_value (result, c, picture, pixel);

          /* Lanes that are no channels hold zeros. */
          if (c >= result->channels)
            g_assert_cmpfloat (value, ==, 0);
          else
            {
              double sum = expected (layer, source, picture, c, pixel / result->width,
                                     pixel % result->width);

              errors_add (&errors, value, relu ? MAX (sum, 0) : sum);
            }
        }

  errors_check (&errors, tile);
}

static void
check_passes (const VggConvShape *shape, gsize n, const VggConvChoice *choice)
{
  gboolean first = choice->algorithm == &vgg_conv_first;
  gsize n_kernel = shape->in_channels * shape->out_channels * TAPS;
  g_autofree float *kernel = g_new (float, n_kernel);
  g_autofree float *kernel_gradient = g_new (float, n_kernel);
  g_autofree float *bias = g_new (float, shape->out_channels);
  const Layer layer = { *shape, n, kernel, bias };
  Operand input, output, gradient, input_gradient;
  VggWorkspace workspace;
  VggPass pass = { .n = n, .workspace = &workspace };
  VggConvCall call = {
    .shape = shape,
    .choice = choice,
    .pass = &pass,
    .kernel = kernel,
    .bias = bias,
    .relu = TRUE,
  };
  Errors errors = { 0 };
  VggRandom random;

  vgg_random_init (&random, n * 31 + shape->height);
  for (gsize i = 0; i < n_kernel; i++)
    kernel[i] = vgg_random_range (&random, -1, 1);
  for (gsize i = 0; i < shape->out_channels; i++)
    bias[i] = vgg_random_range (&random, -1, 1);
  operand_init (&input, shape->in_channels, n, shape->height, shape->width, first, &random);
  operand_init (&output, shape->out_channels, n, shape->height, shape->width, FALSE, &random);
  operand_init (&gradient, shape->out_channels, n, shape->height, shape->width, FALSE, &random);
  operand_init (&input_gradient, shape->in_channels, n, shape->height, shape->width, FALSE,
                &random);

  workspace_take (&workspace, &call, VGG_PASS_FORWARD, n);
  choice->algorithm->forward (&call, &input.maps, &output.maps);
  check_maps (&output, output_value, &layer, &input, TRUE, choice->tile);
  workspace_drop (&workspace);

  /* The kernel's other form, kept: made in the first call, used in the second. */
  if (choice->algorithm->kept_floats != NULL)
    {
      gsize size = count_blocks (shape->out_channels) * output.maps.block_stride * sizeof (float);
      g_autofree float *result = g_memdup2 (output.maps.data, size);

      workspace_take (&workspace, &call, VGG_PASS_FORWARD, n);
      call.kept = g_aligned_alloc (choice->algorithm->kept_floats (shape, choice), sizeof (float),
                                   64);
      for (call.kept_valid = 0; call.kept_valid < 2; call.kept_valid++)
        {
          memset (output.maps.data, 0, size);
          choice->algorithm->forward (&call, &input.maps, &output.maps);
          g_assert_cmpmem (output.maps.data, size, result, size);
        }
      g_aligned_free (call.kept);
      call.kept = NULL;
      call.kept_valid = FALSE;
      workspace_drop (&workspace);
    }

  if (!first)
    {
      workspace_take (&workspace, &call, VGG_PASS_INPUT_GRADIENT, n);
      choice->algorithm->input_gradient (&call, &gradient.maps, &input_gradient.maps);
      check_maps (&input_gradient, input_gradient_value, &layer, &gradient, FALSE, choice->tile);
      workspace_drop (&workspace);
    }

  workspace_take (&workspace, &call, VGG_PASS_KERNEL_GRADIENT, n);
  choice->algorithm->kernel_gradient (&call, &input.maps, &gradient.maps, kernel_gradient);
  for (gsize i = 0; i < n_kernel; i++)
    errors_add (&errors, kernel_gradient[i],
                kernel_gradient_value (&layer, &input, &gradient, i / TAPS / shape->in_channels,
                                       i / TAPS % shape->in_channels, i % TAPS));
  errors_check (&errors, choice->tile);
  workspace_drop (&workspace);

  operand_clear (&input);
  operand_clear (&output);
  operand_clear (&gradient);
  operand_clear (&input_gradient);
}

/* Maps of 1 to 37 pixels a side, batches of 1 to 33, channels around the blocks. */
static const struct
{
  VggConvShape shape; /* in, out, height, width */
  gsize n;
} cases[] = {
  { { 16, 16, 1, 1 }, 1 },   { { 16, 16, 1, 1 }, 33 },  { { 5, 7, 2, 1 }, 7 },
  { { 20, 33, 3, 3 }, 5 },   { { 16, 32, 3, 3 }, 33 },  { { 17, 15, 4, 5 }, 9 },
  { { 32, 32, 6, 6 }, 3 },   { { 24, 48, 7, 6 }, 4 },   { { 40, 70, 14, 14 }, 3 },
  { { 16, 16, 12, 13 }, 2 }, { { 8, 8, 37, 36 }, 1 },   { { 16, 80, 13, 37 }, 1 },
  { { 80, 16, 5, 5 }, 17 },  { { 64, 64, 14, 14 }, 4 },
};

static VggConvChoice
cut (const VggConvAlgorithm *algorithm, guint tile, VggConvCut how, gsize chunk, gsize i)
{
  VggConvChoice choice = {
    algorithm, .tile = tile, .joins = (i + chunk) % 2 == 0, .cut = how, .chunk = chunk,
  };

  if (tile != 0)
    {
      const VggConvShape *shape = &cases[i].shape;
      VggTileGrid grid;

      vgg_tile_grid_init (&grid, tile, choice.joins, cases[i].n, shape->height, shape->width);
      choice.n_chunks = (vgg_tile_grid_count (&grid) + chunk - 1) / chunk;
    }

  return choice;
}

static void
test_winograd (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint tile = 4; tile <= 6; tile += 2)
      {
        VggConvChoice own = cut (&vgg_conv_winograd, tile, VGG_CONV_OWN_TILES, 2 + i, i);
        VggConvChoice one_by_one = cut (&vgg_conv_winograd, tile, VGG_CONV_SHARED_TILES, 1, i);
        VggConvChoice shared = cut (&vgg_conv_winograd, tile, VGG_CONV_SHARED_TILES, 4 + i, i);
        VggConvChoice whole = cut (&vgg_conv_winograd, tile, VGG_CONV_SHARED_TILES, 1000, i);
        VggConvChoice kernel = cut (&vgg_conv_winograd, tile, VGG_CONV_OWN_KERNEL, 1000, i);

        check_passes (&cases[i].shape, cases[i].n, &own);
        check_passes (&cases[i].shape, cases[i].n, &kernel);
        check_passes (&cases[i].shape, cases[i].n, &shared);
        check_passes (&cases[i].shape, cases[i].n, &whole);
        if (i % 3 == 0)
          check_passes (&cases[i].shape, cases[i].n, &one_by_one);
      }
}

static void
test_im2col (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VggConvChoice choice = cut (&vgg_conv_im2col, 0, VGG_CONV_OWN_TILES, 0, i);

      check_passes (&cases[i].shape, cases[i].n, &choice);
    }
}

static void
test_first (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VggConvShape shape = cases[i].shape;
      VggConvChoice choice = cut (&vgg_conv_first, 0, VGG_CONV_OWN_TILES, 0, i);

      shape.in_channels = 3;
      check_passes (&shape, cases[i].n, &choice);
    }
}

/* What is chosen works, whatever the shape: with the number of pictures that it was chosen for, and
 * with fewer. */
static void
test_choice (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      VggConvChoice choice;

      vgg_conv_choose (&cases[i].shape, VGG_PASS_FORWARD, cases[i].n, 3, i % 2 == 0, &choice);
      g_assert_nonnull (choice.algorithm);
      g_assert_cmpfloat (choice.work, >, 0);
      g_assert_cmpuint (choice.n_chunks, >=, 1);
      if (choice.algorithm == &vgg_conv_winograd)
        {
          g_assert_true (choice.joins == (i % 2 == 1));
          check_passes (&cases[i].shape, cases[i].n, &choice);
        }
      if (choice.algorithm == &vgg_conv_winograd && cases[i].n > 1)
        check_passes (&cases[i].shape, cases[i].n - 1, &choice);
    }
}

/* The first layer is told by its three channels; pictures beyond what tiles can address go to the
 * portable path. */
static void
test_limits (void)
{
  const VggConvShape first = { 3, 64, 8, 8 };
  const VggConvShape large = { 64, 64, 2048, 2048 };
  VggConvChoice choice;

  vgg_conv_choose (&first, VGG_PASS_FORWARD, 2, 2, FALSE, &choice);
  g_assert_true (choice.algorithm == &vgg_conv_first);

  vgg_conv_choose (&large, VGG_PASS_FORWARD, 255, 2, FALSE, &choice);
  g_assert_true (choice.algorithm == &vgg_conv_winograd);
  vgg_conv_choose (&large, VGG_PASS_FORWARD, 256, 2, FALSE, &choice);
  g_assert_true (choice.algorithm == &vgg_conv_im2col);
}

/* Tiles that a batch takes, counted by hand. */
static void
test_grid (void)
{
  static const struct
  {
    guint tile;
    gsize n, height, width, n_tiles, n_own;
  } expected[] = {
    { 6, 1, 14, 14, 9, 9 },      /* alone */
    { 6, 16, 14, 14, 100, 144 }, /* 4 x 4 pictures: 59 pixels a side */
    { 6, 9, 3, 3, 4, 9 },        /* 3 x 3 pictures: 11 pixels a side */
    { 6, 5, 6, 6, 5, 5 },        /* a tile each: lines between them would only cost */
    { 4, 2, 3, 3, 2, 2 },        /* 7 pixels would take as many */
    { 4, 1, 224, 224, 3136, 3136 }, { 6, 2, 12, 24, 16, 16 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      VggTileGrid grid;

      vgg_tile_grid_init (&grid, expected[i].tile, VGG_CONV_SHARED_TILES, expected[i].n,
                          expected[i].height, expected[i].width);
      g_assert_cmpuint (vgg_tile_grid_count (&grid), ==, expected[i].n_tiles);

      vgg_tile_grid_init (&grid, expected[i].tile, FALSE, expected[i].n, expected[i].height,
                          expected[i].width);
      g_assert_cmpuint (vgg_tile_grid_count (&grid), ==, expected[i].n_own);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  vgg_threads_set (3);

  g_test_add_func ("/convolution/grid", test_grid);
  g_test_add_func ("/convolution/im2col", test_im2col);
  g_test_add_func ("/convolution/first", test_first);
  g_test_add_func ("/convolution/winograd", test_winograd);
  g_test_add_func ("/convolution/choice", test_choice);
  g_test_add_func ("/convolution/limits", test_limits);

  return g_test_run ();
}
