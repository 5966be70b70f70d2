/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-loss.h"

#include <math.h>

#define N 3
#define C 4

static const float logits[N * C] = {
  0.5f, -1.25f, 2.0f, 0.0f, 3.0f, 3.0f, -2.0f, 1.0f, -0.5f, 0.25f, 0.75f, -4.0f,
};
static const guint labels[N] = { 2, 1, 0 };
static const guint other_labels[N] = { 1, 0, 2 };
static const float weights[C] = { 0.25f, 1.0f, 3.0f, 0.5f };

static void
test_softmax (void)
{
  const float input[] = { 0, logf (2), logf (5), 1000, 1000, -1000, NAN, 0, 0 };
  float output[9];

  vgg_softmax (input, 3, 3, output);

  g_assert_cmpfloat_with_epsilon (output[0], 0.125, 1e-7);
  g_assert_cmpfloat_with_epsilon (output[1], 0.25, 1e-7);
  g_assert_cmpfloat_with_epsilon (output[2], 0.625, 1e-7);
  g_assert_cmpfloat_with_epsilon (output[3], 0.5, 1e-7);
  g_assert_cmpfloat_with_epsilon (output[4], 0.5, 1e-7);
  g_assert_cmpfloat (output[5], ==, 0);
  for (guint i = 6; i < 9; i++)
    g_assert_true (isnan (output[i]));
}

/* Made with torch.nn.functional.cross_entropy of PyTorch 1.13 in double precision. */
static void
test_values (void)
{
  static const struct
  {
    gboolean weighted;
    float smoothing;
    double objective;
  } cases[] = {
    { FALSE, 0.0f, 0.996338079535007 },
    { FALSE, 0.2f, 1.250504749989052 },
    { TRUE, 0.0f, 0.526695379701420 },
    { TRUE, 0.2f, 0.798683574089062 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const VggLossOptions options = {
        .class_weights = cases[i].weighted ? weights : NULL,
        .label_smoothing = cases[i].smoothing,
      };
      VggLossResult result;

      vgg_loss_softmax_cross_entropy (logits, labels, N, C, &options, NULL, &result);
      g_assert_cmpfloat_with_epsilon (result.objective, cases[i].objective, 1e-7);
      g_assert_cmpfloat_with_epsilon (result.cross_entropy, cases[0].objective, 1e-7);

      /* The second picture's label ties with class 0, which comes first. */
      g_assert_cmpfloat (result.correct, ==, 1);
    }
}

/* Two labels a picture, 0.3 of the first: torch.nn.functional.cross_entropy of PyTorch 1.13 in
 * double precision, 0.3 times that of the first labels and 0.7 times that of the second. */
static void
test_mixed (void)
{
  static const struct
  {
    gboolean weighted;
    float smoothing;
    double objective;
  } cases[] = {
    { FALSE, 0.0f, 1.463004746201674 },
    { FALSE, 0.2f, 1.623838079535007 },
    { TRUE, 0.0f, 1.097353693184506 },
    { TRUE, 0.2f, 1.255210220822591 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const VggLossOptions options = {
        .class_weights = cases[i].weighted ? weights : NULL,
        .label_smoothing = cases[i].smoothing,
        .other_labels = other_labels,
        .share = 0.3,
      };
      VggLossResult result;

      vgg_loss_softmax_cross_entropy (logits, labels, N, C, &options, NULL, &result);
      g_assert_cmpfloat_with_epsilon (result.objective, cases[i].objective, 1e-7);
      g_assert_cmpfloat_with_epsilon (result.cross_entropy, cases[0].objective, 1e-7);

      /* The first picture's first label, the second's second, and the third's second. */
      g_assert_cmpfloat_with_epsilon (result.correct, 0.3 + 0.7 + 0.7, 1e-12);
    }
}

/* Central differences of an objective in double precision; the step is exact in floats. */
static void
test_gradient (void)
{
  const double step = 1.0 / 1024;

  for (guint variant = 0; variant < 8; variant++)
    {
      const VggLossOptions options = {
        .class_weights = variant % 2 ? weights : NULL,
        .label_smoothing = variant / 2 % 2 ? 0.2f : 0.0f,
        .other_labels = variant / 4 ? other_labels : NULL,
        .share = 0.3,
      };
      float gradient[N * C];
      VggLossResult result;

      vgg_loss_softmax_cross_entropy (logits, labels, N, C, &options, gradient, &result);

      for (guint i = 0; i < N * C; i++)
        {
          float moved[N * C];
          VggLossResult high, low;

          for (guint k = 0; k < N * C; k++)
            moved[k] = logits[k];
          moved[i] = logits[i] + step;
          vgg_loss_softmax_cross_entropy (moved, labels, N, C, &options, NULL, &high);
          moved[i] = logits[i] - step;
          vgg_loss_softmax_cross_entropy (moved, labels, N, C, &options, NULL, &low);

          g_assert_cmpfloat_with_epsilon (gradient[i],
                                          (high.objective - low.objective) / (2 * step), 1e-6);
        }
    }
}

static void
test_extremes (void)
{
  static const float far[] = { 1e4f, -1e4f, 0, 0 };
  static const float broken[] = { 0, NAN, 0, 0 };
  const guint label = 1;
  float gradient[C];
  VggLossResult result;

  vgg_loss_softmax_cross_entropy (far, &label, 1, C, NULL, gradient, &result);
  g_assert_cmpfloat_with_epsilon (result.objective, 2e4, 1e-6);
  g_assert_cmpfloat_with_epsilon (gradient[0], 1, 1e-7);
  g_assert_cmpfloat_with_epsilon (gradient[1], -1, 1e-7);

  vgg_loss_softmax_cross_entropy (broken, &label, 1, C, NULL, gradient, &result);
  g_assert_true (isnan (result.objective));
  g_assert_true (isnan (result.cross_entropy));
  g_assert_true (isnan (gradient[0]));
  g_assert_cmpfloat (result.correct, ==, 0);
}

static void
test_argmax (void)
{
  static const float rising[] = { -3, -2, 0.5f, 7 };
  static const float equal[] = { 1, 4, 4, 2 };

  g_assert_cmpuint (vgg_argmax (rising, 4), ==, 3);
  g_assert_cmpuint (vgg_argmax (rising, 1), ==, 0);
  g_assert_cmpuint (vgg_argmax (equal, 4), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/loss/argmax", test_argmax);
  g_test_add_func ("/loss/softmax", test_softmax);
  g_test_add_func ("/loss/values", test_values);
  g_test_add_func ("/loss/mixed", test_mixed);
  g_test_add_func ("/loss/gradient", test_gradient);
  g_test_add_func ("/loss/extremes", test_extremes);

  return g_test_run ();
}
