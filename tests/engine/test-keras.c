/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-network.h"
#include "engine/vgg-tensor-file.h"
#include "engine/vgg-weights.h"

static char *folder; /* for what a test writes; empty between tests */

static char *
fixture (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "keras", name, NULL);
}

static VggTensorFile *
load_fixture (const char *name)
{
  g_autofree char *path = fixture (name);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

/* The formula of tests/golden/make-keras-fixtures.py. */
static float
kernel_value (guint layer, guint n_in, guint y, guint x, guint i, guint o)
{
  guint32 bits = (guint32) (((((guint64) layer * 512 + o) * 512 + i) * 3 + y) * 3 + x + 1);
  int exponent = n_in <= 8 ? 2 : n_in <= 32 ? 3 : 4;

  bits *= 2654435761u;
  bits ^= bits >> 16;
  bits *= 0x85ebca6bu;
  bits ^= bits >> 13;

  return ldexpf ((float) (bits % 3) - 1, -exponent);
}

static float
bias_value (guint o)
{
  return ((float) (o % 5) - 1) / 16;
}

/* The weights of the fixtures, in Mien's own layout: (O, I, H, W), and red first unless `bgr`. */
static VggTensorFile *
make_expected (guint depth, gboolean bgr)
{
  VggArchitecture architecture = { .depth = depth, .width_eighths = 1 };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  guint n = vgg_architecture_convolutions (&architecture, specs);
  VggTensorFile *file = vgg_tensor_file_new ();

  for (guint layer = 0; layer < n; layer++)
    {
      guint n_out = specs[layer].out_channels;
      guint n_in = specs[layer].in_channels;
      VggShape kernel_shape = { 4, { n_out, n_in, 3, 3 } };
      VggShape bias_shape = { 1, { n_out } };
      VggTensor *kernel = vgg_tensor_new (&kernel_shape);
      VggTensor *bias = vgg_tensor_new (&bias_shape);
      g_autofree char *name = g_strdup_printf ("block%u_conv%u", specs[layer].block,
                                               specs[layer].index);
      g_autofree char *kernel_name = g_strconcat (name, ".kernel", NULL);
      g_autofree char *bias_name = g_strconcat (name, ".bias", NULL);
      float *next = kernel->data;

      for (guint o = 0; o < n_out; o++)
        for (guint i = 0; i < n_in; i++)
          for (guint y = 0; y < 3; y++)
            for (guint x = 0; x < 3; x++)
              *next++ = kernel_value (layer, n_in, y, x, layer == 0 && !bgr ? n_in - 1 - i : i, o);
      for (guint o = 0; o < n_out; o++)
        bias->data[o] = bias_value (o);

      vgg_tensor_file_add (file, kernel_name, kernel);
      vgg_tensor_file_add (file, bias_name, bias);
    }

  return file;
}

static void
assert_same_tensors (VggTensorFile *file, VggTensorFile *expected)
{
  guint n = vgg_tensor_file_get_n_tensors (expected);

  g_assert_cmpuint (vgg_tensor_file_get_n_tensors (file), ==, n);
  for (guint i = 0; i < n; i++)
    {
      const char *name = vgg_tensor_file_get_name (expected, i);
      const VggTensor *wanted = vgg_tensor_file_get (expected, name);
      const VggTensor *found = vgg_tensor_file_get (file, name);
      gsize bytes = vgg_shape_elements (&wanted->shape) * sizeof (float);

      g_assert_nonnull (found);
      g_assert_true (vgg_shape_equal (&found->shape, &wanted->shape));
      g_assert_cmpmem (found->data, bytes, wanted->data, bytes);
    }
}

static void
test_weights_file (void)
{
  g_autoptr (VggTensorFile) file = load_fixture ("weights.h5");
  g_autoptr (VggTensorFile) expected = make_expected (19, FALSE);

  g_assert_cmpuint (vgg_tensor_file_get_source (file), ==, VGG_SOURCE_KERAS);
  assert_same_tensors (file, expected);
}

static void
test_model_file (void)
{
  g_autoptr (VggTensorFile) file = load_fixture ("model.h5");
  g_autoptr (VggTensorFile) expected = make_expected (11, FALSE);

  g_assert_cmpuint (vgg_tensor_file_get_source (file), ==, VGG_SOURCE_KERAS);
  assert_same_tensors (file, expected);
}

static void
test_metadata (void)
{
  g_autofree char *path = fixture ("weights.h5");
  g_autoptr (GError) error = NULL;
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load_metadata (path, &error);
  VggArchitecture architecture;
  g_autofree char *shape = NULL;

  g_assert_no_error (error);
  shape = vgg_shape_to_string (vgg_tensor_file_get_shape (file, "block4_conv1.kernel"));
  g_assert_cmpstr (shape, ==, "(64, 32, 3, 3)");
  g_assert_null (vgg_tensor_file_get (file, "block4_conv1.kernel"));

  g_assert_true (vgg_weights_detect (file, &architecture, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (architecture.depth, ==, 19);
  g_assert_cmpuint (architecture.width_eighths, ==, 1);
  g_assert_false (architecture.batch_norm);
  g_assert_cmpuint (architecture.n_classes, ==, 0);
  g_assert_cmpuint (architecture.input_width, ==, 224);
}

/* A picture whose three channels differ everywhere, as after the means were subtracted. */
static float *
make_colour_picture (guint side)
{
  float *picture = vgg_floats_new (3 * side * side);

  for (guint y = 0; y < side; y++)
    for (guint x = 0; x < side; x++)
      {
        picture[(0 * side + y) * side + x] = 120 * sinf (0.3f * x);
        picture[(1 * side + y) * side + x] = 90 * cosf (0.2f * y) - 10;
        picture[(2 * side + y) * side + x] = (float) ((x + 2 * y) % 17) - 60;
      }

  return picture;
}

/* pool5 of the picture: 64 floats. */
static VggTensor *
compute_features (VggTensorFile *weights)
{
  VggArchitecture architecture = {
    .depth = 19,
    .width_eighths = 1,
    .input_width = 32,
    .input_height = 32,
    .head = VGG_HEAD_LIGHT,
  };
  VggPlanOptions options = { .batch = 1 };
  VggShape shape = { 3, { 64, 1, 1 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (VggNetwork) network = vgg_network_new (&architecture, &error);
  VggTensor *features = vgg_tensor_new (&shape);
  float *picture = make_colour_picture (32);

  g_assert_no_error (error);
  vgg_weights_apply (network, weights, VGG_WEIGHTS_BACKBONE, &error);
  g_assert_no_error (error);
  vgg_network_plan (network, &options, &error);
  g_assert_no_error (error);

  memcpy (features->data, vgg_network_layer_output (network, "block5_pool", picture, 1),
          64 * sizeof (float));
  vgg_floats_free (picture);

  return features;
}

/* The same weights from both kinds of files give the same features of a colour picture, and would
 * not if the channels' order were left as it is in the Keras file. */
static void
test_same_features (void)
{
  g_autofree char *path = g_build_filename (folder, "weights.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VggTensorFile) keras = load_fixture ("weights.h5");
  g_autoptr (VggTensorFile) expected = make_expected (19, FALSE);
  g_autoptr (VggTensorFile) unturned = make_expected (19, TRUE);
  g_autoptr (VggTensorFile) safetensors = NULL;
  g_autoptr (VggTensor) from_keras = NULL;
  g_autoptr (VggTensor) from_safetensors = NULL;
  g_autoptr (VggTensor) from_unturned = NULL;
  gsize bytes = 64 * sizeof (float);
  guint n_positive = 0;

  vgg_tensor_file_save (expected, path, &error);
  g_assert_no_error (error);
  safetensors = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);

  from_keras = compute_features (keras);
  from_safetensors = compute_features (safetensors);
  from_unturned = compute_features (unturned);

  for (guint i = 0; i < 64; i++)
    n_positive += from_keras->data[i] > 0;
  g_assert_cmpuint (n_positive, >, 16);
  g_assert_cmpmem (from_keras->data, bytes, from_safetensors->data, bytes);
  g_assert_cmpint (memcmp (from_keras->data, from_unturned->data, bytes), !=, 0);
}

static const struct
{
  const char *name;
  const char *message;
} bad_files[] = {
  { "no-layers.h5", "no list of layers" },
  { "missing-layer.h5", "its layer “block1_conv1”" },
  { "missing-weight.h5", "its weight “kernel:0” is not there" },
  { "names-are-numbers.h5", "its layer “block1_conv1”" },
  { "no-convolution.h5", "none of its layers" },
  { "integers.h5", "not that of a 3×3 convolution" },
  { "five-by-five.h5", "not that of a 3×3 convolution" },
  { "two-dimensions.h5", "not that of a 3×3 convolution" },
  { "scalar.h5", "not that of a 3×3 convolution" },
  { "no-channels.h5", "not that of a 3×3 convolution" },
  { "huge.h5", "not that of a 3×3 convolution" },
  { "twice.h5", "“block1_conv1.kernel” twice" },
};

static void
test_bad_files (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autofree char *path = fixture (bad_files[i].name);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad_files[i].name);
      g_assert_null (vgg_tensor_file_load (path, &error));
      g_assert_error (error, VGG_ERROR, VGG_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, bad_files[i].name));
      g_assert_nonnull (strstr (error->message, bad_files[i].message));

      g_clear_error (&error);
      g_assert_null (vgg_tensor_file_load_metadata (path, &error));
      g_assert_error (error, VGG_ERROR, VGG_ERROR_FORMAT);
    }
}

/* Cut anywhere, it is named and refused; libhdf5 says nothing on the terminal. */
static void
test_truncated (void)
{
  g_autofree char *whole = fixture ("weights.h5");
  g_autofree char *path = g_build_filename (folder, "cut.h5", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (whole, &bytes, &length, NULL));

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, bytes, 8 + (length - 8) * i / 20, NULL));
      g_assert_null (vgg_tensor_file_load (path, &error));
      g_assert_error (error, VGG_ERROR, VGG_ERROR_FORMAT);
      g_assert_nonnull (strstr (error->message, "cut.h5"));
    }

  g_unlink (path);
}

/* Compressed data that no longer are what zlib wrote. */
static void
test_damaged_data (void)
{
  g_autofree char *whole = fixture ("weights.h5");
  g_autofree char *path = g_build_filename (folder, "damaged.h5", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  /* The largest kernels fill the end of the file. */
  g_assert_true (g_file_get_contents (whole, &bytes, &length, NULL));
  memset (bytes + length - 4000, 0xa5, 2000);
  g_assert_true (g_file_set_contents (path, bytes, length, NULL));

  g_assert_null (vgg_tensor_file_load (path, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "damaged.h5"));

  g_unlink (path);
}

static gpointer
load_in_thread (gpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (VggTensorFile) file = load_fixture ("model.h5");

      assert_same_tensors (file, data);
    }

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (VggTensorFile) expected = make_expected (11, FALSE);
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("load", load_in_thread, expected);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("mien-keras-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/keras/weights-file", test_weights_file);
  g_test_add_func ("/keras/model-file", test_model_file);
  g_test_add_func ("/keras/metadata", test_metadata);
  g_test_add_func ("/keras/same-features", test_same_features);
  g_test_add_func ("/keras/bad-files", test_bad_files);
  g_test_add_func ("/keras/truncated", test_truncated);
  g_test_add_func ("/keras/damaged-data", test_damaged_data);
  g_test_add_func ("/keras/threads", test_threads);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
