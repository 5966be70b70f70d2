/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* What a calibration changed, on the same pictures. */
typedef struct
{
  guint n;               /* validation pictures */
  double temperature[2]; /* before, after */
  double loss[2];        /* mean cross-entropy */
  double error[2];       /* expected calibration error, see mien_confidence_new() */
} MienCalibration;

gboolean mien_calibrate (MienModel *model,
                         MienDataset *dataset,
                         MienCalibration *calibration,
                         MienProgressFunc progress,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error);

G_END_DECLS
