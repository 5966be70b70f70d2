/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* A bar of one class: a segment a split, as long as the split has pictures. */
#define MIEN_TYPE_SPLIT_BAR (mien_split_bar_get_type ())
G_DECLARE_FINAL_TYPE (MienSplitBar, mien_split_bar, MIEN, SPLIT_BAR, GtkWidget)

GtkWidget *mien_split_bar_new (void);
void mien_split_bar_set (MienSplitBar *self, const guint counts[MIEN_N_SPLITS], guint maximum);
GtkWidget *mien_split_bar_new_swatch (MienSplit split);

G_END_DECLS
