/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-blas.h"

#include <cblas.h>

/**
 * vgg_blas_use_one_thread:
 *
 * Keeps OpenBLAS to the thread that calls it. Work is split over threads by vgg_threads_run()
 * alone, so that the cores are never oversubscribed and results do not depend on how a library
 * splits a product.
 */
void
vgg_blas_use_one_thread (void)
{
  openblas_set_num_threads (1);
}

/**
 * vgg_blas_gemm:
 * @transpose_a: whether A is stored transposed
 * @transpose_b: whether B is stored transposed
 * @m: rows of C
 * @n: columns of C
 * @k: columns of A, rows of B
 * @a: (m, k), or (k, m) when transposed
 * @a_stride: floats from one stored row of A to the next
 * @b: (k, n), or (n, k) when transposed
 * @b_stride: floats from one stored row of B to the next
 * @beta: what C is multiplied with first; 0 leaves its content unread
 * @c: (m, n)
 * @c_stride: floats from one row of C to the next
 *
 * C = A B + beta C, row-major, on the calling thread. Every size and stride fits an int: a network
 * checks this when it is planned.
 */
void
vgg_blas_gemm (gboolean transpose_a,
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
               gsize c_stride)
{
  if (m == 0 || n == 0)
    return;

  cblas_sgemm (CblasRowMajor, transpose_a ? CblasTrans : CblasNoTrans,
               transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1.0f, a, a_stride, b, b_stride,
               beta, c, c_stride);
}
