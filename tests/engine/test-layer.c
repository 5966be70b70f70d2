/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every layer type on its own: the forward pass against plain loops in double precision or values
 * worked out by hand, the backward pass against central finite differences. */

#include "engine/vgg-layer.h"

#include <math.h>
#include <string.h>

#include "engine/vgg-threads.h"

/* A layer with memory for one training pass. */
typedef struct
{
  VggLayer *layer; /* owned */
  guint n;
  gsize n_inputs; /* of all pictures */
  gsize n_outputs;
  float *memory; /* owned; the plan's */
  float *values; /* owned; the parameters' and their gradients' */
  VggWorkspace workspace;
  VggActivation input;
  VggActivation output;
  VggActivation gradient;
  VggActivation input_gradient;
  double *probe; /* owned, (n_outputs): the objective is the output times this */
} Fixture;

static float *
take (gsize n)
{
  float *floats = vgg_floats_new (n);

  g_assert_nonnull (floats);

  return floats;
}

static VggActivation
take_activation (const VggShape *shape, guint n)
{
  return (VggActivation){ take (n * vgg_shape_elements (shape)), n * vgg_layer_plane (shape) };
}

static void
plan (Fixture *fixture, VggArena *arena, guint n_parts, gsize part_floats)
{
  VggLayerPlan layer_plan = {
    .batch = fixture->n,
    .trains = TRUE,
    .input_gradient = TRUE,
    .arena = arena,
    .workspace = &fixture->workspace,
  };

  fixture->workspace.n_parts = n_parts;
  if (fixture->layer->ops->plan != NULL)
    fixture->layer->ops->plan (fixture->layer, &layer_plan);
  if (part_floats > 0)
    fixture->workspace.part_floats = part_floats;
}

/* Takes the layer; part_floats other than 0 sets the workspace that a part gets. */
static void
fixture_init (Fixture *fixture, VggLayer *layer, guint n, guint n_parts, gsize part_floats)
{
  VggArena arena = { 0 };
  gsize offset = 0;
  gsize n_values = 0;
  VggRandom random;

  *fixture = (Fixture){ .layer = layer, .n = n };
  fixture->n_inputs = n * vgg_shape_elements (&layer->input);
  fixture->n_outputs = n * vgg_shape_elements (&layer->output);

  plan (fixture, &arena, n_parts, part_floats);
  fixture->memory = take (arena.size / sizeof (float));
  arena = (VggArena){ .block = (char *) fixture->memory };
  plan (fixture, &arena, n_parts, part_floats);
  fixture->workspace.part_memory = take (n_parts * fixture->workspace.part_floats);
  fixture->workspace.kernel_memory = take (fixture->workspace.kernel_floats);

  fixture->input = take_activation (&layer->input, n);
  fixture->output = layer->ops->placement == VGG_LAYER_IN_PLACE
                      ? fixture->input
                      : take_activation (&layer->output, n);
  fixture->gradient = take_activation (&layer->output, n);
  fixture->input_gradient = layer->ops->placement == VGG_LAYER_OWN_OUTPUT
                              ? take_activation (&layer->input, n)
                              : fixture->gradient;

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
    fixture->input.data[i] = vgg_random_range (&random, -1, 1);

  fixture->probe = g_new (double, fixture->n_outputs);
  for (gsize i = 0; i < fixture->n_outputs; i++)
    fixture->probe[i] = (float) vgg_random_range (&random, -1, 1);
}

static void
fixture_clear (Fixture *fixture)
{
  if (fixture->output.data != fixture->input.data)
    vgg_floats_free (fixture->output.data);
  if (fixture->input_gradient.data != fixture->gradient.data)
    vgg_floats_free (fixture->input_gradient.data);
  vgg_floats_free (fixture->input.data);
  vgg_floats_free (fixture->gradient.data);
  vgg_floats_free (fixture->workspace.part_memory);
  vgg_floats_free (fixture->workspace.kernel_memory);
  vgg_floats_free (fixture->memory);
  vgg_floats_free (fixture->values);
  g_free (fixture->probe);
  vgg_layer_free (fixture->layer);
}

static void
run_forward (Fixture *fixture, gboolean training)
{
  VggRandom random;
  const VggPass pass = {
    .n = fixture->n,
    .training = training,
    .random = &random,
    .workspace = &fixture->workspace,
  };

  vgg_random_init (&random, 5);
  fixture->layer->ops->forward (fixture->layer, &pass, &fixture->input, &fixture->output);
}

static void
run_backward (Fixture *fixture)
{
  const VggPass pass = {
    .n = fixture->n,
    .training = TRUE,
    .workspace = &fixture->workspace,
  };

  for (gsize i = 0; i < fixture->n_outputs; i++)
    fixture->gradient.data[i] = fixture->probe[i];
  fixture->layer->ops->backward (fixture->layer, &pass, &fixture->input, &fixture->output,
                                 &fixture->gradient, &fixture->input_gradient);
}

/* In-place layers change their input: it is put back afterwards. */
static double
objective (Fixture *fixture)
{
  g_autofree float *saved = g_memdup2 (fixture->input.data, fixture->n_inputs * sizeof (float));
  double sum = 0;

  run_forward (fixture, TRUE);
  for (gsize i = 0; i < fixture->n_outputs; i++)
    sum += fixture->probe[i] * fixture->output.data[i];
  memcpy (fixture->input.data, saved, fixture->n_inputs * sizeof (float));

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
  g_autofree float *input_gradient = NULL;
  g_autofree float *saved = g_memdup2 (fixture->input.data, fixture->n_inputs * sizeof (float));

  run_forward (fixture, TRUE);
  run_backward (fixture);
  memcpy (fixture->input.data, saved, fixture->n_inputs * sizeof (float));
  input_gradient = g_memdup2 (fixture->input_gradient.data, fixture->n_inputs * sizeof (float));

  check_gradient (fixture, "input", fixture->input.data, input_gradient, fixture->n_inputs, step,
                  tolerance);

  for (guint i = 0; i < fixture->layer->n_parameters; i++)
    {
      VggParameter *parameter = fixture->layer->parameters[i];

      if (parameter->gradient != NULL)
        check_gradient (fixture, parameter->name, parameter->value, parameter->gradient,
                        vgg_shape_elements (&parameter->shape), step, tolerance);
    }
}

static const VggConvolutionSpec conv_spec = {
  .block = 1,
  .index = 1,
  .in_channels = 3,
  .out_channels = 5,
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
          const float *plane = fixture->input.data + c * fixture->input.channel_stride +
                               picture * height * width;

          if (y + ky >= 0 && y + ky < height && x + kx >= 0 && x + kx < width)
            sum += (double) layer->parameters[0]->value[tap] * plane[(y + ky) * width + x + kx];
        }

  return sum;
}

/* Sizes from one row a strip to all pictures in one, with 1, 2 and 3 parts. */
static void
test_conv_forward (void)
{
  static const gsize part_floats[] = { 0, 1, 3 * 9 * 7 * 3, 3 * 9 * 7 * 7 };

  for (guint size = 0; size < G_N_ELEMENTS (part_floats); size++)
    for (guint n_parts = 1; n_parts <= 3; n_parts++)
      for (guint relu = 0; relu < 2; relu++)
        {
          gsize floats = part_floats[size] == 1 ? 3 * 9 * 7 : part_floats[size];
          Fixture fixture;

          fixture_init (&fixture, vgg_conv_new ("conv", &conv_spec, 5, 7, relu), 3, n_parts,
                        floats);
          run_forward (&fixture, FALSE);

          for (gsize c = 0; c < 5; c++)
            for (gsize i = 0; i < 3 * 5 * 7; i++)
              {
                double expected = convolve_pixel (&fixture, i / 35, c, i % 35 / 7, i % 7);

                if (relu)
                  expected = MAX (expected, 0);
                g_assert_cmpfloat_with_epsilon (fixture.output.data[c * 105 + i], expected, 2e-6);
              }

          fixture_clear (&fixture);
        }
}

/* Without ReLU the objective is linear in each number: the step may be large. With it, some pixels
 * cross 0 within a step, which the looser tolerance allows for. Strips of two rows. */
static void
test_conv_gradient (void)
{
  Fixture fixture;

  for (guint n_parts = 1; n_parts <= 3; n_parts++)
    {
      fixture_init (&fixture, vgg_conv_new ("conv", &conv_spec, 5, 4, FALSE), 2, n_parts,
                    5 * 9 * 4 * 2);
      check_all (&fixture, 0.25, 1e-5);
      fixture_clear (&fixture);
    }

  fixture_init (&fixture, vgg_conv_new ("conv_relu", &conv_spec, 5, 4, TRUE), 2, 2, 0);
  check_all (&fixture, 1e-3, 1e-2);
  fixture_clear (&fixture);
}

static void
test_batch_norm_forward (void)
{
  const VggShape shape = { 3, { 2, 3, 3 } };
  const gsize n = 4 * 9;
  Fixture fixture;

  fixture_init (&fixture, vgg_batch_norm_new ("norm", &shape), 4, 2, 0);

  for (guint pass = 0; pass < 2; pass++)
    {
      gboolean training = pass == 0;
      double running_mean[2], running_variance[2];

      for (gsize c = 0; c < 2; c++)
        {
          running_mean[c] = fixture.layer->parameters[2]->value[c];
          running_variance[c] = fixture.layer->parameters[3]->value[c];
        }

      run_forward (&fixture, training);

      for (gsize c = 0; c < 2; c++)
        {
          const float *x = fixture.input.data + c * n;
          double mean = running_mean[c];
          double variance = running_variance[c];

          if (training)
            {
              mean = variance = 0;
              for (gsize i = 0; i < n; i++)
                mean += x[i] / (double) n;
              for (gsize i = 0; i < n; i++)
                variance += (x[i] - mean) * (x[i] - mean) / n;
              running_mean[c] = 0.9 * running_mean[c] + 0.1 * mean;
              running_variance[c] = 0.9 * running_variance[c] + 0.1 * variance * n / (n - 1);
            }

          for (gsize i = 0; i < n; i++)
            {
              double y = fixture.layer->parameters[0]->value[c] * (x[i] - mean) /
                           sqrt (variance + 1e-5) +
                         fixture.layer->parameters[1]->value[c];

              g_assert_cmpfloat_with_epsilon (fixture.output.data[c * n + i], MAX (y, 0), 2e-6);
            }

          g_assert_cmpfloat_with_epsilon (fixture.layer->parameters[2]->value[c], running_mean[c],
                                          1e-7);
          g_assert_cmpfloat_with_epsilon (fixture.layer->parameters[3]->value[c],
                                          running_variance[c], 2e-7);
        }
    }

  fixture_clear (&fixture);
}

/* First with offsets that keep everything above the ReLU's kink, then as it comes. */
static void
test_batch_norm_gradient (void)
{
  const VggShape shape = { 3, { 3, 4, 5 } };
  Fixture fixture;

  fixture_init (&fixture, vgg_batch_norm_new ("norm", &shape), 3, 2, 0);
  for (gsize c = 0; c < 3; c++)
    fixture.layer->parameters[1]->value[c] = 5;
  check_all (&fixture, 1e-2, 1e-3);
  fixture_clear (&fixture);

  fixture_init (&fixture, vgg_batch_norm_new ("norm_relu", &shape), 3, 2, 0);
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

  fixture_init (&fixture, vgg_max_pool_new ("pool", &shape), 1, 2, 0);
  memcpy (fixture.input.data, input, sizeof input);
  for (gsize i = 0; i < 4; i++)
    fixture.probe[i] = i + 1;
  run_forward (&fixture, TRUE);
  memset (fixture.input_gradient.data, 0xff, sizeof expected_gradient);
  run_backward (&fixture);

  g_assert_cmpmem (fixture.output.data, sizeof expected, expected, sizeof expected);
  g_assert_cmpmem (fixture.input_gradient.data, sizeof expected_gradient, expected_gradient,
                   sizeof expected_gradient);

  fixture.input.data[1] = NAN;
  run_forward (&fixture, FALSE);
  g_assert_true (isnan (fixture.output.data[0]));
  g_assert_cmpfloat (fixture.output.data[1], ==, 5);
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

  fixture_init (&fixture, vgg_max_pool_new ("pool", &shape), 2, 2, 0);
  for (guint i = 0; i < 180; i++)
    order[i] = i;
  vgg_random_init (&random, 3);
  vgg_random_shuffle (&random, order, 180);
  for (guint i = 0; i < 180; i++)
    fixture.input.data[i] = order[i] * 0.1f;
  check_all (&fixture, 1e-2, 1e-3);
  fixture_clear (&fixture);
}

static void
test_average_pool (void)
{
  const VggShape shape = { 3, { 2, 2, 2 } };
  Fixture fixture;

  fixture_init (&fixture, vgg_average_pool_new ("average", &shape), 2, 1, 0);
  check_all (&fixture, 0.25, 1e-5);

  /* Maps (C, n, H, W) become rows (n, C). */
  for (gsize i = 0; i < 16; i++)
    fixture.input.data[i] = i;
  run_forward (&fixture, FALSE);
  g_assert_cmpfloat (fixture.output.data[0], ==, 1.5);
  g_assert_cmpfloat (fixture.output.data[1], ==, 9.5);
  g_assert_cmpfloat (fixture.output.data[2], ==, 5.5);
  g_assert_cmpfloat (fixture.output.data[3], ==, 13.5);
  fixture_clear (&fixture);
}

static void
test_flatten (void)
{
  const VggShape shape = { 3, { 2, 1, 3 } };
  static const float expected[] = { 0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11 };
  Fixture fixture;

  fixture_init (&fixture, vgg_flatten_new ("flatten", &shape), 2, 1, 0);
  check_all (&fixture, 0.25, 1e-6);

  for (gsize i = 0; i < 12; i++)
    fixture.input.data[i] = i;
  run_forward (&fixture, FALSE);
  g_assert_cmpmem (fixture.output.data, sizeof expected, expected, sizeof expected);
  fixture_clear (&fixture);
}

static void
test_dense (void)
{
  Fixture fixture;

  for (guint n_parts = 1; n_parts <= 8; n_parts++)
    {
      fixture_init (&fixture, vgg_dense_new ("dense", 7, 5, FALSE), 3, n_parts, 0);
      check_all (&fixture, 0.25, 1e-5);

      run_forward (&fixture, FALSE);
      for (gsize i = 0; i < 3; i++)
        for (gsize o = 0; o < 5; o++)
          {
            double sum = fixture.layer->parameters[1]->value[o];

            for (gsize k = 0; k < 7; k++)
              sum += (double) fixture.input.data[i * 7 + k] *
                     fixture.layer->parameters[0]->value[o * 7 + k];
            g_assert_cmpfloat_with_epsilon (fixture.output.data[i * 5 + o], sum, 1e-6);
          }
      fixture_clear (&fixture);
    }

  fixture_init (&fixture, vgg_dense_new ("dense_relu", 9, 20, TRUE), 3, 2, 0);
  check_all (&fixture, 1e-3, 1e-2);
  fixture_clear (&fixture);
}

static void
test_dropout (void)
{
  const gsize n = 50 * 400;
  Fixture fixture;
  guint dropped = 0;

  fixture_init (&fixture, vgg_dropout_new ("dropout", 400, 0.25f), 50, 2, 0);
  for (gsize i = 0; i < n; i++)
    fixture.input.data[i] = 3;

  run_forward (&fixture, FALSE);
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fixture.output.data[i], ==, 3);

  run_forward (&fixture, TRUE);
  for (gsize i = 0; i < n; i++)
    {
      if (fixture.output.data[i] == 0)
        dropped++;
      else
        g_assert_cmpfloat_with_epsilon (fixture.output.data[i], 4, 1e-6);
    }

  /* Six standard deviations of a binomial distribution. */
  g_assert_cmpfloat_with_epsilon (dropped, n * 0.25, 6 * sqrt (n * 0.25 * 0.75));
  fixture_clear (&fixture);

  fixture_init (&fixture, vgg_dropout_new ("dropout", 40, 0.5f), 3, 2, 0);
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
