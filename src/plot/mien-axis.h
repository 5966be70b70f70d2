/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* A range of values with round marks in it.
 * Signal "changed": the range is another one. */
#define MIEN_TYPE_AXIS (mien_axis_get_type ())
G_DECLARE_FINAL_TYPE (MienAxis, mien_axis, MIEN, AXIS, GObject)

MienAxis *mien_axis_new (void);

void mien_axis_set_range (MienAxis *self, double low, double high);
void mien_axis_set_minimum_step (MienAxis *self, double step);
double mien_axis_get_low (MienAxis *self);
double mien_axis_get_high (MienAxis *self);
double mien_axis_to_unit (MienAxis *self, double value);
double mien_axis_from_unit (MienAxis *self, double unit);
double *mien_axis_list_ticks (MienAxis *self, guint at_most, guint *n_ticks, double *step);

double mien_axis_nice_number (double range, gboolean round);

G_END_DECLS
