/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app/widgets/mien-thumbnailer.h"

typedef struct
{
  char *folder;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->result);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_set_object (&fixture->result, result);
}

static gboolean
has_result (gpointer user_data)
{
  return ((Fixture *) user_data)->result != NULL;
}

static GdkTexture *
load (Fixture *fixture,
      MienThumbnailer *thumbnailer,
      const char *path,
      GCancellable *cancellable,
      GError **error)
{
  g_clear_object (&fixture->result);
  mien_thumbnailer_load_async (thumbnailer, path, cancellable, done, fixture);
  app_fixture_wait_for (has_result, fixture);
  return mien_thumbnailer_load_finish (thumbnailer, fixture->result, error);
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienThumbnailer) thumbnailer = mien_thumbnailer_new (64, 1 << 20);
  g_autofree char *wide = app_fixture_write_picture (fixture->folder, "w.png", 256, 128, 0xff0000);
  g_autofree char *small = app_fixture_write_picture (fixture->folder, "s.png", 20, 30, 0x00ff00);
  g_autoptr (GdkTexture) a = load (fixture, thumbnailer, wide, NULL, NULL);
  g_autoptr (GdkTexture) b = load (fixture, thumbnailer, small, NULL, NULL);
  guint32 pixels[20 * 30];

  g_assert_cmpint (gdk_texture_get_width (a), ==, 64);
  g_assert_cmpint (gdk_texture_get_height (a), ==, 32);
  g_assert_cmpint (gdk_texture_get_width (b), ==, 20);
  g_assert_cmpint (gdk_texture_get_height (b), ==, 30);
  gdk_texture_download (b, (guchar *) pixels, 20 * 4);
  g_assert_cmphex (pixels[0], ==, 0xff00ff00);
}

static void
test_cache_is_bounded (Fixture *fixture, gconstpointer data)
{
  /* Room for two pictures of 16 by 16, of four bytes a pixel. */
  g_autoptr (MienThumbnailer) thumbnailer = mien_thumbnailer_new (16, 2 * 16 * 16 * 4);
  char *paths[3];

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autoptr (GdkTexture) texture = NULL;

      paths[i] = app_fixture_write_picture (fixture->folder, name, 16, 16, 0x0000ff);
      g_assert_null (mien_thumbnailer_lookup (thumbnailer, paths[i]));
      texture = load (fixture, thumbnailer, paths[i], NULL, NULL);
      g_assert_nonnull (texture);
      /* The first one is looked at each time: the second one is the oldest when the third one
       * comes. */
      g_assert_nonnull (mien_thumbnailer_lookup (thumbnailer, paths[0]));
    }

  g_assert_null (mien_thumbnailer_lookup (thumbnailer, paths[1]));
  g_assert_nonnull (mien_thumbnailer_lookup (thumbnailer, paths[2]));
  g_assert_cmpuint (mien_thumbnailer_get_bytes (thumbnailer), ==, 2 * 16 * 16 * 4);
  for (guint i = 0; i < 3; i++)
    g_free (paths[i]);
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienThumbnailer) thumbnailer = mien_thumbnailer_new (64, 1 << 20);
  g_autofree char *path = g_build_filename (fixture->folder, "no.png", NULL);
  g_autofree char *good = app_fixture_write_picture (fixture->folder, "g.png", 8, 8, 0xffffff);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  app_fixture_write_file (fixture->folder, "no.png", "no picture");
  g_assert_null (load (fixture, thumbnailer, path, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  g_cancellable_cancel (cancellable);
  g_assert_null (load (fixture, thumbnailer, good, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (mien_thumbnailer_lookup (thumbnailer, good));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/thumbnailer/size", Fixture, NULL, set_up, test_size, tear_down);
  g_test_add ("/thumbnailer/cache-is-bounded", Fixture, NULL, set_up, test_cache_is_bounded,
              tear_down);
  g_test_add ("/thumbnailer/errors", Fixture, NULL, set_up, test_errors, tear_down);
  return g_test_run ();
}
