/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/mien-class-bars.h"
#include "app/mien-dataset-page.h"
#include "app/mien-issue-list.h"
#include "app/mien-picture-grid.h"

typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  GtkWidget *window;
  MienDatasetPage *page;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
  fixture->workspace = mien_workspace_new ();
  fixture->page = g_object_new (MIEN_TYPE_DATASET_PAGE, "workspace", fixture->workspace, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 900, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->workspace);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

static gpointer
child (Fixture *fixture, const char *name)
{
  GObject *object = gtk_widget_get_template_child (GTK_WIDGET (fixture->page),
                                                   MIEN_TYPE_DATASET_PAGE, name);

  g_assert_nonnull (object);
  return object;
}

static const char *
label (Fixture *fixture, const char *name)
{
  return gtk_label_get_label (child (fixture, name));
}

/* Drops the fixture's folder, as a file manager does. */
static void
drop_folder (Fixture *fixture)
{
  g_autoptr (GFile) file = g_file_new_for_path (fixture->folder);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (&file, 1));
  g_assert_true (mien_dataset_page_drop (fixture->page, &value));
  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "busy");
  app_fixture_wait_while_busy (fixture->workspace);
}

static guint
count_rows (gpointer list)
{
  GtkWidget *box = gtk_widget_get_first_child (list);
  guint n = 0;

  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (box), n) != NULL)
    n++;
  return n;
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "empty");
  g_assert_false (gtk_widget_get_visible (child (fixture, "again_button")));

  mien_dataset_page_set_last_folder (fixture->page, "file:///srv/my%20leaves");
  g_assert_true (gtk_widget_get_visible (child (fixture, "again_button")));
  g_assert_cmpstr (label (fixture, "again_label"), ==, "Open “my leaves” Again");
}

static void
test_content (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_path_get_basename (fixture->folder);

  app_fixture_write_dataset (fixture->folder);
  drop_folder (fixture);

  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "content");
  g_assert_cmpstr (label (fixture, "name_label"), ==, name);
  g_assert_cmpstr (label (fixture, "counts_label"), ==, "16 pictures, 2 classes");
  g_assert_cmpstr (label (fixture, "status_label"), ==, "16 pictures");
  g_assert_true (gtk_widget_get_visible (child (fixture, "split_label")));
  g_assert_cmpuint (count_rows (child (fixture, "class_bars")), ==, 2);
  g_assert_true (gtk_widget_get_visible (child (fixture, "issues_box")));
  g_assert_cmpuint (count_rows (child (fixture, "issue_list")), ==, 1);
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  MienPictureItem *item;

  app_fixture_write_dataset (fixture->folder);
  drop_folder (fixture);

  /* A click on the second class. */
  g_signal_emit_by_name (child (fixture, "class_bars"), "class-activated", 1);
  g_assert_cmpuint (gtk_drop_down_get_selected (child (fixture, "class_drop_down")), ==, 2);
  g_assert_cmpstr (label (fixture, "status_label"), ==, "8 pictures");

  /* The test split is the third, after all of them. */
  gtk_drop_down_set_selected (child (fixture, "split_drop_down"), 3);
  g_assert_cmpstr (label (fixture, "status_label"), ==, "2 pictures");

  mien_picture_grid_select (child (fixture, "grid"), 1);
  item = mien_picture_grid_get_selected_item (child (fixture, "grid"));
  g_assert_cmpstr (mien_picture_item_get_name (item), ==, "light-test-1.png");
  g_assert_cmpstr (label (fixture, "status_label"), ==, mien_picture_item_get_title (item));
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  AdwStatusPage *error_page = child (fixture, "error_page");

  app_fixture_write_file (fixture->folder, "notes.txt", "no class here");
  drop_folder (fixture);

  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "error");
  g_assert_cmpuint (g_utf8_strlen (adw_status_page_get_description (error_page), -1), >, 0);
  g_assert_false (gtk_widget_get_visible (child (fixture, "back_button")));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/dataset-page/empty", test_empty);
  ADD ("/dataset-page/content", test_content);
  ADD ("/dataset-page/filter", test_filter);
  ADD ("/dataset-page/error", test_error);
#undef ADD
  return g_test_run ();
}
