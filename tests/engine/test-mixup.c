/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-mixup.h"

#include <string.h>

#define BATCH 7
#define LENGTH 2500

static const guint labels[BATCH] = { 3, 0, 2, 2, 1, 0, 5 };

/* Number i of picture p: p tells them apart, and so do neighbours in a picture. */
static float
number (guint p, guint i)
{
  return 10.0f * p + (i % 16) / 16.0f;
}

static void
fill (float *pictures, guint n)
{
  for (guint p = 0; p < n; p++)
    for (guint i = 0; i < LENGTH; i++)
      pictures[p * LENGTH + i] = number (p, i);
}

/* Every picture is the share of itself and the rest of one other, whose label it has besides; each
 * is the other one of exactly one. */
static void
test_batch (void)
{
  g_autoptr (VggMixup) mixup = vgg_mixup_new (0.8f, BATCH);
  g_autofree float *pictures = g_new (float, BATCH *LENGTH);
  VggRandom random;
  guint n_mixed = 0;

  vgg_random_init (&random, 4);
  for (guint round = 0; round < 20; round++)
    {
      const guint n = round % 2 ? BATCH : BATCH - 2;
      guint seen = 0;

      fill (pictures, n);
      vgg_mixup_batch (mixup, pictures, LENGTH, labels, n, &random);
      g_assert_cmpfloat (mixup->share, >=, 0);
      g_assert_cmpfloat (mixup->share, <=, 1);
      n_mixed += mixup->share > 0.1 && mixup->share < 0.9;

      for (guint k = 0; k < n; k++)
        {
          const guint own = mixup->order[k];
          const guint other = mixup->order[(k + 1) % n];

          g_assert_cmpuint (own, <, n);
          g_assert_cmpuint (own, !=, other);
          seen |= 1u << own;
          g_assert_cmpuint (mixup->other_labels[own], ==, labels[other]);
          for (guint i = 0; i < LENGTH; i++)
            g_assert_cmpfloat_with_epsilon (
              pictures[own * LENGTH + i],
              mixup->share * number (own, i) + (1 - mixup->share) * number (other, i), 1e-4);
        }
      g_assert_cmpuint (seen, ==, (1u << n) - 1);
    }
  g_assert_cmpuint (n_mixed, >, 5);
}

static void
test_single (void)
{
  g_autoptr (VggMixup) mixup = vgg_mixup_new (1, BATCH);
  float pictures[LENGTH];
  VggRandom random;

  vgg_random_init (&random, 4);
  fill (pictures, 1);
  vgg_mixup_batch (mixup, pictures, LENGTH, labels, 1, &random);
  g_assert_cmpuint (mixup->other_labels[0], ==, labels[0]);
  for (guint i = 0; i < LENGTH; i++)
    g_assert_cmpfloat_with_epsilon (pictures[i], number (0, i), 1e-6);
}

/* What is drawn follows from the generator alone, and moves it on. */
static void
test_seed (void)
{
  g_autoptr (VggMixup) first = vgg_mixup_new (0.3f, BATCH);
  g_autoptr (VggMixup) second = vgg_mixup_new (0.3f, BATCH);
  g_autofree float *pictures = g_new (float, BATCH *LENGTH);
  g_autofree float *expected = g_new (float, BATCH *LENGTH);
  VggRandom random, copy;
  double share;

  vgg_random_init (&random, 5);
  fill (expected, BATCH);
  vgg_mixup_batch (second, expected, LENGTH, labels, BATCH, &random);
  copy = random;
  share = second->share;

  fill (pictures, BATCH);
  vgg_mixup_batch (first, pictures, LENGTH, labels, BATCH, &random);
  g_assert_cmpfloat (first->share, !=, share);

  fill (expected, BATCH);
  vgg_mixup_batch (second, expected, LENGTH, labels, BATCH, &copy);
  g_assert_cmpfloat (first->share, ==, second->share);
  g_assert_cmpmem (pictures, BATCH * LENGTH * sizeof (float), expected,
                   BATCH * LENGTH * sizeof (float));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/mixup/batch", test_batch);
  g_test_add_func ("/mixup/single", test_single);
  g_test_add_func ("/mixup/seed", test_seed);

  return g_test_run ();
}
