/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"

#include <glib/gstdio.h>

#include "engine/vgg-network.h"

/* Longer than anything here takes on a busy machine: over it, a test has hung. */
#define TIMEOUT_SECONDS 120
#define LOOK_MILLISECONDS 20

/* Returns: (transfer full): a new, empty folder for temporary files */
char *
app_fixture_make_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("mien-app-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

/* Removes a file, or a folder with all that is in it. */
void
app_fixture_remove (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL
                                                                    : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      app_fixture_remove (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

/* Writes a PNG file of one colour, 0xrrggbb, and returns its path. */
char *
app_fixture_write_picture (const char *folder, const char *name, int width, int height, guint32 rgb)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  gdk_pixbuf_fill (pixbuf, rgb << 8 | 0xff);
  gdk_pixbuf_save (pixbuf, path, "png", &error, NULL);
  g_assert_no_error (error);
  return path;
}

/* Writes a text file. */
void
app_fixture_write_file (const char *folder, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

static void
write_class (const char *folder, const char *split, const char *name, guint n, guint32 rgb)
{
  g_autofree char *class_folder = g_build_filename (folder, split, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (class_folder, 0700), ==, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s-%s-%u.png", name, split, i);
      /* No two are equal, so that none is an issue. */
      g_autofree char *path = app_fixture_write_picture (
        class_folder, file, 40, 40, rgb + i + (g_str_equal (split, "test") ? 0x10 : 0));
    }
}

/* Writes a data set of two classes of plain pictures, with a broken file in it. */
void
app_fixture_write_dataset (const char *folder)
{
  g_autofree char *train = g_build_filename (folder, "train", "dark", NULL);

  write_class (folder, "train", "dark", APP_FIXTURE_TRAIN, 0x101010);
  write_class (folder, "train", "light", APP_FIXTURE_TRAIN, 0xe0e0c0);
  write_class (folder, "test", "dark", APP_FIXTURE_TEST, 0x101010);
  write_class (folder, "test", "light", APP_FIXTURE_TEST, 0xe0e0c0);
  app_fixture_write_file (train, "broken.png", "This is no picture.");
}

/* Returns: (transfer full): what a scan of a folder finds */
MienDataset *
app_fixture_scan (const char *folder)
{
  g_autoptr (GError) error = NULL;
  MienScanOptions options;
  MienDataset *dataset;

  mien_scan_options_init (&options);
  dataset = mien_dataset_scan (folder, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

/* Returns: (transfer full): an untrained model of the classes "dark" and "light" */
MienModel *
app_fixture_make_face_model (double share)
{
  static const char *const classes[] = { "dark", "light", NULL };
  const VggArchitecture architecture = { .depth = 11,
                                         .width_eighths = 1,
                                         .input_width = 32,
                                         .input_height = 32,
                                         .head = VGG_HEAD_LIGHT,
                                         .n_classes = 2 };
  const MienModelInfo info = { .dataset_name = (char *) "fixture", .face_share = share };
  g_autoptr (GError) error = NULL;
  MienPreprocessing preprocessing;
  VggNetwork *network = vgg_network_new (&architecture, &error);

  g_assert_no_error (error);
  vgg_network_initialize (network, VGG_INITIALIZATION_HE, 1);
  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  return mien_model_new (network, classes, &preprocessing, NULL, &info);
}

MienModel *
app_fixture_make_model (void)
{
  return app_fixture_make_face_model (0);
}

static gboolean
timed_out (gpointer user_data)
{
  g_error ("nothing happened for %d seconds", TIMEOUT_SECONDS);
  return G_SOURCE_REMOVE;
}

static gboolean
look_again (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @done is true, which is looked at even where nothing wakes the loop:
 * what another thread or a file is waited for may be there without a word. */
void
app_fixture_wait_for (gboolean (*done) (gpointer user_data), gpointer user_data)
{
  guint timeout = g_timeout_add_seconds (TIMEOUT_SECONDS, timed_out, NULL);
  guint look = g_timeout_add (LOOK_MILLISECONDS, look_again, NULL);

  while (!done (user_data))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (look);
  g_source_remove (timeout);
}

static gboolean
is_idle (gpointer user_data)
{
  return mien_workspace_get_job (user_data) == MIEN_JOB_NONE;
}

/* Runs the main loop until no job runs. */
void
app_fixture_wait_while_busy (MienWorkspace *workspace)
{
  app_fixture_wait_for (is_idle, workspace);
}

void
app_page_fixture_set_up (AppPageFixture *fixture, gconstpointer type)
{
  fixture->folder = app_fixture_make_folder ();
  fixture->workspace = mien_workspace_new ();
  fixture->page = g_object_new (GPOINTER_TO_SIZE (type), "workspace", fixture->workspace, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 1000, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->page);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

void
app_page_fixture_tear_down (AppPageFixture *fixture, gconstpointer type)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->workspace);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

/* A child of the page's template, which must be there. */
gpointer
app_page_fixture_child (AppPageFixture *fixture, const char *id)
{
  GObject *object = gtk_widget_get_template_child (fixture->page, G_OBJECT_TYPE (fixture->page),
                                                   id);

  g_assert_nonnull (object);
  return object;
}
