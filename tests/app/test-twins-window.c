/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/mien-twins-window.h"

typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  MienTwinsWindow *window; /* NULL before open_window() */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
  fixture->workspace = mien_workspace_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_object_unref (fixture->workspace);
  app_fixture_remove (fixture->folder);
  g_free (fixture->folder);
}

static void
add_blank (Fixture *fixture, const char *name, guint32 rgb)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_free (app_fixture_write_picture (fixture->folder, name, 40, 40, rgb));
}

static void
open_window (Fixture *fixture)
{
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  fixture->window = MIEN_TWINS_WINDOW (mien_twins_window_new (NULL, fixture->workspace));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static gpointer
child (Fixture *fixture, const char *id)
{
  GObject *object = gtk_widget_get_template_child (GTK_WIDGET (fixture->window),
                                                   MIEN_TYPE_TWINS_WINDOW, id);

  g_assert_nonnull (object);
  return object;
}

static void
assert_group (Fixture *fixture, const char *subtitle, guint n_pictures, const char *where)
{
  GtkFlowBox *pictures = child (fixture, "pictures");

  g_assert_cmpstr (adw_window_title_get_subtitle (child (fixture, "title")), ==, subtitle);
  g_assert_nonnull (gtk_flow_box_get_child_at_index (pictures, (int) n_pictures - 1));
  g_assert_null (gtk_flow_box_get_child_at_index (pictures, (int) n_pictures));
  g_assert_cmpstr (gtk_label_get_label (child (fixture, "where_label")), ==, where);
}

/* Two equal pictures in two splits, three in two classes; there and back again, and no further. */
static void
test_groups (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window;

  add_blank (fixture, "train/a/1.png", 0x102030);
  add_blank (fixture, "train/a/2.png", 0x405060);
  add_blank (fixture, "train/a/3.png", 0x708090);
  add_blank (fixture, "train/b/2.png", 0x405060);
  add_blank (fixture, "train/b/2-again.png", 0x405060);
  add_blank (fixture, "train/b/4.png", 0xa0b0c0);
  add_blank (fixture, "test/a/1.png", 0x102030);
  open_window (fixture);
  window = GTK_WIDGET (fixture->window);

  assert_group (fixture, "Group 1 of 2", 2, "In more than one split");
  g_assert_cmpstr (gtk_label_get_label (child (fixture, "kind_label")), ==,
                   "Exactly the same picture");
  gtk_widget_activate_action (window, "twins.previous", NULL);
  assert_group (fixture, "Group 1 of 2", 2, "In more than one split");
  gtk_widget_activate_action (window, "twins.next", NULL);
  assert_group (fixture, "Group 2 of 2", 3, "In more than one class");
  gtk_widget_activate_action (window, "twins.next", NULL);
  assert_group (fixture, "Group 2 of 2", 3, "In more than one class");
  gtk_widget_activate_action (window, "twins.previous", NULL);
  assert_group (fixture, "Group 1 of 2", 2, "In more than one split");
}

/* Of very many, some are shown, and the others counted. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  add_blank (fixture, "train/b/1.png", 0x102030);
  add_blank (fixture, "train/b/2.png", 0x405060);
  for (guint i = 0; i < 70; i++)
    {
      g_autofree char *name = g_strdup_printf ("train/a/%02u.png", i);

      add_blank (fixture, name, 0xffffff);
    }
  open_window (fixture);
  assert_group (fixture, "Group 1 of 1", 60, "In one split and one class");
  g_assert_true (gtk_widget_get_visible (child (fixture, "more_label")));
  g_assert_cmpstr (gtk_label_get_label (child (fixture, "more_label")), ==, "And 10 more pictures");
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  open_window (fixture);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (fixture, "stack")), ==, "none");
}

/* The switch and the settings follow each other. */
static void
test_switch (Fixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  GtkSwitch *leave_out;

  open_window (fixture);
  leave_out = child (fixture, "leave_out_switch");
  g_assert_true (gtk_switch_get_active (leave_out));
  gtk_switch_set_active (leave_out, FALSE);
  g_assert_false (settings->leave_out_twins);
  settings->leave_out_twins = TRUE;
  mien_workspace_settings_changed (fixture->workspace);
  g_assert_true (gtk_switch_get_active (leave_out));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/twins-window/groups", test_groups);
  ADD ("/twins-window/many", test_many);
  ADD ("/twins-window/none", test_none);
  ADD ("/twins-window/switch", test_switch);
#undef ADD
  return g_test_run ();
}
