/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/dataset/mien-class-bars.h"
#include "app/dataset/mien-dataset-page.h"
#include "app/dataset/mien-issue-list.h"
#include "app/widgets/mien-picture-grid.h"

static const char *
label (AppPageFixture *fixture, const char *name)
{
  return gtk_label_get_label (app_page_fixture_child (fixture, name));
}

/* Drops the fixture's folder, as a file manager does. */
static void
drop_folder (AppPageFixture *fixture)
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
test_empty (AppPageFixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "empty");
  g_assert_false (gtk_widget_get_visible (app_page_fixture_child (fixture, "again_button")));

  mien_dataset_page_set_last_folder (fixture->page, "file:///srv/my%20leaves");
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "again_button")));
  g_assert_cmpstr (label (fixture, "again_label"), ==, "Open “my leaves” Again");
}

static void
test_content (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_path_get_basename (fixture->folder);

  app_fixture_write_dataset (fixture->folder);
  drop_folder (fixture);

  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "content");
  g_assert_cmpstr (label (fixture, "name_label"), ==, name);
  g_assert_cmpstr (label (fixture, "counts_label"), ==, "16 pictures, 2 classes");
  g_assert_cmpstr (label (fixture, "status_label"), ==, "16 pictures");
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "split_label")));
  g_assert_cmpuint (count_rows (app_page_fixture_child (fixture, "class_bars")), ==, 2);
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "issues_box")));
  g_assert_cmpuint (count_rows (app_page_fixture_child (fixture, "issue_list")), ==, 1);
}

static void
test_filter (AppPageFixture *fixture, gconstpointer data)
{
  MienPictureItem *item;

  app_fixture_write_dataset (fixture->folder);
  drop_folder (fixture);

  /* A click on the second class. */
  g_signal_emit_by_name (app_page_fixture_child (fixture, "class_bars"), "class-activated", 1);
  g_assert_cmpuint (
    gtk_drop_down_get_selected (app_page_fixture_child (fixture, "class_drop_down")), ==, 2);
  g_assert_cmpstr (label (fixture, "status_label"), ==, "8 pictures");

  /* The test split is the third, after all of them. */
  gtk_drop_down_set_selected (app_page_fixture_child (fixture, "split_drop_down"), 3);
  g_assert_cmpstr (label (fixture, "status_label"), ==, "2 pictures");

  mien_picture_grid_select (app_page_fixture_child (fixture, "grid"), 1);
  item = mien_picture_grid_get_selected_item (app_page_fixture_child (fixture, "grid"));
  g_assert_cmpstr (mien_picture_item_get_name (item), ==, "light-test-1.png");
  g_assert_cmpstr (label (fixture, "status_label"), ==, mien_picture_item_get_title (item));
}

/* Lists what rows below a widget lead to a group of twins: "title group;" each. */
static void
list_comparisons (GtkWidget *widget, GString *text)
{
  GVariant *group = GTK_IS_ACTIONABLE (widget)
                      ? gtk_actionable_get_action_target_value (GTK_ACTIONABLE (widget))
                      : NULL;

  if (ADW_IS_EXPANDER_ROW (widget))
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (widget), TRUE);
  if (ADW_IS_ACTION_ROW (widget) && group != NULL)
    {
      g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), ==,
                       "win.compare-twins");
      g_string_append_printf (text, "%s %u;",
                              adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)),
                              g_variant_get_uint32 (group));
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    list_comparisons (child, text);
}

/* An issue with a twin leads to its group, and no other issue does. */
static void
test_twins (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *dark = g_build_filename (fixture->folder, "train", "dark", NULL);
  g_autofree char *light = g_build_filename (fixture->folder, "train", "light", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  app_fixture_write_dataset (fixture->folder);
  drop_folder (fixture);
  g_assert_false (gtk_widget_get_visible (app_page_fixture_child (fixture, "twins_button")));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("twin-%u.png", i);

      g_free (app_fixture_write_picture (dark, name, 40, 40, 0x303030));
      g_free (app_fixture_write_picture (light, name, 40, 40, 0x909090));
    }
  drop_folder (fixture);
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "twins_button")));
  list_comparisons (app_page_fixture_child (fixture, "issue_list"), text);
  g_assert_cmpstr (text->str, ==, "twin-1.png 0;twin-1.png 1;");
}

static void
test_error (AppPageFixture *fixture, gconstpointer data)
{
  AdwStatusPage *error_page = app_page_fixture_child (fixture, "error_page");

  app_fixture_write_file (fixture->folder, "notes.txt", "no class here");
  drop_folder (fixture);

  g_assert_cmpstr (mien_dataset_page_get_state (fixture->page), ==, "error");
  g_assert_cmpuint (g_utf8_strlen (adw_status_page_get_description (error_page), -1), >, 0);
  g_assert_false (gtk_widget_get_visible (app_page_fixture_child (fixture, "back_button")));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func)                                                                            \
  g_test_add (path, AppPageFixture, GSIZE_TO_POINTER (MIEN_TYPE_DATASET_PAGE),                     \
              app_page_fixture_set_up, func, app_page_fixture_tear_down)
  ADD ("/dataset-page/empty", test_empty);
  ADD ("/dataset-page/content", test_content);
  ADD ("/dataset-page/filter", test_filter);
  ADD ("/dataset-page/twins", test_twins);
  ADD ("/dataset-page/error", test_error);
#undef ADD
  return g_test_run ();
}
