/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-random.h"

#include <math.h>
#include <string.h>

/* SplitMix64's first outputs for the seed 1234567, as published with the reference implementation
 * (and in Rosetta Code's "Pseudo-random numbers/Splitmix64"). */
static void
test_seeding (void)
{
  VggRandom random;

  vgg_random_init (&random, 1234567);

  g_assert_cmpuint (random.state[0], ==, G_GUINT64_CONSTANT (6457827717110365317));
  g_assert_cmpuint (random.state[1], ==, G_GUINT64_CONSTANT (3203168211198807973));
  g_assert_cmpuint (random.state[2], ==, G_GUINT64_CONSTANT (9817491932198370423));
  g_assert_cmpuint (random.state[3], ==, G_GUINT64_CONSTANT (4593380528125082431));
}

/* xoshiro256++ from the state 1, 2, 3, 4: the values that rand_xoshiro tests against, made with the
 * authors' xoshiro256plusplus.c. */
static void
test_sequence (void)
{
  static const guint64 expected[] = {
    G_GUINT64_CONSTANT (41943041),
    G_GUINT64_CONSTANT (58720359),
    G_GUINT64_CONSTANT (3588806011781223),
    G_GUINT64_CONSTANT (3591011842654386),
    G_GUINT64_CONSTANT (9228616714210784205),
    G_GUINT64_CONSTANT (9973669472204895162),
    G_GUINT64_CONSTANT (14011001112246962877),
    G_GUINT64_CONSTANT (12406186145184390807),
    G_GUINT64_CONSTANT (15849039046786891736),
    G_GUINT64_CONSTANT (10450023813501588000),
  };
  VggRandom random = { { 1, 2, 3, 4 } };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (vgg_random_next (&random), ==, expected[i]);
}

static void
test_streams (void)
{
  static const guint64 keys[][3] = {
    { 1, 0, 0 }, { 2, 0, 0 }, { 1, 1, 0 }, { 1, 0, 1 }, { 1, 1, 1 }, { 0, 1, 0 }, { 0, 0, 1 },
  };
  guint64 first[G_N_ELEMENTS (keys)];

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      VggRandom random, again;

      vgg_random_init_stream (&random, keys[i][0], keys[i][1], keys[i][2]);
      vgg_random_init_stream (&again, keys[i][0], keys[i][1], keys[i][2]);
      first[i] = vgg_random_next (&random);
      g_assert_cmpuint (vgg_random_next (&again), ==, first[i]);

      for (guint j = 0; j < i; j++)
        g_assert_cmpuint (first[i], !=, first[j]);
    }
}

/* Mean and variance of many draws, within six standard errors of what mathematics says. */
static void
assert_moments (const double *draws, guint n, double mean, double variance, double fourth)
{
  double sum = 0;
  double squares = 0;

  for (guint i = 0; i < n; i++)
    {
      sum += draws[i];
      squares += (draws[i] - mean) * (draws[i] - mean);
    }

  g_assert_cmpfloat_with_epsilon (sum / n, mean, 6 * sqrt (variance / n));
  g_assert_cmpfloat_with_epsilon (squares / n, variance,
                                  6 * sqrt ((fourth - variance * variance) / n));
}

static void
test_distributions (void)
{
  const guint n = 200000;
  g_autofree double *draws = g_new (double, n);
  VggRandom random;

  vgg_random_init (&random, 42);

  for (guint i = 0; i < n; i++)
    {
      draws[i] = vgg_random_uniform (&random);
      g_assert_true (draws[i] >= 0 && draws[i] < 1);
    }
  assert_moments (draws, n, 0.5, 1.0 / 12, 1.0 / 80);

  for (guint i = 0; i < n; i++)
    {
      draws[i] = vgg_random_range (&random, -3, 5);
      g_assert_true (draws[i] >= -3 && draws[i] < 5);
    }
  assert_moments (draws, n, 1, 64.0 / 12, 4096.0 / 80);

  for (guint i = 0; i < n; i++)
    draws[i] = vgg_random_normal (&random);
  assert_moments (draws, n, 0, 1, 3);
}

static void
test_below (void)
{
  const guint n = 60000;
  guint counts[6] = { 0 };
  VggRandom random;

  vgg_random_init (&random, 7);

  for (guint i = 0; i < n; i++)
    {
      guint draw = vgg_random_below (&random, G_N_ELEMENTS (counts));

      g_assert_cmpuint (draw, <, G_N_ELEMENTS (counts));
      counts[draw]++;
    }

  /* Six standard deviations of a binomial distribution of n draws with probability 1/6. */
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpfloat_with_epsilon (counts[i], n / 6.0, 6 * sqrt (n * 5.0 / 36));

  g_assert_cmpuint (vgg_random_below (&random, 1), ==, 0);
}

static void
test_shuffle (void)
{
  const guint n = 24000;
  guint counts[24] = { 0 };
  VggRandom random;

  vgg_random_init (&random, 9);

  /* All 24 orders of 4 items are equally likely: six standard deviations again. */
  for (guint i = 0; i < n; i++)
    {
      guint items[] = { 0, 1, 2, 3 };
      guint rank = 0;

      vgg_random_shuffle (&random, items, 4);
      for (guint j = 0; j < 4; j++)
        {
          guint smaller = 0;

          for (guint k = j + 1; k < 4; k++)
            smaller += items[k] < items[j];
          rank = rank * (4 - j) + smaller;
        }
      counts[rank]++;
    }

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpfloat_with_epsilon (counts[i], n / 24.0, 6 * sqrt (n * 23.0 / 576));

  vgg_random_shuffle (&random, NULL, 0);
}

/* Mean a / (a + b) and variance a b / ((a + b)² (a + b + 1)); of Beta (1/2, 1/2), the arcsine
 * distribution, a third lies below a quarter. */
static void
test_beta (void)
{
  static const double shapes[][2] = { { 1, 1 }, { 0.5, 0.5 }, { 0.2, 0.2 }, { 0.5, 1 } };
  const guint n = 20000;
  guint below = 0;
  VggRandom random;

  vgg_random_init (&random, 12);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      const double a = shapes[i][0];
      const double b = shapes[i][1];
      const double mean = a / (a + b);
      const double variance = a * b / ((a + b) * (a + b) * (a + b + 1));
      double sum = 0;
      double squares = 0;

      for (guint k = 0; k < n; k++)
        {
          const double x = vgg_random_beta (&random, a, b);

          g_assert_true (x >= 0 && x <= 1);
          sum += x;
          squares += (x - mean) * (x - mean);
          below += i == 1 && x < 0.25;
        }
      /* Six standard deviations; that of a square is at most a quarter. */
      g_assert_cmpfloat_with_epsilon (sum / n, mean, 6 * sqrt (variance / n));
      g_assert_cmpfloat_with_epsilon (squares / n, variance, 6 * 0.25 / sqrt (n));
    }
  g_assert_cmpfloat_with_epsilon (below, n / 3.0, 6 * sqrt (n * 2.0 / 9));

  /* Of a tiny shape nearly all lie at the ends, half at each, and none is a number no more. */
  below = 0;
  for (guint k = 0; k < n; k++)
    {
      const double x = vgg_random_beta (&random, 1e-30, 1e-30);

      g_assert_true (x == 0 || x == 1);
      below += x == 0;
    }
  g_assert_cmpfloat_with_epsilon (below, n / 2.0, 6 * sqrt (n / 4.0));
}

/* A stored state goes on where it was. */
static void
test_state (void)
{
  VggRandom random, copy;

  vgg_random_init (&random, 5);
  vgg_random_normal (&random);
  memcpy (&copy, &random, sizeof copy);

  for (guint i = 0; i < 100; i++)
    g_assert_cmpfloat (vgg_random_normal (&random), ==, vgg_random_normal (&copy));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/random/seeding", test_seeding);
  g_test_add_func ("/random/sequence", test_sequence);
  g_test_add_func ("/random/streams", test_streams);
  g_test_add_func ("/random/distributions", test_distributions);
  g_test_add_func ("/random/below", test_below);
  g_test_add_func ("/random/shuffle", test_shuffle);
  g_test_add_func ("/random/beta", test_beta);
  g_test_add_func ("/random/state", test_state);

  return g_test_run ();
}
