/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app-fixture.h"
#include "app/dataset/mien-augmentation-preview.h"
#include "app/dataset/mien-augmentation-row.h"
#include "app/widgets/mien-adaptive-box.h"
#include "app/widgets/mien-number-row.h"

/* The picture itself and eight draws. */
#define N_TILES 9

static const char *
state (AppPageFixture *fixture)
{
  return mien_augmentation_preview_get_state (fixture->page);
}

static gboolean
is_content (gpointer user_data)
{
  return g_str_equal (state (user_data), "content");
}

/* RGB of the pixel in the middle. */
static guint32
middle (GdkTexture *texture)
{
  const int width = gdk_texture_get_width (texture);
  const int height = gdk_texture_get_height (texture);
  g_autofree guint32 *pixels = g_new (guint32, (gsize) width * height);

  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * 4);
  return pixels[(gsize) (height / 2) * width + width / 2] & 0xffffff;
}

static guint32
tile (AppPageFixture *fixture, guint number)
{
  return middle (mien_augmentation_preview_get_texture (fixture->page, number));
}

/* One colour a picture, and brightness the only range. */
static void
open_dataset (AppPageFixture *fixture)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);

  mien_augmentation_init_none (&settings->augmentation);
  settings->architecture.input_width = 32;
  settings->architecture.input_height = 48;
  mien_workspace_settings_changed (fixture->workspace);
  app_fixture_write_dataset (fixture->folder);
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  app_fixture_wait_for (is_content, fixture);
}

static void
test_empty (AppPageFixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (state (fixture), ==, "empty");
  g_assert_false (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "another_button")));
  g_assert_false (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "again_button")));
}

/* Nothing is varied: all are the picture, of the size of the network's input. */
static void
test_off (AppPageFixture *fixture, gconstpointer data)
{
  open_dataset (fixture);

  for (guint i = 0; i < N_TILES; i++)
    {
      GdkTexture *texture = mien_augmentation_preview_get_texture (fixture->page, i);

      g_assert_cmpint (gdk_texture_get_width (texture), ==, 32);
      g_assert_cmpint (gdk_texture_get_height (texture), ==, 48);
      g_assert_cmphex (tile (fixture, i), ==, 0x101010);
    }
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "off_label")));
}

static gboolean
is_varied (gpointer user_data)
{
  return tile (user_data, 1) != tile (user_data, 0);
}

static gboolean
is_plain (gpointer user_data)
{
  return tile (user_data, 1) == tile (user_data, 0);
}

/* A change of the settings is seen at once; the picture itself stays. */
static void
test_live (AppPageFixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);

  open_dataset (fixture);
  for (guint percent = 10; percent <= 100; percent += 10)
    {
      settings->augmentation.brightness = percent / 100.0;
      mien_workspace_settings_changed (fixture->workspace);
    }
  app_fixture_wait_for (is_varied, fixture);
  g_assert_cmphex (tile (fixture, 0), ==, 0x101010);
  g_assert_false (gtk_widget_get_visible (app_page_fixture_child (fixture, "off_label")));

  settings->augmentation.brightness = 0.0;
  mien_workspace_settings_changed (fixture->workspace);
  app_fixture_wait_for (is_plain, fixture);
}

static gboolean
is_another (gpointer user_data)
{
  return tile (user_data, 0) != 0x101010;
}

/* None of the pictures has the colour of another. */
static void
test_another (AppPageFixture *fixture, gconstpointer data)
{
  open_dataset (fixture);
  g_signal_emit_by_name (app_page_fixture_child (fixture, "another_button"), "clicked");
  app_fixture_wait_for (is_another, fixture);
}

typedef struct
{
  AppPageFixture *fixture;
  GdkTexture *before;
} Redraw;

static gboolean
is_redrawn (gpointer user_data)
{
  const Redraw *redraw = user_data;

  return mien_augmentation_preview_get_texture (redraw->fixture->page, 1) != redraw->before;
}

static void
test_again (AppPageFixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  Redraw redraw = { fixture, NULL };
  guint32 colours[N_TILES];
  guint n_equal = 0;

  open_dataset (fixture);
  settings->augmentation.brightness = 1.0;
  mien_workspace_settings_changed (fixture->workspace);
  app_fixture_wait_for (is_varied, fixture);
  for (guint i = 1; i < N_TILES; i++)
    colours[i] = tile (fixture, i);

  redraw.before = g_object_ref (mien_augmentation_preview_get_texture (fixture->page, 1));
  g_signal_emit_by_name (app_page_fixture_child (fixture, "again_button"), "clicked");
  app_fixture_wait_for (is_redrawn, &redraw);
  g_object_unref (redraw.before);
  for (guint i = 1; i < N_TILES; i++)
    n_equal += tile (fixture, i) == colours[i];
  g_assert_cmpuint (n_equal, <, N_TILES - 1);
}

static gboolean
is_error (gpointer user_data)
{
  return g_str_equal (state (user_data), "error");
}

/* A file that is gone is told of by name; another picture helps. */
static void
test_error (AppPageFixture *fixture, gconstpointer data)
{
  const MienPicture *picture;
  g_autofree guint *indices = NULL;
  guint n;

  open_dataset (fixture);
  indices = mien_dataset_list_split (mien_workspace_get_dataset (fixture->workspace),
                                     MIEN_SPLIT_TRAIN, &n);
  picture = mien_dataset_get_picture (mien_workspace_get_dataset (fixture->workspace), indices[0]);
  app_fixture_remove (picture->path);
  /* Another size, for which the picture is read anew. */
  mien_workspace_get_settings (fixture->workspace)->architecture.input_width = 64;
  mien_workspace_get_settings (fixture->workspace)->architecture.input_height = 64;
  mien_workspace_settings_changed (fixture->workspace);
  app_fixture_wait_for (is_error, fixture);
  g_assert_nonnull (strstr (
    adw_status_page_get_description (app_page_fixture_child (fixture, "error_page")), ".png"));

  g_signal_emit_by_name (app_page_fixture_child (fixture, "another_button"), "clicked");
  app_fixture_wait_for (is_content, fixture);
}

/* Two rows on one workspace show the same. */
static void
test_rows (void)
{
  g_autoptr (MienWorkspace) workspace = mien_workspace_new ();
  MienSettings *settings = mien_workspace_get_settings (workspace);
  GtkWidget *rows[2];
  MienNumberRow *cut_out[2];
  GtkSwitch *flip[2];

  for (guint i = 0; i < 2; i++)
    {
      rows[i] = g_object_ref_sink (
        g_object_new (MIEN_TYPE_AUGMENTATION_ROW, "workspace", workspace, NULL));
      cut_out[i] = MIEN_NUMBER_ROW (
        gtk_widget_get_template_child (rows[i], MIEN_TYPE_AUGMENTATION_ROW, "cut_out_row"));
      flip[i] = GTK_SWITCH (
        gtk_widget_get_template_child (rows[i], MIEN_TYPE_AUGMENTATION_ROW, "flip_switch"));
    }

  mien_number_row_set_value (cut_out[0], 25);
  g_assert_cmpfloat_with_epsilon (settings->augmentation.cut_out, 0.25, 1e-12);
  g_assert_cmpfloat_with_epsilon (mien_number_row_get_value (cut_out[1]), 25, 1e-9);
  gtk_switch_set_active (flip[1], FALSE);
  g_assert_false (settings->augmentation.horizontal_flip);
  g_assert_false (gtk_switch_get_active (flip[0]));

  for (guint i = 0; i < 2; i++)
    g_object_unref (rows[i]);
}

static GtkWidget *
make_child (int width, int height)
{
  GtkWidget *child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_size_request (child, width, height);
  return child;
}

/* Side by side from the threshold on, one above the other below it. */
static void
test_adaptive_box (void)
{
  GtkWidget *start = make_child (100, 50);
  GtkWidget *end = make_child (200, 70);
  GtkWidget *box = g_object_ref_sink (g_object_new (
    MIEN_TYPE_ADAPTIVE_BOX, "threshold", 400, "spacing", 10, "start", start, "end", end, NULL));
  int minimum;

  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 200);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 400, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 70);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 399, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, ==, 130);

  gtk_widget_size_allocate (box, &(GtkAllocation){ 0, 0, 450, 90 }, -1);
  g_assert_cmpint (gtk_widget_get_width (start), ==, 220);
  g_assert_cmpint (gtk_widget_get_width (end), ==, 220);
  g_assert_cmpint (gtk_widget_get_height (end), ==, 90);

  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 300, &minimum, NULL, NULL, NULL);
  gtk_widget_size_allocate (box, &(GtkAllocation){ 0, 0, 300, 200 }, -1);
  g_assert_cmpint (gtk_widget_get_width (start), ==, 300);
  g_assert_cmpint (gtk_widget_get_height (start), ==, 50);
  g_assert_cmpint (gtk_widget_get_height (end), ==, 140);

  g_object_unref (box);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func)                                                                            \
  g_test_add (path, AppPageFixture, GSIZE_TO_POINTER (MIEN_TYPE_AUGMENTATION_PREVIEW),             \
              app_page_fixture_set_up, func, app_page_fixture_tear_down)
  ADD ("/augmentation/empty", test_empty);
  ADD ("/augmentation/off", test_off);
  ADD ("/augmentation/live", test_live);
  ADD ("/augmentation/another", test_another);
  ADD ("/augmentation/again", test_again);
  ADD ("/augmentation/error", test_error);
#undef ADD
  g_test_add_func ("/augmentation/rows", test_rows);
  g_test_add_func ("/augmentation/adaptive-box", test_adaptive_box);
  return g_test_run ();
}
