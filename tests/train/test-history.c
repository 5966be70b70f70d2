/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "train/mien-history.h"
#include "train/mien-train-error.h"

#define HEADER "epoch,loss,accuracy,validation_loss,validation_accuracy,learning_rate,seconds\n"

static void
test_round_trip (void)
{
  const MienEpoch epochs[] = {
    { 1, 1.0 / 3, 0.1, 2.0 / 7, 0.25, 1e-5, 12.345678901234567 },
    { 2, 5e-324, 1, NAN, NAN, 0.05, 0 },
  };
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));
  g_autoptr (GArray) back = NULL;
  g_autofree char *csv = NULL;
  g_autoptr (GError) error = NULL;

  g_array_append_vals (history, epochs, G_N_ELEMENTS (epochs));
  csv = mien_history_to_csv (history);
  back = mien_history_from_csv (csv, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 2);
  for (guint i = 0; i < back->len; i++)
    {
      const MienEpoch *epoch = &g_array_index (back, MienEpoch, i);

      g_assert_cmpuint (epoch->epoch, ==, i + 1);
      g_assert_cmpfloat (epoch->loss, ==, epochs[i].loss);
      g_assert_cmpfloat (epoch->accuracy, ==, epochs[i].accuracy);
      g_assert_cmpfloat (epoch->learning_rate, ==, epochs[i].learning_rate);
      g_assert_cmpfloat (epoch->seconds, ==, epochs[i].seconds);
    }
  g_assert_cmpfloat (g_array_index (back, MienEpoch, 0).validation_loss, ==, 2.0 / 7);
  g_assert_cmpfloat (g_array_index (back, MienEpoch, 0).validation_accuracy, ==, 0.25);
  g_assert_true (isnan (g_array_index (back, MienEpoch, 1).validation_loss));
  g_assert_true (isnan (g_array_index (back, MienEpoch, 1).validation_accuracy));
}

static void
test_text (void)
{
  const MienEpoch epoch = { 1, 0.5, 0.75, NAN, NAN, 0.125, 2 };
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));
  g_autofree char *empty = mien_history_to_csv (history);
  g_autofree char *csv = NULL;
  g_autoptr (GArray) back = mien_history_from_csv (empty, NULL);

  g_assert_cmpstr (empty, ==, HEADER);
  g_assert_cmpuint (back->len, ==, 0);
  g_array_append_val (history, epoch);
  csv = mien_history_to_csv (history);
  g_assert_cmpstr (csv, ==, HEADER "1,0.5,0.75,,,0.125,2\n");
}

static void
test_refusals (void)
{
  const char *table[] = {
    "",
    "epoch,loss\n",
    HEADER "1,0.5,0.75,,,0.125\n",
    HEADER "1,0.5,0.75,,,0.125,2,3\n",
    HEADER "2,0.5,0.75,,,0.125,2\n",
    HEADER "1,0.5,0.75,,,0.125,2\n1,0.5,0.75,,,0.125,2\n",
    HEADER "1,half,0.75,,,0.125,2\n",
    HEADER "1,inf,0.75,,,0.125,2\n",
    HEADER "1,nan,0.75,,,0.125,2\n",
    HEADER "1,,0.75,,,0.125,2\n",
    HEADER "1,0.5,,,,0.125,2\n",
    HEADER "\n1,0.5,0.75,,,0.125,2\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mien_history_from_csv (table[i], &error));
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
    }
}

/* The first of the lowest validation losses, whatever the training loss. */
static void
test_best (void)
{
  const MienEpoch epochs[] = {
    { .epoch = 1, .loss = 0.5, .validation_loss = 2.0 },
    { .epoch = 2, .loss = 0.25, .validation_loss = 1.0 },
    { .epoch = 3, .loss = 0.125, .validation_loss = 1.0 },
  };
  g_autoptr (GArray) history = g_array_new (FALSE, FALSE, sizeof (MienEpoch));

  g_assert_cmpuint (mien_history_find_best (history), ==, 0);
  g_array_append_vals (history, epochs, G_N_ELEMENTS (epochs));
  g_assert_cmpuint (mien_history_find_best (history), ==, 2);
  for (guint i = 0; i < history->len; i++)
    g_array_index (history, MienEpoch, i).validation_loss = NAN;
  g_assert_cmpuint (mien_history_find_best (history), ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/history/round-trip", test_round_trip);
  g_test_add_func ("/history/text", test_text);
  g_test_add_func ("/history/refusals", test_refusals);
  g_test_add_func ("/history/best", test_best);

  return g_test_run ();
}
