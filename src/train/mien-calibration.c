/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-calibration.h"

#include <float.h>
#include <math.h>

#include "train/mien-confidence.h"
#include "train/mien-evaluation.h"
#include "train/mien-temperature.h"

/* A logarithm of a probability is a logit but for what all of a picture's have in common, which
 * neither temperature nor softmax see. One view of a picture, as the network's own answers are. */
static gboolean
fit (MienModel *model,
     MienDataset *dataset,
     MienProgressFunc progress,
     gpointer user_data,
     GCancellable *cancellable,
     double *temperature,
     GError **error)
{
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autofree float *logits = NULL;
  g_autofree guint *labels = NULL;
  guint n;
  guint n_classes;

  mien_model_set_views (model, MIEN_VIEWS_SINGLE);
  mien_model_set_temperature (model, 1);
  evaluation = mien_evaluation_run (model, dataset, MIEN_SPLIT_VALIDATION, progress, user_data,
                                    cancellable, error);
  if (evaluation == NULL)
    return FALSE;

  n = mien_evaluation_get_n_records (evaluation);
  mien_evaluation_get_classes (evaluation, &n_classes);
  logits = g_new (float, (gsize) n *n_classes);
  labels = g_new (guint, n);
  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);

      labels[i] = record->actual;
      for (guint c = 0; c < n_classes; c++)
        logits[(gsize) i * n_classes + c] = logf (MAX (record->probabilities[c], FLT_MIN));
    }
  *temperature = mien_temperature_fit (logits, labels, n, n_classes);
  return TRUE;
}

static gboolean
measure (MienModel *model,
         MienDataset *dataset,
         MienProgressFunc progress,
         gpointer user_data,
         GCancellable *cancellable,
         MienCalibration *calibration,
         guint when,
         GError **error)
{
  g_autoptr (MienEvaluation) evaluation = NULL;
  g_autoptr (MienConfidence) confidence = NULL;

  evaluation = mien_evaluation_run (model, dataset, MIEN_SPLIT_VALIDATION, progress, user_data,
                                    cancellable, error);
  if (evaluation == NULL)
    return FALSE;

  confidence = mien_confidence_new_for_evaluation (evaluation);
  calibration->n = mien_evaluation_get_n_records (evaluation);
  calibration->temperature[when] = mien_model_get_temperature (model);
  calibration->loss[when] = mien_evaluation_get_loss (evaluation);
  calibration->error[when] = confidence->calibration_error;
  return TRUE;
}

/**
 * mien_calibrate:
 * @model: a model that is in use nowhere else yet
 * @dataset: pictures whose classes it knows, with a validation split that it was not trained on
 * @calibration: (out caller-allocates): what changed
 * @progress: (nullable): told about the pictures, three times
 * @user_data: for @progress
 * @cancellable: (nullable): ends it within a batch with `G_IO_ERROR_CANCELLED`
 * @error: return location; see mien_evaluation_run()
 *
 * Gives @model the temperature that mien_temperature_fit() finds on the validation pictures, each
 * in one view. What is measured before and after is in the views that @model has.
 *
 * Returns: %TRUE if it is calibrated; what it was before if not
 */
gboolean
mien_calibrate (MienModel *model,
                MienDataset *dataset,
                MienCalibration *calibration,
                MienProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
  const MienViews views = mien_model_get_views (model);
  const double before = mien_model_get_temperature (model);
  double temperature = before;
  gboolean is_done;

  if (!measure (model, dataset, progress, user_data, cancellable, calibration, 0, error))
    return FALSE;

  is_done = fit (model, dataset, progress, user_data, cancellable, &temperature, error);
  mien_model_set_views (model, views);
  mien_model_set_temperature (model, is_done ? temperature : before);
  if (is_done && !measure (model, dataset, progress, user_data, cancellable, calibration, 1, error))
    {
      mien_model_set_temperature (model, before);
      return FALSE;
    }
  return is_done;
}
