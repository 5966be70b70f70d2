/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-keys.h"
#include "app/widgets/mien-crop-view.h"

#define WIDTH 200
#define HEIGHT 100

static MienCropView *
make_view (void)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, WIDTH, HEIGHT);
  g_autoptr (GdkTexture) texture = NULL;
  MienCropView *view = g_object_ref_sink (g_object_new (MIEN_TYPE_CROP_VIEW, NULL));

  gdk_pixbuf_fill (picture, 0x808080ff);
  texture = gdk_texture_new_for_pixbuf (picture);
  mien_crop_view_set_texture (view, texture, "a.png");
  return view;
}

static void
assert_crop (MienCropView *view, int x, int y, int side)
{
  GdkRectangle crop = { 0 };

  g_assert_true (mien_crop_view_get_crop (view, &crop));
  g_assert_cmpint (crop.x, ==, x);
  g_assert_cmpint (crop.y, ==, y);
  g_assert_cmpint (crop.width, ==, side);
  g_assert_cmpint (crop.height, ==, side);
}

static void
count (MienCropView *view, gpointer counter)
{
  ++*(guint *) counter;
}

/* The square stays within the picture, whatever is asked for. */
static void
test_bounds (void)
{
  g_autoptr (MienCropView) view = make_view ();
  GdkRectangle crop;
  guint n = 0;

  g_signal_connect (view, "crop-changed", G_CALLBACK (count), &n);
  g_assert_false (mien_crop_view_get_crop (view, &crop));

  mien_crop_view_set_crop (view, &(GdkRectangle){ 30, 20, 40, 40 });
  assert_crop (view, 30, 20, 40);
  mien_crop_view_set_crop (view, &(GdkRectangle){ 190, 95, 40, 40 });
  assert_crop (view, 160, 60, 40);
  mien_crop_view_set_crop (view, &(GdkRectangle){ -5, -5, 400, 400 });
  assert_crop (view, 0, 0, 100);
  mien_crop_view_set_crop (view, NULL);
  g_assert_false (mien_crop_view_get_crop (view, &crop));
  g_assert_cmpuint (n, ==, 4);
}

/* Everything without a mouse: a step is 2 % of the shorter side, and the first square 60 % of it.
 */
static void
test_keys (void)
{
  g_autoptr (MienCropView) view = make_view ();
  GtkWidget *widget = GTK_WIDGET (view);
  GdkRectangle crop;

  g_assert_true (app_keys_press (widget, GDK_KEY_Right));
  assert_crop (view, 70, 20, 60);
  g_assert_true (app_keys_press (widget, GDK_KEY_Right));
  assert_crop (view, 72, 20, 60);
  g_assert_true (app_keys_press (widget, GDK_KEY_Up));
  assert_crop (view, 72, 18, 60);
  g_assert_true (app_keys_press (widget, GDK_KEY_plus));
  assert_crop (view, 70, 16, 64);
  g_assert_true (app_keys_press (widget, GDK_KEY_minus));
  assert_crop (view, 72, 18, 60);
  g_assert_true (app_keys_press (widget, GDK_KEY_Delete));
  g_assert_false (mien_crop_view_get_crop (view, &crop));
  g_assert_false (app_keys_press (widget, GDK_KEY_Escape));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  g_test_add_func ("/crop-view/bounds", test_bounds);
  g_test_add_func ("/crop-view/keys", test_keys);
  return g_test_run ();
}
