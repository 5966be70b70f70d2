/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a weights file is to a training that starts from it. */

#include "train/mien-backbone.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-weights.h"
#include "session-fixture.h"
#include "train/mien-train-error.h"

#define N_CLASSES 5

static const char *const classes[N_CLASSES + 1] = { "one", "two", "three", "four", "five", NULL };

static const MienPreprocessing preprocessing = {
  MIEN_PREPROCESSING_STANDARD,
  { 90.5f, 100.25f, 110 },
  { 40, 50.5f, 60 },
};

static VggNetwork *
make_network (gboolean batch_norm)
{
  const VggArchitecture architecture = {
    .depth = 11,
    .batch_norm = batch_norm,
    .width_eighths = 3,
    .input_width = 40,
    .input_height = 32,
    .head = VGG_HEAD_REFERENCE,
    .n_classes = N_CLASSES,
  };
  g_autoptr (GError) error = NULL;
  VggNetwork *network = vgg_network_new (&architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 3);
  return network;
}

/* A model with a head of its own, as another training left it. */
static char *
save_model (SessionFixture *self, gboolean batch_norm)
{
  g_autoptr (MienModel) model = mien_model_new (make_network (batch_norm), classes, &preprocessing,
                                                self->settings, NULL);
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (self->folder, "model.safetensors", NULL);

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  return path;
}

static char *
save_tensors (SessionFixture *self, VggTensorFile *file)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (self->folder, "weights.safetensors", NULL);

  vgg_tensor_file_save (file, path, &error);
  g_assert_no_error (error);
  return path;
}

static goffset
file_size (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_size;
}

static MienSettings *
settings_for (const char *path)
{
  g_autoptr (GError) error = NULL;
  MienSettings *settings = mien_settings_new_for_weights (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (settings->weights, ==, path);
  g_assert_true (mien_settings_validate (settings, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (settings->architecture.n_classes, ==, 0);
  return settings;
}

static void
test_model (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = save_model (self, TRUE);
  g_autoptr (MienSettings) settings = settings_for (path);

  g_assert_cmpuint (settings->architecture.depth, ==, 11);
  g_assert_true (settings->architecture.batch_norm);
  g_assert_cmpuint (settings->architecture.width_eighths, ==, 3);
  g_assert_cmpuint (settings->architecture.input_width, ==, 40);
  g_assert_cmpuint (settings->architecture.input_height, ==, 32);
  g_assert_cmpint (settings->preprocessing, ==, MIEN_PREPROCESSING_STANDARD);
  g_assert_cmpuint (settings->frozen_convolutions, ==, 0);
  g_assert_cmpfloat (settings->layer_decay, <, 1);
}

static MienModel *
train (SessionFixture *self, const MienSettings *settings, const char *name)
{
  g_autofree char *run = g_build_filename (self->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienSession) session = mien_session_new (self->dataset, settings, run, &error);

  g_assert_no_error (error);
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);
  return mien_session_dup_model (session);
}

/* Kernels of 16-bit floats have 11 significant bits; all else keeps its own. */
static void
test_half (SessionFixture *self, gconstpointer data)
{
  g_autoptr (VggNetwork) start = make_network (TRUE);
  g_autoptr (VggTensorFile) file = NULL;
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienModel) trained = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *whole = save_model (self, TRUE);
  g_autofree char *path = NULL;
  goffset whole_size = file_size (whole);
  VggParameter *const *parameters = NULL;
  guint n;
  gsize n_kernels = 0;

  self->settings->half = TRUE;
  path = save_model (self, TRUE);
  file = vgg_tensor_file_load (path, &error);
  g_assert_no_error (error);

  parameters = vgg_network_get_parameters (start, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggTensor *tensor = vgg_tensor_file_get (file, parameters[i]->name);
      gsize size = vgg_shape_elements (&tensor->shape);

      if (!g_str_has_suffix (parameters[i]->name, ".kernel"))
        {
          g_assert_cmpmem (tensor->data, size * sizeof (float), parameters[i]->value,
                           size * sizeof (float));
          continue;
        }
      n_kernels += size;
      for (gsize k = 0; k < size; k++)
        g_assert_cmpfloat_with_epsilon (tensor->data[k], parameters[i]->value[k],
                                        MAX (fabs (parameters[i]->value[k]) * 0x1p-11, 0x1p-25));
    }
  /* Two bytes less a number; the headers differ a little. */
  g_assert_cmpint (llabs (whole_size - file_size (path) - 2 * (goffset) n_kernels), <, 256);

  model = mien_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (mien_model_get_settings (model)->half);
  settings = settings_for (path);
  g_assert_false (settings->half);
  settings->epochs = 1;
  trained = train (self, settings, "run");
  g_assert_cmpmem (mien_model_get_preprocessing (trained), sizeof preprocessing, &preprocessing,
                   sizeof preprocessing);
}

/* Without batch normalisation, the reference recipe: only block 5 and the head train. */
static void
test_model_without_norm (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = save_model (self, FALSE);
  g_autoptr (MienSettings) settings = settings_for (path);

  g_assert_false (settings->architecture.batch_norm);
  g_assert_cmpuint (settings->architecture.width_eighths, ==, 3);
  g_assert_cmpint (settings->preprocessing, ==, MIEN_PREPROCESSING_STANDARD);
  g_assert_cmpuint (settings->frozen_convolutions, ==, 6);
  g_assert_cmpfloat (settings->layer_decay, ==, 1);
}

/* A new head over the model's own layers, all of which go on from where they are. The pictures have
 * other colours than those that the model was trained on: its mean and deviation stay. */
static void
test_training (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = save_model (self, TRUE);
  g_autoptr (MienSettings) settings = settings_for (path);
  g_autoptr (VggNetwork) start = make_network (TRUE);
  g_autoptr (VggNetwork) fresh = make_network (TRUE);
  g_autoptr (MienModel) model = NULL;
  g_autoptr (MienModel) measured = NULL;
  g_autoptr (VggTensorFile) after = NULL;
  VggParameter *const *parameters;
  guint n, n_classes;

  settings->epochs = 1;
  settings->batch = 8;
  settings->n_threads = 2;
  settings->schedule.warm_up_epochs = 0;
  model = train (self, settings, "run");
  mien_model_get_classes (model, &n_classes);
  g_assert_cmpuint (n_classes, ==, N_COLOURS);
  g_assert_cmpmem (mien_model_get_preprocessing (model), sizeof preprocessing, &preprocessing,
                   sizeof preprocessing);

  {
    g_autofree char *run = g_build_filename (self->folder, "run", NULL);

    after = session_load_tensors (run, "checkpoint.safetensors");
  }
  vgg_network_initialize (fresh, VGG_INITIALIZATION_HE, 4);
  parameters = vgg_network_get_parameters (start, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggTensor *is = vgg_tensor_file_get (after, parameters[i]->name);
      const VggParameter *other = vgg_network_find_parameter (fresh, parameters[i]->name);
      double moved = 0;
      double away = 0;

      if (!g_str_has_prefix (parameters[i]->name, "block") ||
          !g_str_has_suffix (parameters[i]->name, ".kernel"))
        continue;

      for (gsize k = 0; k < vgg_shape_elements (&parameters[i]->shape); k++)
        {
          moved += pow ((double) is->data[k] - parameters[i]->value[k], 2);
          away += pow ((double) is->data[k] - other->value[k], 2);
        }
      g_assert_cmpfloat (moved, >, 0);
      g_assert_cmpfloat (moved, <, 0.1 * away);
    }

  settings->preprocessing = MIEN_PREPROCESSING_UNIT;
  measured = train (self, settings, "unit");
  g_assert_cmpfloat (mien_model_get_preprocessing (measured)->mean[0], ==, 0);
  g_assert_cmpfloat (mien_model_get_preprocessing (measured)->deviation[0], ==, 255);
}

/* Weights that say nothing are taken for ImageNet's; `standard` is then measured. */
static void
test_bare_weights (SessionFixture *self, gconstpointer data)
{
  g_autoptr (VggNetwork) network = make_network (TRUE);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (MienSettings) settings = NULL;
  g_autoptr (MienModel) model = NULL;
  g_autofree char *path = NULL;

  vgg_weights_collect (network, file);
  path = save_tensors (self, file);
  settings = settings_for (path);
  g_assert_cmpint (settings->preprocessing, ==, MIEN_PREPROCESSING_IMAGENET);
  g_assert_cmpuint (settings->frozen_convolutions, ==, 6);

  settings->preprocessing = MIEN_PREPROCESSING_STANDARD;
  settings->epochs = 1;
  settings->cache.enabled = FALSE;
  model = train (self, settings, "run");
  for (guint c = 0; c < 3; c++)
    {
      g_assert_cmpfloat (mien_model_get_preprocessing (model)->mean[c], >, 1);
      g_assert_cmpfloat (mien_model_get_preprocessing (model)->deviation[c], >, 1);
    }
}

/* torchvision: transforms.Normalize (mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]). */
static void
test_pytorch (SessionFixture *self, gconstpointer data)
{
  static const guint positions[] = { 0, 3, 6, 8, 11, 13, 16, 18 };
  static const double mean[] = { 0.485, 0.456, 0.406 };
  static const double deviation[] = { 0.229, 0.224, 0.225 };
  g_autoptr (VggNetwork) network = make_network (FALSE);
  g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
  g_autoptr (VggTensorFile) loaded = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  MienBackbone backbone;
  guint n;
  VggParameter *const *parameters = vgg_network_get_parameters (network, &n);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (positions); i++)
    {
      g_autofree char *name = g_strdup_printf ("features.%u.%s", positions[i / 2],
                                               i % 2 == 0 ? "weight" : "bias");
      VggTensor *tensor = vgg_tensor_new (&parameters[i]->shape);

      memcpy (tensor->data, parameters[i]->value,
              vgg_shape_elements (&tensor->shape) * sizeof (float));
      vgg_tensor_file_add (file, name, tensor);
    }
  path = save_tensors (self, file);
  loaded = vgg_tensor_file_load_metadata (path, &error);
  g_assert_no_error (error);
  g_assert_true (mien_backbone_read (loaded, &backbone, &error));
  g_assert_no_error (error);
  g_assert_false (backbone.is_trained_here);
  g_assert_cmpint (backbone.preprocessing.kind, ==, MIEN_PREPROCESSING_STANDARD);
  for (guint c = 0; c < 3; c++)
    {
      g_assert_cmpfloat_with_epsilon (backbone.preprocessing.mean[c], 255 * mean[c], 1e-4);
      g_assert_cmpfloat_with_epsilon (backbone.preprocessing.deviation[c], 255 * deviation[c],
                                      1e-4);
    }
}

static void
test_damaged (SessionFixture *self, gconstpointer data)
{
  static const char *const texts[] = { NULL, "standard", "{\"kind\": \"standard\"}" };
  g_autoptr (VggNetwork) network = make_network (TRUE);
  g_autoptr (VggTensorFile) empty = vgg_tensor_file_new ();
  g_autoptr (GError) no_network = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (VggTensorFile) file = vgg_tensor_file_new ();
      g_autoptr (GError) error = NULL;
      g_autofree char *broken = NULL;

      vgg_weights_collect (network, file);
      vgg_tensor_file_set_metadata (file, "format", "mien-model");
      vgg_tensor_file_set_metadata (file, "preprocessing", texts[i]);
      broken = save_tensors (self, file);
      g_assert_null (mien_settings_new_for_weights (broken, &error));
      g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_MODEL);
      g_assert_nonnull (strstr (error->message, "weights.safetensors"));
    }

  path = save_tensors (self, empty);
  g_assert_null (mien_settings_new_for_weights (path, &no_network));
  g_assert_error (no_network, VGG_ERROR, VGG_ERROR_FORMAT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func)                                                                            \
  g_test_add (path, SessionFixture, NULL, session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/backbone/model", test_model);
  ADD ("/backbone/model-without-norm", test_model_without_norm);
  ADD ("/backbone/training", test_training);
  ADD ("/backbone/half", test_half);
  ADD ("/backbone/bare-weights", test_bare_weights);
  ADD ("/backbone/pytorch", test_pytorch);
  ADD ("/backbone/damaged", test_damaged);

  return g_test_run ();
}
