/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-report.h"

#include "data/mien-csv-text.h"
#include "data/mien-json.h"
#include "train/mien-confidence.h"
#include "train/mien-curve.h"
#include "train/mien-evaluation-query.h"

/* JSON and CSV are UTF-8, and a file name need not be. */
static char *
picture_name (MienEvaluation *evaluation, const MienEvaluationRecord *record)
{
  return mien_json_path_to_string (
    mien_dataset_get_picture (mien_evaluation_get_dataset (evaluation), record->picture)->path);
}

static JsonObject *
probabilities_object (const float *probabilities, const char *const *classes)
{
  JsonObject *object = json_object_new ();

  for (guint c = 0; classes[c] != NULL; c++)
    json_object_set_double_member (object, classes[c], mien_json_round_float (probabilities[c]));
  return object;
}

/* NaN, which JSON has not, becomes null. */
static void
add_area (JsonObject *object,
          const char *key,
          MienCurveKind kind,
          MienEvaluation *evaluation,
          guint class_index)
{
  g_autoptr (MienCurve) curve = mien_curve_new_for_class (kind, evaluation, class_index);

  mien_json_add_number (object, key, curve->area);
}

static JsonObject *
metrics_object (const char *name, const MienClassMetrics *metrics)
{
  JsonObject *object = json_object_new ();

  if (name != NULL)
    json_object_set_string_member (object, "name", name);
  mien_json_add_number (object, "precision", metrics->precision);
  mien_json_add_number (object, "recall", metrics->recall);
  mien_json_add_number (object, "f1", metrics->f1);
  json_object_set_int_member (object, "support", metrics->support);
  return object;
}

static JsonArray *
classes_array (MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  JsonArray *array = json_array_new ();

  for (guint c = 0; classes[c] != NULL; c++)
    {
      MienClassMetrics metrics;
      JsonObject *object;

      mien_evaluation_get_class_metrics (evaluation, c, &metrics);
      object = metrics_object (classes[c], &metrics);
      add_area (object, "roc_area", MIEN_CURVE_ROC, evaluation, c);
      add_area (object, "average_precision", MIEN_CURVE_PRECISION_RECALL, evaluation, c);
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
confusion_array (MienEvaluation *evaluation)
{
  JsonArray *rows = json_array_new ();
  guint n_classes;

  mien_evaluation_get_classes (evaluation, &n_classes);
  for (guint actual = 0; actual < n_classes; actual++)
    {
      JsonArray *row = json_array_new ();

      for (guint predicted = 0; predicted < n_classes; predicted++)
        json_array_add_int_element (row, mien_evaluation_get_count (evaluation, actual, predicted));
      json_array_add_array_element (rows, row);
    }
  return rows;
}

static JsonArray *
mistakes_array (MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  JsonArray *array = json_array_new ();
  const MienEvaluationQuery query = MIEN_QUERY_MISTAKES;
  g_autofree guint *mistakes = NULL;
  guint n;

  mistakes = mien_evaluation_find (evaluation, &query, &n);
  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, mistakes[i]);
      g_autofree char *path = picture_name (evaluation, record);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "path", path);
      json_object_set_string_member (object, "actual", classes[record->actual]);
      json_object_set_string_member (object, "predicted", classes[record->predicted]);
      json_object_set_double_member (
        object, "probability", mien_json_round_float (record->probabilities[record->predicted]));
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
pictures_array (MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);
      g_autofree char *path = picture_name (evaluation, record);
      JsonObject *object = json_object_new ();

      json_object_set_string_member (object, "path", path);
      json_object_set_string_member (object, "actual", classes[record->actual]);
      json_object_set_string_member (object, "predicted", classes[record->predicted]);
      mien_json_add_number (object, "loss", record->loss);
      json_object_set_object_member (object, "probabilities",
                                     probabilities_object (record->probabilities, classes));
      json_array_add_object_element (array, object);
    }
  return array;
}

static JsonArray *
interval_array (double low, double high)
{
  JsonArray *array = json_array_new ();

  json_array_add_double_element (array, low);
  json_array_add_double_element (array, high);
  return array;
}

static JsonObject *
coverage_object (MienEvaluation *evaluation, const MienConfidence *confidence)
{
  JsonObject *object = json_object_new ();
  MienCoverage coverage;

  mien_confidence_get_coverage (
    confidence, mien_model_get_threshold (mien_evaluation_get_model (evaluation)), &coverage);
  mien_json_add_number (object, "threshold", coverage.threshold);
  mien_json_add_number (object, "coverage", coverage.coverage);
  mien_json_add_number (object, "accuracy", coverage.accuracy);
  return object;
}

static void
add_accuracies (JsonObject *object, MienEvaluation *evaluation)
{
  double low;
  double high;
  double accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);
  guint n;

  json_object_set_double_member (object, "accuracy", accuracy);
  json_object_set_array_member (object, "interval", interval_array (low, high));
  json_object_set_int_member (object, "count", mien_evaluation_get_n_records (evaluation));

  accuracy = mien_evaluation_get_accuracy_without_twins (evaluation, &n, &low, &high);
  mien_json_add_number (object, "accuracy_without_twins", accuracy);
  json_object_set_array_member (object, "interval_without_twins", interval_array (low, high));
  json_object_set_int_member (object, "count_without_twins", n);
}

/**
 * mien_report_evaluation_json:
 * @evaluation: an evaluation
 *
 * | key | value |
 * |---|---|
 * | `split` | `train`, `validation` or `test` |
 * | `views` | of each picture, averaged over: `single`, `flip` or `ten-crop` |
 * | `accuracy`, `interval` | 0 to 1; the 95 % interval as [low, high] |
 * | `count`, `skipped` | pictures that were classified, and that could not be decoded |
 * | `accuracy_without_twins`, `interval_without_twins`, `count_without_twins` | on those without a
 *   twin in an earlier split, see mien_evaluation_get_accuracy_without_twins(); null, [0, 1] and 0:
 *   there are none |
 * | `loss` | mean cross-entropy |
 * | `kappa` | Cohen's, see mien_cohen_kappa(); null: not defined |
 * | `calibration_error` | expected, 0 to 1, see mien_confidence_new() |
 * | `coverage` | `threshold`, below which an answer is "not sure", the part `coverage` of the
 *   pictures that has an answer, and the `accuracy` of those; null: there are none |
 * | `classes` | `name`, `precision`, `recall`, `f1`, `support`, `roc_area`, `average_precision`
 *   each; null: not defined |
 * | `macro` | means over the classes, see mien_evaluation_get_macro() |
 * | `confusion` | rows actual, columns predicted |
 * | `mistakes` | `path`, `actual`, `predicted`, `probability` each, the surest first |
 * | `pictures` | `path`, `actual`, `predicted`, `loss`, `probabilities` each |
 *
 * Returns: (transfer full): an object
 */
JsonNode *
mien_report_evaluation_json (MienEvaluation *evaluation)
{
  g_autoptr (MienConfidence) confidence = mien_confidence_new_for_evaluation (evaluation);
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();
  MienClassMetrics macro;

  mien_evaluation_get_macro (evaluation, &macro);

  json_object_set_string_member (root, "split",
                                 mien_split_to_string (mien_evaluation_get_split (evaluation)));
  json_object_set_string_member (root, "views",
                                 mien_views_to_string (mien_evaluation_get_views (evaluation)));
  add_accuracies (root, evaluation);
  mien_json_add_number (root, "loss", mien_evaluation_get_loss (evaluation));
  mien_json_add_number (root, "kappa", mien_evaluation_get_kappa (evaluation));
  mien_json_add_number (root, "calibration_error", confidence->calibration_error);
  json_object_set_object_member (root, "coverage", coverage_object (evaluation, confidence));
  json_object_set_int_member (root, "skipped", mien_evaluation_get_n_skipped (evaluation));
  json_object_set_array_member (root, "classes", classes_array (evaluation));
  json_object_set_object_member (root, "macro", metrics_object (NULL, &macro));
  json_object_set_array_member (root, "confusion", confusion_array (evaluation));
  json_object_set_array_member (root, "mistakes", mistakes_array (evaluation));
  json_object_set_array_member (root, "pictures", pictures_array (evaluation));
  json_node_take_object (node, root);
  return node;
}

static JsonObject *
face_object (const MienFace *face)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "x", face->x);
  json_object_set_int_member (object, "y", face->y);
  json_object_set_int_member (object, "size", face->size);
  return object;
}

/**
 * mien_report_predictions_json:
 * @predictions: (element-type MienPrediction): predictions
 * @model: the model that made them
 *
 * Each is `{"path", "class", "probability", "probabilities": {name: p}}` or `{"path", "error"}`;
 * the path of a picture that came without a file is null. An answer of a part of the picture alone
 * has `"face": {"x", "y", "size"}`, its square in the picture's pixels; `"face": null` where one
 * was looked for and none found.
 *
 * Returns: (transfer full): an array
 */
JsonNode *
mien_report_predictions_json (GPtrArray *predictions, MienModel *model)
{
  const char *const *classes = mien_model_get_classes (model, NULL);
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < predictions->len; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);
      g_autofree char *path = prediction->path != NULL ? mien_json_path_to_string (prediction->path)
                                                       : NULL;
      JsonObject *object = json_object_new ();

      if (path != NULL)
        json_object_set_string_member (object, "path", path);
      else
        json_object_set_null_member (object, "path");

      if (prediction->face.size > 0)
        json_object_set_object_member (object, "face", face_object (&prediction->face));
      else if (prediction->no_face)
        json_object_set_null_member (object, "face");
      if (prediction->error != NULL)
        json_object_set_string_member (object, "error", prediction->error->message);
      else
        {
          json_object_set_string_member (object, "class", classes[prediction->predicted]);
          json_object_set_double_member (
            object, "probability",
            mien_json_round_float (prediction->probabilities[prediction->predicted]));
          json_object_set_object_member (object, "probabilities",
                                         probabilities_object (prediction->probabilities, classes));
        }
      json_array_add_object_element (array, object);
    }

  json_node_take_array (node, array);
  return node;
}

static void
append_probability (GString *csv, float probability)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  mien_csv_append (csv, g_ascii_formatd (buffer, sizeof buffer, "%.6f", probability));
}

/**
 * mien_report_evaluation_csv:
 * @evaluation: an evaluation
 *
 * A row a picture, in the order of the split: `path`, `actual`, `predicted`, `confidence` (the
 * predicted class's probability), and a column a class with its probability. Quoted as in RFC 4180;
 * lines end with a newline.
 *
 * Returns: (transfer full): the document
 */
char *
mien_report_evaluation_csv (MienEvaluation *evaluation)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  g_autoptr (GString) csv = g_string_new ("path,actual,predicted,confidence");

  for (guint c = 0; classes[c] != NULL; c++)
    mien_csv_append (csv, classes[c]);
  g_string_append_c (csv, '\n');

  for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);
      g_autofree char *path = picture_name (evaluation, record);

      mien_csv_append (csv, path);
      mien_csv_append (csv, classes[record->actual]);
      mien_csv_append (csv, classes[record->predicted]);
      append_probability (csv, record->probabilities[record->predicted]);
      for (guint c = 0; classes[c] != NULL; c++)
        append_probability (csv, record->probabilities[c]);
      g_string_append_c (csv, '\n');
    }

  return g_string_free (g_steal_pointer (&csv), FALSE);
}

static gboolean
any_face (GPtrArray *predictions)
{
  for (guint i = 0; i < predictions->len; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);

      if (prediction->face.size > 0)
        return TRUE;
    }
  return FALSE;
}

static void
append_face (GString *csv, const MienFace *face)
{
  if (face->size > 0)
    g_string_append_printf (csv, ",%d,%d,%d", face->x, face->y, face->size);
  else
    g_string_append (csv, ",,,");
}

/**
 * mien_report_predictions_csv:
 * @predictions: (element-type MienPrediction): predictions
 * @model: the model that made them
 *
 * A row a picture: `path`, `class`, `confidence`, `error`, and a column a class with its
 * probability. A row with an error has empty fields for the others. Where any answer is of a part
 * of its picture alone, three more columns tell its square in the picture's pixels, `face_x`,
 * `face_y` and `face_size`, empty for what was taken whole. Quoted as in RFC 4180; lines end with a
 * newline.
 *
 * Returns: (transfer full): the document
 */
char *
mien_report_predictions_csv (GPtrArray *predictions, MienModel *model)
{
  const char *const *classes = mien_model_get_classes (model, NULL);
  const gboolean faces = any_face (predictions);
  g_autoptr (GString) csv = g_string_new ("path,class,confidence,error");

  for (guint c = 0; classes[c] != NULL; c++)
    mien_csv_append (csv, classes[c]);
  if (faces)
    g_string_append (csv, ",face_x,face_y,face_size");
  g_string_append_c (csv, '\n');

  for (guint i = 0; i < predictions->len; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);
      g_autofree char *path = mien_json_path_to_string (prediction->path != NULL ? prediction->path
                                                                                 : "");

      /* A row's first field may be empty, and must still be followed by a comma. */
      if (*path == '\0')
        g_string_append (csv, "\"\"");
      else
        mien_csv_append (csv, path);

      if (prediction->error != NULL)
        {
          mien_csv_append (csv, "");
          mien_csv_append (csv, "");
          mien_csv_append (csv, prediction->error->message);
          for (guint c = 0; classes[c] != NULL; c++)
            mien_csv_append (csv, "");
        }
      else
        {
          mien_csv_append (csv, classes[prediction->predicted]);
          append_probability (csv, prediction->probabilities[prediction->predicted]);
          mien_csv_append (csv, "");
          for (guint c = 0; classes[c] != NULL; c++)
            append_probability (csv, prediction->probabilities[c]);
        }
      if (faces)
        append_face (csv, &prediction->face);
      g_string_append_c (csv, '\n');
    }

  return g_string_free (g_steal_pointer (&csv), FALSE);
}
