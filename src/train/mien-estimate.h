/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-network.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What a training would take, known before anything is read. */
typedef struct
{
  gsize bytes; /* of the network's plan, the optimiser and averages; G_MAXSIZE: not addressable */
  gsize n_parameters; /* weights, frozen ones included */
  gsize n_trainable;
  gsize feature_bytes; /* kept on the disk of a picture in one variant; 0: nothing is kept */
} MienEstimate;

gboolean mien_estimate_settings (const MienSettings *settings,
                                 guint n_classes,
                                 MienEstimate *estimate,
                                 GError **error);
gsize mien_estimate_network (VggNetwork *network, const MienSettings *settings, gsize rest);

G_END_DECLS
