/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-keras.h"

#include <glib/gi18n-lib.h>
#include <hdf5.h>
#include <string.h>

#include "engine/vgg-architecture.h"
#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file-private.h"

/* Bounds on what a file may make us allocate. VGG has no convolution wider than 512 channels and
 * Keras no reason for longer lists or names. */
#define MAX_CHANNELS 512
#define MAX_NAMES 4096
#define MAX_NAME_LENGTH 1024

#define KERNEL_SIZE 3

typedef hid_t H5File;
typedef hid_t H5Object;
typedef hid_t H5Attribute;
typedef hid_t H5Space;
typedef hid_t H5Type;
typedef hid_t H5Properties;

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5File, H5Fclose, H5I_INVALID_HID)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5Object, H5Oclose, H5I_INVALID_HID)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5Attribute, H5Aclose, H5I_INVALID_HID)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5Space, H5Sclose, H5I_INVALID_HID)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5Type, H5Tclose, H5I_INVALID_HID)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (H5Properties, H5Pclose, H5I_INVALID_HID)

/* libhdf5 is built without thread safety by default; this is the only file that calls it. */
G_LOCK_DEFINE_STATIC (hdf5);

static GPtrArray *
read_variable_strings (hid_t attribute, hid_t type, hid_t space, gsize n)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char **strings = g_new0 (char *, n);

  if (H5Aread (attribute, type, strings) < 0)
    return NULL;

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (names, g_strdup (strings[i] != NULL ? strings[i] : ""));
  H5Dvlen_reclaim (type, space, H5P_DEFAULT, strings);

  return g_steal_pointer (&names);
}

static GPtrArray *
read_fixed_strings (hid_t attribute, hid_t type, gsize n)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *strings = NULL;
  gsize length = H5Tget_size (type);

  if (length == 0 || length > MAX_NAME_LENGTH)
    return NULL;

  strings = g_malloc0 (n * length);
  if (H5Aread (attribute, type, strings) < 0)
    return NULL;

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (names, g_strndup (strings + i * length, length));

  return g_steal_pointer (&names);
}

/* Keras keeps lists of names as attributes: of fixed-length strings, or of variable-length ones
 * where h5py 3 wrote them. The file's own type is asked for, as libhdf5 does not convert between
 * character sets. NULL where the attribute is not such a list. */
static GPtrArray *
read_names (hid_t object, const char *name)
{
  g_auto (H5Attribute) attribute = H5Aopen (object, name, H5P_DEFAULT);
  g_auto (H5Space) space = H5I_INVALID_HID;
  g_auto (H5Type) type = H5I_INVALID_HID;
  hssize_t n;

  if (attribute < 0)
    return NULL;

  space = H5Aget_space (attribute);
  n = space >= 0 ? H5Sget_simple_extent_npoints (space) : -1;
  if (n < 0 || n > MAX_NAMES)
    return NULL;

  /* Keras writes an empty list as an array of no numbers, so that its type tells nothing. */
  if (n == 0)
    return g_ptr_array_new_with_free_func (g_free);

  type = H5Aget_type (attribute);
  if (type < 0 || H5Tget_class (type) != H5T_STRING)
    return NULL;

  if (H5Tis_variable_str (type) > 0)
    return read_variable_strings (attribute, type, space, n);
  return read_fixed_strings (attribute, type, n);
}

/* The convolution that a weight belongs to: a component of its path, "block1_conv1". A model that
 * holds VGG as one of its layers has it further in. Owned by the caller; NULL: none. */
static char *
find_convolution (const char *layer, const char *weight)
{
  g_autofree char *path = g_strconcat (layer, "/", weight, NULL);
  g_auto (GStrv) components = g_strsplit (path, "/", -1);

  for (guint i = 0; components[i] != NULL; i++)
    {
      for (guint block = 1; block <= VGG_N_BLOCKS; block++)
        for (guint index = 1; index <= 4; index++)
          {
            g_autofree char *name = g_strdup_printf ("block%u_conv%u", block, index);

            if (g_str_equal (components[i], name))
              return g_steal_pointer (&name);
          }
    }

  return NULL;
}

/* (H, W, I, O) to (O, I, H, W). The ImageNet weights of Keras want blue first; turned here, so
 * that everything else in Mien is red first. */
static void
permute_kernel (const float *hwio, const VggShape *shape, gboolean bgr, float *oihw)
{
  gsize n_out = shape->dimensions[0];
  gsize n_in = shape->dimensions[1];
  gsize area = KERNEL_SIZE * KERNEL_SIZE;

  for (gsize p = 0; p < area; p++)
    for (gsize i = 0; i < n_in; i++)
      {
        gsize to = bgr ? n_in - 1 - i : i;

        for (gsize o = 0; o < n_out; o++)
          oihw[(o * n_in + to) * area + p] = hwio[(p * n_in + i) * n_out + o];
      }
}

static gboolean
read_data (hid_t dataset, const char *convolution, VggTensor *tensor)
{
  g_autofree float *values = NULL;

  if (tensor->shape.n_dimensions == 1)
    return H5Dread (dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor->data) >= 0;

  values = g_new (float, vgg_shape_elements (&tensor->shape));
  if (H5Dread (dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
    return FALSE;

  permute_kernel (values, &tensor->shape, g_str_equal (convolution, "block1_conv1"), tensor->data);
  return TRUE;
}

/* Kernels (3, 3, I, O) and biases (O) of floating point numbers; any other is refused. */
static gboolean
read_shape (hid_t dataset, VggShape *shape)
{
  g_auto (H5Space) space = H5Dget_space (dataset);
  g_auto (H5Type) type = H5Dget_type (dataset);
  hsize_t dimensions[VGG_MAX_DIMENSIONS];
  int n;

  if (space < 0 || type < 0 || H5Tget_class (type) != H5T_FLOAT)
    return FALSE;

  n = H5Sget_simple_extent_ndims (space);
  if ((n != 1 && n != 4) || H5Sget_simple_extent_dims (space, dimensions, NULL) != n)
    return FALSE;

  for (int i = 0; i < n; i++)
    {
      if (dimensions[i] == 0 || dimensions[i] > MAX_CHANNELS)
        return FALSE;
    }

  if (n == 1)
    return vgg_shape_init (shape, 1, (const guint64[]){ dimensions[0] });

  return dimensions[0] == KERNEL_SIZE && dimensions[1] == KERNEL_SIZE &&
         vgg_shape_init (
           shape, 4, (const guint64[]){ dimensions[3], dimensions[2], KERNEL_SIZE, KERNEL_SIZE });
}

static gboolean
read_weight (VggTensorFile *self,
             hid_t group,
             const char *layer,
             const char *weight,
             gboolean with_data,
             GError **error)
{
  g_autofree char *convolution = find_convolution (layer, weight);
  g_autofree char *name = NULL;
  g_autoptr (VggTensor) tensor = NULL;
  g_auto (H5Object) dataset = H5I_INVALID_HID;
  VggShape shape;

  if (convolution == NULL)
    return TRUE;

  dataset = H5Dopen (group, weight, H5P_DEFAULT);
  if (dataset < 0)
    return vgg_tensor_file_refuse (self, error, _ ("its weight “%s” is not there"), weight);
  if (!read_shape (dataset, &shape))
    return vgg_tensor_file_refuse (self, error,
                                   _ ("its weight “%s” is not that of a 3×3 convolution"), weight);

  name = g_strconcat (convolution, shape.n_dimensions == 1 ? ".bias" : ".kernel", NULL);
  if (vgg_tensor_file_get_shape (self, name) != NULL)
    return vgg_tensor_file_refuse (self, error, _ ("it holds “%s” twice"), name);

  if (with_data)
    {
      tensor = vgg_tensor_new (&shape);
      if (tensor == NULL)
        {
          g_set_error (error, VGG_ERROR, VGG_ERROR_MEMORY,
                       _ ("There is not enough memory to load “%s”. Close other programs."),
                       vgg_tensor_file_get_display_name (self));
          return FALSE;
        }
      if (!read_data (dataset, convolution, tensor))
        return vgg_tensor_file_refuse (self, error, _ ("its weight “%s” is damaged"), weight);
    }
  vgg_tensor_file_add_entry (self, name, &shape, g_steal_pointer (&tensor));

  return TRUE;
}

static gboolean
read_layers (VggTensorFile *self, hid_t root, gboolean with_data, GError **error)
{
  g_autoptr (GPtrArray) layers = read_names (root, "layer_names");

  if (layers == NULL)
    return vgg_tensor_file_refuse (self, error, _ ("it has no list of layers"));

  for (guint i = 0; i < layers->len; i++)
    {
      const char *layer = g_ptr_array_index (layers, i);
      g_auto (H5Object) group = H5Gopen (root, layer, H5P_DEFAULT);
      g_autoptr (GPtrArray) weights = NULL;

      if (group >= 0)
        weights = read_names (group, "weight_names");
      if (weights == NULL)
        return vgg_tensor_file_refuse (self, error, _ ("its layer “%s” is not there or damaged"),
                                       layer);

      for (guint j = 0; j < weights->len; j++)
        {
          if (!read_weight (self, group, layer, g_ptr_array_index (weights, j), with_data, error))
            return FALSE;
        }
    }

  if (vgg_tensor_file_get_n_tensors (self) == 0)
    return vgg_tensor_file_refuse (
      self, error, _ ("none of its layers is named as VGG's are, “block1_conv1” …"));

  return TRUE;
}

static gboolean
read_file (VggTensorFile *self, const char *path, gboolean with_data, GError **error)
{
  g_auto (H5Properties) access = H5Pcreate (H5P_FILE_ACCESS);
  g_auto (H5File) file = H5I_INVALID_HID;
  g_auto (H5Object) root = H5I_INVALID_HID;

  /* Locks are of no use to a reader, and network and read-only file systems refuse them. */
  H5Pset_file_locking (access, FALSE, TRUE);
  file = H5Fopen (path, H5F_ACC_RDONLY, access);
  if (file < 0)
    return vgg_tensor_file_refuse (self, error, _ ("it is damaged or incomplete"));

  /* Model.save() puts the weights one level deeper than Model.save_weights(). */
  root = H5Gopen (file, H5Lexists (file, "model_weights", H5P_DEFAULT) > 0 ? "model_weights" : "/",
                  H5P_DEFAULT);
  if (root < 0)
    return vgg_tensor_file_refuse (self, error, _ ("it has no list of layers"));

  return read_layers (self, root, with_data, error);
}

/**
 * vgg_keras_read:
 * @self: an empty set, whose display name stands in error messages
 * @path: an HDF5 file
 * @with_data: %FALSE: names and shapes only
 * @error: return location for an error
 *
 * Reads the convolutions of a file that Keras wrote, as
 * vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5 is: an attribute `layer_names`, a group a
 * layer with an attribute `weight_names`, and a dataset a weight
 * (keras/saving/legacy/hdf5_format.py). Layers other than VGG's convolutions are left out. Kernels
 * are turned from (H, W, I, O) to (O, I, H, W), and the first one's input channels from blue first
 * to red first.
 *
 * What libhdf5 reports as damaged gives an error. It does not itself withstand every file that was
 * damaged on purpose; a .safetensors file is the safer one from an unknown source.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_FORMAT, or %VGG_ERROR_MEMORY where the tensors do not
 *   fit in memory
 */
gboolean
vgg_keras_read (VggTensorFile *self, const char *path, gboolean with_data, GError **error)
{
  H5E_auto2_t print;
  void *print_data;
  gboolean read;

  G_LOCK (hdf5);

  /* libhdf5 prints its error stack to the terminal unless told not to. */
  H5Eget_auto2 (H5E_DEFAULT, &print, &print_data);
  H5Eset_auto2 (H5E_DEFAULT, NULL, NULL);
  read = read_file (self, path, with_data, error);
  H5Eset_auto2 (H5E_DEFAULT, print, print_data);

  G_UNLOCK (hdf5);

  return read;
}
