/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "data/mien-json.h"
#include "train-fixture.h"
#include "train/mien-report.h"

/* Two red test pictures of which one is painted green, and one green; no blue: its figures are not
 * defined. The one that is right and red is in the training split as well. */
typedef struct
{
  char *folder;
  MienDataset *dataset;
  MienModel *model;
  MienEvaluation *evaluation;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *twin = NULL;
  g_autofree char *red = NULL;
  g_autofree char *wrong = NULL;
  g_autofree char *green = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = train_fixture_make_folder ();
  twin = g_build_filename (self->folder, "train", "red", "twin.png", NULL);
  red = g_build_filename (self->folder, "test", "red", "a.png", NULL);
  wrong = g_build_filename (self->folder, "test", "red", "b, \"odd\".png", NULL);
  green = g_build_filename (self->folder, "test", "green", "c.png", NULL);
  train_fixture_write_split (self->folder, "train", 1, 5);
  train_fixture_write_picture (twin, 255, 0, 0, 0);
  train_fixture_write_picture (red, 255, 0, 0, 0);
  train_fixture_write_picture (wrong, 0, 250, 0, 0);
  train_fixture_write_picture (green, 0, 255, 0, 0);
  self->dataset = train_fixture_scan (self->folder);
  self->model = train_fixture_colour_model (4);
  self->evaluation = mien_evaluation_run (self->model, self->dataset, MIEN_SPLIT_TEST, NULL, NULL,
                                          NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_evaluation_unref (self->evaluation);
  mien_model_unref (self->model);
  mien_dataset_unref (self->dataset);
  train_fixture_remove_folder (self->folder);
}

/* Through text and back: what a program that reads the document sees. */
static JsonNode *
reread (JsonNode *node)
{
  g_autofree char *text = mien_json_to_text (node, FALSE);
  g_autoptr (GError) error = NULL;
  JsonNode *back = json_from_string (text, &error);

  g_assert_no_error (error);
  return back;
}

static JsonObject *
element (JsonObject *root, const char *key, guint index)
{
  return json_array_get_object_element (json_object_get_array_member (root, key), index);
}

static void
test_evaluation_json (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonNode) made = mien_report_evaluation_json (self->evaluation);
  g_autoptr (JsonNode) node = reread (made);
  JsonObject *root = json_node_get_object (node);
  JsonArray *rows = json_object_get_array_member (root, "confusion");
  static const int confusion[N_COLOURS][N_COLOURS] = { { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 0 } };
  JsonObject *mistake;
  JsonArray *interval;

  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (root, "accuracy"), 2.0 / 3, 1e-9);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "interval")), ==, 2);
  g_assert_cmpint (json_object_get_int_member (root, "count"), ==, 3);
  g_assert_cmpfloat (json_object_get_double_member (root, "accuracy_without_twins"), ==, 0.5);
  interval = json_object_get_array_member (root, "interval_without_twins");
  g_assert_cmpuint (json_array_get_length (interval), ==, 2);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (interval, 0), 0.094531, 5e-7);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (interval, 1), 0.905469, 5e-7);
  g_assert_cmpint (json_object_get_int_member (root, "count_without_twins"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (root, "skipped"), ==, 0);
  g_assert_cmpstr (json_object_get_string_member (root, "split"), ==, "test");
  g_assert_cmpfloat (json_object_get_double_member (root, "loss"), >, 0);
  g_assert_cmpuint (json_array_get_length (rows), ==, N_COLOURS);
  for (guint a = 0; a < N_COLOURS; a++)
    for (guint p = 0; p < N_COLOURS; p++)
      g_assert_cmpint (json_array_get_int_element (json_array_get_array_element (rows, a), p), ==,
                       confusion[a][p]);

  g_assert_cmpstr (json_object_get_string_member (element (root, "classes", 1), "name"), ==,
                   "green");
  g_assert_cmpfloat (json_object_get_double_member (element (root, "classes", 1), "precision"), ==,
                     0.5);
  g_assert_cmpfloat (json_object_get_double_member (element (root, "classes", 0), "recall"), ==,
                     0.5);
  g_assert_cmpint (json_object_get_int_member (element (root, "classes", 0), "support"), ==, 2);
  g_assert_true (json_object_get_null_member (element (root, "classes", 2), "precision"));
  g_assert_true (json_object_get_null_member (element (root, "classes", 2), "recall"));
  g_assert_true (json_object_get_null_member (element (root, "classes", 2), "f1"));

  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "mistakes")), ==, 1);
  mistake = element (root, "mistakes", 0);
  g_assert_true (
    g_str_has_suffix (json_object_get_string_member (mistake, "path"), "b, \"odd\".png"));
  g_assert_cmpstr (json_object_get_string_member (mistake, "actual"), ==, "red");
  g_assert_cmpstr (json_object_get_string_member (mistake, "predicted"), ==, "green");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "pictures")), ==, 3);
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (
                      element (root, "pictures", 0), "probabilities")),
                    ==, N_COLOURS);
}

/* The row of the picture with commas and quotes in its name, quoted as RFC 4180 has it. exp (4 ·
 * 250 / 255) over that plus 2 is 0.961890. */
static void
test_evaluation_csv (Fixture *self, gconstpointer data)
{
  g_autofree char *csv = mien_report_evaluation_csv (self->evaluation);
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  g_autofree char *expected = g_strdup_printf (
    "\"%s/test/red/b, \"\"odd\"\".png\",red,green,0.961890,0.019055,0.961890,0.019055",
    self->folder);

  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (lines[0], ==, "path,actual,predicted,confidence,red,green,blue");
  g_assert_true (g_strv_contains ((const char *const *) lines, expected));
  g_assert_cmpstr (lines[4], ==, "");
}

static void
test_evaluation_text (Fixture *self, gconstpointer data)
{
  g_autofree char *text = mien_report_evaluation_text (self->evaluation);

  g_assert_nonnull (strstr (text, "Accuracy 66.67 %"));
  /* The Wilson interval of one in two. */
  g_assert_nonnull (strstr (text,
                            "\nWithout 1 picture with a twin in training or validation: accuracy "
                            "50.00 % of 2 (95 % interval 9.45 to 90.55)\n"));
  g_assert_nonnull (strstr (text, "Confusion matrix: rows actual, columns predicted\n"
                                  "          red   green    blue\n"
                                  "red         1       1       0\n"
                                  "green       0       1       0\n"
                                  "blue        0       0       0\n"));
  g_assert_nonnull (strstr (text, " green, but is red: "));
}

static void
test_predictions (Fixture *self, gconstpointer data)
{
  g_autofree char *good = g_build_filename (self->folder, "test", "red", "a.png", NULL);
  const char *const paths[] = { good, "/nowhere/caf\xe9.png", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) predictions = mien_predict_files (
    self->model, mien_model_get_views (self->model), paths, NULL, NULL, NULL, NULL, &error);
  g_autoptr (JsonNode) made = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *expected = NULL;
  JsonArray *array;
  JsonObject *row;

  g_assert_no_error (error);
  made = mien_report_predictions_json (predictions, self->model);
  node = reread (made);
  array = json_node_get_array (node);
  g_assert_cmpuint (json_array_get_length (array), ==, 2);
  row = json_array_get_object_element (array, 0);
  g_assert_cmpstr (json_object_get_string_member (row, "path"), ==, good);
  g_assert_cmpstr (json_object_get_string_member (row, "class"), ==, "red");
  g_assert_cmpfloat (
    json_object_get_double_member (row, "probability"), ==,
    json_object_get_double_member (json_object_get_object_member (row, "probabilities"), "red"));
  g_assert_false (json_object_has_member (row, "error"));
  row = json_array_get_object_element (array, 1);
  g_assert_cmpstr (json_object_get_string_member (row, "path"), ==, "file:///nowhere/caf%E9.png");
  g_assert_true (json_object_has_member (row, "error"));
  g_assert_false (json_object_has_member (row, "class"));

  /* exp (4) over that plus 2 is 0.964663. */
  csv = mien_report_predictions_csv (predictions, self->model);
  lines = g_strsplit (csv, "\n", -1);
  expected = g_strdup_printf ("%s,red,0.964663,,0.964663,0.017668,0.017668", good);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpstr (lines[0], ==, "path,class,confidence,error,red,green,blue");
  g_assert_cmpstr (lines[1], ==, expected);
  g_assert_true (g_str_has_suffix (lines[2], ",,,"));
}

/* Where an answer is of a part of its picture, both documents say of which. */
static void
test_faces (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "test", "red", "a.png", NULL);
  const char *const paths[] = { path, path, path, NULL };
  g_autoptr (GPtrArray) predictions = mien_predict_files (self->model, MIEN_VIEWS_SINGLE, paths,
                                                          NULL, NULL, NULL, NULL, NULL);
  MienPrediction *first = g_ptr_array_index (predictions, 0);
  MienPrediction *second = g_ptr_array_index (predictions, 1);
  g_autoptr (JsonNode) made = NULL;
  g_autofree char *csv = NULL;
  g_auto (GStrv) lines = NULL;
  JsonObject *face;

  first->face = (MienFace){ 3, 14, 15 };
  second->no_face = TRUE;
  made = mien_report_predictions_json (predictions, self->model);
  face = json_object_get_object_member (
    json_array_get_object_element (json_node_get_array (made), 0), "face");
  g_assert_cmpint (json_object_get_int_member (face, "x"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (face, "y"), ==, 14);
  g_assert_cmpint (json_object_get_int_member (face, "size"), ==, 15);
  g_assert_true (json_object_get_null_member (
    json_array_get_object_element (json_node_get_array (made), 1), "face"));
  g_assert_false (
    json_object_has_member (json_array_get_object_element (json_node_get_array (made), 2), "face"));

  csv = mien_report_predictions_csv (predictions, self->model);
  lines = g_strsplit (csv, "\n", -1);
  g_assert_true (g_str_has_suffix (lines[0], ",blue,face_x,face_y,face_size"));
  g_assert_true (g_str_has_suffix (lines[1], ",3,14,15"));
  g_assert_true (g_str_has_suffix (lines[2], ",,,"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/report/evaluation-json", test_evaluation_json);
  ADD ("/report/evaluation-csv", test_evaluation_csv);
  ADD ("/report/evaluation-text", test_evaluation_text);
  ADD ("/report/predictions", test_predictions);
  ADD ("/report/faces", test_faces);

  return g_test_run ();
}
