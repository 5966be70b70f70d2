/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-confident-joint.h"

/* Worked by hand. Thresholds: of 0, (0.9 + 0.8 + 0.7 + 0.2) / 4 = 0.65; of 1, (0.6 + 0.8 + 0.4 +
 * 0.6) / 4 = 0.6. Of those labelled 0, three count as 0 and one as 1; of those labelled 1, three as
 * 1 and none as 0, since 0.6 stays below 0.65. Wrong: 4 * 1/4 + 4 * 0/3. */
static void
test_two_classes (void)
{
  const guint labels[] = { 0, 0, 0, 0, 1, 1, 1, 1 };
  const float of_one[] = { 0.1f, 0.2f, 0.3f, 0.8f, 0.6f, 0.8f, 0.4f, 0.6f };
  float probabilities[16];

  for (guint i = 0; i < 8; i++)
    {
      probabilities[2 * i] = 1 - of_one[i];
      probabilities[2 * i + 1] = of_one[i];
    }
  /* A threshold is a mean: of equal numbers nobody knows on which side its rounding leaves them. */
  probabilities[2 * 4 + 1] += 1e-4f;
  probabilities[2 * 7 + 1] += 1e-4f;
  g_assert_cmpfloat_with_epsilon (mien_confident_joint_estimate (probabilities, labels, 8, 2), 1,
                                  1e-9);
}

/* Those that count are brought to all that bear the label: one of two that count is wrong, hence
 * three of six. Nobody bears the label 2, which is thus nobody's class. */
static void
test_calibrated (void)
{
  const guint labels[] = { 0, 0, 0, 0, 0, 0, 1 };
  const float probabilities[] = {
    0.9f, 0.1f, 0.0f, /* counts as 0: the threshold is 2.4 / 6 = 0.4 */
    0.0f, 0.9f, 0.1f, /* counts as 1: the threshold is 0.8 */
    0.3f, 0.2f, 0.5f, 0.3f, 0.2f, 0.5f, 0.3f, 0.2f, 0.5f, 0.3f, 0.2f, 0.5f, 0.1f, 0.8f, 0.1f,
  };

  g_assert_cmpfloat_with_epsilon (mien_confident_joint_estimate (probabilities, labels, 7, 3), 3,
                                  1e-9);
}

static void
test_sure (void)
{
  const guint labels[] = { 0, 1, 1, 2 };
  const float probabilities[] = { 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1 };

  g_assert_cmpfloat (mien_confident_joint_estimate (probabilities, labels, 4, 3), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confident-joint/two-classes", test_two_classes);
  g_test_add_func ("/confident-joint/calibrated", test_calibrated);
  g_test_add_func ("/confident-joint/sure", test_sure);
  return g_test_run ();
}
