/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every layer type on its own: the forward pass against plain loops in double precision or values
 * worked out by hand, the backward pass against central finite differences. */

#include "engine/vgg-layer.h"

#include <math.h>
#include <string.h>

#include "engine/vgg-threads.h"

#define BLOCK 16

/* A layer with memory for one training pass. Numbers are written and read as (n, C, H, W) or (n,
 * F); the fixture puts them into blocks and back. */
typedef struct
{
  VggLayer *layer; /* owned */
  guint n;
  gsize n_inputs; /* of all pictures */
  gsize n_outputs;
  gboolean pictures; /* the input stays as it is, and has no gradient */
  float *memory;     /* owned; the plan's */
  float *values;     /* owned; the parameters' and their gradients' */
  VggWorkspace workspace;
  float *input;          /* owned, (n_inputs) */
  float *output;         /* owned, (n_outputs) */
  float *input_gradient; /* owned, (n_inputs) */
  double *probe;         /* owned, (n_outputs): the objective is the output times this */

  /* Owned; what the layer gets. */
  VggActivation input_maps;
  VggActivation output_maps;
  VggActivation gradient_maps;
  VggActivation input_gradient_maps;
} Fixture;

static float *
take (gsize n)
{
  float *floats = vgg_floats_new (n);

  g_assert_nonnull (floats);

  return floats;
}

static gsize
count_floats (const VggShape *shape, guint n)
{
  gsize channels = shape->dimensions[0];

  if (shape->n_dimensions == 1)
    return n * channels;

  return (channels + BLOCK - 1) / BLOCK * BLOCK * n * vgg_layer_plane (shape);
}

/* A few floats between blocks, which no layer may touch. */
static gsize
block_stride (const VggShape *shape, guint n)
{
  return n * vgg_layer_plane (shape) * BLOCK + BLOCK;
}

static VggActivation
take_activation (const VggShape *shape, guint n)
{
  gsize n_blocks = (shape->dimensions[0] + BLOCK - 1) / BLOCK;

  return (VggActivation){ take (count_floats (shape, n) + n_blocks * BLOCK),
                          block_stride (shape, n) };
}

/* Where a number of (n, C, H, W) or (n, F) lies. */
static gsize
place (const VggShape *shape, guint n, gsize i)
{
  gsize plane = vgg_layer_plane (shape);
  gsize channel = i / plane % shape->dimensions[0];
  gsize picture = i / plane / shape->dimensions[0];

  if (shape->n_dimensions == 1)
    return i;

  return channel / BLOCK * block_stride (shape, n) + (picture * plane + i % plane) * BLOCK +
         channel % BLOCK;
}

/* Fills everything with NaN, so that what is not written shows. */
static void
spoil (const VggActivation *maps, const VggShape *shape, guint n)
{
  gsize n_blocks = (shape->dimensions[0] + BLOCK - 1) / BLOCK;

  memset (maps->data, 0xff, (count_floats (shape, n) + n_blocks * BLOCK) * sizeof (float));
}

static void
put (const float *values, const VggActivation *maps, const VggShape *shape, guint n)
{
  gsize n_values = n * vgg_shape_elements (shape);

  gsize n_blocks = (shape->dimensions[0] + BLOCK - 1) / BLOCK;

  for (gsize b = 0; shape->n_dimensions == 3 && b < n_blocks; b++)
    memset (maps->data + b * block_stride (shape, n), 0,
            n * vgg_layer_plane (shape) * BLOCK * sizeof (float));

  for (gsize i = 0; i < n_values; i++)
    maps->data[place (shape, n, i)] = values[i];
}

/* Lanes beyond the last channel must be 0, and what lies between blocks as it was. */
static void
get (float *values, const VggActivation *maps, const VggShape *shape, guint n)
{
  gsize n_values = n * vgg_shape_elements (shape);
  gsize n_blocks = (shape->dimensions[0] + BLOCK - 1) / BLOCK;
  gsize pixels = n * vgg_layer_plane (shape);

  for (gsize i = 0; i < n_values; i++)
    values[i] = maps->data[place (shape, n, i)];

  for (gsize b = 0; shape->n_dimensions == 3 && b < n_blocks; b++)
    {
      const float *block = maps->data + b * block_stride (shape, n);

      for (gsize lane = 0; lane < BLOCK; lane++)
        {
          g_assert_true (isnan (block[pixels * BLOCK + lane]));
          for (gsize i = 0; b * BLOCK + lane >= shape->dimensions[0] && i < pixels; i++)
            g_assert_cmpfloat (block[i * BLOCK + lane], ==, 0);
        }
    }
}

static void
plan (Fixture *fixture, VggArena *arena, guint n_parts)
{
  VggLayerPlan layer_plan = {
    .batch = fixture->n,
    .trains = TRUE,
    .input_gradient = !fixture->pictures,
    .arena = arena,
    .workspace = &fixture->workspace,
  };

  fixture->workspace.n_parts = n_parts;
  if (fixture->layer->ops->plan != NULL)
    fixture->layer->ops->plan (fixture->layer, &layer_plan);
}

static void
fixture_init_full (Fixture *fixture, VggLayer *layer, guint n, guint n_parts, gboolean pictures)
{
  VggArena arena = { 0 };
  gsize offset = 0;
  gsize n_values = 0;
  VggRandom random;

  *fixture = (Fixture){ .layer = layer, .n = n, .pictures = pictures };
  fixture->n_inputs = n * vgg_shape_elements (&layer->input);
  fixture->n_outputs = n * vgg_shape_elements (&layer->output);

  plan (fixture, &arena, n_parts);
  fixture->memory = take (arena.size / sizeof (float));
  arena = (VggArena){ .block = (char *) fixture->memory };
  plan (fixture, &arena, n_parts);
  fixture->workspace.part_memory = take (n_parts * fixture->workspace.part_floats);
  fixture->workspace.shared_memory = take (fixture->workspace.shared_floats);
  fixture->workspace.sums = g_new (double, n_parts * fixture->workspace.n_sums);

  fixture->input = take (fixture->n_inputs);
  fixture->output = take (fixture->n_outputs);
  fixture->input_gradient = take (fixture->n_inputs);
  fixture->input_maps = pictures ? (VggActivation){ take (fixture->n_inputs), 0 }
                                 : take_activation (&layer->input, n);
  fixture->output_maps = layer->ops->placement == VGG_LAYER_IN_PLACE
                           ? fixture->input_maps
                           : take_activation (&layer->output, n);
  fixture->gradient_maps = take_activation (&layer->output, n);
  fixture->input_gradient_maps = layer->ops->placement == VGG_LAYER_OWN_OUTPUT
                                   ? take_activation (&layer->input, n)
                                   : fixture->gradient_maps;

  for (guint i = 0; i < layer->n_parameters; i++)
    n_values += 2 * vgg_shape_elements (&layer->parameters[i]->shape);
  fixture->values = take (n_values);

  vgg_random_init (&random, 11);
  for (guint i = 0; i < layer->n_parameters; i++)
    {
      VggParameter *parameter = layer->parameters[i];
      gsize size = vgg_shape_elements (&parameter->shape);

      parameter->value = fixture->values + offset;
      parameter->gradient = parameter->statistic ? NULL : fixture->values + offset + size;
      offset += 2 * size;
      for (gsize k = 0; k < size; k++)
        parameter->value[k] = layer->initial[i] + vgg_random_range (&random, -0.5, 0.5);
    }

  for (gsize i = 0; i < fixture->n_inputs; i++)
    fixture->input[i] = vgg_random_range (&random, -1, 1);

  fixture->probe = g_new (double, fixture->n_outputs);
  for (gsize i = 0; i < fixture->n_outputs; i++)
    fixture->probe[i] = (float) vgg_random_range (&random, -1, 1);
}

/* Takes the layer. */
static void
fixture_init (Fixture *fixture, VggLayer *layer, guint n, guint n_parts)
{
  fixture_init_full (fixture, layer, n, n_parts, FALSE);
}

static void
fixture_clear (Fixture *fixture)
{
  if (fixture->output_maps.data != fixture->input_maps.data)
    vgg_floats_free (fixture->output_maps.data);
  if (fixture->input_gradient_maps.data != fixture->gradient_maps.data)
    vgg_floats_free (fixture->input_gradient_maps.data);
  vgg_floats_free (fixture->input_maps.data);
  vgg_floats_free (fixture->gradient_maps.data);
  vgg_floats_free (fixture->input);
  vgg_floats_free (fixture->output);
  vgg_floats_free (fixture->input_gradient);
  vgg_floats_free (fixture->workspace.part_memory);
  vgg_floats_free (fixture->workspace.shared_memory);
  g_free (fixture->workspace.sums);
  vgg_floats_free (fixture->memory);
  vgg_floats_free (fixture->values);
  g_free (fixture->probe);
  vgg_layer_free (fixture->layer);
}

static void
run_forward (Fixture *fixture, gboolean training)
{
  VggLayer *layer = fixture->layer;
  VggRandom random;
  const VggPass pass = {
    .n = fixture->n,
    .training = training,
    .keeps = training,
    .random = &random,
    .workspace = &fixture->workspace,
  };

  if (!fixture->pictures)
    spoil (&fixture->input_maps, &layer->input, fixture->n);
  spoil (&fixture->output_maps, &layer->output, fixture->n);

  if (fixture->pictures)
    memcpy (fixture->input_maps.data, fixture->input, fixture->n_inputs * sizeof (float));
  else
    put (fixture->input, &fixture->input_maps, &layer->input, fixture->n);

  vgg_random_init (&random, 5);
  layer->ops->forward (layer, &pass, &fixture->input_maps, &fixture->output_maps);
  get (fixture->output, &fixture->output_maps, &layer->output, fixture->n);
}

/* After a forward pass with training. */
static void
run_backward (Fixture *fixture)
{
  VggLayer *layer = fixture->layer;
  g_autofree float *gradient = g_new (float, fixture->n_outputs);
  const VggPass pass = {
    .n = fixture->n,
    .training = TRUE,
    .keeps = TRUE,
    .workspace = &fixture->workspace,
  };

  for (gsize i = 0; i < fixture->n_outputs; i++)
    gradient[i] = fixture->probe[i];

  spoil (&fixture->input_gradient_maps, &layer->input, fixture->n);
  spoil (&fixture->gradient_maps, &layer->output, fixture->n);
  put (gradient, &fixture->gradient_maps, &layer->output, fixture->n);
  layer->ops->backward (layer, &pass, &fixture->input_maps, &fixture->output_maps,
                        &fixture->gradient_maps,
                        fixture->pictures ? NULL : &fixture->input_gradient_maps);
  if (!fixture->pictures)
    get (fixture->input_gradient, &fixture->input_gradient_maps, &layer->input, fixture->n);
}

static double
objective (Fixture *fixture)
{
  double sum = 0;

  run_forward (fixture, TRUE);
  for (gsize i = 0; i < fixture->n_outputs; i++)
    sum += fixture->probe[i] * fixture->output[i];

  return sum;
}

/* Compares a gradient with central differences: the difference's norm over the gradient's. */
static void
check_gradient (Fixture *fixture,
                const char *what,
                float *values,
                const float *gradient,
                gsize n,
                double step,
                double tolerance)
{
  double difference = 0;
  double norm = 0;

  for (gsize i = 0; i < n; i++)
    {
      float value = values[i];
      float high = value + step;
      float low = value - step;
      double numeric;

      values[i] = high;
      numeric = objective (fixture);
      values[i] = low;
      numeric = (numeric - objective (fixture)) / ((double) high - low);
      values[i] = value;

      difference += (numeric - gradient[i]) * (numeric - gradient[i]);
      norm += numeric * numeric;
    }

  g_test_message ("%s %s: relative error %.2g", fixture->layer->name, what,
                  sqrt (difference / norm));
  g_assert_cmpfloat (norm, >, 0);
  g_assert_cmpfloat (sqrt (difference / norm), <, tolerance);
}

static void
check_all (Fixture *fixture, double step, double tolerance)
{
  run_forward (fixture, TRUE);
  run_backward (fixture);

  if (!fixture->pictures)
    check_gradient (fixture, "input", fixture->input, fixture->input_gradient, fixture->n_inputs,
                    step, tolerance);

  for (guint i = 0; i < fixture->layer->n_parameters; i++)
    {
      VggParameter *parameter = fixture->layer->parameters[i];

      if (parameter->gradient != NULL)
        check_gradient (fixture, parameter->name, parameter->value, parameter->gradient,
                        vgg_shape_elements (&parameter->shape), step, tolerance);
    }
}

/* Channels as in a first layer, less and more than a block. */
static const VggConvolutionSpec conv_specs[] = {
  { 1, 1, 3, 5 },
  { 1, 2, 16, 17 },
  { 1, 2, 19, 32 },
};

/* One output pixel of a convolution, by its definition. */
static double
convolve_pixel (const Fixture *fixture, gsize picture, gsize channel, gssize y, gssize x)
{
  const VggLayer *layer = fixture->layer;
  gssize height = layer->input.dimensions[1];
  gssize width = layer->input.dimensions[2];
  gsize in_channels = layer->input.dimensions[0];
  double sum = layer->parameters[1]->value[channel];

  for (gsize c = 0; c < in_channels; c++)
    for (gssize ky = -1; ky <= 1; ky++)
      for (gssize kx = -1; kx <= 1; kx++)
        {
          gsize tap = ((channel * in_channels + c) * 3 + ky + 1) * 3 + kx + 1;
          const float *plane = fixture->input + (picture * in_channels + c) * height * width;

          if (y + ky >= 0 && y + ky < height && x + kx >= 0 && x + kx < width)
            sum += (double) layer->parameters[0]->value[tap] * plane[(y + ky) * width + x + kx];
        }

  return sum;
}

/* Pictures where there are three channels, otherwise maps, with 1, 2 and 3 parts. */
static void
check_conv_forward (const VggConvolutionSpec *spec, guint n_parts, gboolean relu)
{
  Fixture fixture;

  fixture_init_full (&fixture, vgg_conv_new ("conv", spec, 5, 7, relu), 3, n_parts,
                     spec->in_channels == 3);
  run_forward (&fixture, FALSE);

  for (gsize i = 0; i < fixture.n_outputs; i++)
    {
      double expected = convolve_pixel (&fixture, i / 35 / spec->out_channels,
                                        i / 35 % spec->out_channels, i % 35 / 7, i % 7);

      if (relu)
        expected = MAX (expected, 0);
      g_assert_cmpfloat_with_epsilon (fixture.output[i], expected, 3e-5);
    }

  fixture_clear (&fixture);
}

static void
test_conv_forward (void)
{
  for (guint n_parts = 1; n_parts <= 3; n_parts++)
    for (guint relu = 0; relu < 2; relu++)
      for (guint i = 0; i < G_N_ELEMENTS (conv_specs); i++)
        check_conv_forward (&conv_specs[i], n_parts, relu);
}

/* The objective is linear in each number as long as none crosses 0 at the ReLU: the step may be
 * large. There every other channel is far above 0, the others far below. */
static void
test_conv_gradient (void)
{
  Fixture fixture;

  for (guint n_parts = 1; n_parts <= 3; n_parts++)
    {
      fixture_init_full (&fixture, vgg_conv_new ("conv", &conv_specs[0], 5, 4, FALSE), 2, n_parts,
                         TRUE);
      check_all (&fixture, 0.25, 1e-5);
      fixture_clear (&fixture);
    }

  fixture_init (&fixture, vgg_conv_new ("conv_blocks", &conv_specs[1], 3, 2, FALSE), 2, 2);
  check_all (&fixture, 0.25, 5e-5);
  fixture_clear (&fixture);

  fixture_init (&fixture, vgg_conv_new ("conv_relu", &conv_specs[1], 5, 4, TRUE), 2, 2);
  for (gsize c = 0; c < 17; c++)
    fixture.layer->parameters[1]->value[c] = c % 2 == 0 ? 60 : -60;
  check_all (&fixture, 0.25, 5e-5);
  fixture_clear (&fixture);
}

/* In training and after it; the second time far from 0, where squares must not cancel. */
static void
test_batch_norm_forward (void)
{
  const VggShape shape = { 3, { 18, 3, 3 } };
  const gsize m = 4 * 9;

  for (guint far = 0; far < 2; far++)
    {
      Fixture fixture;

      fixture_init (&fixture, vgg_batch_norm_new ("norm", &shape), 4, 3);
      for (gsize i = 0; far && i < fixture.n_inputs; i++)
        fixture.input[i] += 1000;

      for (guint pass = 0; pass < 2; pass++)
        {
          gboolean training = pass == 0;
          g_autofree double *old_mean = g_new (double, 18);
          g_autofree double *old_variance = g_new (double, 18);
          VggParameter **parameters = fixture.layer->parameters;

          for (gsize c = 0; c < 18; c++)
            {
              old_mean[c] = parameters[2]->value[c];
              old_variance[c] = parameters[3]->value[c];
            }

          run_forward (&fixture, training);

          for (gsize c = 0; c < 18; c++)
            {
              double mean = old_mean[c];
              double variance = old_variance[c];

              if (training)
                {
                  mean = variance = 0;
                  for (gsize i = 0; i < m; i++)
                    mean += fixture.input[(i / 9 * 18 + c) * 9 + i % 9] / (double) m;
                  for (gsize i = 0; i < m; i++)
                    variance += pow (fixture.input[(i / 9 * 18 + c) * 9 + i % 9] - mean, 2) / m;
                  old_mean[c] = 0.9 * old_mean[c] + 0.1 * mean;
                  old_variance[c] = 0.9 * old_variance[c] + 0.1 * variance * m / (m - 1);
                }

              for (gsize i = 0; i < m; i++)
                {
                  gsize at = (i / 9 * 18 + c) * 9 + i % 9;
                  double y = parameters[0]->value[c] * (fixture.input[at] - mean) /
                               sqrt (variance + 1e-5) +
                             parameters[1]->value[c];

                  g_assert_cmpfloat_with_epsilon (fixture.output[at], MAX (y, 0),
                                                  far ? 1e-3 : 2e-6);
                }

              g_assert_cmpfloat_with_epsilon (parameters[2]->value[c], old_mean[c],
                                              far ? 1e-4 : 1e-7);
              g_assert_cmpfloat_with_epsilon (parameters[3]->value[c], old_variance[c],
                                              far ? 1e-5 : 3e-7);
            }
        }

      fixture_clear (&fixture);
    }
}

/* First with offsets that keep everything above the ReLU's kink, then as it comes. */
static void
test_batch_norm_gradient (void)
{
  const VggShape shape = { 3, { 17, 2, 5 } };
  Fixture fixture;

  fixture_init (&fixture, vgg_batch_norm_new ("norm", &shape), 3, 2);
  for (gsize c = 0; c < 17; c++)
    fixture.layer->parameters[1]->value[c] = 5;
  check_all (&fixture, 1e-2, 1e-3);
  fixture_clear (&fixture);

  fixture_init (&fixture, vgg_batch_norm_new ("norm_relu", &shape), 3, 2);
  check_all (&fixture, 1e-3, 2e-2);
  fixture_clear (&fixture);
}

/* Odd sizes lose their last row and column; the first of equal values gets the gradient. */
static void
test_max_pool (void)
{
  const VggShape shape = { 3, { 2, 3, 5 } };
  static const float input[] = {
    1, 2, 5, 5, 9, 3, 0, 5, 5, 9, 9, 9, 9, 9, 9, -4, -3, 0, 0, 9, -2, -1, 0, 1, 9, 9, 9, 9, 9, 9,
  };
  static const float expected[] = { 3, 5, -1, 1 };
  static const float expected_gradient[] = {
    0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0, 0,
  };
  Fixture fixture;

  fixture_init (&fixture, vgg_max_pool_new ("pool", &shape), 1, 2);
  memcpy (fixture.input, input, sizeof input);
  for (gsize i = 0; i < 4; i++)
    fixture.probe[i] = i + 1;
  run_forward (&fixture, TRUE);
  run_backward (&fixture);

  g_assert_cmpmem (fixture.output, sizeof expected, expected, sizeof expected);
  g_assert_cmpmem (fixture.input_gradient, sizeof expected_gradient, expected_gradient,
                   sizeof expected_gradient);

  fixture.input[1] = NAN;
  run_forward (&fixture, FALSE);
  g_assert_true (isnan (fixture.output[0]));
  g_assert_cmpfloat (fixture.output[1], ==, 5);
  fixture_clear (&fixture);
}

/* Values a tenth apart: no step of a hundredth changes a maximum. */
static void
test_max_pool_gradient (void)
{
  const VggShape shape = { 3, { 3, 6, 5 } };
  guint order[180];
  VggRandom random;
  Fixture fixture;

  fixture_init (&fixture, vgg_max_pool_new ("pool", &shape), 2, 2);
  for (guint i = 0; i < 180; i++)
    order[i] = i;
  vgg_random_init (&random, 3);
  vgg_random_shuffle (&random, order, 180);
  for (guint i = 0; i < 180; i++)
    fixture.input[i] = order[i] * 0.1f;
  check_all (&fixture, 1e-2, 1e-3);
  fixture_clear (&fixture);
}

static void
test_average_pool (void)
{
  const VggShape shape = { 3, { 2, 2, 2 } };
  Fixture fixture;

  fixture_init (&fixture, vgg_average_pool_new ("average", &shape), 2, 1);
  check_all (&fixture, 0.25, 1e-5);

  /* Pictures' channels follow each other. */
  for (gsize i = 0; i < 16; i++)
    fixture.input[i] = i;
  run_forward (&fixture, FALSE);
  g_assert_cmpfloat (fixture.output[0], ==, 1.5);
  g_assert_cmpfloat (fixture.output[1], ==, 5.5);
  g_assert_cmpfloat (fixture.output[2], ==, 9.5);
  g_assert_cmpfloat (fixture.output[3], ==, 13.5);
  fixture_clear (&fixture);
}

/* Channel by channel, in more than one block. */
static void
test_flatten (void)
{
  const VggShape shape = { 3, { 18, 2, 3 } };
  Fixture fixture;

  fixture_init (&fixture, vgg_flatten_new ("flatten", &shape), 2, 3);
  check_all (&fixture, 0.25, 1e-6);

  run_forward (&fixture, FALSE);
  g_assert_cmpmem (fixture.output, fixture.n_outputs * sizeof (float), fixture.input,
                   fixture.n_inputs * sizeof (float));
  fixture_clear (&fixture);
}

static void
test_dense (void)
{
  Fixture fixture;

  for (guint n_parts = 1; n_parts <= 8; n_parts++)
    {
      fixture_init (&fixture, vgg_dense_new ("dense", 7, 5, FALSE), 3, n_parts);
      check_all (&fixture, 0.25, 1e-5);

      run_forward (&fixture, FALSE);
      for (gsize i = 0; i < 3; i++)
        for (gsize o = 0; o < 5; o++)
          {
            double sum = fixture.layer->parameters[1]->value[o];

            for (gsize k = 0; k < 7; k++)
              sum += (double) fixture.input[i * 7 + k] *
                     fixture.layer->parameters[0]->value[o * 7 + k];
            g_assert_cmpfloat_with_epsilon (fixture.output[i * 5 + o], sum, 1e-6);
          }
      fixture_clear (&fixture);
    }

  fixture_init (&fixture, vgg_dense_new ("dense_relu", 9, 20, TRUE), 3, 2);
  check_all (&fixture, 1e-3, 1e-2);
  fixture_clear (&fixture);
}

static void
test_dropout (void)
{
  const gsize n = 50 * 400;
  Fixture fixture;
  guint dropped = 0;

  fixture_init (&fixture, vgg_dropout_new ("dropout", 400, 0.25f), 50, 2);
  for (gsize i = 0; i < n; i++)
    fixture.input[i] = 3;

  run_forward (&fixture, FALSE);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fixture.output[i], ==, 3);

  run_forward (&fixture, TRUE);
  for (gsize i = 0; i < n; i++)
    {
      if (fixture.output[i] == 0)
        dropped++;
      else
        g_assert_cmpfloat_with_epsilon (fixture.output[i], 4, 1e-6);
    }

  /* Six standard deviations of a binomial distribution. */
  g_assert_cmpfloat_with_epsilon (dropped, n * 0.25, 6 * sqrt (n * 0.25 * 0.75));
  fixture_clear (&fixture);

  fixture_init (&fixture, vgg_dropout_new ("dropout", 40, 0.5f), 3, 2);
  check_all (&fixture, 0.25, 1e-5);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vgg_threads_set (2);

  g_test_add_func ("/layer/conv/forward", test_conv_forward);
  g_test_add_func ("/layer/conv/gradient", test_conv_gradient);
  g_test_add_func ("/layer/batch-norm/forward", test_batch_norm_forward);
  g_test_add_func ("/layer/batch-norm/gradient", test_batch_norm_gradient);
  g_test_add_func ("/layer/max-pool/values", test_max_pool);
  g_test_add_func ("/layer/max-pool/gradient", test_max_pool_gradient);
  g_test_add_func ("/layer/average-pool", test_average_pool);
  g_test_add_func ("/layer/flatten", test_flatten);
  g_test_add_func ("/layer/dense", test_dense);
  g_test_add_func ("/layer/dropout", test_dropout);

  return g_test_run ();
}
