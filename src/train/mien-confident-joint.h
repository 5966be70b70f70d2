/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

double mien_confident_joint_estimate (const float *probabilities,
                                      const guint *labels,
                                      guint n,
                                      guint n_classes);

G_END_DECLS
