/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-half.h"

#include <string.h>

#include "engine/kernels/vgg-kernels.h"

/**
 * vgg_half_to_float:
 * @half: the bits of an IEEE 754-2008 binary16 number (1 sign, 5 exponent, 10 fraction bits)
 *
 * Widens a half precision number; every one of them, subnormals included, is exact in single
 * precision. A NaN stays a NaN, with its sign.
 *
 * Returns: the same number in single precision
 */
float
vgg_half_to_float (guint16 half)
{
  float value;

  vgg_kernels_get ()->half_to_float (&half, 1, &value);

  return value;
}

/**
 * vgg_half_from_float:
 * @value: a number
 *
 * Rounds to the nearest half precision number, to the one with an even last bit of two that are
 * equally near (IEEE 754-2008, roundTiesToEven). What is beyond the largest one, 65504, infinity
 * too, becomes that; a NaN stays a NaN.
 *
 * Returns: the bits of the half precision number
 */
guint16
vgg_half_from_float (float value)
{
  guint16 half;

  vgg_kernels_get ()->float_to_half (&value, 1, &half);

  return half;
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
  guint32 bits = (guint32) bfloat16 << 16;
  float value;

  memcpy (&value, &bits, sizeof value);

  return value;
}
