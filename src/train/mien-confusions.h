/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A cell of an epoch's confusion matrix that holds validation pictures: a row of confusions.csv. */
typedef struct
{
  guint epoch;  /* from 1 */
  guint actual; /* class indices */
  guint predicted;
  guint count; /* at least 1 */
} MienEpochConfusion;

char *mien_confusions_to_csv (const GArray *confusions);
GArray *mien_confusions_from_csv (const char *csv, guint n_epochs, guint n_classes, GError **error);
void
mien_confusions_get_matrix (const GArray *confusions, guint epoch, guint n_classes, guint *counts);

G_END_DECLS
