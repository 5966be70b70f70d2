/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* The classes of a data set, a row with counts and a bar each, and the legend of the splits.
 * Signal "class-activated" (guint): a row was clicked. */
#define MIEN_TYPE_CLASS_BARS (mien_class_bars_get_type ())
G_DECLARE_FINAL_TYPE (MienClassBars, mien_class_bars, MIEN, CLASS_BARS, GtkBox)

void mien_class_bars_set_dataset (MienClassBars *self, MienDataset *dataset);

G_END_DECLS
