/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-run-comparison.h"

#include "train/mien-run.h"

static MienEvaluation *
evaluate (const MienRunRecord *record,
          MienDataset *dataset,
          MienSplit split,
          MienProgressFunc progress,
          gpointer user_data,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienRun) run = mien_run_open (record->directory, &settings, error);
  g_autoptr (MienModel) model = run != NULL ? mien_model_load (run->best, error) : NULL;

  if (model == NULL)
    return NULL;
  return mien_evaluation_run (model, dataset, split, progress, user_data, cancellable, error);
}

/* The data set's class of each of the model's; those of the model that it has not become none. */
static guint *
map_classes (MienEvaluation *evaluation, MienDataset *dataset)
{
  guint n_model;
  guint n_dataset;
  const char *const *model_classes = mien_evaluation_get_classes (evaluation, &n_model);
  const char *const *dataset_classes = mien_dataset_get_classes (dataset, &n_dataset);
  guint *map = g_new (guint, n_model);

  for (guint i = 0; i < n_model; i++)
    {
      map[i] = 0;
      while (map[i] < n_dataset && !g_str_equal (model_classes[i], dataset_classes[map[i]]))
        map[i]++;
    }
  return map;
}

/* The record of each picture of the data set; NULL: it was not answered. */
static const MienEvaluationRecord **
index_records (MienEvaluation *evaluation, guint n_pictures)
{
  const MienEvaluationRecord **records = g_new0 (const MienEvaluationRecord *, n_pictures);

  for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);

      records[record->picture] = record;
    }
  return records;
}

static void
fill (MienRunComparison *self, MienEvaluation *first, MienEvaluation *second)
{
  const guint n_pictures = mien_dataset_get_n_pictures (self->dataset);
  g_autofree const MienEvaluationRecord **firsts = index_records (first, n_pictures);
  g_autofree const MienEvaluationRecord **seconds = index_records (second, n_pictures);
  g_autofree guint *first_map = map_classes (first, self->dataset);
  g_autofree guint *second_map = map_classes (second, self->dataset);

  for (guint i = 0; i < n_pictures; i++)
    {
      const MienEvaluationRecord *a = firsts[i];
      const MienEvaluationRecord *b = seconds[i];
      MienChangedPicture changed = { .picture = i };
      gboolean right[2];

      if (a == NULL || b == NULL)
        continue;

      self->n++;
      right[0] = a->actual == a->predicted;
      right[1] = b->actual == b->predicted;
      self->correct[0] += right[0];
      self->correct[1] += right[1];
      if (right[0] == right[1])
        continue;

      changed.actual = first_map[a->actual];
      changed.wrong = right[0] ? second_map[b->predicted] : first_map[a->predicted];
      g_array_append_val (right[0] ? self->lost : self->gained, changed);
    }
}

/**
 * mien_run_compare:
 * @first: a run without an error
 * @second: another
 * @dataset: pictures whose classes both models know
 * @split: which of them
 * @progress: (nullable): told about the pictures, of one model and then of the other
 * @user_data: for @progress
 * @cancellable: (nullable): ends it within a batch with `G_IO_ERROR_CANCELLED`
 * @error: return location; see mien_model_load() and mien_evaluation_run()
 *
 * Lets the best model of each run classify the same pictures.
 *
 * Returns: (transfer full) (nullable): what changed
 */
MienRunComparison *
mien_run_compare (const MienRunRecord *first,
                  const MienRunRecord *second,
                  MienDataset *dataset,
                  MienSplit split,
                  MienProgressFunc progress,
                  gpointer user_data,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (MienEvaluation) a = NULL;
  g_autoptr (MienEvaluation) b = NULL;
  MienRunComparison *self;

  a = evaluate (first, dataset, split, progress, user_data, cancellable, error);
  if (a == NULL)
    return NULL;
  b = evaluate (second, dataset, split, progress, user_data, cancellable, error);
  if (b == NULL)
    return NULL;

  self = g_new0 (MienRunComparison, 1);
  self->dataset = mien_dataset_ref (dataset);
  self->gained = g_array_new (FALSE, FALSE, sizeof (MienChangedPicture));
  self->lost = g_array_new (FALSE, FALSE, sizeof (MienChangedPicture));
  fill (self, a, b);
  return self;
}

void
mien_run_comparison_free (MienRunComparison *self)
{
  if (self == NULL)
    return;
  mien_dataset_unref (self->dataset);
  g_array_unref (self->gained);
  g_array_unref (self->lost);
  g_free (self);
}
