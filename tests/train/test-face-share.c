/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-face-share.h"

#include "data/mien-faces.h"
#include "data/mien-sample-face.h"
#include "train-fixture.h"

#define N_FACES 40
#define SIDE 100

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  train_fixture_remove_folder (self->folder);
}

/* Drawn faces, each with so much of a grey ground around it that it takes a part of the picture. */
static double
measure_drawn (Fixture *self, const char *name, double part)
{
  const int canvas = (int) (SIDE / part);
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  g_autoptr (MienDataset) dataset = NULL;
  VggRandom random;
  guint pictures[2 * N_FACES];

  vgg_random_init (&random, 5);
  for (guint i = 0; i < 2 * N_FACES; i++)
    {
      g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, canvas, canvas);
      g_autoptr (GdkPixbuf) face = mien_sample_picture_new (
        i % 2 == 0 ? MIEN_EMOTION_JOY : MIEN_EMOTION_ANGER, &random);
      g_autoptr (GdkPixbuf)
        scaled = gdk_pixbuf_scale_simple (face, SIDE, SIDE, GDK_INTERP_BILINEAR);
      g_autofree char *file = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (folder, "train", i % 2 == 0 ? "a" : "b", file,
                                                NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      gdk_pixbuf_fill (picture, 0x909090ff);
      gdk_pixbuf_copy_area (scaled, 0, 0, SIDE, SIDE, picture, (canvas - SIDE) / 2,
                            (canvas - SIDE) / 2);
      g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));
      pictures[i] = i;
    }

  dataset = train_fixture_scan (folder);
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 2 * N_FACES);
  return mien_face_share_measure (dataset, pictures, 2 * N_FACES, NULL);
}

/* The same faces in a picture whose side is 1.5 times as long take 1 / 1.5 of it; the detector goes
 * in steps of a tenth. */
static void
test_drawn (Fixture *self, gconstpointer data)
{
  const double close = measure_drawn (self, "close", 1);
  const double wide = measure_drawn (self, "wide", 1 / 1.5);

  g_assert_cmpfloat (close, >, 0.6);
  g_assert_cmpfloat (close, <=, 1);
  g_assert_cmpfloat_with_epsilon (wide, close / 1.5, 0.1);
}

/* A face in the distance is not what a picture is of. */
static void
test_distant (Fixture *self, gconstpointer data)
{
  g_assert_cmpfloat (measure_drawn (self, "distant", 0.3), ==, 0);
}

static void
test_colours (Fixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (self->folder, 4, 0, 0);
  const guint pictures[] = { 0, 3, 5 };

  g_assert_cmpfloat (mien_face_share_measure (dataset, pictures, 3, NULL), ==, 0);
  g_assert_cmpfloat (mien_face_share_measure (dataset, NULL, 0, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  if (mien_faces_can_find ())
    {
      ADD ("/face-share/drawn", test_drawn);
      ADD ("/face-share/distant", test_distant);
    }
  ADD ("/face-share/colours", test_colours);
  return g_test_run ();
}
