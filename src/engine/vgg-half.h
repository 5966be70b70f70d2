/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

float vgg_half_to_float (guint16 half);
guint16 vgg_half_from_float (float value);
float vgg_bfloat16_to_float (guint16 bfloat16);

G_END_DECLS
