/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-error.h"

G_DEFINE_QUARK (vgg-error-quark, vgg_error)
