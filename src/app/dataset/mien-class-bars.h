/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* Classes, a row with counts and a bar each, and the legend of the splits. Signal "class-activated"
 * (guint): the row of a data set's class was clicked. */
#define MIEN_TYPE_CLASS_BARS (mien_class_bars_get_type ())
G_DECLARE_FINAL_TYPE (MienClassBars, mien_class_bars, MIEN, CLASS_BARS, GtkBox)

void mien_class_bars_set_dataset (MienClassBars *self, MienDataset *dataset);
void mien_class_bars_set_counts (MienClassBars *self,
                                 const char *const *names,
                                 const guint *counts,
                                 guint n_classes,
                                 guint maximum);

G_END_DECLS
