/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-random.h"

#include <math.h>

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014;
 * constants as in Vigna's splitmix64.c. */
static guint64
split_mix (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return z ^ (z >> 31);
}

static guint64
rotate_left (guint64 x, int k)
{
  return (x << k) | (x >> (64 - k));
}

/**
 * vgg_random_init:
 * @self: the generator
 * @seed: any number
 *
 * Seeds the generator: its state is the first four outputs of SplitMix64, as the authors of
 * xoshiro256++ recommend.
 */
void
vgg_random_init (VggRandom *self, guint64 seed)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->state); i++)
    self->state[i] = split_mix (&seed);
}

/**
 * vgg_random_init_stream:
 * @self: the generator
 * @seed: any number
 * @a: first key, such as an epoch
 * @b: second key, such as a picture's index
 *
 * Seeds a stream of its own for a pair of keys, so that what is drawn for one picture does not
 * depend on the order in which pictures are worked on. The keys are mixed in one after the other
 * through SplitMix64.
 */
void
vgg_random_init_stream (VggRandom *self, guint64 seed, guint64 a, guint64 b)
{
  guint64 mixed = split_mix (&seed) ^ a;

  mixed = split_mix (&mixed) ^ b;
  vgg_random_init (self, split_mix (&mixed));
}

/**
 * vgg_random_next:
 * @self: the generator
 *
 * One step of xoshiro256++ 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2019).
 *
 * Returns: 64 random bits
 */
guint64
vgg_random_next (VggRandom *self)
{
  guint64 *s = self->state;
  guint64 result = rotate_left (s[0] + s[3], 23) + s[0];
  guint64 t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate_left (s[3], 45);

  return result;
}

/**
 * vgg_random_uniform:
 * @self: the generator
 *
 * Returns: a number in [0, 1), a multiple of 2⁻⁵³
 */
double
vgg_random_uniform (VggRandom *self)
{
  return (double) (vgg_random_next (self) >> 11) * 0x1.0p-53;
}

/**
 * vgg_random_range:
 * @self: the generator
 * @low: lower end
 * @high: upper end, at least @low
 *
 * Returns: a number spread evenly between @low and @high
 */
double
vgg_random_range (VggRandom *self, double low, double high)
{
  return low + (high - low) * vgg_random_uniform (self);
}

/**
 * vgg_random_normal:
 * @self: the generator
 *
 * Draws from the standard normal distribution by Box and Muller's method ("A note on the generation
 * of random normal deviates", 1958). The second number of each pair is left unused: the generator
 * then has no state beside its four words.
 *
 * Returns: a number of mean 0 and deviation 1
 */
double
vgg_random_normal (VggRandom *self)
{
  /* 1 - u is in (0, 1]: its logarithm is finite. */
  double radius = sqrt (-2.0 * log (1.0 - vgg_random_uniform (self)));

  return radius * cos (2.0 * G_PI * vgg_random_uniform (self));
}

/**
 * vgg_random_beta:
 * @self: the generator
 * @alpha: first shape, above 0 and at most 1
 * @beta: second shape, above 0 and at most 1
 *
 * Draws from the beta distribution by Jöhnk's method ("Erzeugung von betaverteilten und
 * gammaverteilten Zufallszahlen", 1964), which takes two pairs of numbers on average at worst. In
 * logarithms, since the powers of small shapes underflow.
 *
 * Returns: a number in [0, 1]
 */
double
vgg_random_beta (VggRandom *self, double alpha, double beta)
{
  double x, y;

  g_return_val_if_fail (alpha > 0 && alpha <= 1 && beta > 0 && beta <= 1, 0);

  do
    {
      x = log (1.0 - vgg_random_uniform (self)) / alpha;
      y = log (1.0 - vgg_random_uniform (self)) / beta;
    }
  while (exp (x) + exp (y) > 1);

  return 1.0 / (1.0 + exp (y - x));
}

/**
 * vgg_random_below:
 * @self: the generator
 * @bound: 1 or more
 *
 * Draws without bias by Lemire's method ("Fast random integer generation in an interval", 2019).
 *
 * Returns: a number in 0 … @bound - 1
 */
guint
vgg_random_below (VggRandom *self, guint bound)
{
  guint64 product;
  guint32 threshold;

  g_return_val_if_fail (bound > 0, 0);

  product = (vgg_random_next (self) >> 32) * bound;
  threshold = -(guint32) bound % bound;

  while ((guint32) product < threshold)
    product = (vgg_random_next (self) >> 32) * bound;

  return product >> 32;
}

/**
 * vgg_random_shuffle:
 * @self: the generator
 * @items: (array length=n): the items
 * @n: how many, below 2³²
 *
 * Puts the items in random order, each order equally likely (Fisher and Yates, as in Knuth's
 * algorithm P).
 */
void
vgg_random_shuffle (VggRandom *self, guint *items, gsize n)
{
  g_return_if_fail (n <= G_MAXUINT);

  for (gsize i = n; i > 1; i--)
    {
      guint j = vgg_random_below (self, i);
      guint item = items[i - 1];

      items[i - 1] = items[j];
      items[j] = item;
    }
}
