/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-threads.h"

#define N_PARTS 13

typedef struct
{
  gint calls[N_PARTS];
  gint wrong_count;
  GThread *threads[N_PARTS];
} Record;

static void
record_part (guint part, guint n_parts, gpointer user_data)
{
  Record *record = user_data;

  if (n_parts != N_PARTS)
    g_atomic_int_inc (&record->wrong_count);

  g_atomic_int_inc (&record->calls[part]);
  record->threads[part] = g_thread_self ();
}

static void
assert_all_ran (const Record *record)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_cmpint (record->calls[i], ==, 1);
  g_assert_cmpint (record->wrong_count, ==, 0);
}

static void
test_parts (void)
{
  for (guint n = 1; n <= 5; n++)
    {
      Record record = { 0 };

      vgg_threads_set (n);
      g_assert_cmpuint (vgg_threads_get (), ==, n);
      vgg_threads_run_parts (N_PARTS, record_part, &record);
      assert_all_ran (&record);

      /* A part's thread is fixed by its number. */
      for (guint i = n; i < N_PARTS; i++)
        g_assert_true (record.threads[i] == record.threads[i - n]);
      g_assert_true (record.threads[0] == g_thread_self ());
    }
}

static void
count_parts (guint part, guint n_parts, gpointer user_data)
{
  g_atomic_int_add ((gint *) user_data, n_parts);
}

static void
test_configured (void)
{
  gint sum = 0;

  vgg_threads_set (3);
  vgg_threads_run (count_parts, &sum);
  g_assert_cmpint (sum, ==, 9);

  vgg_threads_set (0);
  g_assert_cmpuint (vgg_threads_get (), ==, g_get_num_processors ());
}

static void
nest (guint part, guint n_parts, gpointer user_data)
{
  Record *records = user_data;

  vgg_threads_run_parts (N_PARTS, record_part, &records[part]);
  for (guint i = 0; i < N_PARTS; i++)
    g_assert_true (records[part].threads[i] == g_thread_self ());
}

static void
test_nested (void)
{
  Record records[4] = { 0 };

  vgg_threads_set (4);
  vgg_threads_run_parts (4, nest, records);
  for (guint i = 0; i < 4; i++)
    assert_all_ran (&records[i]);
}

static gpointer
run_many (gpointer data)
{
  for (guint i = 0; i < 500; i++)
    {
      Record record = { 0 };

      vgg_threads_run_parts (N_PARTS, record_part, &record);
      assert_all_ran (&record);
    }

  return NULL;
}

/* Callers at the same time: who finds the pool busy works alone, and nobody waits forever. */
static void
test_callers (void)
{
  GThread *threads[3];

  vgg_threads_set (2);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("caller", run_many, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Tasks that follow each other at once find the threads looking for them, and tasks after a pause
 * find them asleep, also where there are more threads than cores. */
static void
test_pauses (void)
{
  for (guint n = 2; n <= g_get_num_processors () + 2; n++)
    {
      vgg_threads_set (n);
      for (guint i = 0; i < 60; i++)
        {
          Record record = { 0 };

          if (i % 3 == 0)
            g_usleep (20 * i);
          vgg_threads_run_parts (N_PARTS, record_part, &record);
          assert_all_ran (&record);
        }
    }
}

static void
multiply_small (guint part, guint n_parts, gpointer user_data)
{
  volatile float tiny = 1e-20f;
  float *products = user_data;

  products[part] = tiny * tiny;
}

/* 1e-40 is below the normal range: 0 within a task, itself outside of one. */
static void
test_denormals (void)
{
  volatile float tiny = 1e-20f;
  float products[4] = { 1, 1, 1, 1 };

  vgg_threads_set (2);
  vgg_threads_run_parts (4, multiply_small, products);
  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    g_assert_cmpfloat (products[i], ==, 0.0f);

  g_assert_cmpfloat (tiny * tiny, >, 0.0f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/threads/parts", test_parts);
  g_test_add_func ("/threads/configured", test_configured);
  g_test_add_func ("/threads/nested", test_nested);
  g_test_add_func ("/threads/callers", test_callers);
  g_test_add_func ("/threads/pauses", test_pauses);
  g_test_add_func ("/threads/denormals", test_denormals);

  return g_test_run ();
}
