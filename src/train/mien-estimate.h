/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What a training would take, known before anything is read. */
typedef struct
{
  gsize bytes;        /* of the network's plan and the optimiser; G_MAXSIZE: not addressable */
  gsize n_parameters; /* weights, frozen ones included */
  gsize n_trainable;
} MienEstimate;

gboolean mien_estimate_settings (const MienSettings *settings,
                                 guint n_classes,
                                 MienEstimate *estimate,
                                 GError **error);

G_END_DECLS
