/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-confusions.h"
#include "train/mien-train-error.h"
#include "train/mien-validation.h"

/* Two epochs of five pictures in three classes; rows of logits, each with its label. */
static GArray *
make_confusions (void)
{
  const float logits[] = { 9, 1, 0, 0, 3, 1, 5, 0, 0, 0, 0, 2, 0, 8, 1 };
  const guint labels[] = { 0, 0, 0, 2, 1 };
  GArray *confusions = g_array_new (FALSE, FALSE, sizeof (MienEpochConfusion));
  MienValidation validation;

  mien_validation_init (&validation, 3);
  mien_validation_begin (&validation);
  mien_validation_add (&validation, logits, labels, 3);
  mien_validation_add (&validation, logits + 9, labels + 3, 2);
  mien_validation_append_confusions (&validation, 1, confusions);
  mien_validation_begin (&validation);
  mien_validation_add (&validation, logits, labels, 1);
  mien_validation_append_confusions (&validation, 2, confusions);
  mien_validation_clear (&validation);
  return confusions;
}

static void
test_round_trip (void)
{
  const guint first[] = { 2, 1, 0, 0, 1, 0, 0, 0, 1 };
  const guint second[] = { 1, 0, 0, 0, 0, 0, 0, 0, 0 };
  g_autoptr (GArray) confusions = make_confusions ();
  g_autofree char *csv = mien_confusions_to_csv (confusions);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) back = mien_confusions_from_csv (csv, 2, 3, &error);
  guint counts[9];

  g_assert_no_error (error);
  g_assert_cmpstr (csv, ==,
                   "epoch,actual,predicted,count\n1,0,0,2\n1,0,1,1\n1,1,1,1\n1,2,2,1\n2,0,0,1\n");
  mien_confusions_get_matrix (back, 1, 3, counts);
  g_assert_cmpmem (counts, sizeof counts, first, sizeof first);
  mien_confusions_get_matrix (back, 2, 3, counts);
  g_assert_cmpmem (counts, sizeof counts, second, sizeof second);
}

static void
test_malformed (void)
{
  static const char *const documents[] = {
    "",
    "epoch,count\n",
    "epoch,actual,predicted,count\n1,0,0\n",
    "epoch,actual,predicted,count\n1,0,0,1,1\n",
    "epoch,actual,predicted,count\n0,0,0,1\n",
    "epoch,actual,predicted,count\n3,0,0,1\n",
    "epoch,actual,predicted,count\n1,3,0,1\n",
    "epoch,actual,predicted,count\n1,0,3,1\n",
    "epoch,actual,predicted,count\n1,0,0,0\n",
    "epoch,actual,predicted,count\n1,0,0,99999999999\n",
    "epoch,actual,predicted,count\n1,0,0,1\n1,0,0,2\n",
    "epoch,actual,predicted,count\n2,0,0,1\n1,0,0,2\n",
    "epoch,actual,predicted,count\n\n1,0,0,1\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (mien_confusions_from_csv (documents[i], 2, 3, &error));
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_RUN);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confusions/round-trip", test_round_trip);
  g_test_add_func ("/confusions/malformed", test_malformed);
  return g_test_run ();
}
