/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Conversions between single precision and IEEE 754-2008 binary16 (1 sign, 5 exponent, 10 fraction
 * bits), without branches, so that the compiler vectorises them. Integer arithmetic throughout but
 * for numbers below binary16's normal range, where nothing is subnormal in single precision: the
 * result does not depend on the mode in which tasks run. */

#include <stdint.h>
#include <string.h>

#include "engine/kernels/vgg-kernels-set.h"
#include "engine/kernels/vgg-kernels-tables.h"

static inline uint32_t
bits_of (float value)
{
  uint32_t bits;

  memcpy (&bits, &value, sizeof bits);

  return bits;
}

static inline float
float_of (uint32_t bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);

  return value;
}

/* To the nearest, to even of two; at most 65504; NaN becomes a quiet one. */
void
VGG_KERNEL (float_to_half) (const float *floats, size_t n, uint16_t *halves)
{
  for (size_t i = 0; i < n; i++)
    {
      uint32_t bits = bits_of (floats[i]);
      uint32_t sign = bits >> 16 & 0x8000u;
      uint32_t magnitude = bits & 0x7fffffffu;
      uint32_t limited = magnitude < 0x477fe000u ? magnitude : 0x477fe000u;

      /* Adding half of what is cut off, less a bit where the last bit kept is even. */
      uint32_t normal = ((limited + 0xfffu + (limited >> 13 & 1u)) >> 13) - (112u << 10);

      /* The last bit of numbers from 0.5 to 1 is worth 2^-24, as that of subnormal halves. */
      uint32_t subnormal = bits_of (float_of (limited) + 0.5f) - bits_of (0.5f);
      uint32_t half = limited < 0x38800000u ? subnormal : normal;

      half = magnitude > 0x7f800000u ? 0x7e00u | (magnitude >> 13 & 0x3ffu) : half;
      halves[i] = (uint16_t) (sign | half);
    }
}

/* Exact; NaN becomes a quiet one. */
void
VGG_KERNEL (half_to_float) (const uint16_t *halves, size_t n, float *floats)
{
  for (size_t i = 0; i < n; i++)
    {
      uint32_t half = halves[i];
      uint32_t sign = (half & 0x8000u) << 16;
      uint32_t magnitude = (half & 0x7fffu) << 13;
      uint32_t normal = magnitude + (112u << 23);
      uint32_t quiet = (half & 0x3ffu) != 0 ? 0x400000u : 0u;
      uint32_t special = (magnitude + (224u << 23)) | quiet;
      uint32_t subnormal = bits_of ((float) (int32_t) (half & 0x3ffu) * 0x1p-24f);
      uint32_t exponent = half & 0x7c00u;
      uint32_t bits = exponent == 0 ? subnormal : normal;

      bits = exponent == 0x7c00u ? special : bits;
      floats[i] = float_of (sign | bits);
    }
}
