/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-train-error.h"

G_DEFINE_QUARK (mien - train - error - quark, mien_train_error)
