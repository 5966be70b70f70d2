/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Outside training a convolution does the work of the batch normalisation after it, unless its own
 * output is asked for. Every plan gives the same logits. */

#include <math.h>

#include "engine/vgg-network.h"
#include "engine/vgg-threads.h"

#define N_CLASSES 3

static const VggArchitecture normalised = {
  .depth = 11,
  .batch_norm = TRUE,
  .width_eighths = 3, /* 24 channels: not a whole number of blocks of 16 */
  .input_width = 32,
  .input_height = 32,
  .head = VGG_HEAD_REFERENCE,
  .n_classes = N_CLASSES,
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

static void
check_logits_equal (const float *a, const float *b, guint n)
{
  for (guint i = 0; i < n * N_CLASSES; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-4 * MAX (1, fabs (a[i])));
}

/* Numbers that no batch normalisation starts with. */
static void
fill_norms (VggNetwork *network)
{
  guint n_parameters;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n_parameters);
  VggRandom random;

  vgg_random_init (&random, 6);
  for (guint i = 0; i < n_parameters; i++)
    {
      VggParameter *parameter = parameters[i];
      gboolean positive = g_str_has_suffix (parameter->name, ".variance") ||
                          g_str_has_suffix (parameter->name, ".gamma");

      for (gsize k = 0; !parameter->decays && k < vgg_shape_elements (&parameter->shape); k++)
        parameter->value[k] = positive ? vgg_random_range (&random, 0.25, 2)
                                       : vgg_random_range (&random, -0.5, 0.5);
    }
  vgg_network_values_changed (network);
}

static void
test_fold (void)
{
  const guint n = 2;
  g_autoptr (VggNetwork) network = NULL;
  g_autoptr (VggNetwork) training = NULL;
  g_autofree float *input = make_input (&normalised, n, 5);
  g_autofree float *logits = NULL;
  VggRandom random;

  network = build (&normalised, 0, n, FALSE);
  fill_norms (network);
  logits = g_memdup2 (vgg_network_forward (network, input, n, FALSE, NULL),
                      n * N_CLASSES * sizeof (float));

  for (guint l = 1; l < vgg_network_get_n_layers (network); l++)
    {
      VggLayerInfo info;
      g_autofree float *conv = NULL;
      const float *output;
      const float *values[4];
      static const char *const suffixes[] = { "gamma", "beta", "mean", "variance" };
      gsize plane;

      vgg_network_get_layer_info (network, l, &info);
      if (!g_str_equal (info.type, "batch_norm"))
        continue;

      for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
        {
          g_autofree char *name = g_strdup_printf ("%s.%s", info.name, suffixes[i]);

          values[i] = vgg_network_find_parameter (network, name)->value;
        }

      vgg_network_get_layer_info (network, l - 1, &info);
      conv = g_memdup2 (vgg_network_layer_output (network, info.name, input, n),
                        n * vgg_shape_elements (&info.output) * sizeof (float));
      vgg_network_get_layer_info (network, l, &info);
      output = vgg_network_layer_output (network, info.name, input, n);
      plane = info.output.dimensions[1] * info.output.dimensions[2];

      for (gsize i = 0; i < n * vgg_shape_elements (&info.output); i++)
        {
          gsize c = i / plane % info.output.dimensions[0];
          double expected = values[0][c] * (conv[i] - values[2][c]) / sqrt (values[3][c] + 1e-5) +
                            values[1][c];

          g_assert_cmpfloat_with_epsilon (output[i], MAX (expected, 0),
                                          1e-4 * MAX (1, fabs (expected)));
        }
    }

  check_logits_equal (logits, vgg_network_forward (network, input, n, FALSE, NULL), n);

  for (guint frozen = 0; frozen <= 8; frozen += 4)
    {
      g_clear_pointer (&training, vgg_network_free);
      training = build (&normalised, frozen, n, TRUE);
      fill_norms (training);
      check_logits_equal (logits, vgg_network_forward (training, input, n, FALSE, NULL), n);

      /* With all of them frozen, a pass of training changes no statistics. */
      if (frozen == 8)
        {
          vgg_random_init (&random, 1);
          vgg_network_forward (training, input, n, TRUE, &random);
          check_logits_equal (logits, vgg_network_forward (training, input, n, FALSE, NULL), n);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  vgg_threads_set (2);

  g_test_add_func ("/network-fold/layers-and-logits", test_fold);

  return g_test_run ();
}
