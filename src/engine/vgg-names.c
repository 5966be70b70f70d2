/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-names.h"

#include <glib/gi18n-lib.h>

#include "engine/vgg-architecture.h"
#include "engine/vgg-error.h"
#include "engine/vgg-tensor-file-private.h"

typedef struct
{
  const char *pytorch;
  const char *mien;
} TensorName;

static const TensorName convolution_names[] = { { "weight", "kernel" }, { "bias", "bias" } };

static const TensorName batch_norm_names[] = { { "weight", "gamma" },
                                               { "bias", "beta" },
                                               { "running_mean", "mean" },
                                               { "running_var", "variance" } };

/* Both flatten pool5 as (C, H, W), so that the first dense kernel fits as it is. */
static const TensorName classifier_names[] = { { "0", "dense_1" },
                                               { "3", "dense_2" },
                                               { "6", "logits" } };

/**
 * vgg_names_are_pytorch:
 * @file: tensors under their file's names
 *
 * Returns: whether they are named as torchvision names a VGG's
 */
gboolean
vgg_names_are_pytorch (VggTensorFile *file)
{
  return vgg_tensor_file_get_shape (file, "features.0.weight") != NULL;
}

static void
map_layer (GHashTable *names,
           guint position,
           const char *layer,
           const TensorName *tensors,
           guint n_tensors)
{
  for (guint i = 0; i < n_tensors; i++)
    g_hash_table_insert (names, g_strdup_printf ("features.%u.%s", position, tensors[i].pytorch),
                         g_strdup_printf ("%s.%s", layer, tensors[i].mien));
}

/* Walks the sequence that torchvision numbers, where pools and ReLUs count and have no tensors:
 * <https://github.com/pytorch/vision/blob/main/torchvision/models/vgg.py>, make_layers(). */
static GHashTable *
map_features (guint depth, gboolean batch_norm)
{
  VggArchitecture architecture = { .depth = depth,
                                   .batch_norm = batch_norm,
                                   .width_eighths = VGG_FULL_WIDTH };
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  guint n = vgg_architecture_convolutions (&architecture, specs);
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  guint position = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *layer = g_strdup_printf ("block%u_conv%u", specs[i].block, specs[i].index);

      if (i > 0 && specs[i].block != specs[i - 1].block)
        position++;

      map_layer (names, position++, layer, convolution_names, G_N_ELEMENTS (convolution_names));
      if (batch_norm)
        {
          g_autofree char *norm = g_strconcat (layer, "_bn", NULL);

          map_layer (names, position++, norm, batch_norm_names, G_N_ELEMENTS (batch_norm_names));
        }
      position++;
    }

  return names;
}

/* Every tensor of the features must be expected and every expected one be there. */
static gboolean
features_match (VggTensorFile *file, GHashTable *names)
{
  guint n_features = 0;

  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (file); i++)
    {
      const char *name = vgg_tensor_file_get_name (file, i);

      if (!g_str_has_prefix (name, "features."))
        continue;
      if (!g_hash_table_contains (names, name))
        return FALSE;
      n_features++;
    }

  return n_features == g_hash_table_size (names);
}

static void
map_classifier (GHashTable *names)
{
  for (guint i = 0; i < G_N_ELEMENTS (classifier_names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (convolution_names); j++)
      g_hash_table_insert (
        names,
        g_strdup_printf ("classifier.%s.%s", classifier_names[i].pytorch,
                         convolution_names[j].pytorch),
        g_strdup_printf ("%s.%s", classifier_names[i].mien, convolution_names[j].mien));
}

/**
 * vgg_names_map_pytorch:
 * @file: tensors for which vgg_names_are_pytorch() holds
 * @error: return location for an error
 *
 * Finds which of torchvision's VGG11, 13, 16, 19, with or without batch normalisation, numbers its
 * layers as @file does.
 *
 * Returns: (transfer full): PyTorch's names and Mien's for them, or %NULL with a %VGG_ERROR_FORMAT
 *   where none does
 */
GHashTable *
vgg_names_map_pytorch (VggTensorFile *file, GError **error)
{
  static const guint depths[] = { 11, 13, 16, 19 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    for (guint batch_norm = 0; batch_norm < 2; batch_norm++)
      {
        g_autoptr (GHashTable) names = map_features (depths[i], batch_norm != 0);

        if (features_match (file, names))
          {
            map_classifier (names);
            return g_steal_pointer (&names);
          }
      }

  g_set_error (error, VGG_ERROR, VGG_ERROR_FORMAT,
               _ ("“%s” has PyTorch's tensor names, but not those of a VGG11, 13, 16 or 19. "
                  "Choose the weights of one of these."),
               vgg_tensor_file_get_display_name (file));
  return NULL;
}
