/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-estimate.h"

#include "engine/vgg-network.h"

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
  const VggPlanOptions options = { .batch = settings->batch, .training = TRUE };
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
  estimate->bytes = vgg_network_estimate_bytes (network, &options);
  if (!g_size_checked_mul (&state_bytes, estimate->n_trainable,
                           count_states (&settings->optimizer) * sizeof (float)) ||
      !g_size_checked_add (&estimate->bytes, estimate->bytes, state_bytes))
    estimate->bytes = G_MAXSIZE;

  return TRUE;
}
