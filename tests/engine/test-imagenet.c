/* SPDX-License-Identifier: GPL-3.0-or-later */

/* VGG19 with the ImageNet weights gives PyTorch's features for a colour picture. The weights are no
 * part of the project: set MIEN_TEST_IMAGENET to their file.
 * tests/golden/make-network-golden.py wrote what they should give. */

#include <math.h>

#include "engine/vgg-network.h"
#include "engine/vgg-tensor-file.h"
#include "engine/vgg-weights.h"

#define SIZE 224

/* The script's picture, red, green, blue, with the means taken off. */
static float *
make_picture (void)
{
  static const float means[] = { 123.68f, 116.779f, 103.939f };
  float *picture = g_new (float, 3 * SIZE * SIZE);

  for (guint y = 0; y < SIZE; y++)
    for (guint x = 0; x < SIZE; x++)
      {
        const guint values[] = { (x * 3 + y) % 256, (x * y / 64) % 256, (x ^ (2 * y)) % 256 };

        for (guint c = 0; c < 3; c++)
          picture[(c * SIZE + y) * SIZE + x] = values[c] - means[c];
      }

  return picture;
}

static double
root_mean_square (const float *values, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) values[i] * values[i];

  return sqrt (sum / n);
}

static void
compare_means (VggNetwork *network, VggTensorFile *golden, const float *picture, guint block)
{
  g_autofree char *layer = g_strdup_printf ("block%u_pool", block);
  g_autofree char *key = g_strconcat (layer, ".means", NULL);
  const VggTensor *expected = vgg_tensor_file_get (golden, key);
  const float *output = vgg_network_layer_output (network, layer, picture, 1);
  gsize channels = vgg_shape_elements (&expected->shape);
  gsize plane = (gsize) (SIZE >> block) * (SIZE >> block);
  double scale = root_mean_square (expected->data, channels);

  for (gsize c = 0; c < channels; c++)
    {
      double mean = 0;

      for (gsize i = 0; i < plane; i++)
        mean += output[c * plane + i] / (double) plane;
      g_assert_cmpfloat_with_epsilon (mean, expected->data[c], 5e-5 * scale);
    }
}

static void
test_features (void)
{
  const VggArchitecture architecture = {
    .depth = 19,
    .width_eighths = 8,
    .input_width = SIZE,
    .input_height = SIZE,
  };
  const VggPlanOptions options = { .batch = 1 };
  const char *path = g_getenv ("MIEN_TEST_IMAGENET");
  g_autofree char *golden_path = g_test_build_filename (G_TEST_DIST, "golden",
                                                        "imagenet.safetensors", NULL);
  g_autoptr (VggTensorFile) golden = NULL;
  g_autoptr (VggTensorFile) weights = NULL;
  g_autoptr (VggNetwork) network = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *picture = NULL;
  const VggTensor *expected;
  const float *features;
  gsize n_expected, step;
  double largest = 0;
  double scale;

  if (path == NULL)
    {
      g_test_skip ("set MIEN_TEST_IMAGENET to a VGG19 weights file (vgg19-imagenet.safetensors)");
      return;
    }

  golden = vgg_tensor_file_load (golden_path, &error);
  g_assert_no_error (error);
  weights = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  network = vgg_network_new (&architecture, &error);
  g_assert_no_error (error);
  g_assert_true (vgg_weights_apply (network, weights, VGG_WEIGHTS_BACKBONE, &error));
  g_assert_true (vgg_network_plan (network, &options, &error));

  picture = make_picture ();
  for (guint block = 1; block <= VGG_N_BLOCKS; block++)
    compare_means (network, golden, picture, block);

  expected = vgg_tensor_file_get (golden, "block5_pool");
  n_expected = vgg_shape_elements (&expected->shape);
  scale = root_mean_square (expected->data, n_expected);
  step = (512 * 7 * 7 + n_expected - 1) / n_expected;
  features = vgg_network_forward (network, picture, 1, FALSE, NULL);

  for (gsize i = 0; i < n_expected; i++)
    largest = MAX (largest, fabs ((double) features[i * step] - expected->data[i]));

  /* Sixteen convolutions by minimal filtering. */
  g_test_message ("block5_pool: %.2g of the root of the mean square", largest / scale);
  g_assert_cmpfloat (largest, <=, 1e-4 * scale);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/imagenet/features", test_features);

  return g_test_run ();
}
