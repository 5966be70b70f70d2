/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The most probable classes of one answer, best first: a name, a percentage and a level bar each.
 * It is a GtkOrientable: horizontal in a list row, vertical beside a large picture. */
#define MIEN_TYPE_PROBABILITY_BARS (mien_probability_bars_get_type ())
G_DECLARE_FINAL_TYPE (MienProbabilityBars, mien_probability_bars, MIEN, PROBABILITY_BARS, GtkBox)

GtkWidget *mien_probability_bars_new (GtkOrientation orientation);
void mien_probability_bars_set (MienProbabilityBars *self,
                                const char *const *classes,
                                const float *probabilities,
                                guint n_classes,
                                guint n_shown);

G_END_DECLS
