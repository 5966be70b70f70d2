/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Points whose x never falls, in two flat arrays.
 * Signal "changed": points were added or taken away. */
#define MIEN_TYPE_SERIES (mien_series_get_type ())
G_DECLARE_FINAL_TYPE (MienSeries, mien_series, MIEN, SERIES, GObject)

MienSeries *mien_series_new (const char *title);

const char *mien_series_get_title (MienSeries *self);
void mien_series_append (MienSeries *self, double x, double y);
void mien_series_append_many (MienSeries *self, const double *x, const double *y, guint n);
void mien_series_clear (MienSeries *self);
guint mien_series_get_n (MienSeries *self);
const double *mien_series_get_x (MienSeries *self);
const double *mien_series_get_y (MienSeries *self);
gboolean mien_series_get_range (MienSeries *self, double *low, double *high);
gboolean mien_series_find_nearest (MienSeries *self, double x, guint *index);
guint
mien_series_decimate (MienSeries *self, double low, double high, guint n_columns, guint *indices);

G_END_DECLS
