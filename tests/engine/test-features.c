/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passes that begin with the frozen layers' output, and what else a network tells of its plan and
 * its passes. */

#include <math.h>
#include <string.h>

#include "engine/vgg-half.h"
#include "engine/vgg-network-private.h"
#include "engine/vgg-threads.h"

#define BATCH 4
#define N_CLASSES 3
#define N_CONVOLUTIONS 8

static const VggArchitecture plain = {
  .depth = 11,
  .width_eighths = 1,
  .input_width = 38,
  .input_height = 50,
  .head = VGG_HEAD_LIGHT,
  .n_classes = N_CLASSES,
};

static const VggArchitecture normalised = {
  .depth = 11,
  .batch_norm = TRUE,
  .width_eighths = 3, /* 24 channels: not a whole number of blocks of 16 */
  .input_width = 32,
  .input_height = 32,
  .head = VGG_HEAD_REFERENCE,
  .n_classes = N_CLASSES,
  .dropout = 0.5f,
};

static const VggPlanOptions inference = { .batch = BATCH };
static const VggPlanOptions training = { .batch = BATCH, .training = TRUE };
static const VggPlanOptions from_features = {
  .batch = BATCH,
  .training = TRUE,
  .from_features = TRUE,
};

static void
plan (VggNetwork *network, const VggPlanOptions *options)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vgg_network_plan (network, options, &error));
  g_assert_no_error (error);
}

static VggNetwork *
build (const VggArchitecture *architecture, guint frozen)
{
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  vgg_network_freeze (network, frozen);

  return network;
}

static float *
make_input (const VggArchitecture *architecture, guint n)
{
  gsize size = (gsize) n * 3 * architecture->input_width * architecture->input_height;
  float *input = g_new (float, size);
  VggRandom random;

  vgg_random_init (&random, 7);
  for (gsize i = 0; i < size; i++)
    input[i] = vgg_random_range (&random, -1, 1);

  return input;
}

/* The layer that the features are the output of. */
static const char *
find_feature_layer (VggNetwork *network)
{
  VggLayerInfo info;
  const char *name = NULL;

  for (guint l = 0; l < vgg_network_get_n_layers (network); l++)
    {
      vgg_network_get_layer_info (network, l, &info);
      if (info.output.n_dimensions != 3 || (info.parameters > 0 && !info.frozen))
        break;
      name = info.name;
    }

  return name;
}

static void
check_features (VggNetwork *network, const float *input, guint n, const guint16 *features)
{
  const char *layer = find_feature_layer (network);
  const float *expected = vgg_network_layer_output (network, layer, input, n);
  gsize length = vgg_network_get_feature_length (network);
  VggShape shape;
  gsize plane;

  g_assert_true (vgg_network_get_feature_shape (network, &shape));
  plane = shape.dimensions[1] * shape.dimensions[2];
  g_assert_cmpuint (length, ==, (shape.dimensions[0] + 15) / 16 * 16 * plane);

  for (gsize i = 0; i < n * length; i++)
    {
      gsize picture = i / length;
      gsize channel = i % length / (plane * 16) * 16 + i % 16;
      gsize pixel = i / 16 % plane;
      float value = 0;

      if (channel >= shape.dimensions[0])
        g_assert_cmphex (features[i], ==, 0);
      else
        value = expected[(picture * shape.dimensions[0] + channel) * plane + pixel];

      /* Half of the last of eleven bits, or of the smallest number. */
      g_assert_cmpfloat_with_epsilon (vgg_half_to_float (features[i]), value,
                                      fabs (value) * 0x1p-11 + 0x1p-25);
    }

  for (gsize picture = 0; picture < n; picture++)
    {
      g_autofree float *means = g_new (float, shape.dimensions[0]);

      vgg_network_pool_features (network, features + picture * length, means);
      for (gsize c = 0; c < shape.dimensions[0]; c++)
        {
          const float *values = expected + (picture * shape.dimensions[0] + c) * plane;
          double sum = 0, sizes = 0;

          for (gsize i = 0; i < plane; i++)
            {
              sum += values[i];
              sizes += fabs (values[i]);
            }
          g_assert_cmpfloat_with_epsilon (means[c], sum / plane, sizes / plane * 0x1p-11 + 0x1p-24);
        }
    }
}

static void
check_logits (const float *a, const float *b, guint n, double tolerance)
{
  double difference = 0;
  double squares = 0;

  for (guint i = 0; i < n * N_CLASSES; i++)
    {
      difference = MAX (difference, fabs (a[i] - b[i]));
      squares += a[i] * a[i];
    }

  g_assert_cmpfloat (squares, >, 0);
  g_assert_cmpfloat (difference, <=, tolerance * sqrt (squares / (n * N_CLASSES)));
}

/* Features are the frozen layers' output, and a pass that begins with them is the one that begins
 * with the pictures. */
static void
check_round_trip (const VggArchitecture *architecture, guint frozen)
{
  const guint n = BATCH - 1;
  g_autoptr (VggNetwork) network = build (architecture, frozen);
  g_autofree float *input = make_input (architecture, n);
  g_autofree guint16 *features = g_new (guint16, n * vgg_network_get_feature_length (network));
  g_autofree float *logits = NULL;
  const guint16 *rows[BATCH];

  for (guint i = 0; i < n; i++)
    rows[i] = features + i * vgg_network_get_feature_length (network);

  plan (network, &inference);
  vgg_network_features (network, input, n, features);
  check_features (network, input, n, features);
  logits = g_memdup2 (vgg_network_forward (network, input, n, FALSE, NULL),
                      n * N_CLASSES * sizeof (float));

  plan (network, &from_features);
  check_logits (logits, vgg_network_forward_features (network, rows, n, FALSE, NULL), n, 5e-3);

  /* Pictures in another order. */
  rows[0] = features + vgg_network_get_feature_length (network);
  check_logits (logits + N_CLASSES, vgg_network_forward_features (network, rows, 1, FALSE, NULL), 1,
                5e-3);
}

static void
test_round_trip (void)
{
  for (guint frozen = 1; frozen <= N_CONVOLUTIONS; frozen++)
    {
      check_round_trip (&plain, frozen);
      check_round_trip (&normalised, frozen);
    }
}

/* Gradients after a pass from features: those of a plan that keeps everything, bit for bit, and
 * those of the pass from pictures nearly. */
static void
check_gradients (const VggArchitecture *architecture, guint frozen)
{
  static const float logits_gradient[BATCH * N_CLASSES] = { 0.5f,  -0.25f, -0.25f, 0.1f,
                                                            -0.2f, 0.1f,   -0.3f,  0.3f };
  const guint n = BATCH - 1;
  g_autoptr (VggNetwork) network = build (architecture, frozen);
  g_autoptr (VggNetwork) whole = build (architecture, frozen);
  g_autofree float *input = make_input (architecture, n);
  g_autofree guint16 *features = g_new (guint16, n * vgg_network_get_feature_length (network));
  const guint16 *rows[BATCH];
  VggParameter *const *parameters;
  VggRandom random;
  guint n_parameters;

  for (guint i = 0; i < n; i++)
    rows[i] = features + i * vgg_network_get_feature_length (network);

  plan (whole, &training);
  vgg_network_features (whole, input, n, features);
  parameters = vgg_network_get_parameters (whole, &n_parameters);

  plan (network, &from_features);
  vgg_random_init (&random, 4);
  vgg_network_forward_features (network, rows, n, TRUE, &random);
  vgg_network_backward (network, logits_gradient, n);

  for (guint pass = 0; pass < 2; pass++)
    {
      vgg_random_init (&random, 4);
      if (pass == 0)
        vgg_network_forward_features (whole, rows, n, TRUE, &random);
      else
        vgg_network_forward (whole, input, n, TRUE, &random);
      vgg_network_backward (whole, logits_gradient, n);

      for (guint i = 0; i < n_parameters; i++)
        {
          const VggParameter *a = parameters[i];
          const VggParameter *b = vgg_network_find_parameter (network, a->name);
          gsize size = vgg_shape_elements (&a->shape);
          double difference = 0;
          double squares = 0;

          g_assert_true ((a->gradient == NULL) == (b->gradient == NULL));

          /* The gradient of a bias before a batch normalisation is rounding alone. */
          if (a->gradient == NULL ||
              (architecture->batch_norm && g_str_has_prefix (a->name, "block") &&
               g_str_has_suffix (a->name, ".bias")))
            continue;

          if (pass == 0)
            g_assert_cmpmem (a->gradient, size * sizeof (float), b->gradient,
                             size * sizeof (float));

          for (gsize k = 0; k < size; k++)
            {
              difference += pow ((double) a->gradient[k] - b->gradient[k], 2);
              squares += pow (a->gradient[k], 2);
            }
          /* Rounding changes which of nearly equal pixels a pool chooses. */
          g_assert_cmpfloat (difference, <=, pow (0.15, 2) * squares);
        }
    }
}

static void
test_gradients (void)
{
  for (guint frozen = 1; frozen <= N_CONVOLUTIONS; frozen += frozen == 1 ? 2 : 5)
    {
      check_gradients (&plain, frozen);
      check_gradients (&normalised, frozen);
    }
}

static void
test_shape (void)
{
  g_autoptr (VggNetwork) network = build (&plain, 0);
  VggShape shape;

  g_assert_false (vgg_network_get_feature_shape (network, &shape));
  g_assert_cmpuint (vgg_network_get_feature_length (network), ==, 0);

  /* After conv1 and the pool that follows it: 8 channels take a block of 16. */
  vgg_network_freeze (network, 1);
  g_assert_true (vgg_network_get_feature_shape (network, &shape));
  g_assert_true (vgg_shape_equal (&shape, &(VggShape){ 3, { 8, 25, 19 } }));
  g_assert_cmpuint (vgg_network_get_feature_length (network), ==, 16 * 25 * 19);

  /* Between the two convolutions of block 3. */
  vgg_network_freeze (network, 3);
  g_assert_true (vgg_network_get_feature_shape (network, &shape));
  g_assert_true (vgg_shape_equal (&shape, &(VggShape){ 3, { 32, 12, 9 } }));

  vgg_network_freeze (network, 99);
  g_assert_true (vgg_network_get_feature_shape (network, &shape));
  g_assert_true (vgg_shape_equal (&shape, &(VggShape){ 3, { 64, 1, 1 } }));
  g_assert_cmpuint (vgg_network_get_feature_length (network), ==, 64);
}

/* What half precision cannot hold. */
static void
test_extremes (void)
{
  g_autoptr (VggNetwork) network = build (&plain, 1);
  g_autofree float *input = make_input (&plain, 1);
  gsize length = vgg_network_get_feature_length (network);
  g_autofree guint16 *features = g_new (guint16, length);

  vgg_network_find_parameter (network, "block1_conv1.bias")->value[2] = 1e6f;
  plan (network, &inference);
  vgg_network_features (network, input, 1, features);
  for (gsize i = 0; i < length; i += 16)
    g_assert_cmphex (features[i + 2], ==, 0x7bff);

  input[0] = NAN;
  vgg_network_features (network, input, 1, features);
  g_assert_true (isnan (vgg_half_to_float (features[0])));
  g_assert_false (isnan (vgg_half_to_float (features[16 * 5])));
}

/* Frozen layers take nothing, and the estimate is what is taken. */
static void
test_bytes (void)
{
  for (guint frozen = 1; frozen <= N_CONVOLUTIONS; frozen++)
    {
      g_autoptr (VggNetwork) network = build (&normalised, frozen);
      gsize bytes;

      plan (network, &training);
      bytes = vgg_network_get_bytes (network);
      plan (network, &from_features);
      g_assert_cmpuint (vgg_network_get_bytes (network), <, bytes);
      g_assert_cmpuint (vgg_network_get_bytes (network), ==,
                        vgg_network_estimate_bytes (network, &from_features));
    }
}

/* A plan to features gives the same ones, and takes nothing for the layers that train. */
static void
test_to_features (void)
{
  static const VggPlanOptions to_features = { .batch = BATCH, .to_features = TRUE };

  for (guint frozen = 1; frozen <= N_CONVOLUTIONS; frozen++)
    {
      g_autoptr (VggNetwork) network = build (&normalised, frozen);
      g_autofree float *input = make_input (&normalised, BATCH);
      gsize n = BATCH * vgg_network_get_feature_length (network);
      g_autofree guint16 *expected = g_new (guint16, n);
      g_autofree guint16 *features = g_new (guint16, n);
      gsize bytes;

      plan (network, &inference);
      bytes = vgg_network_get_bytes (network);
      vgg_network_features (network, input, BATCH, expected);
      plan (network, &to_features);
      vgg_network_features (network, input, BATCH, features);
      g_assert_cmpmem (features, n * sizeof *features, expected, n * sizeof *expected);
      g_assert_cmpuint (vgg_network_get_bytes (network), <, bytes);
      g_assert_cmpuint (vgg_network_get_bytes (network), ==,
                        vgg_network_estimate_bytes (network, &to_features));
    }
}

/* Kernels that were written to count from the next pass on, also those that do not train. */
static void
test_values_changed (void)
{
  g_autoptr (VggNetwork) network = build (&plain, N_CONVOLUTIONS);
  g_autofree float *input = make_input (&plain, 1);
  g_autofree float *before = NULL;
  guint64 version;

  plan (network, &inference);
  before = g_memdup2 (vgg_network_forward (network, input, 1, FALSE, NULL),
                      N_CLASSES * sizeof (float));

  for (guint i = 1; i <= N_CONVOLUTIONS; i += N_CONVOLUTIONS - 1)
    {
      const char *name = i == 1 ? "block1_conv1.kernel" : "block5_conv2.kernel";
      VggParameter *kernel = vgg_network_find_parameter (network, name);

      for (gsize k = 0; k < vgg_shape_elements (&kernel->shape); k++)
        kernel->value[k] *= 2;
    }
  vgg_network_values_changed (network);

  /* Without biases a network of convolutions, ReLU and pools is homogeneous. */
  for (guint i = 0; i < N_CLASSES; i++)
    before[i] *= 4;
  check_logits (before, vgg_network_forward (network, input, 1, FALSE, NULL), 1, 1e-5);

  version = network->values_version;
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 2);
  g_assert_cmpuint (network->values_version, >, version);

  version = network->values_version;
  plan (network, &training);
  g_assert_cmpuint (network->values_version, >, version);
}

static void
check_description (const VggPlanOptions *options, guint frozen)
{
  g_autoptr (VggNetwork) network = build (&normalised, frozen);
  g_autoptr (GArray) rows = NULL;
  VggShape shape;
  guint boundary = 0;
  guint next = 0;
  VggLayerInfo info;

  plan (network, options);
  rows = vgg_network_describe_plan (network);

  if (vgg_network_get_feature_shape (network, &shape))
    {
      const char *name = find_feature_layer (network);

      do
        vgg_network_get_layer_info (network, boundary++, &info);
      while (strcmp (info.name, name) != 0);
    }

  for (guint l = options->from_features ? boundary : 0; l < vgg_network_get_n_layers (network); l++)
    {
      const VggPlanRow *row = &g_array_index (rows, VggPlanRow, next++);

      vgg_network_get_layer_info (network, l, &info);
      g_assert_cmpstr (row->layer, ==, info.name);
      g_assert_cmpint (row->pass, ==, VGG_PASS_FORWARD);
      g_assert_true ((row->algorithm != NULL) == g_str_equal (info.type, "convolution"));
    }

  for (guint l = vgg_network_get_n_layers (network); options->training && l-- > boundary;)
    {
      gboolean is_conv;

      vgg_network_get_layer_info (network, l, &info);
      is_conv = g_str_equal (info.type, "convolution");

      /* Where all convolutions are frozen, nothing trains before the first dense layer. */
      if (frozen >= N_CONVOLUTIONS && g_str_equal (info.type, "flatten"))
        continue;

      for (guint i = is_conv ? 0 : 1; i < (is_conv && l == boundary ? 1 : 2); i++)
        {
          const VggPlanRow *row = &g_array_index (rows, VggPlanRow, next++);

          g_assert_cmpuint (next, <=, rows->len);
          g_assert_cmpstr (row->layer, ==, info.name);
          g_assert_cmpint (row->pass, ==,
                           i == 0 ? VGG_PASS_KERNEL_GRADIENT : VGG_PASS_INPUT_GRADIENT);
        }
    }

  g_assert_cmpuint (next, ==, rows->len);
}

static void
test_describe (void)
{
  for (guint frozen = 0; frozen <= N_CONVOLUTIONS; frozen++)
    {
      check_description (&inference, frozen);
      check_description (&training, frozen);
      if (frozen > 0)
        check_description (&from_features, frozen);
    }
}

/* Times are those of the layers that run, and together no more than the passes took. */
static void
test_times (void)
{
  static const float logits_gradient[BATCH * N_CLASSES] = { 0.5f, -0.25f, -0.25f };
  g_autoptr (VggNetwork) network = build (&normalised, 2);
  g_autofree float *input = make_input (&normalised, BATCH);
  guint n_layers = vgg_network_get_n_layers (network);
  g_autofree VggLayerTimes *times = g_new0 (VggLayerTimes, n_layers);
  g_autofree VggLayerTimes *saved = NULL;
  VggRandom random;
  double start, sum = 0;

  vgg_random_init (&random, 4);
  plan (network, &training);
  vgg_network_set_times (network, times);
  start = vgg_profile_now ();
  vgg_network_forward (network, input, BATCH, TRUE, &random);
  vgg_network_backward (network, logits_gradient, BATCH);

  for (guint l = 0; l < n_layers; l++)
    for (guint p = 0; p < VGG_N_PASSES; p++)
      sum += times[l].seconds[p];
  g_assert_cmpfloat (sum, <=, vgg_profile_now () - start);

  for (guint l = 0; l < n_layers; l++)
    {
      const double *seconds = times[l].seconds;
      VggLayerInfo info;
      gboolean trains;

      vgg_network_get_layer_info (network, l, &info);
      trains = l >= vgg_network_find_boundary (network);
      g_assert_cmpfloat (seconds[VGG_PASS_FORWARD], >, 0);
      g_assert_true ((seconds[VGG_PASS_INPUT_GRADIENT] > 0) == trains);
      g_assert_true ((seconds[VGG_PASS_KERNEL_GRADIENT] > 0) ==
                     (trains && g_str_equal (info.type, "convolution")));
    }

  saved = g_memdup2 (times, n_layers * sizeof *times);
  vgg_network_set_times (network, NULL);
  vgg_network_forward (network, input, BATCH, FALSE, NULL);
  g_assert_cmpmem (saved, n_layers * sizeof *times, times, n_layers * sizeof *times);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vgg_threads_set (2);

  g_test_add_func ("/features/round-trip", test_round_trip);
  g_test_add_func ("/features/gradients", test_gradients);
  g_test_add_func ("/features/shape", test_shape);
  g_test_add_func ("/features/extremes", test_extremes);
  g_test_add_func ("/features/bytes", test_bytes);
  g_test_add_func ("/features/to-features", test_to_features);
  g_test_add_func ("/features/values-changed", test_values_changed);
  g_test_add_func ("/features/describe", test_describe);
  g_test_add_func ("/features/times", test_times);

  return g_test_run ();
}
