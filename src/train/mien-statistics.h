/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double mien_cohen_kappa (const guint *counts, guint n_classes);
double mien_mean_of_defined (const double *values, guint n);
void mien_wilson_interval (guint correct, guint n, double *low, double *high);

G_END_DECLS
