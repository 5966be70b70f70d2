/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void vgg_blas_use_one_thread (void);
void vgg_blas_gemm (gboolean transpose_a,
                    gboolean transpose_b,
                    gsize m,
                    gsize n,
                    gsize k,
                    const float *a,
                    gsize a_stride,
                    const float *b,
                    gsize b_stride,
                    float beta,
                    float *c,
                    gsize c_stride);

G_END_DECLS
