/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "engine/vgg-tensor-file.h"
#include "train/mien-softmax-regression.h"

#define N_ROWS 90
#define N_USED 70
#define N_FEATURES 7
#define N_CLASSES 4

/* As in tests/golden/make-softmax-regression-golden.py. */
static const double penalties[] = { 100, 10, 1 };

static VggTensorFile *
load_golden (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden",
                                                 "softmax-regression.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  VggTensorFile *file = vgg_tensor_file_load (path, &error);

  g_assert_no_error (error);
  return file;
}

static void
read_labels (VggTensorFile *file, guint labels[N_ROWS])
{
  const float *numbers = vgg_tensor_file_get (file, "labels")->data;

  for (guint i = 0; i < N_ROWS; i++)
    labels[i] = (guint) numbers[i];
}

static void
fit (MienSoftmaxRegression *regression, VggTensorFile *file, guint n_used, double penalty)
{
  g_autoptr (GError) error = NULL;
  guint labels[N_ROWS];
  guint8 used[N_ROWS];

  read_labels (file, labels);
  for (guint i = 0; i < N_ROWS; i++)
    used[i] = i < n_used;
  g_assert_true (mien_softmax_regression_fit (regression, vgg_tensor_file_get (file, "rows")->data,
                                              labels, used, N_ROWS, penalty, NULL, &error));
  g_assert_no_error (error);
}

/* Probabilities of rows that were learnt from and of rows that were not are scikit-learn's,
 * whatever the fit starts from. */
static void
test_golden (void)
{
  g_autoptr (VggTensorFile) file = load_golden ();
  g_autoptr (MienSoftmaxRegression) warm = mien_softmax_regression_new (N_FEATURES, N_CLASSES);
  float answers[N_ROWS * N_CLASSES];

  for (guint p = 0; p < G_N_ELEMENTS (penalties); p++)
    {
      g_autofree char *name = g_strdup_printf ("probabilities-%u", p);
      const float *expected = vgg_tensor_file_get (file, name)->data;
      g_autoptr (MienSoftmaxRegression) cold = mien_softmax_regression_new (N_FEATURES, N_CLASSES);
      MienSoftmaxRegression *both[] = { cold, warm };

      for (guint b = 0; b < G_N_ELEMENTS (both); b++)
        {
          fit (both[b], file, N_USED, penalties[p]);
          mien_softmax_regression_run (both[b], vgg_tensor_file_get (file, "rows")->data, N_ROWS,
                                       answers);
          for (guint i = 0; i < N_ROWS * N_CLASSES; i++)
            g_assert_cmpfloat_with_epsilon (answers[i], expected[i], 1e-3);
        }
    }
}

/* Where only the bias may speak, probabilities are the labels' shares. */
static void
test_shares (void)
{
  const float rows[10] = { 0 };
  const guint labels[10] = { 0, 0, 0, 0, 0, 1, 1, 1, 2, 2 };
  const float shares[3] = { 0.5f, 0.3f, 0.2f };
  guint8 used[10];
  float answers[30];
  g_autoptr (MienSoftmaxRegression) regression = mien_softmax_regression_new (1, 3);
  g_autoptr (GError) error = NULL;

  memset (used, 1, sizeof used);
  g_assert_true (mien_softmax_regression_fit (regression, rows, labels, used, 10, 1, NULL, &error));
  mien_softmax_regression_run (regression, rows, 10, answers);
  for (guint i = 0; i < 30; i++)
    g_assert_cmpfloat_with_epsilon (answers[i], shares[i % 3], 1e-4);
}

/* Rows that are left out decide nothing: with any labels the weights have the same bits. */
static void
test_left_out (void)
{
  g_autoptr (VggTensorFile) file = load_golden ();
  const float *rows = vgg_tensor_file_get (file, "rows")->data;
  double weights[2][N_CLASSES * (N_FEATURES + 1)];

  for (guint r = 0; r < 2; r++)
    {
      g_autoptr (MienSoftmaxRegression)
        regression = mien_softmax_regression_new (N_FEATURES, N_CLASSES);
      guint labels[N_ROWS];
      guint8 used[N_ROWS];

      read_labels (file, labels);
      for (guint i = 0; i < N_ROWS; i++)
        {
          used[i] = i < N_USED;
          labels[i] = used[i] ? labels[i] : (labels[i] + r) % N_CLASSES;
        }
      mien_softmax_regression_fit (regression, rows, labels, used, N_ROWS, 1, NULL, NULL);
      memcpy (weights[r], regression->weights, sizeof weights[r]);
    }
  g_assert_cmpmem (weights[0], sizeof weights[0], weights[1], sizeof weights[1]);
}

static void
test_cancelled (void)
{
  g_autoptr (VggTensorFile) file = load_golden ();
  g_autoptr (MienSoftmaxRegression)
    regression = mien_softmax_regression_new (N_FEATURES, N_CLASSES);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint labels[N_ROWS];
  guint8 used[N_ROWS];

  read_labels (file, labels);
  memset (used, 1, sizeof used);
  g_cancellable_cancel (cancellable);
  g_assert_false (mien_softmax_regression_fit (regression, vgg_tensor_file_get (file, "rows")->data,
                                               labels, used, N_ROWS, 1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/softmax-regression/golden", test_golden);
  g_test_add_func ("/softmax-regression/shares", test_shares);
  g_test_add_func ("/softmax-regression/left-out", test_left_out);
  g_test_add_func ("/softmax-regression/cancelled", test_cancelled);
  return g_test_run ();
}
