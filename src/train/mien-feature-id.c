/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-feature-id.h"

#include <string.h>

#include "engine/vgg-threads.h"
#include "engine/vgg-weights.h"
#include "train/mien-model-private.h"

/* Raised when the same weights and pictures give other features than before. */
#define FEATURES_VERSION 1

/* Keys of the streams of a seed that no other part draws from. */
#define STREAM_ORDER G_GUINT64_CONSTANT (0x66656174006f7264)
#define STREAM_AUGMENTATION G_GUINT64_CONSTANT (0x6665617400000000)

/**
 * mien_feature_is_used:
 * @settings: of a training
 *
 * Returns: whether the training begins with the features of frozen layers, made once for each
 *   picture and variant
 */
gboolean
mien_feature_is_used (const MienSettings *settings)
{
  return settings->cache.enabled && settings->frozen_convolutions > 0;
}

/**
 * mien_feature_count_variants:
 * @settings: of a training
 *
 * Returns: how many ways each training picture is seen in; 1: as it is
 */
guint
mien_feature_count_variants (const MienSettings *settings)
{
  return mien_augmentation_is_none (&settings->augmentation) ? 1 : settings->cache.variants;
}

/* The digest stands for the picture: what is drawn for it does not depend on its neighbours. */
static guint64
picture_number (const MienPicture *picture)
{
  guint64 number = 0;

  for (guint i = 0; i < 8; i++)
    number = number << 8 | picture->digest[i];
  return number;
}

/**
 * mien_feature_choose_variant:
 * @settings: of a training
 * @picture: a training picture
 * @epoch: from 1
 *
 * Each picture goes through its variants in an order of its own, one an epoch, over and over.
 *
 * Returns: the variant, from 0 to below mien_feature_count_variants()
 */
guint
mien_feature_choose_variant (const MienSettings *settings, const MienPicture *picture, guint epoch)
{
  guint order[MIEN_MAX_VARIANTS];
  guint n = mien_feature_count_variants (settings);
  VggRandom random;

  for (guint i = 0; i < n; i++)
    order[i] = i;
  vgg_random_init_stream (&random, settings->seed, STREAM_ORDER, picture_number (picture));
  vgg_random_shuffle (&random, order, n);
  return order[(epoch - 1) % n];
}

/**
 * mien_feature_init_augmentation_random:
 * @settings: of a training
 * @picture: a training picture
 * @variant: which way to see it
 * @random: (out caller-allocates): what mien_augmentation_draw() is to draw from
 *
 * A variant follows from seed, picture and number alone.
 */
void
mien_feature_init_augmentation_random (const MienSettings *settings,
                                       const MienPicture *picture,
                                       guint variant,
                                       VggRandom *random)
{
  vgg_random_init_stream (random, settings->seed, STREAM_AUGMENTATION + variant,
                          picture_number (picture));
}

/**
 * mien_feature_key_init:
 * @self: (out caller-allocates): the key
 * @settings: of a training
 * @picture: a picture
 * @augmented: whether it is seen in a variant; otherwise it is seen as it is
 * @variant: which one
 */
void
mien_feature_key_init (MienFeatureKey *self,
                       const MienSettings *settings,
                       const MienPicture *picture,
                       gboolean augmented,
                       guint variant)
{
  memset (self, 0, sizeof *self);
  memcpy (self->digest, picture->digest, sizeof self->digest);
  self->seed = augmented ? settings->seed : 0;
  self->variant = augmented ? variant : 0;
}

/**
 * mien_feature_list_parameters:
 * @network: a network
 *
 * Returns: (transfer container) (element-type VggParameter): the parameters, running statistics
 *   too, of the frozen layers
 */
GPtrArray *
mien_feature_list_parameters (VggNetwork *network)
{
  GPtrArray *list = g_ptr_array_new ();
  VggParameter *const *parameters;
  guint n;

  parameters = vgg_network_get_parameters (network, &n);
  for (guint l = 0; l < vgg_network_get_n_layers (network); l++)
    {
      VggLayerInfo info;
      g_autofree char *prefix = NULL;

      vgg_network_get_layer_info (network, l, &info);
      prefix = g_strconcat (info.name, ".", NULL);
      for (guint i = 0; info.frozen && i < n; i++)
        if (g_str_has_prefix (parameters[i]->name, prefix))
          g_ptr_array_add (list, parameters[i]);
    }
  return list;
}

static void
add_text (GChecksum *sum, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  /* With the zero at its end, so that no two lists of texts run together. */
  g_checksum_update (sum, (const guchar *) text, (gssize) strlen (text) + 1);
}

static void
add_number (GChecksum *sum, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  add_text (sum, "%s", g_ascii_dtostr (buffer, sizeof buffer, number));
}

static void
add_augmentation (GChecksum *sum, const MienAugmentation *augmentation)
{
  add_text (sum, "augmentation");
  add_number (sum, augmentation->rotation);
  add_number (sum, augmentation->horizontal_shift);
  add_number (sum, augmentation->vertical_shift);
  add_number (sum, augmentation->zoom);
  add_number (sum, augmentation->shear);
  add_number (sum, augmentation->brightness);
  add_number (sum, augmentation->horizontal_flip != FALSE);
  /* Sets that were made before there was cut-out are as good as new ones without it. */
  if (augmentation->cut_out != 0.0)
    {
      add_text (sum, "cut out");
      add_number (sum, augmentation->cut_out);
    }
}

static void
finish (GChecksum *sum, guint8 id[32])
{
  gsize n = 32;

  g_checksum_get_digest (sum, id, &n);
}

/**
 * mien_feature_make_ids:
 * @network: with its weights, frozen as the training has it
 * @settings: of the training
 * @preprocessing: as chosen for it
 * @plain: (out caller-allocates): id of the set of pictures as they are
 * @augmented: (out caller-allocates): id of the set of variants
 *
 * A digest of all that features depend on, but for picture, seed and variant, which are a record's
 * key: frozen weights, architecture, input size, preprocessing, augmentation. The number of compute
 * threads and the arithmetic are in it too: a training's bits must not depend on what an earlier
 * one left behind.
 */
void
mien_feature_make_ids (VggNetwork *network,
                       const MienSettings *settings,
                       const MienPreprocessing *preprocessing,
                       guint8 plain[32],
                       guint8 augmented[32])
{
  const VggArchitecture *architecture = vgg_network_get_architecture (network);
  g_autoptr (GPtrArray) parameters = mien_feature_list_parameters (network);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) with_augmentation = NULL;
  g_autofree char *preparation = mien_preprocessing_to_text (preprocessing);

  add_text (sum, "features %u, threads %u, %s", FEATURES_VERSION, vgg_threads_get (),
            vgg_network_get_feature_arithmetic ());
  add_text (sum, "VGG%u, norm %u, width %u/8, frozen %u", architecture->depth,
            architecture->batch_norm != FALSE, architecture->width_eighths,
            vgg_network_get_n_frozen (network));
  add_text (sum, "%u x %u", architecture->input_width, architecture->input_height);
  add_text (sum, "%s", preparation);
  for (guint i = 0; i < parameters->len; i++)
    {
      const VggParameter *parameter = g_ptr_array_index (parameters, i);

      add_text (sum, "%s", parameter->name);
      g_checksum_update (sum, (const guchar *) parameter->value,
                         (gssize) (vgg_shape_elements (&parameter->shape) * sizeof (float)));
    }

  with_augmentation = g_checksum_copy (sum);
  add_augmentation (with_augmentation, &settings->augmentation);
  finish (sum, plain);
  finish (with_augmentation, augmented);
}
