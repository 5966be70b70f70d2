/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/dataset/mien-twins-window.h"

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
open_window (Fixture *fixture, guint group)
{
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
  fixture->window = MIEN_TWINS_WINDOW (mien_twins_window_new (NULL, fixture->workspace, group));
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

/* Two equal pictures in two splits, three in two classes, and two that do no harm. */
static void
add_groups (Fixture *fixture)
{
  add_blank (fixture, "train/a/1.png", 0x102030);
  add_blank (fixture, "train/a/2.png", 0x405060);
  add_blank (fixture, "train/a/3.png", 0x708090);
  add_blank (fixture, "train/b/2.png", 0x405060);
  add_blank (fixture, "train/b/2-again.png", 0x405060);
  add_blank (fixture, "train/b/4.png", 0xa0b0c0);
  add_blank (fixture, "train/b/5.png", 0xd0d0d0);
  add_blank (fixture, "train/b/6.png", 0xd0d0d0);
  add_blank (fixture, "test/a/1.png", 0x102030);
  add_blank (fixture, "val/a/7.png", 0xe0e0e0);
}

/* There and back again, and no further. */
static void
test_groups (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window;

  add_groups (fixture);
  open_window (fixture, 0);
  window = GTK_WIDGET (fixture->window);

  assert_group (fixture, "Group 1 of 3", 2, "In more than one split");
  g_assert_cmpstr (gtk_label_get_label (child (fixture, "kind_label")), ==,
                   "Exactly the same picture");
  gtk_widget_activate_action (window, "twins.previous", NULL);
  assert_group (fixture, "Group 1 of 3", 2, "In more than one split");
  gtk_widget_activate_action (window, "twins.next", NULL);
  assert_group (fixture, "Group 2 of 3", 3, "In more than one class");
  gtk_widget_activate_action (window, "twins.next", NULL);
  assert_group (fixture, "Group 3 of 3", 2, "In one split and one class");
  gtk_widget_activate_action (window, "twins.next", NULL);
  assert_group (fixture, "Group 3 of 3", 2, "In one split and one class");
  gtk_widget_activate_action (window, "twins.previous", NULL);
  assert_group (fixture, "Group 2 of 3", 3, "In more than one class");
}

/* It may begin with any group, and go through some of them only. */
static void
test_show (Fixture *fixture, gconstpointer data)
{
  GtkDropDown *show;

  add_groups (fixture);
  open_window (fixture, 1);
  show = child (fixture, "show_drop_down");
  assert_group (fixture, "Group 2 of 3", 3, "In more than one class");
  gtk_drop_down_set_selected (show, 1);
  assert_group (fixture, "Group 1 of 1", 2, "In more than one split");
  gtk_drop_down_set_selected (show, 2);
  assert_group (fixture, "Group 1 of 1", 3, "In more than one class");
  gtk_drop_down_set_selected (show, 0);
  assert_group (fixture, "Group 1 of 3", 2, "In more than one split");
}

/* The tiles' labels: class and split, file, and whether it is left out. */
static char *
join_labels (Fixture *fixture, int tile)
{
  GtkWidget *box = gtk_flow_box_child_get_child (
    gtk_flow_box_get_child_at_index (child (fixture, "pictures"), tile));
  GString *text = g_string_new (NULL);

  for (GtkWidget *w = gtk_widget_get_first_child (box); w != NULL;
       w = gtk_widget_get_next_sibling (w))
    if (GTK_IS_LABEL (w))
      g_string_append_printf (text, "%s|", gtk_label_get_label (GTK_LABEL (w)));
  return g_string_free (text, FALSE);
}

static void
assert_tile (Fixture *fixture, int tile, const char *expected)
{
  g_autofree char *labels = join_labels (fixture, tile);

  g_assert_cmpstr (labels, ==, expected);
}

static void
test_tiles (Fixture *fixture, gconstpointer data)
{
  GtkSwitch *leave_out;

  add_groups (fixture);
  open_window (fixture, 0);
  leave_out = child (fixture, "leave_out_switch");
  /* One of the first group, three of the second. */
  g_assert_true (g_str_has_prefix (adw_action_row_get_subtitle (child (fixture, "leave_out_row")),
                                   "4 training pictures"));
  assert_tile (fixture, 0, "a · Test|1.png|");
  assert_tile (fixture, 1, "a · Training|1.png|Left out of training|");
  gtk_switch_set_active (leave_out, FALSE);
  assert_tile (fixture, 1, "a · Training|1.png|");

  gtk_switch_set_active (leave_out, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "twins.next", NULL);
  assert_tile (fixture, 2, "b · Training|2.png|Left out of training|");
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "twins.next", NULL);
  assert_tile (fixture, 0, "b · Training|5.png|");
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
  open_window (fixture, 0);
  assert_group (fixture, "Group 1 of 1", 60, "In one split and one class");
  g_assert_true (gtk_widget_get_visible (child (fixture, "more_label")));
  g_assert_cmpstr (gtk_label_get_label (child (fixture, "more_label")), ==, "And 10 more pictures");
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  open_window (fixture, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (child (fixture, "stack")), ==, "none");
}

/* The switch and the settings follow each other. */
static void
test_switch (Fixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  GtkSwitch *leave_out;

  open_window (fixture, 0);
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
  ADD ("/twins-window/show", test_show);
  ADD ("/twins-window/tiles", test_tiles);
  ADD ("/twins-window/many", test_many);
  ADD ("/twins-window/none", test_none);
  ADD ("/twins-window/switch", test_switch);
#undef ADD
  return g_test_run ();
}
