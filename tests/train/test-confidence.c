/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figures-fixture.h"
#include "train/mien-confidence.h"
#include "train/mien-statistics.h"
#include "train/mien-temperature.h"

static guint
largest (const float *values, guint n)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (values[i] > values[best])
      best = i;
  return best;
}

static void
test_calibration_error (void)
{
  g_autoptr (VggTensorFile) golden = figures_fixture_load ();
  guint n;
  guint n_classes;
  const float *probabilities = figures_fixture_get (golden, "probabilities", &n, &n_classes);
  const float *labels = figures_fixture_get (golden, "labels", NULL, NULL);
  g_autofree float *confidences = g_new (float, n);
  g_autofree gboolean *right = g_new (gboolean, n);
  g_autoptr (MienConfidence) confidence = NULL;

  for (guint i = 0; i < n; i++)
    {
      const float *row = probabilities + i * n_classes;
      const guint predicted = largest (row, n_classes);

      confidences[i] = row[predicted];
      right[i] = labels[i] == predicted;
    }
  confidence = mien_confidence_new (confidences, right, n);
  g_assert_cmpfloat_with_epsilon (confidence->calibration_error,
                                  *figures_fixture_get (golden, "calibration_error", NULL, NULL),
                                  1e-6);
}

static void
test_kappa (void)
{
  g_autoptr (VggTensorFile) golden = figures_fixture_load ();
  const guint disjoint[] = { 0, 2, 2, 0 };
  const guint one_class[] = { 7, 0, 0, 0 };
  guint counts[9] = { 0 };
  guint n;
  const float *probabilities = figures_fixture_get (golden, "probabilities", &n, NULL);
  const float *labels = figures_fixture_get (golden, "labels", NULL, NULL);

  for (guint i = 0; i < n; i++)
    counts[(guint) labels[i] * 3 + largest (probabilities + 3 * i, 3)]++;
  g_assert_cmpfloat_with_epsilon (mien_cohen_kappa (counts, 3),
                                  *figures_fixture_get (golden, "kappa", NULL, NULL), 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_cohen_kappa (disjoint, 2), -1, 1e-12);
  g_assert_true (isnan (mien_cohen_kappa (one_class, 2)));
}

static void
test_mean (void)
{
  const double values[] = { 0.5, NAN, 1, NAN };

  g_assert_cmpfloat (mien_mean_of_defined (values, 4), ==, 0.75);
  g_assert_true (isnan (mien_mean_of_defined (values + 3, 1)));
  g_assert_true (isnan (mien_mean_of_defined (NULL, 0)));
}

/* A bin is a fifteenth wide; nothing is lost at 0 and 1. */
static void
test_bins (void)
{
  const float confidences[] = { 0, 0.19f, 0.21f, 1, 1 };
  const gboolean right[] = { FALSE, TRUE, FALSE, TRUE, FALSE };
  g_autoptr (MienConfidence) confidence = mien_confidence_new (confidences, right, 5);

  g_assert_cmpuint (confidence->bins[0].n, ==, 1);
  g_assert_cmpuint (confidence->bins[2].n, ==, 1);
  g_assert_cmpuint (confidence->bins[3].n, ==, 1);
  g_assert_cmpuint (confidence->bins[14].n, ==, 2);
  g_assert_cmpfloat (confidence->bins[14].accuracy, ==, 0.5);
  g_assert_true (isnan (confidence->bins[7].accuracy));
}

static void
test_coverage (void)
{
  const float confidences[] = { 0.5f, 0.9f, 0.75f, 0.75f };
  const gboolean right[] = { FALSE, TRUE, TRUE, FALSE };
  g_autoptr (MienConfidence) confidence = mien_confidence_new (confidences, right, 4);
  MienCoverage coverage;

  g_assert_cmpuint (confidence->n_coverage, ==, 3);
  mien_confidence_get_coverage (confidence, 0, &coverage);
  g_assert_cmpfloat (coverage.coverage, ==, 1);
  g_assert_cmpfloat (coverage.accuracy, ==, 0.5);
  mien_confidence_get_coverage (confidence, 0.75, &coverage);
  g_assert_cmpfloat (coverage.coverage, ==, 0.75);
  g_assert_cmpfloat_with_epsilon (coverage.accuracy, 2.0 / 3, 1e-12);
  mien_confidence_get_coverage (confidence, 0.76, &coverage);
  g_assert_cmpfloat (coverage.coverage, ==, 0.25);
  g_assert_cmpfloat (coverage.accuracy, ==, 1);
  mien_confidence_get_coverage (confidence, 0.95, &coverage);
  g_assert_cmpfloat (coverage.coverage, ==, 0);
  g_assert_true (isnan (coverage.accuracy));
}

static void
test_temperature (void)
{
  g_autoptr (VggTensorFile) golden = figures_fixture_load ();
  guint n;
  guint n_classes;
  const float *logits = figures_fixture_get (golden, "logits", &n, &n_classes);
  const float *from = figures_fixture_get (golden, "labels", NULL, NULL);
  g_autofree guint *labels = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    labels[i] = (guint) from[i];
  g_assert_cmpfloat_with_epsilon (mien_temperature_fit (logits, labels, n, n_classes),
                                  *figures_fixture_get (golden, "temperature", NULL, NULL), 1e-5);
}

/* Two classes, logits of 2 and 0, labels smoothed by 1/6: with three of four right the mean label
 * is 3/4 5/6 + 1/12 = 17/24, which is the first one's probability at 2 / T = log (17/7). */
static void
test_temperature_by_hand (void)
{
  const float logits[] = { 2, 0, 2, 0, 2, 0, 2, 0 };
  const guint labels[] = { 0, 0, 1, 0 };
  const guint all[] = { 0, 0, 0, 0 };
  const guint wrong[] = { 1, 1, 1, 1 };

  g_assert_cmpfloat_with_epsilon (mien_temperature_fit (logits, labels, 4, 2), 2 / log (17.0 / 7),
                                  1e-9);
  g_assert_cmpfloat_with_epsilon (mien_temperature_fit (logits, all, 4, 2), 2 / log (11), 1e-9);
  g_assert_cmpfloat_with_epsilon (mien_temperature_fit (logits, wrong, 4, 2), 20, 1e-9);
  g_assert_cmpfloat (mien_temperature_fit (NULL, NULL, 0, 2), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confidence/calibration-error", test_calibration_error);
  g_test_add_func ("/confidence/kappa", test_kappa);
  g_test_add_func ("/confidence/mean", test_mean);
  g_test_add_func ("/confidence/bins", test_bins);
  g_test_add_func ("/confidence/coverage", test_coverage);
  g_test_add_func ("/temperature/golden", test_temperature);
  g_test_add_func ("/temperature/by-hand", test_temperature_by_hand);
  return g_test_run ();
}
