/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

float vgg_half_to_float (guint16 half);
float vgg_bfloat16_to_float (guint16 bfloat16);

G_END_DECLS
