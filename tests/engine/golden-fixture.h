/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/vgg-network.h"

G_BEGIN_DECLS

/* Networks with the weights of tests/golden/make-network-golden.py. */
void golden_fixture_fill (float *values, gsize n, guint32 seed, double scale, double offset);
void golden_fixture_fill_parameters (VggNetwork *network);

G_END_DECLS
