/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network.h"

#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-loss.h"
#include "engine/vgg-threads.h"

#define N_CLASSES 3

static const VggArchitecture small = {
  .depth = 11,
  .width_eighths = 1,
  .input_width = 32,
  .input_height = 32,
  .head = VGG_HEAD_REFERENCE,
  .n_classes = N_CLASSES,
  .dropout = 0.0f,
  .l2 = 0.01f,
};

static VggNetwork *
build (const VggArchitecture *architecture, guint frozen, guint batch, gboolean training)
{
  const VggPlanOptions options = { .batch = batch, .training = training };
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  vgg_network_freeze (network, frozen);
  g_assert_true (vgg_network_plan (network, &options, &error));
  g_assert_no_error (error);

  return network;
}

static float *
make_input (const VggArchitecture *architecture, guint n, guint64 seed)
{
  gsize size = (gsize) n * 3 * architecture->input_width * architecture->input_height;
  float *input = g_new (float, size);
  VggRandom random;

  vgg_random_init (&random, seed);
  for (gsize i = 0; i < size; i++)
    input[i] = vgg_random_range (&random, -1, 1);

  return input;
}

/* The trained objective, L2 penalty included, in double precision. */
static double
objective (VggNetwork *network, const float *input, guint n, float *gradient)
{
  guint n_parameters;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n_parameters);
  g_autofree guint *labels = g_new (guint, n);
  VggLossResult result;
  VggRandom random;
  double penalty = 0;

  /* The same draws for dropout every time. */
  vgg_random_init (&random, 3);
  for (guint i = 0; i < n; i++)
    labels[i] = i % N_CLASSES;

  vgg_loss_softmax_cross_entropy (vgg_network_forward (network, input, n, TRUE, &random), labels, n,
                                  N_CLASSES, NULL, gradient, &result);

  for (guint i = 0; i < n_parameters; i++)
    for (gsize k = 0; parameters[i]->l2 > 0 && k < vgg_shape_elements (&parameters[i]->shape); k++)
      penalty += (double) parameters[i]->l2 * parameters[i]->value[k] * parameters[i]->value[k];

  return result.objective + penalty;
}

/* Moves each parameter along its own gradient, by a distance that changes the objective by about
 * `change`, and compares the slope met with the gradient's norm. Along a random direction the
 * slope would drown in the rounding of the logits. */
static void
check_slopes (const VggArchitecture *architecture, guint frozen, double change, double tolerance)
{
  const guint n = 4;
  g_autoptr (VggNetwork) network = build (architecture, frozen, n + 1, TRUE);
  g_autofree float *input = make_input (architecture, n, 2);
  g_autofree float *gradient = g_new (float, n *N_CLASSES);
  guint n_parameters;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n_parameters);
  guint n_checked = 0;

  objective (network, input, n, gradient);
  vgg_network_backward (network, gradient, n);

  for (guint i = 0; i < n_parameters; i++)
    {
      VggParameter *parameter = parameters[i];
      gsize size = vgg_shape_elements (&parameter->shape);
      g_autofree float *saved = g_memdup2 (parameter->value, size * sizeof (float));
      gboolean cancels = architecture->batch_norm && g_str_has_prefix (parameter->name, "block") &&
                         g_str_has_suffix (parameter->name, ".bias");
      double squares = 0;
      double moved = 0;
      double sides[2];

      g_assert_true ((parameter->gradient != NULL) == parameter->trainable);

      if (parameter->gradient == NULL)
        continue;

      /* A bias before a batch normalisation has no effect. */
      if (cancels)
        {
          for (gsize k = 0; k < size; k++)
            g_assert_cmpfloat (parameter->gradient[k], ==, 0);
          continue;
        }

      for (gsize k = 0; k < size; k++)
        squares += (double) parameter->gradient[k] * parameter->gradient[k];

      for (guint side = 0; side < 2; side++)
        {
          double step = (side == 0 ? 1 : -1) * change / squares;

          for (gsize k = 0; k < size; k++)
            {
              parameter->value[k] = saved[k] + step * parameter->gradient[k];
              moved += fabs ((double) parameter->value[k] - saved[k]) *
                       fabs (parameter->gradient[k]);
            }
          sides[side] = objective (network, input, n, NULL);
        }
      memcpy (parameter->value, saved, size * sizeof (float));

      /* moved: what the gradient says the two steps together change. */
      g_test_message ("%s: %.5f", parameter->name, (sides[0] - sides[1]) / moved);
      g_assert_cmpfloat_with_epsilon ((sides[0] - sides[1]) / moved, 1, tolerance);
      n_checked++;
    }

  g_assert_cmpuint (n_checked, >=, 2);
}

static void
test_gradient (void)
{
  VggArchitecture architecture = small;

  check_slopes (&architecture, 0, 3e-4, 0.04);

  architecture.dropout = 0.5f;
  check_slopes (&architecture, 0, 3e-4, 0.04);

  architecture.head = VGG_HEAD_LIGHT;
  architecture.input_width = 37;
  architecture.input_height = 50;
  check_slopes (&architecture, 0, 3e-4, 0.04);

  architecture.batch_norm = TRUE;
  architecture.dropout = 0.0f;
  check_slopes (&architecture, 0, 3e-4, 0.04);
}

static void
test_gradient_frozen (void)
{
  VggArchitecture architecture = small;

  check_slopes (&architecture, 4, 3e-4, 0.04);
  check_slopes (&architecture, 8, 3e-4, 0.04);

  architecture.batch_norm = TRUE;
  architecture.head = VGG_HEAD_LIGHT;
  check_slopes (&architecture, 5, 3e-4, 0.04);
  check_slopes (&architecture, 99, 3e-4, 0.04);
}

static void
test_gradient_classic (void)
{
  VggArchitecture architecture = small;

  architecture.head = VGG_HEAD_CLASSIC;
  check_slopes (&architecture, 8, 3e-4, 0.04);
}

/* Of a layer that trains in both, the gradient does not depend on where the freezing ends. */
static void
test_freeze_point (void)
{
  const guint n = 3;
  g_autoptr (VggNetwork) whole = build (&small, 0, n, TRUE);
  g_autofree float *input = make_input (&small, n, 2);
  g_autofree float *gradient = g_new (float, n *N_CLASSES);

  objective (whole, input, n, gradient);
  vgg_network_backward (whole, gradient, n);

  for (guint frozen = 1; frozen <= 8; frozen++)
    {
      g_autoptr (VggNetwork) network = build (&small, frozen, n, TRUE);
      guint n_parameters;
      VggParameter *const *parameters = vgg_network_get_parameters (network, &n_parameters);

      g_assert_cmpuint (vgg_network_get_n_frozen (network), ==, frozen);
      objective (network, input, n, gradient);
      vgg_network_backward (network, gradient, n);

      for (guint i = 0; i < n_parameters; i++)
        {
          VggParameter *expected = vgg_network_find_parameter (whole, parameters[i]->name);
          gsize size = vgg_shape_elements (&expected->shape);
          double difference = 0;
          double squares = 0;

          /* A convolution has a kernel and a bias. */
          g_assert_true (parameters[i]->trainable == (i >= 2 * frozen));
          if (parameters[i]->gradient == NULL)
            continue;

          for (gsize k = 0; k < size; k++)
            {
              difference += pow ((double) parameters[i]->gradient[k] - expected->gradient[k], 2);
              squares += pow (expected->gradient[k], 2);
            }
          g_assert_cmpfloat (difference, <=, 1e-10 * squares);
        }
    }
}

/* Frozen batch normalisations use and keep their running statistics; others move them. */
static void
test_frozen_statistics (void)
{
  VggArchitecture architecture = small;
  g_autoptr (VggNetwork) network = NULL;
  g_autofree float *input = NULL;
  guint n_parameters;
  VggParameter *const *parameters;

  architecture.batch_norm = TRUE;
  network = build (&architecture, 3, 2, TRUE);
  input = make_input (&architecture, 2, 4);
  objective (network, input, 2, NULL);
  parameters = vgg_network_get_parameters (network, &n_parameters);

  for (guint i = 0, convolution = 0; i < n_parameters; i++)
    {
      if (!g_str_has_suffix (parameters[i]->name, ".mean"))
        continue;
      convolution++;
      g_assert_true ((parameters[i]->value[0] == 0.0f) == (convolution <= 3));
    }
}

static gsize
count (guint depth, gboolean batch_norm, VggHead head, guint n_classes)
{
  const VggArchitecture architecture = {
    .depth = depth,
    .batch_norm = batch_norm,
    .width_eighths = 8,
    .input_width = 224,
    .input_height = 224,
    .head = head,
    .n_classes = n_classes,
  };
  g_autoptr (VggNetwork) network = vgg_network_new (&architecture, NULL);

  return vgg_network_count_parameters (network);
}

/* The sums over the paper's table; torchvision counts the same. */
static void
test_counts (void)
{
  g_assert_cmpuint (count (11, FALSE, VGG_HEAD_LIGHT, 0), ==, 9220480);
  g_assert_cmpuint (count (13, FALSE, VGG_HEAD_LIGHT, 0), ==, 9404992);
  g_assert_cmpuint (count (16, FALSE, VGG_HEAD_LIGHT, 0), ==, 14714688);
  g_assert_cmpuint (count (19, FALSE, VGG_HEAD_LIGHT, 0), ==, 20024384);

  /* Batch normalisation: two numbers for each of VGG19's 5,504 channels. */
  g_assert_cmpuint (count (19, TRUE, VGG_HEAD_LIGHT, 0), ==, 20024384 + 2 * 5504);

  g_assert_cmpuint (count (19, FALSE, VGG_HEAD_CLASSIC, 1000), ==, 143667240);
  g_assert_cmpuint (count (19, FALSE, VGG_HEAD_LIGHT, 7), ==, 20024384 + 513 * 7);
  g_assert_cmpuint (count (19, FALSE, VGG_HEAD_REFERENCE, 3), ==,
                    20024384 + 25089 * 128 + 129 * 128 + 129 * 3);
}

static void
test_layers (void)
{
  static const char *const expected[] = {
    "block1_conv1 convolution (8, 50, 38) 224",
    "block1_conv1_bn batch_norm (8, 50, 38) 16",
    "block1_pool max_pool (8, 25, 19) 0",
    "block2_conv1 convolution (16, 25, 19) 1168",
  };
  VggArchitecture architecture = small;
  g_autoptr (VggNetwork) network = NULL;
  VggLayerInfo info;
  guint n_layers;

  architecture.batch_norm = TRUE;
  architecture.input_width = 38;
  architecture.input_height = 50;
  network = vgg_network_new (&architecture, NULL);
  vgg_network_freeze (network, 1);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *shape = NULL;
      g_autofree char *line = NULL;

      vgg_network_get_layer_info (network, i, &info);
      shape = vgg_shape_to_string (&info.output);
      line = g_strdup_printf ("%s %s %s %" G_GSIZE_FORMAT, info.name, info.type, shape,
                              info.parameters);
      g_assert_cmpstr (line, ==, expected[i]);
      g_assert_true (info.frozen == (i < 2));
    }

  n_layers = vgg_network_get_n_layers (network);
  g_assert_cmpuint (n_layers, ==, 8 + 8 + 5 + 6);
  vgg_network_get_layer_info (network, n_layers - 1, &info);
  g_assert_cmpstr (info.name, ==, "logits");
  g_assert_cmpstr (info.type, ==, "dense");
  g_assert_cmpuint (info.output.dimensions[0], ==, N_CLASSES);
  g_assert_null (vgg_network_find_parameter (network, "block9_conv1.kernel"));
}

static void
assert_deviation (VggNetwork *network, const char *name, double expected)
{
  const VggParameter *parameter = vgg_network_find_parameter (network, name);
  gsize n = vgg_shape_elements (&parameter->shape);
  double squares = 0;

  for (gsize i = 0; i < n; i++)
    squares += pow (parameter->value[i], 2);

  /* Six standard errors of a normal distribution's deviation; a uniform one's is smaller. */
  g_assert_cmpfloat_with_epsilon (sqrt (squares / n), expected, 6 * expected / sqrt (2.0 * n));
}

static void
test_initialize (void)
{
  VggArchitecture architecture = small;
  g_autoptr (VggNetwork) network = NULL;
  g_autoptr (VggNetwork) other = NULL;
  VggParameter *const *parameters;
  guint n;

  architecture.batch_norm = TRUE;
  network = vgg_network_new (&architecture, NULL);
  other = vgg_network_new (&architecture, NULL);

  vgg_network_initialize (network, VGG_INITIALIZATION_GLOROT, 1);
  assert_deviation (network, "block5_conv2.kernel", sqrt (2.0 / (64 * 9 + 64 * 9)));
  assert_deviation (network, "dense_1.kernel", sqrt (2.0 / (64 + 128)));
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  assert_deviation (network, "block5_conv2.kernel", sqrt (2.0 / (64 * 9)));
  assert_deviation (network, "dense_1.kernel", sqrt (2.0 / 64));

  /* A head drawn alone is that of the whole network, and nothing else is touched. */
  vgg_network_initialize_head (other, VGG_INITIALIZATION_HE, 1);
  parameters = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggParameter *a = parameters[i];
      const VggParameter *b = vgg_network_find_parameter (other, a->name);
      gsize bytes = vgg_shape_elements (&a->shape) * sizeof (float);

      if (g_str_has_prefix (a->name, "block") && g_str_has_suffix (a->name, ".kernel"))
        g_assert_cmpfloat (b->value[0], ==, 0);
      else
        g_assert_cmpmem (a->value, bytes, b->value, bytes);

      if (g_str_has_suffix (a->name, ".gamma") || g_str_has_suffix (a->name, ".variance"))
        g_assert_cmpfloat (a->value[0], ==, 1);
      if (g_str_has_suffix (a->name, ".bias") || g_str_has_suffix (a->name, ".mean"))
        g_assert_cmpfloat (a->value[0], ==, 0);
    }
}

static void
test_rate_decay (void)
{
  static const struct
  {
    const char *name;
    double rate;
  } expected[] = {
    { "block1_conv1.kernel", 0.6 * 0.6 * 0.6 * 0.6 },
    { "block1_conv1_bn.gamma", 0.6 * 0.6 * 0.6 * 0.6 },
    { "block2_conv1.bias", 0.6 * 0.6 * 0.6 },
    { "block3_conv1.kernel", 0.6 * 0.6 },
    { "block3_conv2.kernel", 0.6 * 0.6 },
    { "block4_conv2_bn.beta", 0.6 },
    { "block5_conv1.kernel", 1 },
    { "dense_1.kernel", 1 },
    { "logits.bias", 1 },
  };
  VggArchitecture architecture = small;
  g_autoptr (VggNetwork) network = NULL;

  architecture.batch_norm = TRUE;
  network = vgg_network_new (&architecture, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const VggParameter *parameter = vgg_network_find_parameter (network, expected[i].name);

      g_assert_cmpfloat (parameter->rate, ==, 1);
      vgg_network_set_rate_decay (network, 0.6f);
      g_assert_cmpfloat_with_epsilon (parameter->rate, expected[i].rate, 1e-6);
      vgg_network_set_rate_decay (network, 1);
    }
}

/* Three steps down the gradient; returns all parameters. */
static float *
train (const VggArchitecture *architecture, gsize *n_values)
{
  const guint batch = 5;
  g_autoptr (VggNetwork) network = build (architecture, 0, batch, TRUE);
  g_autofree float *input = make_input (architecture, batch, 8);
  g_autofree float *gradient = g_new (float, batch *N_CLASSES);
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);
  GArray *values = g_array_new (FALSE, FALSE, sizeof (float));

  for (guint step = 0; step < 3; step++)
    {
      objective (network, input, batch, gradient);
      vgg_network_backward (network, gradient, batch);
      for (guint i = 0; i < n; i++)
        for (gsize k = 0;
             parameters[i]->gradient != NULL && k < vgg_shape_elements (&parameters[i]->shape); k++)
          parameters[i]->value[k] -= 0.01f * parameters[i]->gradient[k];
    }

  for (guint i = 0; i < n; i++)
    g_array_append_vals (values, parameters[i]->value, vgg_shape_elements (&parameters[i]->shape));

  *n_values = values->len;

  return (float *) g_array_free (values, FALSE);
}

static gpointer
keep_pool_busy (gpointer data)
{
  gsize n;
  g_autofree float *values = train (data, &n);

  return NULL;
}

/* Bit for bit, also while another network keeps the pool busy. */
static void
test_determinism (void)
{
  VggArchitecture architecture = small;

  architecture.batch_norm = TRUE;
  architecture.dropout = 0.5f;

  for (guint n_threads = 1; n_threads <= 3; n_threads++)
    {
      gsize n_a, n_b;
      g_autofree float *a = NULL;
      g_autofree float *b = NULL;
      GThread *other;

      vgg_threads_set (n_threads);
      a = train (&architecture, &n_a);
      other = g_thread_new ("busy", keep_pool_busy, &architecture);
      b = train (&architecture, &n_b);
      g_thread_join (other);
      g_assert_cmpmem (a, n_a * sizeof (float), b, n_b * sizeof (float));
    }

  vgg_threads_set (2);
}

static void
assert_close (const float *a, const float *b, gsize n)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-5 * MAX (1, fabs (a[i])));
}

/* What is computed of a picture depends neither on the batch it is in nor on the plan. At 512
 * pixels and full width a batch of 3 runs in slices of one picture. */
static void
test_slices (void)
{
  VggArchitecture architecture = small;
  const gsize picture = 3 * 512 * 512;
  g_autoptr (VggNetwork) network = NULL;
  g_autoptr (VggNetwork) training = NULL;
  g_autofree float *input = NULL;
  g_autofree float *logits = NULL;

  architecture.input_width = architecture.input_height = 512;
  architecture.width_eighths = 4;
  architecture.head = VGG_HEAD_LIGHT;
  input = make_input (&architecture, 3, 5);
  network = build (&architecture, 0, 3, FALSE);
  logits = g_memdup2 (vgg_network_forward (network, input, 3, FALSE, NULL),
                      3 * N_CLASSES * sizeof (float));

  for (guint i = 0; i < 3; i++)
    assert_close (vgg_network_forward (network, input + i * picture, 1, FALSE, NULL),
                  logits + i * N_CLASSES, N_CLASSES);

  training = build (&architecture, 6, 3, TRUE);
  assert_close (vgg_network_forward (training, input, 2, FALSE, NULL), logits, 2 * N_CLASSES);
}

static void
test_layer_output (void)
{
  g_autoptr (VggNetwork) network = build (&small, 0, 3, FALSE);
  g_autofree float *input = make_input (&small, 3, 5);
  VggArchitecture headless = small;
  g_autoptr (VggNetwork) features = NULL;
  g_autofree float *pool = NULL;

  headless.n_classes = 0;
  features = build (&headless, 0, 3, FALSE);
  pool = g_memdup2 (vgg_network_layer_output (network, "block5_pool", input, 3),
                    3 * 64 * sizeof (float));

  /* A network without a head ends there. */
  assert_close (vgg_network_forward (features, input, 3, FALSE, NULL), pool, 3 * 64);
  assert_close (vgg_network_layer_output (network, "flatten", input, 3), pool, 3 * 64);
  g_assert_null (vgg_network_layer_output (network, "block6_pool", input, 3));
}

/* The estimate is what is taken, and holds at least what a training pass cannot do without. */
static void
test_bytes (void)
{
  for (guint training = 0; training < 2; training++)
    for (guint frozen = 0; frozen <= 16; frozen += 4)
      {
        const VggPlanOptions options = { .batch = 4, .training = training };
        VggArchitecture architecture = small;
        g_autoptr (VggNetwork) network = NULL;
        gsize floats;

        architecture.depth = 19;
        architecture.batch_norm = TRUE;
        network = vgg_network_new (&architecture, NULL);
        vgg_network_freeze (network, frozen);
        floats = vgg_network_count_parameters (network);
        g_assert_cmpuint (vgg_network_get_bytes (network), >=, floats * sizeof (float));

        if (training)
          {
            floats += vgg_network_count_trainable (network);
            for (guint l = 0; l < vgg_network_get_n_layers (network); l++)
              {
                VggLayerInfo info;

                vgg_network_get_layer_info (network, l, &info);
                if (!info.frozen && g_str_has_prefix (info.name, "block") && frozen < 16)
                  floats += g_str_has_suffix (info.name, "pool")
                              ? 0
                              : 4 * vgg_shape_elements (&info.output);
              }
          }

        g_assert_cmpuint (vgg_network_estimate_bytes (network, &options), >=,
                          floats * sizeof (float));
        g_assert_true (vgg_network_plan (network, &options, NULL));
        g_assert_cmpuint (vgg_network_get_bytes (network), ==,
                          vgg_network_estimate_bytes (network, &options));
      }
}

/* Terabytes, and more than can be counted: an error, and the network lives on. */
static void
test_too_large (void)
{
  const VggPlanOptions fits = { .batch = 1 };
  VggArchitecture architecture = small;
  g_autoptr (VggNetwork) network = NULL;
  g_autofree float *input = NULL;

  architecture.input_width = architecture.input_height = 2048;
  architecture.head = VGG_HEAD_LIGHT;
  network = vgg_network_new (&architecture, NULL);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);

  for (guint batch = 100000; batch >= 1000; batch /= 10)
    {
      const VggPlanOptions options = { .batch = batch, .training = TRUE };
      g_autoptr (GError) error = NULL;

      g_assert_false (vgg_network_plan (network, &options, &error));
      g_assert_error (error, VGG_ERROR, VGG_ERROR_MEMORY);
    }

  g_assert_true (vgg_network_plan (network, &fits, NULL));
  /* Two buffers of 2048 x 2048 pixels, 16 channels each, and little else. */
  g_assert_cmpuint (vgg_network_estimate_bytes (network, &fits), <, 600 * 1000 * 1000);
}

static void
test_refused (void)
{
  VggArchitecture architecture = small;
  g_autoptr (GError) error = NULL;

  architecture.depth = 12;
  g_assert_null (vgg_network_new (&architecture, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE);
}

/* A picture with NaN in it gives NaN, rather than a number that looks right. */
static void
test_nan (void)
{
  g_autoptr (VggNetwork) network = build (&small, 0, 1, FALSE);
  g_autofree float *input = make_input (&small, 1, 5);

  input[100] = NAN;
  g_assert_true (isnan (vgg_network_forward (network, input, 1, FALSE, NULL)[0]));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vgg_threads_set (2);

  g_test_add_func ("/network/gradient/whole", test_gradient);
  g_test_add_func ("/network/gradient/frozen", test_gradient_frozen);
  g_test_add_func ("/network/gradient/classic", test_gradient_classic);
  g_test_add_func ("/network/freeze-point", test_freeze_point);
  g_test_add_func ("/network/frozen-statistics", test_frozen_statistics);
  g_test_add_func ("/network/counts", test_counts);
  g_test_add_func ("/network/layers", test_layers);
  g_test_add_func ("/network/initialize", test_initialize);
  g_test_add_func ("/network/rate-decay", test_rate_decay);
  g_test_add_func ("/network/determinism", test_determinism);
  g_test_add_func ("/network/slices", test_slices);
  g_test_add_func ("/network/layer-output", test_layer_output);
  g_test_add_func ("/network/bytes", test_bytes);
  g_test_add_func ("/network/too-large", test_too_large);
  g_test_add_func ("/network/refused", test_refused);
  g_test_add_func ("/network/nan", test_nan);

  return g_test_run ();
}
