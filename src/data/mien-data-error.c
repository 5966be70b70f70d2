/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-data-error.h"

G_DEFINE_QUARK (mien-data-error-quark, mien_data_error)
