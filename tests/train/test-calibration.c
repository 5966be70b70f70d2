/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train-fixture.h"
#include "train/mien-calibration.h"
#include "train/mien-evaluation.h"
#include "train/mien-train-error.h"

#define SHARPNESS 40.0f

typedef struct
{
  char *folder;
  MienDataset *dataset;
  MienModel *model; /* far too sure of itself */
  GCancellable *cancellable;
  guint n_passes;
  guint last_pass; /* the pass after which to end it; 0: none */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->dataset = train_fixture_make_dataset (self->folder, 1, 12, 0);
  self->model = train_fixture_colour_model (SHARPNESS);
  self->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->cancellable);
  mien_model_unref (self->model);
  mien_dataset_unref (self->dataset);
  train_fixture_remove_folder (self->folder);
}

static void
count_passes (const MienProgress *progress, gpointer user_data)
{
  Fixture *self = user_data;

  if (progress->done < progress->total)
    return;
  self->n_passes++;
  if (self->n_passes == self->last_pass)
    g_cancellable_cancel (self->cancellable);
}

static gboolean
calibrate (Fixture *self, MienCalibration *calibration, GError **error)
{
  return mien_calibrate (self->model, self->dataset, calibration, count_passes, self,
                         self->cancellable, error);
}

/* What is said of before and after is what an evaluation says; the views stay what they were. */
static void
test_measured (Fixture *self, gconstpointer data)
{
  g_autoptr (MienEvaluation) before = NULL;
  g_autoptr (MienEvaluation) after = NULL;
  g_autoptr (GError) error = NULL;
  MienCalibration calibration;

  mien_model_set_views (self->model, MIEN_VIEWS_FLIP);
  before = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_VALIDATION, NULL, NULL, NULL,
                                &error);
  g_assert_no_error (error);
  g_assert_true (calibrate (self, &calibration, &error));
  g_assert_no_error (error);
  after = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_VALIDATION, NULL, NULL, NULL,
                               &error);
  g_assert_no_error (error);

  g_assert_cmpuint (self->n_passes, ==, 3);
  g_assert_cmpuint (calibration.n, ==, 12 * N_COLOURS);
  g_assert_cmpuint (mien_model_get_views (self->model), ==, MIEN_VIEWS_FLIP);
  g_assert_cmpfloat (calibration.temperature[0], ==, 1);
  g_assert_cmpfloat (calibration.temperature[1], ==, mien_model_get_temperature (self->model));
  g_assert_cmpfloat (calibration.temperature[1], !=, 1);
  g_assert_cmpfloat (calibration.loss[0], ==, mien_evaluation_get_loss (before));
  g_assert_cmpfloat (calibration.loss[1], ==, mien_evaluation_get_loss (after));
  g_assert_cmpfloat (mien_evaluation_get_accuracy (before, NULL, NULL), ==,
                     mien_evaluation_get_accuracy (after, NULL, NULL));
}

/* Ended in any of its three passes, it leaves the model as it was. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  mien_model_set_views (self->model, MIEN_VIEWS_FLIP);
  mien_model_set_temperature (self->model, 2.5);
  for (guint pass = 0; pass < 3; pass++)
    {
      g_autoptr (GError) error = NULL;
      MienCalibration calibration;

      self->n_passes = 0;
      self->last_pass = pass;
      if (pass == 0)
        g_cancellable_cancel (self->cancellable);
      else
        g_cancellable_reset (self->cancellable);
      g_assert_false (calibrate (self, &calibration, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpfloat (mien_model_get_temperature (self->model), ==, 2.5);
      g_assert_cmpuint (mien_model_get_views (self->model), ==, MIEN_VIEWS_FLIP);
    }
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "other", NULL);
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (folder, 2, 0, 0);
  g_autoptr (GError) error = NULL;
  MienCalibration calibration;

  g_assert_false (mien_calibrate (self->model, dataset, &calibration, NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA);
  g_assert_cmpfloat (mien_model_get_temperature (self->model), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/calibration/measured", test_measured);
  ADD ("/calibration/cancelled", test_cancelled);
  ADD ("/calibration/nothing", test_nothing);
  return g_test_run ();
}
