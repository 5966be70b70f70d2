/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MIEN_TRAIN_ERROR (mien_train_error_quark ())

typedef enum
{
  MIEN_TRAIN_ERROR_SETTINGS, /* a setting is out of range, or a settings file is malformed */
  MIEN_TRAIN_ERROR_MODEL,    /* a file is no Mien model */
  MIEN_TRAIN_ERROR_DATA,     /* the data set does not fit the task or the model */
  MIEN_TRAIN_ERROR_RUN,      /* a run folder cannot be written or gone on with */
  MIEN_TRAIN_ERROR_DIVERGED, /* the loss became infinite or not a number */
  MIEN_TRAIN_ERROR_FETCH     /* a file cannot be fetched, or is not what it should be */
} MienTrainError;

GQuark mien_train_error_quark (void);

G_END_DECLS
