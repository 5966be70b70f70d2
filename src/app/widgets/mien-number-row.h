/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of a boxed list with a number to set. Properties "value", "lower", "upper", "step",
 * "digits", and "logarithmic" for numbers whose size matters more than their distance, such as a
 * learning rate. */
#define MIEN_TYPE_NUMBER_ROW (mien_number_row_get_type ())
G_DECLARE_FINAL_TYPE (MienNumberRow, mien_number_row, MIEN, NUMBER_ROW, AdwActionRow)

double mien_number_row_get_value (MienNumberRow *self);
void mien_number_row_set_value (MienNumberRow *self, double value);

G_END_DECLS
