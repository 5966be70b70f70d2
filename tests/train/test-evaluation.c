/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/mien-corrections.h"
#include "train-fixture.h"
#include "train/mien-evaluation-query.h"
#include "train/mien-statistics.h"
#include "train/mien-train-error.h"

#define SHARPNESS 8.0f

/* How many pictures of each class are painted in each colour, which is what the model answers. Blue
 * is never answered. */
static const guint painted[N_COLOURS][N_COLOURS] = {
  [RED] = { 5, 2, 0 },
  [GREEN] = { 1, 3, 0 },
  [BLUE] = { 4, 0, 0 },
};

#define N_PICTURES 15

typedef struct
{
  char *folder;
  MienDataset *dataset;
  MienModel *model;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  guint n = 0;

  self->folder = train_fixture_make_folder ();
  train_fixture_write_split (self->folder, "train", 1, 5);
  for (guint actual = 0; actual < N_COLOURS; actual++)
    for (guint colour = 0; colour < N_COLOURS; colour++)
      for (guint i = 0; i < painted[actual][colour]; i++)
        {
          g_autofree char *name = g_strdup_printf ("%02u.png", n);
          g_autofree char *path = g_build_filename (self->folder, "test", colour_names[actual],
                                                    name, NULL);
          guint value = 255 - n;

          train_fixture_write_picture (path, colour == RED ? value : 0, colour == GREEN ? value : 0,
                                       colour == BLUE ? value : 0, 0);
          n++;
        }
  g_assert_cmpuint (n, ==, N_PICTURES);
  self->dataset = train_fixture_scan (self->folder);
  self->model = train_fixture_colour_model (SHARPNESS);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_model_unref (self->model);
  mien_dataset_unref (self->dataset);
  train_fixture_remove_folder (self->folder);
}

static MienEvaluation *
evaluate (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  MienEvaluation *evaluation = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_TEST,
                                                    NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return evaluation;
}

static void
test_confusion (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = evaluate (self);
  guint n_classes;
  const char *const *classes = mien_evaluation_get_classes (evaluation, &n_classes);
  double low;
  double high;

  g_assert_cmpuint (n_classes, ==, N_COLOURS);
  for (guint actual = 0; actual < N_COLOURS; actual++)
    {
      g_assert_cmpstr (classes[actual], ==, colour_names[actual]);
      for (guint predicted = 0; predicted < N_COLOURS; predicted++)
        g_assert_cmpuint (mien_evaluation_get_count (evaluation, actual, predicted), ==,
                          painted[actual][predicted]);
    }

  g_assert_cmpuint (mien_evaluation_get_n_records (evaluation), ==, N_PICTURES);
  g_assert_cmpuint (mien_evaluation_get_n_skipped (evaluation), ==, 0);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_get_accuracy (evaluation, &low, &high), 8.0 / 15,
                                  1e-12);
  /* statsmodels.stats.proportion.proportion_confint (8, 15, method="wilson") */
  g_assert_cmpfloat_with_epsilon (low, 0.3012, 5e-5);
  g_assert_cmpfloat_with_epsilon (high, 0.7519, 5e-5);
}

static void
paint (Fixture *self, const char *name, guint red)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  train_fixture_write_picture (path, red, 0, 0, 0);
}

/* Of three test pictures with a twin in training or validation two are right and one is wrong; the
 * twin of a fourth is a test picture itself, which is right, and both count. Of two validation
 * pictures one has a twin in the test, and counts; the other has one in training. */
static void
test_without_twins (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (MienEvaluation) validation = NULL;
  g_autoptr (MienEvaluation) training = NULL;
  g_autoptr (GError) error = NULL;
  double low;
  double high;
  guint n;

  paint (self, "train/red/a.png", 255);
  paint (self, "train/green/b.png", 251);
  paint (self, "val/blue/c.png", 244);
  paint (self, "val/blue/e.png", 251);
  paint (self, "test/red/d.png", 254);
  mien_dataset_unref (self->dataset);
  self->dataset = train_fixture_scan (self->folder);
  evaluation = evaluate (self);
  g_assert_cmpfloat (mien_evaluation_get_accuracy (evaluation, NULL, NULL), ==, 9.0 / 16);
  g_assert_cmpfloat (mien_evaluation_get_accuracy_without_twins (evaluation, &n, &low, &high), ==,
                     7.0 / 13);
  g_assert_cmpuint (n, ==, 13);
  /* The roots of (p - 7 / 13)² = z² p (1 - p) / 13. */
  g_assert_cmpfloat_with_epsilon (low, 0.2914379571, 1e-9);
  g_assert_cmpfloat_with_epsilon (high, 0.7679393219, 1e-9);

  validation = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_VALIDATION, NULL, NULL,
                                    NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (mien_evaluation_get_accuracy_without_twins (validation, &n, &low, &high), ==,
                     0);
  g_assert_cmpuint (n, ==, 1);

  training = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_TRAIN, NULL, NULL, NULL,
                                  &error);
  g_assert_no_error (error);
  g_assert_true (isnan (mien_evaluation_get_accuracy_without_twins (training, &n, &low, &high)));
  g_assert_cmpuint (n, ==, 0);
}

/* The figures are those of sklearn.metrics.precision_recall_fscore_support, worked out by hand. */
static void
test_metrics (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = evaluate (self);
  MienClassMetrics metrics;

  mien_evaluation_get_class_metrics (evaluation, RED, &metrics);
  g_assert_cmpfloat_with_epsilon (metrics.precision, 5.0 / 10, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.recall, 5.0 / 7, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.f1, 10.0 / 17, 1e-12);
  g_assert_cmpuint (metrics.support, ==, 7);

  mien_evaluation_get_class_metrics (evaluation, GREEN, &metrics);
  g_assert_cmpfloat_with_epsilon (metrics.precision, 3.0 / 5, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.recall, 3.0 / 4, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.f1, 2.0 / 3, 1e-12);
  g_assert_cmpuint (metrics.support, ==, 4);

  mien_evaluation_get_class_metrics (evaluation, BLUE, &metrics);
  g_assert_true (isnan (metrics.precision));
  g_assert_cmpfloat (metrics.recall, ==, 0);
  g_assert_cmpfloat (metrics.f1, ==, 0);
  g_assert_cmpuint (metrics.support, ==, 4);

  mien_evaluation_get_macro (evaluation, &metrics);
  g_assert_cmpfloat_with_epsilon (metrics.precision, (0.5 + 0.6 + 0) / 3, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.recall, (5.0 / 7 + 0.75 + 0) / 3, 1e-12);
  g_assert_cmpfloat_with_epsilon (metrics.f1, (10.0 / 17 + 2.0 / 3 + 0) / 3, 1e-12);
  g_assert_cmpuint (metrics.support, ==, N_PICTURES);
}

/* A picture of colour value v has logits (s v / 255, 0, 0) in some order: its softmax is known. */
static void
test_probabilities (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = evaluate (self);
  double loss = 0;

  for (guint i = 0; i < N_PICTURES; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, record->picture);
      g_autofree char *name = g_path_get_basename (picture->path);
      double logit = SHARPNESS * (255 - g_ascii_strtod (name, NULL)) / 255;
      double sum = exp (logit) + 2;

      for (guint c = 0; c < N_COLOURS; c++)
        g_assert_cmpfloat_with_epsilon (record->probabilities[c],
                                        (c == record->predicted ? exp (logit) : 1) / sum, 1e-5);
      loss -= log ((record->actual == record->predicted ? exp (logit) : 1) / sum);
    }

  g_assert_cmpfloat_with_epsilon (mien_evaluation_get_loss (evaluation), loss / N_PICTURES, 1e-4);
}

static void
test_confusions (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = evaluate (self);
  g_autofree MienConfusion *confusions = NULL;
  const guint expected[][3] = { { BLUE, RED, 4 }, { RED, GREEN, 2 }, { GREEN, RED, 1 } };
  guint n;

  confusions = mien_evaluation_list_confusions (evaluation, &n);
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (confusions[i].actual, ==, expected[i][0]);
      g_assert_cmpuint (confusions[i].predicted, ==, expected[i][1]);
      g_assert_cmpuint (confusions[i].count, ==, expected[i][2]);
    }
}

/* What is found, as the numbers that the pictures are named by. */
static void
assert_found (Fixture *self,
              MienEvaluation *evaluation,
              MienEvaluationQuery query,
              const char *expected)
{
  guint n;
  g_autofree guint *found = mien_evaluation_find (evaluation, &query, &n);
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, found[i]);
      g_autofree char *name = g_path_get_basename (
        mien_dataset_get_picture (self->dataset, record->picture)->path);

      g_string_append_printf (numbers, "%s%d", i > 0 ? " " : "", atoi (name));
    }
  g_assert_cmpstr (numbers->str, ==, expected);
}

/* The lower its number, the brighter a picture and the surer the model, whether it is right or not;
 * by the table above 5, 6, 7 and 11 to 14 are mistakes. */
static void
test_find (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) evaluation = evaluate (self);
  MienEvaluationQuery query = { MIEN_ANY_CLASS, MIEN_ANY_CLASS, MIEN_VERDICT_ANY,
                                MIEN_ORDER_MOST_CONFIDENT, NULL };

  assert_found (self, evaluation, query, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14");
  query.order = MIEN_ORDER_LEAST_CONFIDENT;
  assert_found (self, evaluation, query, "14 13 12 11 10 9 8 7 6 5 4 3 2 1 0");
  query.order = MIEN_ORDER_NARROWEST_MARGIN;
  assert_found (self, evaluation, query, "14 13 12 11 10 9 8 7 6 5 4 3 2 1 0");
  query.order = MIEN_ORDER_HIGHEST_LOSS;
  assert_found (self, evaluation, query, "5 6 7 11 12 13 14 10 9 8 4 3 2 1 0");

  query.order = MIEN_ORDER_MOST_CONFIDENT;
  query.verdict = MIEN_VERDICT_WRONG;
  assert_found (self, evaluation, query, "5 6 7 11 12 13 14");
  query.verdict = MIEN_VERDICT_RIGHT;
  assert_found (self, evaluation, query, "0 1 2 3 4 8 9 10");
  query.actual = GREEN;
  assert_found (self, evaluation, query, "8 9 10");
  query.verdict = MIEN_VERDICT_ANY;
  assert_found (self, evaluation, query, "7 8 9 10");
  query.predicted = RED;
  assert_found (self, evaluation, query, "7");
  query.actual = MIEN_ANY_CLASS;
  assert_found (self, evaluation, query, "0 1 2 3 4 7 11 12 13 14");
  query.name = "1";
  assert_found (self, evaluation, query, "1 11 12 13 14");
  query.name = "4.PNG";
  assert_found (self, evaluation, query, "4 14");
}

/* The two likeliest of three classes, wherever they stand. */
static void
test_margin (void)
{
  const float probabilities[][3] = { { 0.5f, 0.2f, 0.3f }, { 0.25f, 0.25f, 0.5f }, { 1, 0, 0 } };
  const MienEvaluationRecord records[] = { { .predicted = 0, .probabilities = probabilities[0] },
                                           { .predicted = 2, .probabilities = probabilities[1] },
                                           { .predicted = 0, .probabilities = probabilities[2] } };

  g_assert_cmpfloat_with_epsilon (mien_evaluation_record_get_margin (&records[0], 3), 0.2, 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_record_get_margin (&records[1], 3), 0.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_record_get_margin (&records[2], 3), 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_record_get_margin (&records[2], 1), 1, 1e-6);
}

/* Between 1 and 3 there are 9 mistakes, between 0 and 3 there are 5, between 0 and 2 there are 4; 4
 * is never confused. */
static void
test_sort_classes (void)
{
  static const guint counts[] = { 50, 0,  1,  2, 0, //
                                  0,  50, 0,  6, 0, //
                                  3,  0,  50, 0, 0, //
                                  3,  3,  0,  9, 0, //
                                  0,  0,  0,  0, 99 };
  static const guint expected[] = { 1, 3, 0, 2, 4 };
  g_autofree guint *order = mien_confusion_sort_classes (counts, 5);

  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (order[i], ==, expected[i]);
}

/* A picture that goes away between scan and evaluation is left out, and the rest is evaluated. */
static void
test_vanished_picture (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "test", "red", "00.png", NULL);
  g_autoptr (MienEvaluation) evaluation = NULL;

  g_assert_cmpint (remove (path), ==, 0);
  evaluation = evaluate (self);
  g_assert_cmpuint (mien_evaluation_get_n_skipped (evaluation), ==, 1);
  g_assert_cmpuint (mien_evaluation_get_n_records (evaluation), ==, N_PICTURES - 1);
  g_assert_cmpuint (mien_evaluation_get_count (evaluation, RED, RED), ==, painted[RED][RED] - 1);
}

static void
test_unknown_class (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MienDataset) dataset = NULL;
  g_autofree char *train = g_build_filename (self->folder, "train", "violet", "1.png", NULL);
  g_autofree char *test = g_build_filename (self->folder, "test", "violet", "1.png", NULL);

  train_fixture_write_picture (train, 100, 10, 100, 0);
  train_fixture_write_picture (test, 110, 20, 120, 0);
  dataset = train_fixture_scan (self->folder);
  g_assert_null (
    mien_evaluation_run (self->model, dataset, MIEN_SPLIT_TEST, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "violet"));
  g_assert_nonnull (strstr (error->message, "red, green, blue"));
}

static void
test_no_pictures (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_VALIDATION, NULL, NULL,
                                      NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA);
}

static void
count_progress (const MienProgress *progress, gpointer user_data)
{
  MienProgress *last = user_data;

  g_assert_cmpuint (progress->done, >=, last->done);
  *last = *progress;
}

static void
test_progress_and_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (GError) error = NULL;
  MienProgress last = { 0 };

  evaluation = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_TEST, count_progress,
                                    &last, cancellable, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (last.done, ==, N_PICTURES);
  g_assert_cmpuint (last.total, ==, N_PICTURES);

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_TEST, NULL, NULL,
                                      cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine
 * 17, table I, method 3, to its four digits; 0 and n of n from the formula: z² / (n + z²). */
static void
test_wilson (void)
{
  const struct
  {
    guint correct, n;
    double low, high;
  } table[] = {
    { 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0.0, 0.1611 },
    { 1, 29, 0.0061, 0.1718 },   { 20, 20, 0.8389, 1.0 },
  };
  double low;
  double high;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      mien_wilson_interval (table[i].correct, table[i].n, &low, &high);
      g_assert_cmpfloat_with_epsilon (low, table[i].low, 5e-5);
      g_assert_cmpfloat_with_epsilon (high, table[i].high, 5e-5);
    }

  mien_wilson_interval (0, 0, &low, &high);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat (high, ==, 1);
}

static void
correct (Fixture *self,
         MienCorrections *corrections,
         const char *relative,
         MienCorrectionKind kind,
         const char *class_name)
{
  for (guint i = 0; i < mien_dataset_get_n_pictures (self->dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self->dataset, i);

      if (g_str_equal (mien_dataset_get_relative_path (self->dataset, picture->path), relative))
        {
          mien_corrections_set (corrections, relative, picture->digest, kind, class_name);
          return;
        }
    }
  g_assert_not_reached ();
}

/* A red picture labelled green is moved to red, a blue label becomes red, and one that was right is
 * left out: what the model said stays, and counts under the new labels. */
static void
test_relabel (Fixture *self, gconstpointer data)
{
  static const guint expected[N_COLOURS][N_COLOURS] = {
    [RED] = { 6, 2, 0 },
    [GREEN] = { 0, 3, 0 },
    [BLUE] = { 3, 0, 0 },
  };
  g_autoptr (MienEvaluation) before = evaluate (self);
  g_autoptr (MienCorrections) corrections = mien_corrections_load (self->folder, NULL);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienEvaluation) relabelled = NULL;
  g_autoptr (MienEvaluation) again = NULL;

  correct (self, corrections, "test/red/00.png", MIEN_CORRECTION_SET_ASIDE, NULL);
  correct (self, corrections, "test/green/07.png", MIEN_CORRECTION_MOVE, "red");
  correct (self, corrections, "test/blue/11.png", MIEN_CORRECTION_MOVE, "red");
  g_assert_true (mien_corrections_save (corrections, NULL));
  dataset = train_fixture_scan (self->folder);
  relabelled = mien_evaluation_relabel (before, dataset);
  again = mien_evaluation_run (self->model, dataset, MIEN_SPLIT_TEST, NULL, NULL, NULL, NULL);

  g_assert_true (mien_evaluation_get_dataset (relabelled) == dataset);
  g_assert_cmpuint (mien_evaluation_get_n_records (relabelled), ==, N_PICTURES - 1);
  g_assert_cmpuint (mien_evaluation_get_n_skipped (relabelled), ==, 0);
  for (guint actual = 0; actual < N_COLOURS; actual++)
    for (guint predicted = 0; predicted < N_COLOURS; predicted++)
      g_assert_cmpuint (mien_evaluation_get_count (relabelled, actual, predicted), ==,
                        expected[actual][predicted]);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_get_accuracy (relabelled, NULL, NULL), 9.0 / 14,
                                  1e-12);
  g_assert_cmpfloat_with_epsilon (mien_evaluation_get_loss (relabelled),
                                  mien_evaluation_get_loss (again), 1e-6);
  for (guint i = 0; i < N_PICTURES - 1; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (relabelled, i);
      const MienEvaluationRecord *other = mien_evaluation_get_record (again, i);

      g_assert_cmpuint (record->picture, ==, other->picture);
      g_assert_cmpuint (record->actual, ==, other->actual);
      g_assert_cmpuint (record->predicted, ==, other->predicted);
    }
}

/* What the model has not seen it cannot have answered. */
static void
test_relabel_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *more = g_build_filename (self->folder, "test", "red", "more.png", NULL);
  g_autofree char *changed = g_build_filename (self->folder, "test", "red", "00.png", NULL);
  g_autoptr (MienEvaluation) before = evaluate (self);
  g_autoptr (MienDataset) with_more = NULL;
  g_autoptr (MienDataset) with_change = NULL;

  train_fixture_write_picture (more, 77, 0, 0, 0);
  with_more = train_fixture_scan (self->folder);
  g_assert_null (mien_evaluation_relabel (before, with_more));

  g_assert_cmpint (remove (more), ==, 0);
  train_fixture_write_picture (changed, 78, 0, 0, 0);
  with_change = train_fixture_scan (self->folder);
  g_assert_null (mien_evaluation_relabel (before, with_change));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/evaluation/confusion", test_confusion);
  ADD ("/evaluation/without-twins", test_without_twins);
  ADD ("/evaluation/metrics", test_metrics);
  ADD ("/evaluation/probabilities", test_probabilities);
  ADD ("/evaluation/confusions", test_confusions);
  ADD ("/evaluation/find", test_find);
  ADD ("/evaluation/relabel", test_relabel);
  ADD ("/evaluation/relabel-refused", test_relabel_refused);
  ADD ("/evaluation/vanished-picture", test_vanished_picture);
  ADD ("/evaluation/unknown-class", test_unknown_class);
  ADD ("/evaluation/no-pictures", test_no_pictures);
  ADD ("/evaluation/progress-and-cancel", test_progress_and_cancel);
  g_test_add_func ("/evaluation/wilson", test_wilson);
  g_test_add_func ("/evaluation/margin", test_margin);
  g_test_add_func ("/evaluation/sort-classes", test_sort_classes);

  return g_test_run ();
}
