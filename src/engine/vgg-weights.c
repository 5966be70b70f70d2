/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-weights.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file-private.h"

#define PAPER_FIRST_CHANNELS 64
#define PAPER_INPUT_SIZE 224
#define CLASSIC_HIDDEN_UNITS 4096

static gboolean
has_convolution (VggTensorFile *file, guint block, guint index)
{
  g_autofree char *name = g_strdup_printf ("block%u_conv%u.kernel", block, index);

  return vgg_tensor_file_get_shape (file, name) != NULL;
}

/* Every kernel of the table and no further one in any block. */
static gboolean
depth_matches (VggTensorFile *file, guint depth)
{
  VggArchitecture architecture = { .depth = depth, .width_eighths = VGG_FULL_WIDTH };

  for (guint block = 1; block <= VGG_N_BLOCKS; block++)
    {
      guint n = vgg_architecture_convolutions_in_block (&architecture, block);

      for (guint index = 1; index <= n; index++)
        {
          if (!has_convolution (file, block, index))
            return FALSE;
        }
      if (has_convolution (file, block, n + 1))
        return FALSE;
    }

  return TRUE;
}

static gboolean
detect_depth (VggTensorFile *file, VggArchitecture *architecture, GError **error)
{
  static const guint depths[] = { 11, 13, 16, 19 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      if (depth_matches (file, depths[i]))
        {
          architecture->depth = depths[i];
          return TRUE;
        }
    }

  g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
               _ ("“%s” does not hold the convolutions of a VGG11, 13, 16 or 19. Choose the "
                  "weights of one of these."),
               vgg_tensor_file_get_display_name (file));
  return FALSE;
}

static gboolean
detect_width (VggTensorFile *file, VggArchitecture *architecture, GError **error)
{
  const VggShape *shape = vgg_tensor_file_get_shape (file, "block1_conv1.kernel");
  g_autofree char *found = vgg_shape_to_string (shape);

  for (guint eighths = 1; eighths <= VGG_FULL_WIDTH; eighths++)
    {
      if (shape->n_dimensions == 4 &&
          shape->dimensions[0] == PAPER_FIRST_CHANNELS * eighths / VGG_FULL_WIDTH)
        {
          architecture->width_eighths = eighths;
          return TRUE;
        }
    }

  g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
               _ ("“%s” is no VGG that Mien knows: its tensor “block1_conv1.kernel” is %s, where "
                  "8, 16, 24 and so on up to 64 kernels are known"),
               vgg_tensor_file_get_display_name (file), found);
  return FALSE;
}

static gboolean
check_kernels (VggTensorFile *file, const VggArchitecture *architecture, GError **error)
{
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  guint n = vgg_architecture_convolutions (architecture, specs);

  for (guint i = 0; i < n; i++)
    {
      VggShape wanted = { 4, { specs[i].out_channels, specs[i].in_channels, 3, 3 } };
      g_autofree char *name = g_strdup_printf ("block%u_conv%u.kernel", specs[i].block,
                                               specs[i].index);
      const VggShape *found = vgg_tensor_file_get_shape (file, name);

      if (!vgg_shape_equal (&wanted, found))
        {
          g_autofree char *wanted_string = vgg_shape_to_string (&wanted);
          g_autofree char *found_string = vgg_shape_to_string (found);

          g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
                       _ ("“%s” is no VGG that Mien knows: its tensor “%s” is %s instead of %s"),
                       vgg_tensor_file_get_display_name (file), name, found_string, wanted_string);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
detect_head (VggTensorFile *file, VggArchitecture *architecture, GError **error)
{
  const VggShape *logits = vgg_tensor_file_get_shape (file, "logits.kernel");
  const VggShape *dense = vgg_tensor_file_get_shape (file, "dense_1.kernel");

  if (dense == NULL)
    architecture->head = VGG_HEAD_LIGHT;
  else if (dense->n_dimensions == 2 && dense->dimensions[0] == CLASSIC_HIDDEN_UNITS)
    architecture->head = VGG_HEAD_CLASSIC;
  else
    architecture->head = VGG_HEAD_REFERENCE;

  if (logits == NULL)
    return TRUE;

  if (logits->n_dimensions != 2 || logits->dimensions[0] > G_MAXUINT16)
    {
      g_autofree char *found = vgg_shape_to_string (logits);

      g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
                   _ ("“%s” is no VGG that Mien knows: its tensor “logits.kernel” is %s"),
                   vgg_tensor_file_get_display_name (file), found);
      return FALSE;
    }
  architecture->n_classes = logits->dimensions[0];

  return TRUE;
}

static gboolean
read_input_side (VggTensorFile *file, const char *key, guint *side, GError **error)
{
  const char *text = vgg_tensor_file_get_metadata (file, key);
  guint64 value;

  *side = PAPER_INPUT_SIZE;
  if (text == NULL)
    return TRUE;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &value, NULL))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
                   _ ("“%s” is damaged: its metadata “%s” are “%s”, not a number of pixels"),
                   vgg_tensor_file_get_display_name (file), key, text);
      return FALSE;
    }
  *side = value;

  return TRUE;
}

/**
 * vgg_weights_detect:
 * @file: weights, or their metadata only
 * @architecture: (out caller-allocates): the network that they are of
 * @error: return location for an error
 *
 * Tells from names and shapes which VGG the weights belong to: depth, batch normalisation, width,
 * head and number of classes (0 where there is no head). The input size stands in the metadata
 * `input_width` and `input_height`, else it is the paper's 224. Dropout and L2 leave no trace in
 * weights and are set to 0.
 *
 * Fails with %VGG_ERROR_FORMAT where it is no VGG, and as vgg_architecture_validate() does.
 *
 * Returns: %TRUE with @architecture set and valid, or %FALSE with @error set
 */
gboolean
vgg_weights_detect (VggTensorFile *file, VggArchitecture *architecture, GError **error)
{
  VggArchitecture detected = { 0 };

  if (!detect_depth (file, &detected, error) || !detect_width (file, &detected, error) ||
      !check_kernels (file, &detected, error) || !detect_head (file, &detected, error) ||
      !read_input_side (file, "input_width", &detected.input_width, error) ||
      !read_input_side (file, "input_height", &detected.input_height, error))
    return FALSE;

  detected.batch_norm = vgg_tensor_file_get_shape (file, "block1_conv1_bn.gamma") != NULL;
  if (!vgg_architecture_validate (&detected, error))
    {
      g_prefix_error (error, "%s: ", vgg_tensor_file_get_display_name (file));
      return FALSE;
    }

  *architecture = detected;
  return TRUE;
}

static gboolean
is_in_scope (const VggParameter *parameter, VggWeightsScope scope)
{
  return scope == VGG_WEIGHTS_ALL || g_str_has_prefix (parameter->name, "block");
}

static gboolean
check_parameter (VggTensorFile *file, const VggParameter *parameter, GError **error)
{
  const VggTensor *tensor = vgg_tensor_file_get (file, parameter->name);
  g_autofree char *wanted = vgg_shape_to_string (&parameter->shape);
  g_autofree char *found = NULL;

  if (tensor == NULL)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                   _ ("“%s” does not fit the network: the tensor “%s”, %s, is missing"),
                   vgg_tensor_file_get_display_name (file), parameter->name, wanted);
      return FALSE;
    }

  if (vgg_shape_equal (&tensor->shape, &parameter->shape))
    return TRUE;

  found = vgg_shape_to_string (&tensor->shape);
  g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
               _ ("“%s” does not fit the network: its tensor “%s” is %s, where %s is wanted"),
               vgg_tensor_file_get_display_name (file), parameter->name, found, wanted);
  return FALSE;
}

/**
 * vgg_weights_apply:
 * @network: the network to set
 * @file: weights with their data
 * @scope: what must be there and is set
 * @error: return location for an error
 *
 * Copies weights and running statistics into a network. Tensors of @file that the network has not
 * are left alone. Nothing is set unless everything fits.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_MISMATCH that names the tensor
 */
gboolean
vgg_weights_apply (VggNetwork *network, VggTensorFile *file, VggWeightsScope scope, GError **error)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);

  for (guint i = 0; i < n; i++)
    {
      if (is_in_scope (parameters[i], scope) && !check_parameter (file, parameters[i], error))
        return FALSE;
    }

  for (guint i = 0; i < n; i++)
    {
      if (is_in_scope (parameters[i], scope))
        memcpy (parameters[i]->value, vgg_tensor_file_get (file, parameters[i]->name)->data,
                vgg_shape_elements (&parameters[i]->shape) * sizeof (float));
    }

  vgg_network_values_changed (network);

  return TRUE;
}

/**
 * vgg_weights_collect:
 * @network: a network
 * @file: where its weights go
 *
 * Adds every weight and running statistic to @file, as a copy unless the file borrows, in the
 * network's order, and the input size to its metadata, so that vgg_weights_detect() finds the same
 * network again.
 */
void
vgg_weights_collect (VggNetwork *network, VggTensorFile *file)
{
  const VggArchitecture *architecture = vgg_network_get_architecture (network);
  g_autofree char *width = g_strdup_printf ("%u", architecture->input_width);
  g_autofree char *height = g_strdup_printf ("%u", architecture->input_height);
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);

  for (guint i = 0; i < n; i++)
    vgg_tensor_file_add_copy (file, parameters[i]->name, &parameters[i]->shape,
                              parameters[i]->value);

  vgg_tensor_file_set_metadata (file, "input_width", width);
  vgg_tensor_file_set_metadata (file, "input_height", height);
}
