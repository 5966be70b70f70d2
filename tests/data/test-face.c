/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-face.h"

static void
assert_cut (const MienFace *cut, int x, int y, int size)
{
  g_assert_cmpint (cut->x, ==, x);
  g_assert_cmpint (cut->y, ==, y);
  g_assert_cmpint (cut->size, ==, size);
}

/* The face takes the share of the cut, in its middle. */
static void
test_share (void)
{
  const MienFace face = { 200, 100, 80 };
  MienFace cut;

  g_assert_true (mien_face_cut (&face, 1, 640, 480, &cut));
  assert_cut (&cut, 200, 100, 80);
  g_assert_true (mien_face_cut (&face, 0.8, 640, 480, &cut));
  assert_cut (&cut, 190, 90, 100);
  g_assert_true (mien_face_cut (&face, 0.5, 640, 480, &cut));
  assert_cut (&cut, 160, 60, 160);
}

/* At the edge the cut moves, and shrinks where the picture is too small for it. */
static void
test_edges (void)
{
  const MienFace left = { 0, 0, 80 };
  const MienFace right = { 560, 400, 80 };
  MienFace cut;

  g_assert_true (mien_face_cut (&left, 0.5, 640, 480, &cut));
  assert_cut (&cut, 0, 0, 160);
  g_assert_true (mien_face_cut (&right, 0.5, 640, 480, &cut));
  assert_cut (&cut, 480, 320, 160);
  g_assert_true (mien_face_cut (&left, 0.1, 1280, 480, &cut));
  assert_cut (&cut, 0, 0, 480);
}

/* From three quarters of the longer side on the picture is of the face alone. */
static void
test_filled (void)
{
  const MienFace face = { 10, 10, 74 };
  MienFace cut;

  g_assert_true (mien_face_cut (&face, 1, 100, 100, &cut));
  g_assert_false (mien_face_cut (&face, 74 / 75.0, 100, 100, &cut));
  g_assert_false (mien_face_cut (&face, 0.5, 100, 100, &cut));
  g_assert_true (mien_face_cut (&face, 0.5, 200, 100, &cut));
}

static void
test_pixels (void)
{
  const MienFace face = { 1, 2, 3 };
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 7, 6);
  g_autoptr (GdkPixbuf) pixels = NULL;
  guint8 *rows = gdk_pixbuf_get_pixels (picture);

  for (int y = 0; y < 6; y++)
    for (int x = 0; x < 7; x++)
      for (int c = 0; c < 3; c++)
        rows[y * gdk_pixbuf_get_rowstride (picture) + 3 * x + c] = (guint8) (100 * c + 10 * y + x);

  pixels = mien_face_get_pixels (&face, picture);
  g_assert_cmpint (gdk_pixbuf_get_width (pixels), ==, 3);
  g_assert_cmpint (gdk_pixbuf_get_height (pixels), ==, 3);
  rows = gdk_pixbuf_get_pixels (pixels);
  for (int y = 0; y < 3; y++)
    for (int x = 0; x < 3; x++)
      for (int c = 0; c < 3; c++)
        g_assert_cmpuint (rows[y * gdk_pixbuf_get_rowstride (pixels) + 3 * x + c], ==,
                          100 * c + 10 * (y + 2) + x + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/face/share", test_share);
  g_test_add_func ("/face/edges", test_edges);
  g_test_add_func ("/face/filled", test_filled);
  g_test_add_func ("/face/pixels", test_pixels);
  return g_test_run ();
}
