/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Vectors of the instruction set that a template is compiled for, as GCC's and clang's vector
 * extension writes them. Included by templates only. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_LANES 16
#elif defined(__AVX2__)
#define VECTOR_LANES 8
#else
#define VECTOR_LANES 4
#endif

/* Vectors that make up a channel block's 16 lanes. */
#define VECTORS (16 / VECTOR_LANES)

typedef float Vector __attribute__ ((vector_size (VECTOR_LANES * sizeof (float))));
typedef int32_t VectorMask __attribute__ ((vector_size (VECTOR_LANES * sizeof (float))));

#define ALWAYS_INLINE inline __attribute__ ((always_inline))

/* Loops over a few items, known when compiling, whose items are to stay in registers. */
#define UNROLL _Pragma ("GCC unroll 32")

static ALWAYS_INLINE Vector
vector_load (const float *values)
{
  Vector v;

  memcpy (&v, values, sizeof v);
  return v;
}

static ALWAYS_INLINE void
vector_store (float *values, Vector v)
{
  memcpy (values, &v, sizeof v);
}

/* For results that are too large for the caches anyway: where a vector is a whole line of them,
 * memory need not be read first. The address is a multiple of the vector's size. */
static ALWAYS_INLINE void
vector_stream (float *values, Vector v)
{
#if defined(__AVX512F__)
  _mm512_stream_ps (values, v);
#else
  vector_store (values, v);
#endif
}

/* To be called after the last vector_stream(), before other threads are told of the values. */
static ALWAYS_INLINE void
vector_stream_end (void)
{
#if defined(__AVX512F__)
  _mm_sfence ();
#endif
}

/* max (v, 0); NaN stays. */
static ALWAYS_INLINE Vector
vector_relu (Vector v)
{
  VectorMask below = v < 0.0f;

  return (Vector) ((VectorMask) v & ~below);
}

/* The greater of two numbers; NaN before any number. */
static ALWAYS_INLINE Vector
vector_max (Vector a, Vector b)
{
  VectorMask takes_b = (b > a) | (b != b);

  return (Vector) (((VectorMask) b & takes_b) | ((VectorMask) a & ~takes_b));
}
