/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Activations, losses and gradients of three small networks against PyTorch's in double precision;
 * tests/golden/make-network-golden.py wrote the files. Minimal filtering with tiles of 6x6 pixels
 * rounds a single number by up to 7e-5 of the root of the mean square. */

#include <math.h>

#include "engine/vgg-loss.h"
#include "engine/vgg-tensor-file.h"
#include "golden-fixture.h"

#define BATCH 2
#define N_CLASSES 3

typedef struct
{
  const char *file;
  VggArchitecture architecture;
} Case;

static const Case cases[] = {
  { "network-reference.safetensors",
    { 11, FALSE, 1, 32, 32, VGG_HEAD_REFERENCE, N_CLASSES, 0.0f, 0.01f } },
  { "network-light-bn.safetensors",
    { 11, TRUE, 1, 64, 64, VGG_HEAD_LIGHT, N_CLASSES, 0.0f, 0.0f } },
  { "network-light-bn-w3.safetensors", /* 24 channels: not a whole number of blocks of 16 */
    { 11, TRUE, 3, 64, 64, VGG_HEAD_LIGHT, N_CLASSES, 0.0f, 0.0f } },
};

/* The file holds every value, or evenly spread ones of a large tensor. The largest difference may
 * be `tolerance` of the root of the mean square. */
static void
compare (VggTensorFile *file,
         const char *group,
         const char *name,
         const float *values,
         gsize n,
         double tolerance)
{
  g_autofree char *key = g_strconcat (group, "/", name, NULL);
  const VggTensor *expected = vgg_tensor_file_get (file, key);
  gsize n_expected, step;
  double largest = 0;
  double squares = 0;

  g_assert_nonnull (expected);
  n_expected = vgg_shape_elements (&expected->shape);
  step = (n + n_expected - 1) / n_expected;
  g_assert_cmpuint ((n + step - 1) / step, ==, n_expected);

  for (gsize i = 0; i < n_expected; i++)
    {
      largest = MAX (largest, fabs ((double) values[i * step] - expected->data[i]));
      squares += (double) expected->data[i] * expected->data[i];
      g_assert_true (isfinite (values[i * step]));
    }

  g_test_message ("%s: %.2g", key, largest / sqrt (squares / n_expected));
  g_assert_cmpfloat (largest, <=, tolerance * sqrt (squares / n_expected));
}

static VggNetwork *
build (const Case *golden, VggTensorFile **file, float **input)
{
  const VggPlanOptions options = { .batch = BATCH, .training = TRUE };
  gsize n_inputs = (gsize) BATCH * 3 * golden->architecture.input_width *
                   golden->architecture.input_height;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", golden->file, NULL);
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (&golden->architecture, &error);

  g_assert_no_error (error);
  *file = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);

  golden_fixture_fill_parameters (network);
  g_assert_true (vgg_network_plan (network, &options, &error));
  *input = g_new (float, n_inputs);
  golden_fixture_fill (*input, n_inputs, 1004, 2, 0);

  return network;
}

static void
test_activations (gconstpointer data)
{
  const Case *golden = data;
  g_autoptr (VggTensorFile) file = NULL;
  g_autofree float *input = NULL;
  g_autoptr (VggNetwork) network = build (golden, &file, &input);
  guint n_compared = 0;

  for (guint l = 0; l < vgg_network_get_n_layers (network); l++)
    {
      g_autofree char *key = NULL;
      VggLayerInfo info;

      vgg_network_get_layer_info (network, l, &info);
      key = g_strconcat ("evaluation/", info.name, NULL);
      if (vgg_tensor_file_get (file, key) == NULL)
        continue;

      compare (file, "evaluation", info.name,
               vgg_network_layer_output (network, info.name, input, BATCH),
               BATCH * vgg_shape_elements (&info.output), 5e-5);
      n_compared++;
    }

  /* At least all convolutions, pools and the logits. */
  g_assert_cmpuint (n_compared, >=, 8 + 5 + 1);
  compare (file, "evaluation", "logits", vgg_network_forward (network, input, BATCH, FALSE, NULL),
           BATCH * N_CLASSES, 5e-5);
}

static void
test_training (gconstpointer data)
{
  static const float class_weights[N_CLASSES] = { 0.5f, 2.0f, 1.5f };
  static const guint labels[BATCH] = { 2, 0 };
  const VggLossOptions loss = { .class_weights = class_weights, .label_smoothing = 0.1f };
  const Case *golden = data;
  g_autoptr (VggTensorFile) file = NULL;
  g_autofree float *input = NULL;
  g_autoptr (VggNetwork) network = build (golden, &file, &input);
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);
  float gradient[BATCH * N_CLASSES];
  VggLossResult result;
  VggRandom random;
  const float *logits;

  vgg_random_init (&random, 1);
  logits = vgg_network_forward (network, input, BATCH, TRUE, &random);
  compare (file, "training", "logits", logits, BATCH * N_CLASSES, 5e-5);

  vgg_loss_softmax_cross_entropy (logits, labels, BATCH, N_CLASSES, &loss, gradient, &result);
  compare (file, "training", "objective", (float[]){ result.objective }, 1, 1e-5);
  compare (file, "training", "cross_entropy", (float[]){ result.cross_entropy }, 1, 1e-5);
  compare (file, "gradient", "logits", gradient, BATCH * N_CLASSES, 2e-5);

  vgg_network_backward (network, gradient, BATCH);

  for (guint i = 0; i < n; i++)
    {
      const VggParameter *parameter = parameters[i];
      gsize size = vgg_shape_elements (&parameter->shape);
      gboolean cancels = golden->architecture.batch_norm &&
                         g_str_has_prefix (parameter->name, "block") &&
                         g_str_has_suffix (parameter->name, ".bias");

      /* A bias before a batch normalisation has no effect: its gradient is rounding alone. */
      if (parameter->statistic)
        compare (file, "statistic", parameter->name, parameter->value, size, 1e-5);
      else if (!cancels)
        compare (file, "gradient", parameter->name, parameter->gradient, size, 2e-4);
    }
}

static void
test_maps (gconstpointer data)
{
  static const guint classes[BATCH] = { 0, 2 };
  const VggPlanOptions options = { .batch = BATCH, .to_maps = TRUE };
  const Case *golden = data;
  g_autoptr (VggTensorFile) file = NULL;
  g_autofree float *input = NULL;
  g_autofree float *maps = NULL;
  g_autofree float *gradient = NULL;
  g_autoptr (VggNetwork) network = build (golden, &file, &input);
  float wanted[BATCH * N_CLASSES] = { 0 };
  VggShape shape;
  gsize n;

  g_assert_true (vgg_network_plan (network, &options, NULL));
  vgg_network_get_maps_shape (network, &shape);
  n = BATCH * vgg_shape_elements (&shape);
  maps = g_new (float, n);
  gradient = g_new (float, n);
  for (guint i = 0; i < BATCH; i++)
    wanted[i * N_CLASSES + classes[i]] = 1.0f;

  compare (file, "evaluation", "logits", vgg_network_forward (network, input, BATCH, FALSE, NULL),
           BATCH * N_CLASSES, 5e-5);
  vgg_network_maps_gradient (network, wanted, BATCH, maps, gradient);
  compare (file, "maps", "output", maps, n, 5e-5);
  compare (file, "maps", "gradient", gradient, n, 2e-4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *activations = g_strdup_printf ("/network-golden/%s/activations",
                                                      cases[i].file);
      g_autofree char *training = g_strdup_printf ("/network-golden/%s/training", cases[i].file);
      g_autofree char *maps = g_strdup_printf ("/network-golden/%s/maps", cases[i].file);

      g_test_add_data_func (activations, &cases[i], test_activations);
      g_test_add_data_func (training, &cases[i], test_training);
      g_test_add_data_func (maps, &cases[i], test_maps);
    }

  return g_test_run ();
}
