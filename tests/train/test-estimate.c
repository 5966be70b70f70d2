/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-estimate.h"
#include "train/mien-train-error.h"

/* Parameters of VGG19 as the paper's table gives them: 20,024,384 in the convolutions; the
 * reference head adds 7 x 7 x 512 x 128 + 128, 128 x 128 + 128 and 128 x C + C. */
static void
test_reference (void)
{
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  const gsize head = 25088 * 128 + 128 + 128 * 128 + 128 + 128 * 3 + 3;
  const gsize block5 = 4 * (512 * 512 * 9 + 512);
  g_autoptr (GError) error = NULL;
  MienEstimate estimate;

  settings->architecture.batch_norm = FALSE;
  settings->architecture.width_eighths = 8;
  settings->architecture.input_width = 224;
  settings->architecture.input_height = 224;
  settings->architecture.head = VGG_HEAD_REFERENCE;
  settings->frozen_convolutions = 12;
  settings->batch = 1;
  g_assert_true (mien_estimate_settings (settings, 3, &estimate, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (estimate.n_parameters, ==, 20024384 + head);
  g_assert_cmpuint (estimate.n_trainable, ==, block5 + head);
  /* Weights, a gradient and two moments of what trains, at least. */
  g_assert_cmpuint (estimate.bytes, >=, 4 * (estimate.n_parameters + 3 * estimate.n_trainable));
}

/* What an optimiser remembers counts: AdamW two numbers a weight, plain SGD none. */
static void
test_optimizer (void)
{
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (GError) error = NULL;
  MienEstimate adamw, sgd;

  vgg_optimizer_settings_init (&settings->optimizer, VGG_OPTIMIZER_ADAMW);
  g_assert_true (mien_estimate_settings (settings, 3, &adamw, &error));
  vgg_optimizer_settings_init (&settings->optimizer, VGG_OPTIMIZER_SGD);
  settings->optimizer.momentum = 0;
  g_assert_true (mien_estimate_settings (settings, 3, &sgd, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (adamw.bytes - sgd.bytes, ==, 2 * 4 * sgd.n_trainable);
}

/* Averages are another copy of what can change: weights and running moments above what is frozen.
 */
static void
test_average (void)
{
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (GError) error = NULL;
  MienEstimate without, with;

  settings->architecture.batch_norm = FALSE;
  settings->frozen_convolutions = 16;
  g_assert_true (mien_estimate_settings (settings, 16, &without, &error));
  settings->average_decay = 0.999f;
  g_assert_true (mien_estimate_settings (settings, 16, &with, &error));
  g_assert_no_error (error);
  /* The light head: a quarter of 512 channels, 16 classes. */
  g_assert_cmpuint (with.bytes - without.bytes, ==, 4 * (128 * 16 + 16));
}

static void
test_invalid (void)
{
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (GError) error = NULL;
  MienEstimate estimate;

  settings->batch = 0;
  g_assert_false (mien_estimate_settings (settings, 3, &estimate, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_SETTINGS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimate/reference", test_reference);
  g_test_add_func ("/estimate/optimizer", test_optimizer);
  g_test_add_func ("/estimate/average", test_average);
  g_test_add_func ("/estimate/invalid", test_invalid);
  return g_test_run ();
}
