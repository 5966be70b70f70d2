/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "train-fixture.h"
#include "train/mien-heat-map.h"
#include "train/mien-train-error.h"

#define PICTURE_FLOATS (3 * 32 * 32)

typedef struct
{
  char *folder;
  char *path;
  MienModel *model;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = train_fixture_make_folder ();
  self->path = g_build_filename (self->folder, "colours.safetensors", NULL);
  self->model = train_fixture_colour_model (2);
  mien_model_save (self->model, self->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_model_unref (self->model);
  g_free (self->path);
  train_fixture_remove_folder (self->folder);
}

/* Planes of one value each: means that differ from picture to picture. */
static float *
make_input (guint n)
{
  gsize size = (gsize) n * PICTURE_FLOATS;
  float *input = g_new (float, size);

  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < 3; c++)
      for (guint k = 0; k < 32 * 32; k++)
        input[i * PICTURE_FLOATS + c * 32 * 32 + k] = (float) ((i * 7 + c * 5) % 16) / 16;
  return input;
}

static float *
run (MienModel *model, const float *input, guint n)
{
  g_autoptr (GError) error = NULL;
  gsize size = (gsize) n * N_COLOURS;
  float *probabilities = g_new (float, size);

  mien_model_run (model, mien_model_get_views (model), input, n, probabilities, &error);
  g_assert_no_error (error);
  return probabilities;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MienModel) back = mien_model_load (self->path, &error);
  const MienModelInfo *info;
  const char *const *classes;
  g_autofree float *input = make_input (3);
  g_autofree float *expected = run (self->model, input, 3);
  g_autofree float *actual = NULL;
  guint n_classes;
  guint width;
  guint height;

  g_assert_no_error (error);
  info = mien_model_get_info (back);
  classes = mien_model_get_classes (back, &n_classes);
  g_assert_cmpuint (n_classes, ==, N_COLOURS);
  g_assert_true (g_strv_equal (classes, colour_names));
  mien_model_get_input_size (back, &width, &height);
  g_assert_cmpuint (width, ==, 32);
  g_assert_cmpuint (height, ==, 32);
  g_assert_cmpint (mien_model_get_preprocessing (back)->kind, ==, MIEN_PREPROCESSING_UNIT);
  g_assert_cmpuint (mien_model_get_settings (back)->architecture.depth, ==, 11);
  g_assert_cmpint (mien_model_get_settings (back)->preprocessing, ==, MIEN_PREPROCESSING_UNIT);
  g_assert_cmpstr (info->dataset_name, ==, "colours");
  g_assert_cmpstr (info->dataset_digest, ==, "0123abcd");
  g_assert_cmpstr (info->created, ==, "2026-01-02T03:04:05Z");
  g_assert_cmpuint (info->epochs, ==, 12);
  g_assert_cmpuint (info->best_epoch, ==, 9);
  g_assert_cmpfloat (info->train_accuracy, ==, 0.75);
  g_assert_cmpfloat (info->validation_accuracy, ==, 0.625);
  g_assert_cmpfloat (info->validation_loss, ==, 0.1);
  g_assert_cmpfloat (info->seconds, ==, 33.5);
  g_assert_cmpfloat (info->face_share, ==, 0.8125);
  /* VGG11 at 1/8, without batch normalisation: 9 in out + out a convolution, and the dense layer.
   */
  g_assert_cmpuint (mien_model_count_parameters (back), ==,
                    (9 * 3 * 8 + 8) + (9 * 8 * 16 + 16) + (9 * 16 * 32 + 32) + (9 * 32 * 32 + 32) +
                      (9 * 32 * 64 + 64) + 3 * (9 * 64 * 64 + 64) + (64 * 3 + 3));

  actual = run (back, input, 3);
  g_assert_cmpmem (actual, 3 * N_COLOURS * sizeof (float), expected,
                   3 * N_COLOURS * sizeof (float));
}

static void
test_standard_preprocessing (Fixture *self, gconstpointer data)
{
  const VggArchitecture architecture = mien_model_get_settings (self->model)->architecture;
  MienPreprocessing preprocessing = { MIEN_PREPROCESSING_STANDARD,
                                      { 1.1f, 2.2f, 3.3f },
                                      { 44.4f, 5, 6 } };
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  g_autoptr (GError) error = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienModel) back = NULL;
  VggNetwork *network = vgg_network_new (&architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  settings->weights = g_strdup ("/home/somebody/secret/weights.h5");
  model = mien_model_new (network, colour_names, &preprocessing, settings, NULL);
  mien_model_save (model, self->path, &error);
  g_assert_no_error (error);
  back = mien_model_load (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (mien_model_get_preprocessing (back), sizeof preprocessing, &preprocessing,
                   sizeof preprocessing);
  /* A model may be handed on: nothing in it says where somebody keeps files. */
  g_assert_cmpstr (mien_model_get_settings (back)->weights, ==, "weights.h5");
  g_assert_null (mien_model_get_info (back)->dataset_name);
  g_assert_cmpuint (mien_model_get_info (back)->best_epoch, ==, 0);
}

/* Each row's probabilities are softmax (2 mean), in groups larger and smaller than the batch of the
 * plan. */
static void
test_run (Fixture *self, gconstpointer data)
{
  guint n = 2 * mien_model_get_batch (self->model, mien_model_get_views (self->model)) + 3;
  g_autofree float *input = make_input (n);
  g_autofree float *together = run (self->model, input, n);

  for (guint i = 0; i < n; i++)
    {
      double logits[N_COLOURS];
      double sum = 0;

      for (guint c = 0; c < N_COLOURS; c++)
        {
          logits[c] = exp (2.0 * ((i * 7 + c * 5) % 16) / 16);
          sum += logits[c];
        }
      for (guint c = 0; c < N_COLOURS; c++)
        g_assert_cmpfloat_with_epsilon (together[i * N_COLOURS + c], logits[c] / sum, 1e-5);
    }
}

/* Logits of 2 mean are divided by the temperature before the softmax; both numbers are saved. */
static void
test_calibration (Fixture *self, gconstpointer data)
{
  g_autofree float *input = make_input (5);
  g_autofree float *answers = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MienModel) back = NULL;

  g_assert_cmpfloat (mien_model_get_temperature (self->model), ==, 1);
  g_assert_cmpfloat (mien_model_get_threshold (self->model), ==, 0.5);
  mien_model_set_temperature (self->model, 0.4);
  mien_model_set_threshold (self->model, 0.85);
  mien_model_save (self->model, self->path, &error);
  g_assert_no_error (error);
  back = mien_model_load (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (mien_model_get_temperature (back), ==, 0.4);
  g_assert_cmpfloat (mien_model_get_threshold (back), ==, 0.85);

  answers = run (back, input, 5);
  for (guint i = 0; i < 5; i++)
    {
      double weights[N_COLOURS];
      double sum = 0;

      for (guint c = 0; c < N_COLOURS; c++)
        {
          weights[c] = exp (2.0 * ((i * 7 + c * 5) % 16) / 16 / 0.4);
          sum += weights[c];
        }
      for (guint c = 0; c < N_COLOURS; c++)
        g_assert_cmpfloat_with_epsilon (answers[i * N_COLOURS + c], weights[c] / sum, 1e-5);
    }
}

/* A picture of ten views gets the mean of their softmax; seven pictures are more than one batch of
 * the network, which takes six at once. */
static void
test_views (Fixture *self, gconstpointer data)
{
  const guint n = 7;
  g_autofree float *input = make_input (10 * n);
  g_autoptr (MienModel) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree float *singly = run (self->model, input, 10 * n);
  g_autofree float *together = NULL;

  g_assert_cmpuint (mien_model_get_views (self->model), ==, MIEN_VIEWS_SINGLE);
  g_assert_cmpuint (mien_model_get_batch (self->model, mien_model_get_views (self->model)), ==, 64);
  mien_model_set_views (self->model, MIEN_VIEWS_TEN_CROP);
  g_assert_cmpuint (mien_model_get_batch (self->model, mien_model_get_views (self->model)), ==, 6);
  together = run (self->model, input, n);
  for (guint i = 0; i < n; i++)
    for (guint c = 0; c < N_COLOURS; c++)
      {
        double mean = 0;

        for (guint view = 0; view < 10; view++)
          mean += singly[(i * 10 + view) * N_COLOURS + c] / 10.0;
        g_assert_cmpfloat_with_epsilon (together[i * N_COLOURS + c], mean, 1e-6);
      }

  g_assert_true (mien_model_save (self->model, self->path, &error));
  back = mien_model_load (self->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mien_model_get_views (back), ==, MIEN_VIEWS_TEN_CROP);
}

static gpointer
run_on_thread (gpointer data)
{
  g_autofree float *input = make_input (5);

  return run (data, input, 5);
}

static void
test_threads (Fixture *self, gconstpointer data)
{
  g_autofree float *input = make_input (5);
  g_autofree float *expected = run (self->model, input, 5);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("test", run_on_thread, self->model);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autofree float *actual = g_thread_join (threads[i]);

      g_assert_cmpmem (actual, 5 * N_COLOURS * sizeof (float), expected,
                       5 * N_COLOURS * sizeof (float));
    }
}

/* One value of the metadata is replaced, or taken away with NULL; the rest of the file is a good
 * model. */
static void
test_malformed_metadata (Fixture *self, gconstpointer data)
{
  static const char *const keys[] = { "format",        "format_version", "architecture",
                                      "input_width",   "input_height",   "classes",
                                      "preprocessing", "settings",       "seed",
                                      "metrics",       "calibration" };
  g_autofree char *nested = g_strnfill (200000, '[');
  const struct
  {
    const char *key;
    const char *value;
  } table[] = {
    { "format", NULL },
    { "format", "other" },
    { "format_version", NULL },
    { "format_version", "2" },
    { "architecture", NULL },
    { "architecture", "vgg19" },
    { "input_width", "33" },
    { "input_height", "-32" },
    { "classes", NULL },
    { "classes", "" },
    { "classes", "3" },
    { "classes", "[]" },
    { "classes", "[\"red\"]" },
    { "classes", "[\"red\", \"red\", \"blue\"]" },
    { "classes", "[\"red\", 3, \"blue\"]" },
    { "classes", "[\"red\", \"green\", \"\"]" },
    { "classes", "[\"red\", \"green\"]" },
    { "classes", "[\"red\", \"green\", \"blue\", \"violet\"]" },
    { "classes", nested },
    { "preprocessing", NULL },
    { "preprocessing", "{}" },
    { "preprocessing", "{\"kind\": 1}" },
    { "preprocessing", "{\"kind\": \"magic\"}" },
    { "preprocessing", "{\"kind\": \"standard\"}" },
    { "preprocessing", "{\"kind\": \"standard\", \"mean\": [1, 2, 3], \"deviation\": [1, 0, 1]}" },
    { "preprocessing", "{\"kind\": \"standard\", \"mean\": [1, 2], \"deviation\": [1, 1, 1]}" },
    { "preprocessing",
      "{\"kind\": \"standard\", \"mean\": [1, 2, 1e9], \"deviation\": [1, 1, 1]}" },
    { "settings", NULL },
    { "settings", "{" },
    { "settings", "{}" },
    { "settings", "{\"weights\": \"/etc/passwd\"}" },
    { "settings", "{\"architecture\": {\"depth\": 12}}" },
    { "settings", "{\"architecture\": {\"depth\": 11, \"unheard\": 1}}" },
    { "metrics", "[]" },
    { "metrics", "{\"epochs\": -1}" },
    { "metrics", "{\"epochs\": 3, \"best_epoch\": 4}" },
    { "metrics",
      "{\"epochs\": 1, \"best_epoch\": 1, \"train_accuracy\": 0, \"validation_accuracy\": 0, "
      "\"validation_loss\": 0, \"seconds\": 0, \"face_share\": 1.5}" },
    { "metrics",
      "{\"epochs\": 1, \"best_epoch\": 1, \"train_accuracy\": 0, \"validation_accuracy\": 0, "
      "\"validation_loss\": 0, \"seconds\": 0, \"face_share\": -1}" },
    { "metrics",
      "{\"epochs\": 1, \"best_epoch\": 1, \"train_accuracy\": 0, \"validation_accuracy\": 0, "
      "\"validation_loss\": 0, \"seconds\": 0, \"face_share\": \"much\"}" },
    { "calibration", "[]" },
    { "calibration", "{}" },
    { "calibration", "{\"temperature\": 0, \"threshold\": 0.5}" },
    { "calibration", "{\"temperature\": -1, \"threshold\": 0.5}" },
    { "calibration", "{\"temperature\": 1e9, \"threshold\": 0.5}" },
    { "calibration", "{\"temperature\": 1, \"threshold\": 1.5}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (VggTensorFile) good = vgg_tensor_file_load (self->path, NULL);
      g_autoptr (VggTensorFile) bad = vgg_tensor_file_new ();
      g_autofree char *path = g_build_filename (self->folder, "bad.safetensors", NULL);
      g_autoptr (GError) error = NULL;

      for (guint t = 0; t < vgg_tensor_file_get_n_tensors (good); t++)
        {
          const char *name = vgg_tensor_file_get_name (good, t);

          vgg_tensor_file_add (bad, name, vgg_tensor_copy (vgg_tensor_file_get (good, name)));
        }
      for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
        {
          const char *value = g_str_equal (keys[k], table[i].key)
                                ? table[i].value
                                : vgg_tensor_file_get_metadata (good, keys[k]);

          if (value != NULL)
            vgg_tensor_file_set_metadata (bad, keys[k], value);
        }
      vgg_tensor_file_save (bad, path, &error);
      g_assert_no_error (error);

      g_assert_null (mien_model_load (path, &error));
      g_test_message ("%s = %.60s: %s", table[i].key, table[i].value, error->message);
      g_assert_nonnull (strstr (error->message, "bad.safetensors"));
      /* A class list of another length makes a network that the tensors do not fit. */
      if (error->domain != VGG_ERROR)
        g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL);
    }
}

static void
test_other_files (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_build_filename (self->folder, "notes.txt", NULL);
  g_autofree char *missing = g_build_filename (self->folder, "missing.safetensors", NULL);
  g_autofree char *bytes = NULL;
  const char *paths[] = { text, missing, self->folder };
  g_autoptr (GError) error = NULL;
  gsize length;

  train_fixture_write_file (self->folder, "notes.txt", "This is no model at all.");
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) refused = NULL;
      g_autofree char *name = g_path_get_basename (paths[i]);

      g_assert_null (mien_model_load (paths[i], &refused));
      g_assert_nonnull (refused);
      g_assert_nonnull (strstr (refused->message, name));
    }

  /* Cut in the middle of the tensors. */
  g_file_get_contents (self->path, &bytes, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (self->path, bytes, (gssize) length / 2, &error);
  g_assert_no_error (error);
  g_assert_null (mien_model_load (self->path, &error));
  g_assert_nonnull (error);
}

static void
test_inspect (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = mien_inspect_file (self->path, TRUE, &error);
  g_autofree char *text = NULL;
  g_autofree char *architecture = mien_model_get_architecture_name (self->model);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *root;
  JsonArray *input;

  g_assert_no_error (error);
  node = json_from_string (json, &error);
  g_assert_no_error (error);
  root = json_node_get_object (node);
  input = json_object_get_array_member (root, "input");
  g_assert_cmpstr (json_object_get_string_member (root, "kind"), ==, "model");
  g_assert_cmpstr (json_object_get_string_member (root, "architecture"), ==, architecture);
  g_assert_cmpuint (json_object_get_int_member (root, "parameters"), ==,
                    mien_model_count_parameters (self->model));
  g_assert_cmpint (json_array_get_int_element (input, 0), ==, 3);
  g_assert_cmpint (json_array_get_int_element (input, 1), ==, 32);
  g_assert_cmpint (json_array_get_int_element (input, 2), ==, 32);
  g_assert_cmpstr (json_object_get_string_member (root, "preprocessing"), ==, "unit");
  g_assert_cmpstr (
    json_array_get_string_element (json_object_get_array_member (root, "classes"), 1), ==, "green");

  text = mien_inspect_file (self->path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, architecture));
  g_assert_nonnull (strstr (text, "red, green, blue"));
  g_assert_nonnull (strstr (text, "block5_conv2"));
}

/* Answers that are no numbers are told, not handed on as probabilities. */
static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (MienModel) model = train_fixture_colour_model (INFINITY);
  g_autofree float *input = make_input (1);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 32, 32);
  g_autoptr (MienHeatMap) map = NULL;
  g_autoptr (GError) error = NULL;
  float probabilities[N_COLOURS];

  g_assert_false (mien_model_run (model, MIEN_VIEWS_SINGLE, input, 1, probabilities, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL);
  g_clear_error (&error);
  gdk_pixbuf_fill (picture, 0x808080ff);
  g_assert_false (mien_heat_map (model, picture, RED, &map, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/model/round-trip", test_round_trip);
  ADD ("/model/standard-preprocessing", test_standard_preprocessing);
  ADD ("/model/run", test_run);
  ADD ("/model/views", test_views);
  ADD ("/model/calibration", test_calibration);
  ADD ("/model/threads", test_threads);
  ADD ("/model/malformed-metadata", test_malformed_metadata);
  ADD ("/model/other-files", test_other_files);
  ADD ("/model/inspect", test_inspect);
  ADD ("/model/damaged", test_damaged);

  return g_test_run ();
}
