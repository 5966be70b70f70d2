/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-half.h"

#include <string.h>

static float
float_from_bits (guint32 bits)
{
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/**
 * vgg_half_to_float:
 * @half: the bits of an IEEE 754-2008 binary16 number (1 sign, 5 exponent, 10 fraction bits)
 *
 * Widens a half precision number; every one of them, subnormals included, is exact in single
 * precision. A NaN stays a NaN, with its sign and payload.
 *
 * Returns: the same number in single precision
 */
float
vgg_half_to_float (guint16 half)
{
  guint32 sign = (guint32) (half & 0x8000) << 16;
  guint32 exponent = (half >> 10) & 0x1f;
  guint32 fraction = half & 0x3ff;

  if (exponent == 0x1f)
    return float_from_bits (sign | 0x7f800000 | fraction << 13);
  if (exponent != 0)
    return float_from_bits (sign | (exponent + 127 - 15) << 23 | fraction << 13);

  /* Subnormal or zero: fraction * 2^-24, which single precision holds as a normal number. */
  float magnitude = (float) fraction * 0x1p-24f;
  return sign != 0 ? -magnitude : magnitude;
}

/**
 * vgg_bfloat16_to_float:
 * @bfloat16: the upper 16 bits of an IEEE 754 binary32 number
 *
 * Widens a bfloat16 number, which is single precision with its last 16 fraction bits cut off.
 *
 * Returns: the same number in single precision
 */
float
vgg_bfloat16_to_float (guint16 bfloat16)
{
  return float_from_bits ((guint32) bfloat16 << 16);
}
