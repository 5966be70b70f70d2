/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One finished epoch: a row of history.csv. */
typedef struct
{
  guint epoch;     /* from 1 */
  double loss;     /* training cross-entropy, mean over the epoch, natural logarithm */
  double accuracy; /* 0 to 1, of the training pictures as augmented, while they were trained on */
  double validation_loss;
  double validation_accuracy;
  double learning_rate; /* of the epoch's last step */
  double seconds;
} MienEpoch;

char *mien_history_to_csv (const GArray *history);
GArray *mien_history_from_csv (const char *csv, GError **error);
guint mien_history_find_best (const GArray *history);

G_END_DECLS
