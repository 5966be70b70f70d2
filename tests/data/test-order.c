/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-order.h"

#include <math.h>
#include <string.h>

#include "data-fixture.h"

#define N_CLASSES 4

/* Four classes, of which the list leaves one out. */
static const guint n_pictures[N_CLASSES] = { 2, 9, 3, 25 };
#define LEFT_OUT 2

typedef struct
{
  char *directory;
  MienDataset *dataset;
  guint *indices;
  guint n;
} Fixture;

static guint
class_of (const Fixture *fixture, guint entry)
{
  return mien_dataset_get_picture (fixture->dataset, fixture->indices[entry])->class_index;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint *all = NULL;
  MienScanOptions options;
  guint n_all;

  fixture->directory = fixture_make_directory ();
  for (guint c = 0, seed = 0; c < N_CLASSES; c++)
    for (guint i = 0; i < n_pictures[c]; i++)
      {
        g_autofree char *name = g_strdup_printf ("%c/%02u.png", 'a' + c, i);

        fixture_add (fixture->directory, name, seed++);
      }
  mien_scan_options_init (&options);
  options.validation_fraction = 0.0;
  options.test_fraction = 0.0;
  fixture->dataset = mien_dataset_scan (fixture->directory, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);

  all = mien_dataset_list_split (fixture->dataset, MIEN_SPLIT_TRAIN, &n_all);
  g_assert_cmpuint (n_all, ==, 39);
  fixture->indices = g_new (guint, n_all);
  for (guint i = 0; i < n_all; i++)
    if (mien_dataset_get_picture (fixture->dataset, all[i])->class_index != LEFT_OUT)
      fixture->indices[fixture->n++] = all[i];
  g_assert_cmpuint (fixture->n, ==, 36);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->indices);
  mien_dataset_unref (fixture->dataset);
  fixture_remove (fixture->directory);
  g_free (fixture->directory);
}

static void
test_each_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienOrder)
    listed = mien_order_new (MIEN_ORDER_LISTED, fixture->dataset, fixture->indices, fixture->n);
  g_autoptr (MienOrder)
    shuffled = mien_order_new (MIEN_ORDER_SHUFFLED, fixture->dataset, fixture->indices, fixture->n);
  g_autofree guint *first = NULL;
  guint64 seen = 0;

  mien_order_draw (listed, 3, 1);
  mien_order_draw (shuffled, 3, 1);
  for (guint i = 0; i < fixture->n; i++)
    {
      g_assert_cmpuint (listed->entries[i], ==, i);
      g_assert_cmpuint (listed->repeats[i], ==, 0);
      g_assert_cmpuint (shuffled->repeats[i], ==, 0);
      seen |= G_GUINT64_CONSTANT (1) << shuffled->entries[i];
    }
  g_assert_cmpuint (seen, ==, (G_GUINT64_CONSTANT (1) << 36) - 1);

  first = g_memdup2 (shuffled->entries, fixture->n * sizeof (guint));
  mien_order_draw (shuffled, 3, 2);
  g_assert_cmpint (memcmp (first, shuffled->entries, fixture->n * sizeof (guint)), !=, 0);
  mien_order_draw (shuffled, 4, 1);
  g_assert_cmpint (memcmp (first, shuffled->entries, fixture->n * sizeof (guint)), !=, 0);
  mien_order_draw (shuffled, 3, 1);
  g_assert_cmpmem (first, fixture->n * sizeof (guint), shuffled->entries,
                   fixture->n * sizeof (guint));
}

/* Each class of the list comes in a third of the draws, give or take six standard deviations; the
 * pictures of a class come equally often in each epoch, but for one. */
static void
test_balanced (Fixture *fixture, gconstpointer data)
{
  const guint n_epochs = 500;
  const double n = n_epochs * fixture->n;
  g_autoptr (MienOrder)
    order = mien_order_new (MIEN_ORDER_BALANCED, fixture->dataset, fixture->indices, fixture->n);
  guint totals[N_CLASSES] = { 0 };
  g_autofree guint *ever = g_new0 (guint, fixture->n);

  for (guint epoch = 1; epoch <= n_epochs; epoch++)
    {
      g_autofree guint *counts = g_new0 (guint, fixture->n);
      guint lowest[N_CLASSES] = { G_MAXUINT, G_MAXUINT, G_MAXUINT, G_MAXUINT };
      guint highest[N_CLASSES] = { 0 };

      mien_order_draw (order, 8, epoch);
      for (guint i = 0; i < fixture->n; i++)
        {
          const guint entry = order->entries[i];

          g_assert_cmpuint (entry, <, fixture->n);
          g_assert_cmpuint (order->repeats[i], ==, counts[entry]);
          counts[entry]++;
          ever[entry]++;
          totals[class_of (fixture, entry)]++;
        }
      for (guint entry = 0; entry < fixture->n; entry++)
        {
          const guint c = class_of (fixture, entry);

          lowest[c] = MIN (lowest[c], counts[entry]);
          highest[c] = MAX (highest[c], counts[entry]);
        }
      for (guint c = 0; c < N_CLASSES; c++)
        if (c != LEFT_OUT)
          g_assert_cmpuint (highest[c] - lowest[c], <=, 1);
    }

  g_assert_cmpuint (totals[LEFT_OUT], ==, 0);
  for (guint entry = 0; entry < fixture->n; entry++)
    {
      const guint c = class_of (fixture, entry);

      g_assert_cmpfloat_with_epsilon (totals[c], n / 3, 6 * sqrt (n * 2 / 9));
      /* Draws without replacement spread less than with it. */
      g_assert_cmpfloat_with_epsilon (ever[entry], n / 3 / n_pictures[c],
                                      6 * sqrt (n / 3 / n_pictures[c]));
    }
}

/* An epoch follows from seed and number, not from the epochs before it. */
static void
test_seed (Fixture *fixture, gconstpointer data)
{
  const gsize bytes = fixture->n * sizeof (guint);
  g_autoptr (MienOrder)
    one = mien_order_new (MIEN_ORDER_BALANCED, fixture->dataset, fixture->indices, fixture->n);
  g_autoptr (MienOrder)
    two = mien_order_new (MIEN_ORDER_BALANCED, fixture->dataset, fixture->indices, fixture->n);

  for (guint epoch = 1; epoch <= 7; epoch++)
    mien_order_draw (one, 11, epoch);
  mien_order_draw (two, 11, 7);
  g_assert_cmpmem (one->entries, bytes, two->entries, bytes);
  g_assert_cmpmem (one->repeats, bytes, two->repeats, bytes);
  mien_order_draw (two, 12, 7);
  g_assert_cmpint (memcmp (one->entries, two->entries, bytes), !=, 0);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienOrder) order = mien_order_new (MIEN_ORDER_BALANCED, fixture->dataset, NULL, 0);

  mien_order_draw (order, 1, 1);
  g_assert_cmpuint (order->n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/order/each-once", test_each_once);
  ADD ("/order/balanced", test_balanced);
  ADD ("/order/seed", test_seed);
  ADD ("/order/empty", test_empty);

  return g_test_run ();
}
