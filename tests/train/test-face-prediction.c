/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-face-prediction.h"

#include "data/mien-data-error.h"
#include "data/mien-faces.h"
#include "data/mien-sample-face.h"
#include "engine/vgg-weights.h"
#include "train-fixture.h"

#define SHARPNESS 6.0f
#define N_FACES 6
#define SIDE 240

typedef struct
{
  char *folder;
  MienModel *model;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->model = train_fixture_colour_model (SHARPNESS);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_model_unref (self->model);
  train_fixture_remove_folder (self->folder);
}

/* Drawn faces side by side. */
static GdkPixbuf *
draw_faces (guint n, guint64 seed)
{
  GdkPixbuf *group = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) n * SIDE, SIDE);
  VggRandom random;

  vgg_random_init (&random, seed);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GdkPixbuf) face = mien_sample_picture_new (MIEN_EMOTION_JOY, &random);
      g_autoptr (GdkPixbuf) large = gdk_pixbuf_scale_simple (face, SIDE, SIDE, GDK_INTERP_BILINEAR);

      gdk_pixbuf_copy_area (large, 0, 0, SIDE, SIDE, group, (int) i * SIDE, 0);
    }
  return group;
}

/* A drawn face that the detector sees, which it does not all of them. */
static GdkPixbuf *
draw_seen_face (void)
{
  for (guint64 seed = 1; seed < 50; seed++)
    {
      g_autoptr (GdkPixbuf) face = draw_faces (1, seed);
      g_autoptr (GArray) faces = mien_faces_find (face, NULL);

      if (faces->len == 1)
        return g_steal_pointer (&face);
    }
  g_assert_not_reached ();
}

static char *
save (Fixture *self, const char *name, GdkPixbuf *picture)
{
  char *path = g_build_filename (self->folder, name, NULL);

  g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));
  return path;
}

/* The same model, taught with faces of that share. */
static MienModel *
make_face_model (Fixture *self, double share)
{
  const MienModelInfo info = { .face_share = share };
  g_autofree char *path = g_build_filename (self->folder, "model.safetensors", NULL);
  g_autoptr (VggTensorFile) file = NULL;
  VggArchitecture architecture = mien_model_get_settings (self->model)->architecture;
  VggNetwork *network = vgg_network_new (&architecture, NULL);

  g_assert_true (mien_model_save (self->model, path, NULL));
  file = vgg_tensor_file_load (path, NULL);
  g_assert_true (vgg_weights_apply (network, file, VGG_WEIGHTS_ALL, NULL));
  return mien_model_new (network, colour_names, mien_model_get_preprocessing (self->model),
                         mien_model_get_settings (self->model), &info);
}

static void
count_pixels (const MienPrediction *prediction, GdkPixbuf *pixels, gpointer user_data)
{
  guint *n = user_data;

  g_assert_true ((pixels != NULL) == (prediction->face.size > 0));
  if (pixels == NULL)
    return;
  g_assert_cmpint (gdk_pixbuf_get_width (pixels), ==, prediction->face.size);
  (*n)++;
}

/* A row a face, about what the detector marks, and cut as the model wants it. */
static void
test_group (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) group = draw_faces (N_FACES, 1);
  g_autofree char *path = save (self, "group.png", group);
  const char *const paths[] = { path, NULL };
  g_autoptr (MienModel) model = make_face_model (self, 0.8);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) faces = mien_faces_find (group, &error);
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  g_assert_no_error (error);
  rows = mien_predict_faces_in_files (model, MIEN_VIEWS_SINGLE, paths, count_pixels, NULL, &n, NULL,
                                      &error);
  g_assert_no_error (error);
  g_assert_cmpuint (faces->len, >, 1);
  g_assert_cmpuint (rows->len, ==, faces->len);
  g_assert_cmpuint (n, ==, faces->len);
  for (guint i = 0; i < rows->len; i++)
    {
      const MienPrediction *row = g_ptr_array_index (rows, i);
      const MienFace *face = &g_array_index (faces, MienFace, i);
      g_autoptr (GdkPixbuf) pixels = mien_face_get_pixels (&row->face, group);
      g_autoptr (MienPrediction)
        expected = mien_predict_picture (model, MIEN_VIEWS_SINGLE, pixels, NULL);

      g_assert_cmpstr (row->path, ==, path);
      g_assert_cmpint (row->face.size, ==, MIN ((int) (face->size / 0.8 + 0.5), SIDE));
      g_assert_cmpmem (row->probabilities, N_COLOURS * sizeof (float), expected->probabilities,
                       N_COLOURS * sizeof (float));
    }
}

/* What has no face, is one, is small or is no picture is taken as it is. */
static void
test_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) one = draw_seen_face ();
  g_autoptr (GdkPixbuf) many = draw_faces (N_FACES, 1);
  g_autoptr (GdkPixbuf) little = gdk_pixbuf_scale_simple (many, 96, 16, GDK_INTERP_BILINEAR);
  g_autoptr (GdkPixbuf) wall = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 300, 200);
  g_autofree char *one_path = save (self, "one.png", one);
  g_autofree char *little_path = save (self, "little.png", little);
  g_autofree char *wall_path = NULL;
  g_autofree char *text_path = g_build_filename (self->folder, "text.png", NULL);
  const char *paths[] = { one_path, little_path, NULL, text_path, NULL };
  g_autoptr (MienModel) model = make_face_model (self, 0.9);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) expected = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  gdk_pixbuf_fill (wall, 0xff2010ff);
  wall_path = save (self, "wall.png", wall);
  paths[2] = wall_path;
  train_fixture_write_file (self->folder, "text.png", "no picture");

  rows = mien_predict_faces_in_files (model, MIEN_VIEWS_SINGLE, (const char *const *) paths,
                                      count_pixels, NULL, &n, NULL, &error);
  g_assert_no_error (error);
  expected = mien_predict_files (model, MIEN_VIEWS_SINGLE, (const char *const *) paths, NULL, NULL,
                                 NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 4);
  g_assert_cmpuint (n, ==, 0);
  for (guint i = 0; i < 4; i++)
    {
      const MienPrediction *row = g_ptr_array_index (rows, i);
      const MienPrediction *other = g_ptr_array_index (expected, i);

      g_assert_cmpstr (row->path, ==, paths[i]);
      g_assert_cmpint (row->face.size, ==, 0);
      g_assert_true (row->no_face == (i == 2));
      if (i == 3)
        g_assert_error (row->error, MIEN_DATA_ERROR, (int) other->error->code);
      else
        g_assert_cmpmem (row->probabilities, N_COLOURS * sizeof (float), other->probabilities,
                         N_COLOURS * sizeof (float));
    }
}

/* Pixels without a file are treated alike. */
static void
test_picture (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) group = draw_faces (N_FACES, 1);
  g_autoptr (GdkPixbuf) wall = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 300, 200);
  g_autofree char *path = save (self, "group.png", group);
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) of_file = mien_predict_faces_in_files (
    self->model, MIEN_VIEWS_SINGLE, paths, NULL, NULL, NULL, NULL, &error);
  g_autoptr (GPtrArray) of_group = mien_predict_faces_in_picture (self->model, MIEN_VIEWS_SINGLE,
                                                                  group, NULL, NULL, &error);
  g_autoptr (GPtrArray) of_wall = NULL;
  const MienPrediction *whole;

  g_assert_no_error (error);
  g_assert_cmpuint (of_group->len, ==, of_file->len);
  for (guint i = 0; i < of_group->len; i++)
    {
      const MienPrediction *row = g_ptr_array_index (of_group, i);
      const MienPrediction *other = g_ptr_array_index (of_file, i);

      g_assert_null (row->path);
      g_assert_cmpmem (&row->face, sizeof (MienFace), &other->face, sizeof (MienFace));
    }

  gdk_pixbuf_fill (wall, 0x20ff10ff);
  of_wall = mien_predict_faces_in_picture (self->model, MIEN_VIEWS_SINGLE, wall, NULL, NULL,
                                           &error);
  g_assert_no_error (error);
  g_assert_cmpuint (of_wall->len, ==, 1);
  whole = g_ptr_array_index (of_wall, 0);
  g_assert_cmpuint (whole->predicted, ==, GREEN);
  g_assert_true (whole->no_face);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) group = draw_faces (2, 1);
  g_autofree char *path = save (self, "group.png", group);
  const char *const paths[] = { path, NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_predict_faces_in_files (self->model, MIEN_VIEWS_SINGLE, paths, NULL, NULL,
                                              NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Built without OpenCV. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) group = draw_faces (2, 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (
    mien_predict_faces_in_picture (self->model, MIEN_VIEWS_SINGLE, group, NULL, NULL, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  if (mien_faces_can_find ())
    {
      ADD ("/face-prediction/group", test_group);
      ADD ("/face-prediction/whole", test_whole);
      ADD ("/face-prediction/picture", test_picture);
      ADD ("/face-prediction/cancel", test_cancel);
    }
  else
    {
      ADD ("/face-prediction/refused", test_refused);
    }
  return g_test_run ();
}
