/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-weights.h"

static char *folder; /* for what a test writes; empty between tests */

/* Where torchvision's `features` have their convolutions, as its state dictionaries list them. */
typedef struct
{
  guint depth;
  gboolean batch_norm;
  guint n_convolutions;
  guint positions[VGG_MAX_CONVOLUTIONS];
} TorchvisionModel;

static const TorchvisionModel torchvision_models[] = {
  { 11, FALSE, 8, { 0, 3, 6, 8, 11, 13, 16, 18 } },
  { 11, TRUE, 8, { 0, 4, 8, 11, 15, 18, 22, 25 } },
  { 13, FALSE, 10, { 0, 2, 5, 7, 10, 12, 15, 17, 20, 22 } },
  { 13, TRUE, 10, { 0, 3, 7, 10, 14, 17, 21, 24, 28, 31 } },
  { 16, FALSE, 13, { 0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28 } },
  { 16, TRUE, 13, { 0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40 } },
  { 19, FALSE, 16, { 0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34 } },
  { 19, TRUE, 16, { 0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49 } },
};

static VggNetwork *
new_network (const VggArchitecture *architecture)
{
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (architecture, &error);

  g_assert_no_error (error);
  return network;
}

/* Distinct values in every tensor, running statistics included. */
static void
fill_network (VggNetwork *network, float start)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);

  for (guint i = 0; i < n; i++)
    for (gsize j = 0; j < vgg_shape_elements (&parameters[i]->shape); j++)
      parameters[i]->value[j] = start + i + (float) (j % 1024) / 1024;
}

static void
assert_same_parameter (VggNetwork *network, VggNetwork *expected, const char *name)
{
  const VggParameter *found = vgg_network_find_parameter (network, name);
  const VggParameter *wanted = vgg_network_find_parameter (expected, name);
  gsize bytes = vgg_shape_elements (&wanted->shape) * sizeof (float);

  g_assert_nonnull (found);
  g_assert_cmpmem (found->value, bytes, wanted->value, bytes);
}

static void
assert_same_network (VggNetwork *network, VggNetwork *expected)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (expected, &n);

  for (guint i = 0; i < n; i++)
    assert_same_parameter (network, expected, parameters[i]->name);
}

static VggTensorFile *
save_and_load (VggTensorFile *file)
{
  g_autofree char *path = g_build_filename (folder, "weights.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *loaded;

  vgg_tensor_file_save (file, path, &error);
  g_assert_no_error (error);
  loaded = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);
  g_unlink (path);

  return loaded;
}

static const VggArchitecture architectures[] = {
  { 19, FALSE, 1, 48, 40, VGG_HEAD_REFERENCE, 3 },
  { 16, TRUE, 3, 32, 32, VGG_HEAD_LIGHT, 5 },
  { 13, FALSE, 1, 224, 224, VGG_HEAD_LIGHT, 0 },
  { 11, TRUE, 2, 32, 64, VGG_HEAD_REFERENCE, 2 },
};

/* A network, a file, the network that is detected in it: the same, with the same weights. */
static void
test_round_trip (gconstpointer data)
{
  const VggArchitecture *wanted = data;
  g_autoptr (VggNetwork) network = new_network (wanted);
  g_autoptr (VggNetwork) other = NULL;
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  VggArchitecture found;

  fill_network (network, 1);
  vgg_weights_collect (network, file);
  loaded = save_and_load (file);

  g_assert_true (vgg_weights_detect (loaded, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.depth, ==, wanted->depth);
  g_assert_cmpint (found.batch_norm, ==, wanted->batch_norm);
  g_assert_cmpuint (found.width_eighths, ==, wanted->width_eighths);
  g_assert_cmpuint (found.input_width, ==, wanted->input_width);
  g_assert_cmpuint (found.input_height, ==, wanted->input_height);
  g_assert_cmpuint (found.head, ==, wanted->head);
  g_assert_cmpuint (found.n_classes, ==, wanted->n_classes);

  other = new_network (&found);
  fill_network (other, -7);
  g_assert_true (vgg_weights_apply (other, loaded, VGG_WEIGHTS_ALL, &error));
  g_assert_no_error (error);
  assert_same_network (other, network);
}

static char *
torchvision_name (const char *layer, guint position, const char *tensor)
{
  return g_strdup_printf ("%s.%u.%s", layer, position, tensor);
}

static void
add_copy (VggTensorFile *file, char *name, VggNetwork *network, const char *parameter_name)
{
  const VggParameter *parameter = vgg_network_find_parameter (network, parameter_name);
  VggTensor *tensor;

  g_assert_nonnull (parameter);
  tensor = vgg_tensor_new (&parameter->shape);
  memcpy (tensor->data, parameter->value, vgg_shape_elements (&parameter->shape) * sizeof (float));
  vgg_tensor_file_add (file, name, tensor);
  g_free (name);
}

/* The network's weights under the names that torchvision gives them. */
static VggTensorFile *
make_torchvision_file (const TorchvisionModel *model, VggNetwork *network)
{
  static const char *const norm_names[][2] = { { "weight", "gamma" },
                                               { "bias", "beta" },
                                               { "running_mean", "mean" },
                                               { "running_var", "variance" } };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  VggTensorFile *file = vgg_tensor_file_new ();

  vgg_architecture_convolutions (vgg_network_get_architecture (network), specs);
  for (guint i = 0; i < model->n_convolutions; i++)
    {
      guint position = model->positions[i];
      g_autofree char *layer = g_strdup_printf ("block%u_conv%u", specs[i].block, specs[i].index);
      g_autofree char *kernel = g_strconcat (layer, ".kernel", NULL);
      g_autofree char *bias = g_strconcat (layer, ".bias", NULL);

      add_copy (file, torchvision_name ("features", position, "weight"), network, kernel);
      add_copy (file, torchvision_name ("features", position, "bias"), network, bias);
      for (guint j = 0; model->batch_norm && j < G_N_ELEMENTS (norm_names); j++)
        {
          g_autofree char *name = g_strconcat (layer, "_bn.", norm_names[j][1], NULL);

          add_copy (file, torchvision_name ("features", position + 1, norm_names[j][0]), network,
                    name);
        }
    }

  return file;
}

static void
test_torchvision (gconstpointer data)
{
  const TorchvisionModel *model = data;
  VggArchitecture architecture = {
    .depth = model->depth,
    .batch_norm = model->batch_norm,
    .width_eighths = 1,
    .input_width = 32,
    .input_height = 32,
  };
  g_autoptr (VggNetwork) network = new_network (&architecture);
  g_autoptr (VggNetwork) other = new_network (&architecture);
  g_autoptr (VggTensorFile) file = NULL;
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  VggArchitecture found;

  fill_network (network, 1);
  file = make_torchvision_file (model, network);
  loaded = save_and_load (file);

  g_assert_cmpuint (vgg_tensor_file_get_source (loaded), ==, VGG_SOURCE_PYTORCH);
  g_assert_true (vgg_weights_detect (loaded, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.depth, ==, model->depth);
  g_assert_cmpint (found.batch_norm, ==, model->batch_norm);

  fill_network (other, -7);
  g_assert_true (vgg_weights_apply (other, loaded, VGG_WEIGHTS_BACKBONE, &error));
  g_assert_no_error (error);
  assert_same_network (other, network);
}

static void
add_zeros (VggTensorFile *file, const char *name, guint n_dimensions, const guint64 *dimensions)
{
  VggShape shape;

  g_assert_true (vgg_shape_init (&shape, n_dimensions, dimensions));
  vgg_tensor_file_add (file, name, vgg_tensor_new (&shape));
}

/* torchvision's classifier takes pool5 flattened as (C, H, W), as Mien's head does. Its hidden
 * layers are narrowed here to keep the file small. */
static void
test_torchvision_classifier (void)
{
  const TorchvisionModel *model = &torchvision_models[0];
  VggArchitecture architecture = { 11, FALSE, 1, 32, 32, VGG_HEAD_LIGHT, 0 };
  g_autoptr (VggNetwork) network = new_network (&architecture);
  g_autoptr (VggTensorFile) file = make_torchvision_file (model, network);
  g_autoptr (VggTensorFile) loaded = NULL;
  static const char *const names[] = { "dense_1.kernel", "dense_1.bias",  "dense_2.kernel",
                                       "dense_2.bias",   "logits.kernel", "logits.bias" };
  static const char *const shapes[] = {
    "(4096, 2)", "(4096)", "(3, 4096)", "(3)", "(10, 3)", "(10)"
  };
  VggArchitecture found;

  add_zeros (file, "classifier.0.weight", 2, (const guint64[]){ 4096, 2 });
  add_zeros (file, "classifier.0.bias", 1, (const guint64[]){ 4096 });
  add_zeros (file, "classifier.3.weight", 2, (const guint64[]){ 3, 4096 });
  add_zeros (file, "classifier.3.bias", 1, (const guint64[]){ 3 });
  add_zeros (file, "classifier.6.weight", 2, (const guint64[]){ 10, 3 });
  add_zeros (file, "classifier.6.bias", 1, (const guint64[]){ 10 });
  loaded = save_and_load (file);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const VggShape *shape = vgg_tensor_file_get_shape (loaded, names[i]);
      g_autofree char *text = NULL;

      g_assert_nonnull (shape);
      text = vgg_shape_to_string (shape);
      g_assert_cmpstr (text, ==, shapes[i]);
    }

  g_assert_true (vgg_weights_detect (loaded, &found, NULL));
  g_assert_cmpuint (found.head, ==, VGG_HEAD_CLASSIC);
  g_assert_cmpuint (found.n_classes, ==, 10);
}

static void
assert_detect_fails (VggTensorFile *file, VggError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  VggArchitecture found = { .depth = 99 };

  g_assert_false (vgg_weights_detect (file, &found, &error));
  g_assert_error (error, VGG_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, message));
  g_assert_cmpuint (found.depth, ==, 99);
}

static void
test_detect_fails (void)
{
  VggArchitecture architecture = { 11, FALSE, 1, 32, 32, VGG_HEAD_LIGHT, 3 };
  g_autoptr (VggNetwork) network = new_network (&architecture);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();

  assert_detect_fails (file, VGG_ERROR_FORMAT, "does not hold the convolutions");

  vgg_weights_collect (network, file);
  vgg_tensor_file_set_metadata (file, "input_width", "wide");
  assert_detect_fails (file, VGG_ERROR_FORMAT, "“wide”");
  vgg_tensor_file_set_metadata (file, "input_width", "16");
  assert_detect_fails (file, VGG_ERROR_ARCHITECTURE, "16");
  vgg_tensor_file_set_metadata (file, "input_width", "32");

  add_zeros (file, "logits.kernel", 2, (const guint64[]){ 1, 64 });
  assert_detect_fails (file, VGG_ERROR_ARCHITECTURE, "1");
  add_zeros (file, "logits.kernel", 1, (const guint64[]){ 64 });
  assert_detect_fails (file, VGG_ERROR_FORMAT, "logits.kernel");
  add_zeros (file, "logits.kernel", 2, (const guint64[]){ 3, 64 });

  add_zeros (file, "block3_conv2.kernel", 4, (const guint64[]){ 32, 31, 3, 3 });
  assert_detect_fails (file, VGG_ERROR_FORMAT, "(32, 31, 3, 3) instead of (32, 32, 3, 3)");
  add_zeros (file, "block3_conv2.kernel", 4, (const guint64[]){ 32, 32, 3, 3 });

  add_zeros (file, "block1_conv1.kernel", 4, (const guint64[]){ 7, 3, 3, 3 });
  assert_detect_fails (file, VGG_ERROR_FORMAT, "(7, 3, 3, 3)");
  add_zeros (file, "block1_conv1.kernel", 4, (const guint64[]){ 8, 3, 3, 3 });

  add_zeros (file, "block1_conv2.kernel", 4, (const guint64[]){ 8, 8, 3, 3 });
  assert_detect_fails (file, VGG_ERROR_FORMAT, "does not hold the convolutions");
}

static void
assert_apply_fails (VggNetwork *network,
                    VggTensorFile *file,
                    VggWeightsScope scope,
                    const char *message)
{
  g_autoptr (GError) error = NULL;
  VggArchitecture architecture = *vgg_network_get_architecture (network);
  g_autoptr (VggNetwork) untouched = new_network (&architecture);

  fill_network (network, 3);
  fill_network (untouched, 3);
  g_assert_false (vgg_weights_apply (network, file, scope, &error));
  g_assert_error (error, VGG_ERROR, VGG_ERROR_MISMATCH);
  g_assert_nonnull (strstr (error->message, message));
  assert_same_network (network, untouched);
}

/* A failure names the tensor and both shapes, and leaves the network as it was. */
static void
test_apply_fails (void)
{
  VggArchitecture plain = { 11, FALSE, 1, 32, 32, VGG_HEAD_LIGHT, 3 };
  VggArchitecture more_classes = { 11, FALSE, 1, 32, 32, VGG_HEAD_LIGHT, 4 };
  VggArchitecture normed = { 11, TRUE, 1, 32, 32, VGG_HEAD_LIGHT, 3 };
  VggArchitecture wider = { 11, FALSE, 2, 32, 32, VGG_HEAD_LIGHT, 3 };
  g_autoptr (VggNetwork) plain_network = new_network (&plain);
  g_autoptr (VggNetwork) more_classes_network = new_network (&more_classes);
  g_autoptr (VggNetwork) normed_network = new_network (&normed);
  g_autoptr (VggNetwork) wider_network = new_network (&wider);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (GError) error = NULL;

  fill_network (plain_network, 1);
  vgg_weights_collect (plain_network, file);

  assert_apply_fails (more_classes_network, file, VGG_WEIGHTS_ALL,
                      "“logits.kernel” is (3, 64), where (4, 64) is wanted");
  assert_apply_fails (normed_network, file, VGG_WEIGHTS_BACKBONE,
                      "“block1_conv1_bn.gamma”, (8), is missing");
  assert_apply_fails (wider_network, file, VGG_WEIGHTS_BACKBONE,
                      "“block1_conv1.kernel” is (8, 3, 3, 3), where (16, 3, 3, 3) is wanted");

  /* Of other classes, the backbone fits all the same, and the head stays. */
  fill_network (more_classes_network, 3);
  g_assert_true (vgg_weights_apply (more_classes_network, file, VGG_WEIGHTS_BACKBONE, &error));
  g_assert_no_error (error);
  assert_same_parameter (more_classes_network, plain_network, "block5_conv2.kernel");
  g_assert_cmpfloat (vgg_network_find_parameter (more_classes_network, "logits.kernel")->value[0],
                     >=, 3);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("mien-weights-XXXXXX", NULL);
  g_assert_nonnull (folder);

  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    {
      g_autofree char *name = vgg_architecture_name (&architectures[i]);
      g_autofree char *path = g_strconcat ("/weights/round-trip/", name, NULL);

      g_test_add_data_func (path, &architectures[i], test_round_trip);
    }
  for (guint i = 0; i < G_N_ELEMENTS (torchvision_models); i++)
    {
      const TorchvisionModel *model = &torchvision_models[i];
      g_autofree char *path = g_strdup_printf ("/weights/torchvision/vgg%u%s", model->depth,
                                               model->batch_norm ? "_bn" : "");

      g_test_add_data_func (path, model, test_torchvision);
    }
  g_test_add_func ("/weights/torchvision-classifier", test_torchvision_classifier);
  g_test_add_func ("/weights/detect-fails", test_detect_fails);
  g_test_add_func ("/weights/apply-fails", test_apply_fails);

  status = g_test_run ();
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return status;
}
