/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-faces.h"

#include "data/mien-data-error.h"
#include "data/mien-sample-face.h"

#define COLUMNS 6
#define ROWS 4
#define TILE 320
#define FACE 240

/* Drawn faces on a grey ground, in the middle of their tiles. */
static GdkPixbuf *
make_group (void)
{
  GdkPixbuf *group = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, COLUMNS * TILE, ROWS * TILE);
  VggRandom random;

  vgg_random_init (&random, 1);
  gdk_pixbuf_fill (group, 0xa0a0a0ff);
  for (int row = 0; row < ROWS; row++)
    for (int column = 0; column < COLUMNS; column++)
      {
        g_autoptr (GdkPixbuf) face = mien_sample_picture_new (MIEN_EMOTION_JOY, &random);
        g_autoptr (GdkPixbuf)
          large = gdk_pixbuf_scale_simple (face, FACE, FACE, GDK_INTERP_BILINEAR);

        gdk_pixbuf_copy_area (large, 0, 0, FACE, FACE, group, column * TILE + (TILE - FACE) / 2,
                              row * TILE + (TILE - FACE) / 2);
      }

  return group;
}

/* Drawings are no photographs: that one in eight is found will do, but what is found is a face. */
static void
test_group (void)
{
  g_autoptr (GdkPixbuf) group = make_group ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) faces = mien_faces_find (group, &error);
  gboolean seen[ROWS][COLUMNS] = { 0 };

  g_assert_no_error (error);
  g_assert_cmpuint (faces->len, >=, COLUMNS * ROWS / 8);
  for (guint i = 0; i < faces->len; i++)
    {
      const MienFace *face = &g_array_index (faces, MienFace, i);
      const int x = face->x + face->size / 2;
      const int y = face->y + face->size / 2;

      g_assert_cmpint (ABS (x % TILE - TILE / 2), <, TILE / 4);
      g_assert_cmpint (ABS (y % TILE - TILE / 2), <, TILE / 4);
      g_assert_cmpint (face->size, >, FACE / 3);
      g_assert_cmpint (face->size, <, TILE);
      g_assert_false (seen[y / TILE][x / TILE]);
      seen[y / TILE][x / TILE] = TRUE;
      if (i > 0)
        g_assert_cmpint (face[-1].x, <=, face->x);
    }
}

static void
test_nobody (void)
{
  g_autoptr (GdkPixbuf) wall = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 300, 200);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) faces = NULL;

  gdk_pixbuf_fill (wall, 0xa0a0a0ff);
  faces = mien_faces_find (wall, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (faces->len, ==, 0);
}

/* A picture may be as thin as it likes: no face is in it, and that is no error. */
static void
test_thin (void)
{
  static const int sizes[][2] = { { 1, 1 }, { 4000, 1 }, { 1, 4000 }, { 3000, 40 }, { 31, 31 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GdkPixbuf)
        strip = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, sizes[i][0], sizes[i][1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) faces = NULL;
      double share;

      gdk_pixbuf_fill (strip, 0xa0a0a0ff);
      faces = mien_faces_find (strip, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (faces->len, ==, 0);
      g_assert_true (mien_faces_measure (strip, &share, &error));
      g_assert_no_error (error);
      g_assert_cmpfloat (share, ==, 0);
    }
}

/* Built without OpenCV. */
static void
test_refused (void)
{
  g_autoptr (GdkPixbuf) wall = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 8, 8);
  g_autoptr (GError) error = NULL;
  double share;

  g_assert_null (mien_faces_find (wall, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (mien_faces_measure (wall, &share, &error));
  g_assert_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (mien_faces_can_find ())
    {
      g_test_add_func ("/faces/group", test_group);
      g_test_add_func ("/faces/nobody", test_nobody);
      g_test_add_func ("/faces/thin", test_thin);
    }
  else
    {
      g_test_add_func ("/faces/refused", test_refused);
    }
  return g_test_run ();
}
