/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

#include "engine/vgg-random.h"

/* A folder of its own for a test; remove it with fixture_remove(). */
char *
fixture_make_directory (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("mien-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

/* Removes a file, a link, or a folder with what is in it. */
void
fixture_remove (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          fixture_remove (child);
        }
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* A path below `directory`, whose folders are made. */
char *
fixture_path (const char *directory, const char *format, ...)
{
  g_autofree char *relative = NULL;
  g_autofree char *parent = NULL;
  char *path;
  va_list args;

  va_start (args, format);
  relative = g_strdup_vprintf (format, args);
  va_end (args);
  path = g_build_filename (directory, relative, NULL);
  parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  return path;
}

/* A picture of noise: another one for each seed. */
GdkPixbuf *
fixture_picture (guint width, guint height, guint seed)
{
  GdkPixbuf *picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, (int) width, (int) height);
  guint8 *pixels = gdk_pixbuf_get_pixels (picture);
  gsize row_stride = (gsize) gdk_pixbuf_get_rowstride (picture);
  VggRandom random;

  vgg_random_init (&random, seed);
  for (guint y = 0; y < height; y++)
    for (guint i = 0; i < width * 3; i++)
      pixels[y * row_stride + i] = (guint8) vgg_random_below (&random, 256);
  return picture;
}

void
fixture_save (GdkPixbuf *picture, const char *path, const char *type)
{
  g_autoptr (GError) error = NULL;

  gdk_pixbuf_save (picture, path, type, &error, NULL);
  g_assert_no_error (error);
}

void
fixture_write (const char *path, const void *bytes, gsize n)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, (gssize) n, &error);
  g_assert_no_error (error);
}

/* Adds a PNG of 40 × 40 pixels below `directory`. */
void
fixture_add (const char *directory, const char *relative, guint seed)
{
  g_autofree char *path = fixture_path (directory, "%s", relative);
  g_autoptr (GdkPixbuf) picture = fixture_picture (40, 40, seed);

  fixture_save (picture, path, "png");
}

/* Cuts a file after `n` bytes, of which it has more. */
void
fixture_truncate (const char *path, gsize n)
{
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, n);
  fixture_write (path, contents, n);
}

/* Scans a folder that is a data set. */
MienDataset *
fixture_scan (const char *directory, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  MienScanOptions options;
  MienDataset *dataset;

  mien_scan_options_init (&options);
  options.seed = seed;
  dataset = mien_dataset_scan (directory, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

static void
folder_fixture_set_up (FolderFixture *fixture, gconstpointer data)
{
  fixture->directory = fixture_make_directory ();
}

static void
folder_fixture_tear_down (FolderFixture *fixture, gconstpointer data)
{
  fixture_remove (fixture->directory);
  g_free (fixture->directory);
}

/* Adds a test that has such a folder. */
void
folder_fixture_test (const char *path, void (*func) (FolderFixture *, gconstpointer))
{
  g_test_add (path, FolderFixture, NULL, folder_fixture_set_up, func, folder_fixture_tear_down);
}

/* Adds pictures `first` … `first` + `n` - 1 to a folder; the number makes the picture. */
void
folder_fixture_add (FolderFixture *fixture, const char *folder, guint first, guint n)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%04u.png", folder, i);

      fixture_add (fixture->directory, name, i);
    }
}
