/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>
#include <math.h>

#include "engine/vgg-schedule.h"

#define TOLERANCE 1e-12

static double
rate_at (const VggScheduleSettings *settings, double epoch, guint n_epochs)
{
  VggScheduleState state;

  vgg_schedule_state_init (&state);
  return vgg_schedule_rate (settings, &state, 0.1, epoch, n_epochs);
}

static void
test_names (void)
{
  static const char *const names[] = { "constant", "step", "cosine", "plateau" };
  VggScheduleKind kind = VGG_SCHEDULE_STEP;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_true (vgg_schedule_kind_from_string (names[i], &kind));
      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpstr (vgg_schedule_kind_to_string (kind), ==, names[i]);
    }

  g_assert_false (vgg_schedule_kind_from_string ("linear", &kind));
  g_assert_cmpuint (kind, ==, VGG_SCHEDULE_PLATEAU);
}

static void
test_constant (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_CONSTANT);
  g_assert_cmpfloat (rate_at (&settings, 0, 10), ==, 0.1);
  g_assert_cmpfloat (rate_at (&settings, 9.75, 10), ==, 0.1);
}

static void
test_step (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_STEP);
  settings.step_epochs = 3;
  settings.factor = 0.5;
  settings.minimum_rate = 0.02;

  g_assert_cmpfloat (rate_at (&settings, 0, 10), ==, 0.1);
  g_assert_cmpfloat (rate_at (&settings, 2.99, 10), ==, 0.1);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 3, 10), 0.05, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 6.5, 10), 0.025, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 9, 10), 0.02, TOLERANCE);
}

static void
test_cosine (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_COSINE);
  settings.minimum_rate = 0.02;

  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 0, 12), 0.1, TOLERANCE);
  /* Half of (1 + cos 60°) is 3/4, of (1 + cos 120°) 1/4. */
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 4, 12), 0.02 + 0.08 * 0.75, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 6, 12), 0.06, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 8, 12), 0.02 + 0.08 * 0.25, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 12, 12), 0.02, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 13, 12), 0.02, TOLERANCE);
}

static void
test_cosine_warm_up (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_COSINE);
  settings.warm_up_epochs = 2;

  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 0.5, 12), 0.025, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 1, 12), 0.05, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 2, 12), 0.1, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 7, 12), 0.05, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 12, 12), 0, TOLERANCE);
}

/* A training that ends before its warm-up does still rises, and never gives NaN. */
static void
test_warm_up_longer_than_training (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_COSINE);
  settings.warm_up_epochs = 4;

  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 1, 2), 0.025, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 2, 2), 0, TOLERANCE);
  settings.warm_up_epochs = 2;
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 1, 2), 0.05, TOLERANCE);
}

static void
test_step_warm_up (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_STEP);
  settings.step_epochs = 3;
  settings.warm_up_epochs = 2;
  settings.minimum_rate = 0.02;

  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 0, 10), 0.02, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 1, 10), 0.06, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 2, 10), 0.1, TOLERANCE);
}

static void
test_minimum_above_base (void)
{
  VggScheduleSettings settings;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_COSINE);
  settings.minimum_rate = 0.5;

  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 0, 4), 0.1, TOLERANCE);
  g_assert_cmpfloat_with_epsilon (rate_at (&settings, 4, 4), 0.1, TOLERANCE);
}

static void
test_plateau (void)
{
  static const struct
  {
    double loss;
    double rate; /* after it was seen */
  } epochs[] = {
    { 1.0, 0.1 },   { 0.8, 0.1 },   { 0.9, 0.1 },   { 0.8, 0.05 }, /* equal is not lower */
    { 0.9, 0.05 },  { 0.7, 0.05 },  { NAN, 0.05 },  { 0.8, 0.025 },
    { 0.8, 0.025 }, { 0.8, 0.015 }, { 0.5, 0.015 },
  };
  VggScheduleSettings settings;
  VggScheduleState state;

  vgg_schedule_settings_init (&settings, VGG_SCHEDULE_PLATEAU);
  settings.patience = 2;
  settings.factor = 0.5;
  settings.minimum_rate = 0.015;
  vgg_schedule_state_init (&state);

  for (guint i = 0; i < G_N_ELEMENTS (epochs); i++)
    {
      vgg_schedule_observe (&settings, &state, epochs[i].loss);
      g_assert_cmpfloat_with_epsilon (vgg_schedule_rate (&settings, &state, 0.1, i + 1, 20),
                                      epochs[i].rate, TOLERANCE);
    }
  g_assert_cmpfloat (state.best_loss, ==, 0.5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/names", test_names);
  g_test_add_func ("/schedule/constant", test_constant);
  g_test_add_func ("/schedule/step", test_step);
  g_test_add_func ("/schedule/cosine", test_cosine);
  g_test_add_func ("/schedule/cosine-warm-up", test_cosine_warm_up);
  g_test_add_func ("/schedule/warm-up-longer-than-training", test_warm_up_longer_than_training);
  g_test_add_func ("/schedule/step-warm-up", test_step_warm_up);
  g_test_add_func ("/schedule/minimum-above-base", test_minimum_above_base);
  g_test_add_func ("/schedule/plateau", test_plateau);

  return g_test_run ();
}
