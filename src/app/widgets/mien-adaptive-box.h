/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Two children: side by side where there is room, one above the other where there is not. */
#define MIEN_TYPE_ADAPTIVE_BOX (mien_adaptive_box_get_type ())
G_DECLARE_FINAL_TYPE (MienAdaptiveBox, mien_adaptive_box, MIEN, ADAPTIVE_BOX, GtkWidget)

void mien_adaptive_box_set_start (MienAdaptiveBox *self, GtkWidget *child);
void mien_adaptive_box_set_end (MienAdaptiveBox *self, GtkWidget *child);

G_END_DECLS
