/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "golden-fixture.h"

#include <math.h>

/**
 * golden_fixture_fill:
 * @values: (out) (array length=n): numbers from @offset - @scale to @offset + @scale
 * @n: how many
 * @seed: of the generator
 * @scale: see @values
 * @offset: see @values
 *
 * Draws as ramp() of tests/golden/make-network-golden.py does.
 */
void
golden_fixture_fill (float *values, gsize n, guint32 seed, double scale, double offset)
{
  guint32 state = seed;

  for (gsize i = 0; i < n; i++)
    {
      state = state * 1664525u + 1013904223u;
      values[i] = ((state >> 8) / 8388608.0 - 1.0) * scale + offset;
    }
}

/**
 * golden_fixture_fill_parameters:
 * @network: a network
 *
 * Draws all kernels, biases and factors as that script does; running statistics stay.
 */
void
golden_fixture_fill_parameters (VggNetwork *network)
{
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);
  guint32 seed = 1;

  for (guint i = 0; i < n; i++)
    {
      VggParameter *parameter = parameters[i];
      gsize size = vgg_shape_elements (&parameter->shape);
      double fan_in = size / parameter->shape.dimensions[0];

      if (parameter->statistic)
        continue;

      if (g_str_has_suffix (parameter->name, ".kernel"))
        golden_fixture_fill (parameter->value, size, seed, sqrt (6 / fan_in), 0);
      else if (g_str_has_suffix (parameter->name, ".bias"))
        golden_fixture_fill (parameter->value, size, seed, 0.1, 0);
      else
        golden_fixture_fill (parameter->value, size, seed, 0.5,
                             g_str_has_suffix (parameter->name, "gamma"));
      seed++;
    }
}
