/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-known-weights.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>

#include "engine/vgg-weights.h"
#include "train/mien-partial-file.h"
#include "train/mien-train-error.h"

#define IMAGENET_FILE "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5"

static gboolean
has_finite_values (VggTensorFile *file, GError **error)
{
  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = vgg_tensor_file_get_name (file, i);
      const VggTensor *tensor = vgg_tensor_file_get (file, name);
      const gsize n = vgg_shape_elements (&tensor->shape);

      for (gsize k = 0; k < n; k++)
        if (!isfinite (tensor->data[k]))
          {
            g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH,
                         _ ("its tensor “%s” holds a value that is no number"), name);
            return FALSE;
          }
    }
  return TRUE;
}

/* The 16 kernels and biases of the convolutions of VGG19, nothing else: Simonyan, Zisserman: Very
 * Deep Convolutional Networks for Large-Scale Image Recognition, 2015, table 1, column E. */
static gboolean
check_vgg19 (const char *path, GError **error)
{
  const VggArchitecture wanted = { .depth = 19, .width_eighths = VGG_FULL_WIDTH };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  const guint n = vgg_architecture_convolutions (&wanted, specs);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_load (path, error);
  VggArchitecture found;

  if (file == NULL || !vgg_weights_detect (file, &found, error))
    return FALSE;
  if (found.depth != wanted.depth || found.width_eighths != wanted.width_eighths ||
      found.batch_norm || found.n_classes != 0 || vgg_tensor_file_get_n_tensors (file) != 2 * n)
    {
      g_set_error_literal (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH,
                           _ ("it does not hold the convolutions of a VGG19 alone"));
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("block%u_conv%u.bias", specs[i].block,
                                               specs[i].index);
      const VggShape *shape = vgg_tensor_file_get_shape (file, name);

      if (shape == NULL || shape->n_dimensions != 1 ||
          shape->dimensions[0] != specs[i].out_channels)
        {
          g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_FETCH,
                       _ ("its tensor “%s” is missing or of another shape"), name);
          return FALSE;
        }
    }
  return has_finite_values (file, error);
}

/* Keras publishes MD5 alone for its weights (WEIGHTS_PATH_NO_TOP and file_hash in
 * keras/applications/vgg19.py), and nobody else a SHA-256 of this file; hence the look into it. Its
 * size is what Keras' own downloads print. */
static const MienKnownWeights known[] = {
  {
    .name = "vgg19-imagenet",
    .title = N_ ("VGG19, trained on ImageNet"),
    .license = N_ ("By Karen Simonyan and Andrew Zisserman, Visual Geometry Group, University of "
                   "Oxford; CC BY 4.0; converted by the Keras team"),
    .file = IMAGENET_FILE,
    .source = {
      .address = "https://storage.googleapis.com/tensorflow/keras-applications/vgg19/" IMAGENET_FILE,
      .size = 80134624,
      .digest_type = G_CHECKSUM_MD5,
      .digest = "253f8cb515780f3b799900260a226db6",
      .check = check_vgg19,
    },
  },
};

/**
 * mien_known_weights_get_all:
 * @n: (out): how many
 *
 * Returns: (transfer none) (array length=n): the weights that Mien knows where to get
 */
const MienKnownWeights *
mien_known_weights_get_all (guint *n)
{
  *n = G_N_ELEMENTS (known);
  return known;
}

/**
 * mien_known_weights_find:
 * @name: as on the command line
 *
 * Returns: (transfer none) (nullable): the weights of that name
 */
const MienKnownWeights *
mien_known_weights_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (known[i].name, name))
      return &known[i];
  return NULL;
}

/**
 * mien_known_weights_get_imagenet:
 *
 * Returns: (transfer none): the VGG19 that was trained on ImageNet
 */
const MienKnownWeights *
mien_known_weights_get_imagenet (void)
{
  return &known[0];
}

/**
 * mien_known_weights_dup_path:
 * @self: weights
 *
 * Returns: (transfer full) (type filename): where their file lies once it is fetched; it need not
 *   be there
 */
char *
mien_known_weights_dup_path (const MienKnownWeights *self)
{
  return g_build_filename (g_get_user_data_dir (), "mien", "weights", self->file, NULL);
}

/**
 * mien_known_weights_is_there:
 * @self: weights
 *
 * Returns: whether their file is there, as large as it should be; its content was checked when it
 *   was fetched
 */
gboolean
mien_known_weights_is_there (const MienKnownWeights *self)
{
  g_autofree char *path = mien_known_weights_dup_path (self);
  GStatBuf status;

  return g_stat (path, &status) == 0 && (guint64) status.st_size == self->source.size;
}

/**
 * mien_known_weights_measure_part:
 * @self: weights
 *
 * Returns: bytes that an earlier, unfinished mien_known_weights_fetch() left to go on from
 */
guint64
mien_known_weights_measure_part (const MienKnownWeights *self)
{
  g_autofree char *path = mien_known_weights_dup_path (self);

  return mien_partial_file_measure (path);
}

/**
 * mien_known_weights_fetch:
 * @self: weights
 * @progress: (nullable) (scope call): told the bytes
 * @user_data: for @progress
 * @cancellable: (nullable): ends it; what has arrived is kept
 * @error: return location, as of mien_fetch()
 *
 * Fetches the weights to their place, or goes on with it; checks them where they are there. The
 * environment variable `MIEN_WEIGHTS_MIRROR` may name the address of another folder that holds the
 * file. Not for the main thread of a window.
 *
 * Returns: whether they are there
 */
gboolean
mien_known_weights_fetch (const MienKnownWeights *self,
                          MienProgressFunc progress,
                          gpointer user_data,
                          GCancellable *cancellable,
                          GError **error)
{
  const char *mirror = g_getenv ("MIEN_WEIGHTS_MIRROR");
  g_autofree char *path = mien_known_weights_dup_path (self);
  g_autofree char *address = NULL;
  MienFetchSource source = self->source;

  if (mirror != NULL && *mirror != '\0')
    {
      address = g_strconcat (mirror, g_str_has_suffix (mirror, "/") ? "" : "/", self->file, NULL);
      source.address = address;
    }
  return mien_fetch (&source, path, progress, user_data, cancellable, error);
}

/**
 * mien_weights_find_imagenet:
 *
 * Returns: (transfer full) (nullable) (type filename): the file of the VGG19 with ImageNet weights
 *   that mien_known_weights_fetch() has fetched; %NULL where it is not there
 */
char *
mien_weights_find_imagenet (void)
{
  const MienKnownWeights *imagenet = mien_known_weights_get_imagenet ();

  return mien_known_weights_is_there (imagenet) ? mien_known_weights_dup_path (imagenet) : NULL;
}
