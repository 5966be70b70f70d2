/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/workspace/mien-workspace-private.h"

/**
 * mien_workspace_set_offer:
 * @offer: (transfer full): the settings that suit a data set, and why
 *
 * Makes the settings those of @offer, unless a person has changed what was offered before: then
 * they stay, and mien_workspace_takes_offer() says so. Told by "notify::settings".
 */
void
mien_workspace_set_offer (MienWorkspace *self, MienOffer *offer)
{
  const gboolean takes = mien_workspace_takes_offer (self);

  mien_offer_free (self->offer);
  self->offer = offer;
  mien_workspace_take_settings (self, takes ? mien_settings_copy (offer->settings) : NULL);
}

/**
 * mien_workspace_get_offer:
 *
 * Returns: (transfer none): what was last offered; without a reason before there is a data set
 */
const MienOffer *
mien_workspace_get_offer (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), NULL);

  return self->offer;
}

/**
 * mien_workspace_takes_offer:
 *
 * Returns: whether the settings are those that are offered, unchanged
 */
gboolean
mien_workspace_takes_offer (MienWorkspace *self)
{
  g_return_val_if_fail (MIEN_IS_WORKSPACE (self), FALSE);

  return mien_settings_equal (self->settings, self->offer->settings);
}

/**
 * mien_workspace_take_offer:
 *
 * Makes the settings those that are offered, whatever was changed.
 */
void
mien_workspace_take_offer (MienWorkspace *self)
{
  g_return_if_fail (MIEN_IS_WORKSPACE (self));

  mien_workspace_take_settings (self, mien_settings_copy (self->offer->settings));
}
