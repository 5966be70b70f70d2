/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-estimate.h"

#include "engine/vgg-average.h"
#include "train/mien-feature-id.h"
#include "train/mien-feature-maker.h"

/* Copies of the weights beside the network's own, at most: of the best epoch so far and of a better
 * one. */
#define KEPT_MODELS 2

/* Numbers that an optimiser remembers of each weight that trains. */
static guint
count_states (const VggOptimizerSettings *optimizer)
{
  switch (optimizer->kind)
    {
    case VGG_OPTIMIZER_SGD:
      return optimizer->momentum > 0.0f ? 1 : 0;
    case VGG_OPTIMIZER_RMSPROP:
    case VGG_OPTIMIZER_ADAGRAD:
      return 1;
    case VGG_OPTIMIZER_ADAM:
    case VGG_OPTIMIZER_ADAMW:
      return 2;
    default:
      g_assert_not_reached ();
    }
}

/**
 * mien_estimate_network:
 * @network: a network, with the settings' layers frozen
 * @settings: of a training
 * @rest: bytes that its steps take beside the network's plan
 *
 * The best epoch's weights are kept in memory, and for a moment those of the one before it too. A
 * training of which frozen layers' features are kept has two phases, one after the other: of
 * these layers alone, and of the others. Averaged weights are there in both.
 *
 * Returns: bytes of the phase that takes most; %G_MAXSIZE when they cannot be addressed
 */
gsize
mien_estimate_network (VggNetwork *network, const MienSettings *settings, gsize rest)
{
  const VggPlanOptions options = {
    .batch = settings->batch,
    .training = TRUE,
    .from_features = mien_feature_is_used (settings),
  };
  gsize bytes = vgg_network_estimate_bytes (network, &options);
  gsize models = KEPT_MODELS * vgg_network_count_parameters (network) * sizeof (float);
  gsize average = settings->average_decay > 0 ? vgg_average_estimate_bytes (network) : 0;

  if (!g_size_checked_add (&bytes, bytes, rest) || !g_size_checked_add (&bytes, bytes, models))
    return G_MAXSIZE;
  if (options.from_features)
    bytes = MAX (bytes, mien_feature_maker_estimate_bytes (network));
  return g_size_checked_add (&bytes, bytes, average) ? bytes : G_MAXSIZE;
}

/**
 * mien_estimate_settings:
 * @settings: of a training
 * @n_classes: that it would tell apart, at least 2
 * @estimate: (out): what it would take
 * @error: return location; as of mien_settings_validate()
 *
 * Counts the weights and the memory of a training. The pictures that loaders hold ahead come on
 * top. Takes a moment for a large network: not for the main thread of a window.
 *
 * Returns: %FALSE if no training can be made with @settings
 */
gboolean
mien_estimate_settings (const MienSettings *settings,
                        guint n_classes,
                        MienEstimate *estimate,
                        GError **error)
{
  VggArchitecture architecture = settings->architecture;
  g_autoptr (VggNetwork) network = NULL;
  gsize state_bytes;

  g_return_val_if_fail (n_classes >= 2, FALSE);

  if (!mien_settings_validate (settings, error))
    return FALSE;

  architecture.n_classes = n_classes;
  network = vgg_network_new (&architecture, error);
  if (network == NULL)
    return FALSE;

  vgg_network_freeze (network, settings->frozen_convolutions);
  estimate->n_parameters = vgg_network_count_parameters (network);
  estimate->n_trainable = vgg_network_count_trainable (network);
  estimate->bytes = G_MAXSIZE;
  if (g_size_checked_mul (&state_bytes, estimate->n_trainable,
                          count_states (&settings->optimizer) * sizeof (float)))
    estimate->bytes = mien_estimate_network (network, settings, state_bytes);
  estimate->feature_bytes = 0;
  if (mien_feature_is_used (settings))
    estimate->feature_bytes = vgg_network_get_feature_length (network) * sizeof (guint16);

  return TRUE;
}
