/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train-fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gstdio.h>
#include <string.h>

#define PICTURE_WIDTH 36
#define PICTURE_HEIGHT 32

const char *const colour_names[N_COLOURS + 1] = { "red", "green", "blue", NULL };

char *
train_fixture_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("mien-train-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
    }
  g_remove (path);
}

void
train_fixture_remove_folder (char *folder)
{
  remove_tree (folder);
  g_free (folder);
}

/* A picture of one colour; with a seed, each channel wanders by up to 40 from pixel to pixel. */
void
train_fixture_write_picture (const char *path, guint red, guint green, guint blue, guint noise_seed)
{
  g_autoptr (GdkPixbuf)
    picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, PICTURE_WIDTH, PICTURE_HEIGHT);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  const guint colour[3] = { red, green, blue };
  VggRandom random;

  vgg_random_init (&random, noise_seed);
  for (guint y = 0; y < PICTURE_HEIGHT; y++)
    for (guint x = 0; x < PICTURE_WIDTH; x++)
      {
        guint8 *pixel = gdk_pixbuf_get_pixels (picture) +
                        (gsize) y * gdk_pixbuf_get_rowstride (picture) + 3 * x;

        for (guint c = 0; c < 3; c++)
          {
            int noise = noise_seed != 0 ? (int) vgg_random_below (&random, 81) - 40 : 0;

            pixel[c] = (guint8) CLAMP ((int) colour[c] + noise, 0, 255);
          }
      }

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  gdk_pixbuf_save (picture, path, "png", &error, NULL);
  g_assert_no_error (error);
}

void
train_fixture_write_file (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

/* Noisy pictures, in each of which its class's colour is somewhat stronger: easy, yet not learnt at
 * once. */
void
train_fixture_write_split (const char *folder, const char *split, guint n_each, guint seed)
{
  VggRandom random;

  vgg_random_init (&random, seed);
  for (guint c = 0; c < N_COLOURS; c++)
    for (guint i = 0; i < n_each; i++)
      {
        g_autofree char *name = g_strdup_printf ("%03u.png", i);
        g_autofree char *path = g_build_filename (folder, split, colour_names[c], name, NULL);
        guint base = 60 + vgg_random_below (&random, 90);

        train_fixture_write_picture (path, base + (c == RED ? 70 : 0), base + (c == GREEN ? 70 : 0),
                                     base + (c == BLUE ? 70 : 0),
                                     1 + vgg_random_below (&random, 1000000));
      }
}

MienDataset *
train_fixture_scan (const char *folder)
{
  g_autoptr (GError) error = NULL;
  MienScanOptions options;
  MienDataset *dataset;

  mien_scan_options_init (&options);
  options.validation_fraction = 0;
  dataset = mien_dataset_scan (folder, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

/* Counts are of each class; 0 leaves a split out. */
MienDataset *
train_fixture_make_dataset (const char *folder, guint n_train, guint n_validation, guint n_test)
{
  train_fixture_write_split (folder, "train", n_train, 1);
  if (n_validation > 0)
    train_fixture_write_split (folder, "val", n_validation, 2);
  if (n_test > 0)
    train_fixture_write_split (folder, "test", n_test, 3);
  return train_fixture_scan (folder);
}

/* The smallest network there is, with all that draws from a generator switched on. */
MienSettings *
train_fixture_settings (void)
{
  MienSettings *settings = mien_settings_new_compact ();

  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->architecture.input_width = 32;
  settings->architecture.input_height = 32;
  settings->architecture.dropout = 0.2f;
  vgg_optimizer_settings_init (&settings->optimizer, VGG_OPTIMIZER_ADAM);
  settings->optimizer.learning_rate = 0.003f;
  vgg_schedule_settings_init (&settings->schedule, VGG_SCHEDULE_COSINE);
  settings->epochs = 4;
  settings->batch = 8;
  settings->patience = 0;
  settings->seed = 7;
  settings->n_threads = 2;
  return settings;
}

/* A network set by hand. Every convolution hands channels 0 to 2 on as they are, so that what the
 * dense layer sees is the mean of each colour, 0 to 1, of a picture of one colour; the logits are
 * @sharpness times that. */
MienModel *
train_fixture_colour_model (float sharpness)
{
  const VggArchitecture architecture = {
    .depth = 11,
    .width_eighths = 1,
    .input_width = 32,
    .input_height = 32,
    .head = VGG_HEAD_LIGHT,
    .n_classes = N_COLOURS,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (MienSettings) settings = mien_settings_new_compact ();
  const MienModelInfo info = {
    .dataset_name = (char *) "colours",
    .dataset_digest = (char *) "0123abcd",
    .created = (char *) "2026-01-02T03:04:05Z",
    .epochs = 12,
    .best_epoch = 9,
    .train_accuracy = 0.75,
    .validation_accuracy = 0.625,
    .validation_loss = 0.1,
    .seconds = 33.5,
    .face_share = 0.8125,
  };
  VggNetwork *network = vgg_network_new (&architecture, &error);
  VggParameter *const *parameters;
  MienPreprocessing preprocessing;
  guint n;

  g_assert_no_error (error);
  parameters = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggShape *shape = &parameters[i]->shape;

      memset (parameters[i]->value, 0, vgg_shape_elements (shape) * sizeof (float));
      for (gsize c = 0; c < N_COLOURS; c++)
        if (shape->n_dimensions == 4)
          parameters[i]->value[(c * shape->dimensions[1] + c) * 9 + 4] = 1;
        else if (shape->n_dimensions == 2)
          parameters[i]->value[c * shape->dimensions[1] + c] = sharpness;
    }

  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  return mien_model_new (network, colour_names, &preprocessing, settings, &info);
}
