/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "figures-fixture.h"
#include "train/mien-curve.h"

static MienCurve *
make_curve (VggTensorFile *golden, MienCurveKind kind, guint class_index)
{
  guint n;
  guint n_classes;
  const float *probabilities = figures_fixture_get (golden, "probabilities", &n, &n_classes);
  const float *labels = figures_fixture_get (golden, "labels", &n, NULL);
  g_autofree float *scores = g_new (float, n);
  g_autofree gboolean *positives = g_new (gboolean, n);

  for (guint i = 0; i < n; i++)
    {
      scores[i] = probabilities[i * n_classes + class_index];
      positives[i] = labels[i] == class_index;
    }
  return mien_curve_new (kind, scores, positives, n);
}

static void
test_areas (void)
{
  g_autoptr (VggTensorFile) golden = figures_fixture_load ();
  const float *roc = figures_fixture_get (golden, "roc_area", NULL, NULL);
  const float *precision = figures_fixture_get (golden, "average_precision", NULL, NULL);

  for (guint c = 0; c < 3; c++)
    {
      g_autoptr (MienCurve) first = make_curve (golden, MIEN_CURVE_ROC, c);
      g_autoptr (MienCurve) second = make_curve (golden, MIEN_CURVE_PRECISION_RECALL, c);

      g_assert_cmpfloat_with_epsilon (first->area, roc[c], 1e-6);
      g_assert_cmpfloat_with_epsilon (second->area, precision[c], 1e-6);
    }
}

/* Four scores, two of them equal, by hand. */
static void
test_points (void)
{
  const float scores[] = { 0.5f, 0.9f, 0.5f, 0.1f };
  const gboolean positives[] = { TRUE, TRUE, FALSE, FALSE };
  g_autoptr (MienCurve) roc = mien_curve_new (MIEN_CURVE_ROC, scores, positives, 4);
  g_autoptr (MienCurve) other = mien_curve_new (MIEN_CURVE_PRECISION_RECALL, scores, positives, 4);
  const MienCurvePoint expected_roc[] = {
    { 0, 0, INFINITY }, { 0, 0.5, 0.9f }, { 0.5, 1, 0.5f }, { 1, 1, 0.1f }
  };
  const MienCurvePoint expected[] = { { 0.5, 1, 0.9f }, { 1, 2.0 / 3, 0.5f }, { 1, 0.5, 0.1f } };

  g_assert_cmpuint (roc->n_points, ==, G_N_ELEMENTS (expected_roc));
  for (guint i = 0; i < roc->n_points; i++)
    {
      g_assert_cmpfloat (roc->points[i].x, ==, expected_roc[i].x);
      g_assert_cmpfloat (roc->points[i].y, ==, expected_roc[i].y);
      g_assert_cmpfloat (roc->points[i].threshold, ==, expected_roc[i].threshold);
    }
  /* Of the four pairs three are in order, and one is a tie. */
  g_assert_cmpfloat (roc->area, ==, 3.5 / 4);

  g_assert_cmpuint (other->n_points, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < other->n_points; i++)
    {
      g_assert_cmpfloat (other->points[i].x, ==, expected[i].x);
      g_assert_cmpfloat (other->points[i].y, ==, expected[i].y);
      g_assert_cmpfloat (other->points[i].threshold, ==, expected[i].threshold);
    }
  g_assert_cmpfloat_with_epsilon (other->area, 0.5 * 1 + 0.5 * 2 / 3, 1e-12);
}

static void
test_undefined (void)
{
  const float scores[] = { 0.5f, 0.9f };
  const gboolean all[] = { TRUE, TRUE };
  const gboolean none[] = { FALSE, FALSE };
  g_autoptr (MienCurve) roc_all = mien_curve_new (MIEN_CURVE_ROC, scores, all, 2);
  g_autoptr (MienCurve) roc_none = mien_curve_new (MIEN_CURVE_ROC, scores, none, 2);
  g_autoptr (MienCurve) all_right = mien_curve_new (MIEN_CURVE_PRECISION_RECALL, scores, all, 2);
  g_autoptr (MienCurve) empty = mien_curve_new (MIEN_CURVE_PRECISION_RECALL, NULL, NULL, 0);

  g_assert_true (isnan (roc_all->area));
  g_assert_true (isnan (roc_none->area));
  g_assert_cmpuint (roc_none->n_points, ==, 0);
  g_assert_cmpfloat (all_right->area, ==, 1);
  g_assert_true (isnan (empty->area));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/curve/areas", test_areas);
  g_test_add_func ("/curve/points", test_points);
  g_test_add_func ("/curve/undefined", test_undefined);
  return g_test_run ();
}
