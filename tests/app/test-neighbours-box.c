/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/evaluation/mien-neighbours-box.h"

typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  GtkWidget *window;
  MienNeighboursBox *box; /* borrowed from the window */
} Fixture;

static void
open_model (Fixture *self)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autofree char *path = g_build_filename (self->folder, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  mien_workspace_open_model (self->workspace, path);
  app_fixture_wait_while_busy (self->workspace);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *set = NULL;

  self->folder = app_fixture_make_folder ();
  set = g_build_filename (self->folder, "set", NULL);
  app_fixture_write_dataset (set);
  self->workspace = mien_workspace_new ();
  self->box = g_object_new (MIEN_TYPE_NEIGHBOURS_BOX, NULL);
  mien_neighbours_box_set_workspace (self->box, self->workspace);
  self->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->box));
  gtk_window_present (GTK_WINDOW (self->window));

  mien_workspace_open_folder (self->workspace, set);
  app_fixture_wait_while_busy (self->workspace);
  open_model (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->workspace);
  app_fixture_remove (self->folder);
  g_free (self->folder);
}

static gpointer
get_child (Fixture *self, const char *id)
{
  return gtk_widget_get_template_child (GTK_WIDGET (self->box), MIEN_TYPE_NEIGHBOURS_BOX, id);
}

static guint
count_tiles (Fixture *self)
{
  guint n = 0;

  while (gtk_flow_box_get_child_at_index (get_child (self, "pictures"), (int) n) != NULL)
    n++;
  return n;
}

static guint
find_test_picture (Fixture *self)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  guint n;
  g_autofree guint *pictures = mien_dataset_list_split (dataset, MIEN_SPLIT_TEST, &n);

  g_assert_cmpuint (n, >, 1);
  return pictures[0];
}

static gboolean
shows_pictures (gpointer data)
{
  Fixture *self = data;

  return g_str_equal (mien_neighbours_box_get_state (self->box), "pictures");
}

static gboolean
shows_error (gpointer data)
{
  Fixture *self = data;

  return g_str_equal (mien_neighbours_box_get_state (self->box), "error");
}

/* The one button that is there, behind what else the state has. */
static void
press_button (Fixture *self)
{
  GtkWidget *state = gtk_stack_get_visible_child (get_child (self, "stack"));
  GtkWidget *button = gtk_widget_get_last_child (state);

  g_assert_true (GTK_IS_BUTTON (button));
  g_signal_emit_by_name (button, "clicked");
}

/* One click, and the neighbours that train/mien-neighbours finds are there, now and for the next
 * picture. */
static void
test_pictures (Fixture *self, gconstpointer data)
{
  const guint picture = find_test_picture (self);
  g_autoptr (GArray) found = NULL;
  g_autoptr (GError) error = NULL;
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  guint counts[2] = { 0 };
  g_autoptr (GString) summary = g_string_new (NULL);

  mien_neighbours_box_set_picture (self->box, picture);
  g_assert_cmpstr (mien_neighbours_box_get_state (self->box), ==, "start");
  press_button (self);
  g_assert_cmpstr (mien_neighbours_box_get_state (self->box), ==, "busy");
  app_fixture_wait_for (shows_pictures, self);

  found = mien_neighbours_find (mien_workspace_get_neighbours (self->workspace), picture, 6,
                                &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_tiles (self), ==, found->len);
  for (guint i = 0; i < found->len; i++)
    counts[mien_dataset_get_picture (dataset, g_array_index (found, MienNeighbour, i).picture)
             ->class_index]++;
  if (counts[0] > 0)
    g_string_append_printf (summary, "dark: %u", counts[0]);
  if (counts[1] > 0)
    g_string_append_printf (summary, "%slight: %u", summary->len > 0 ? " · " : "", counts[1]);
  g_assert_cmpstr (gtk_label_get_label (get_child (self, "summary_label")), ==, summary->str);

  mien_neighbours_box_clear (self->box);
  g_assert_cmpuint (count_tiles (self), ==, 0);
  mien_neighbours_box_set_picture (self->box, picture);
  g_assert_cmpstr (mien_neighbours_box_get_state (self->box), !=, "start");
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  mien_neighbours_box_set_picture (self->box, find_test_picture (self));
  press_button (self);
  press_button (self);
  g_assert_false (mien_workspace_is_busy (self->workspace, MIEN_JOB_COMPARE));
  g_assert_cmpstr (mien_neighbours_box_get_state (self->box), ==, "start");
}

/* Another model sees the pictures in another way. */
static void
test_another_model (Fixture *self, gconstpointer data)
{
  mien_neighbours_box_set_picture (self->box, find_test_picture (self));
  press_button (self);
  app_fixture_wait_for (shows_pictures, self);
  open_model (self);
  g_assert_null (mien_workspace_get_neighbours (self->workspace));
  g_assert_cmpstr (mien_neighbours_box_get_state (self->box), ==, "start");
  g_assert_cmpuint (count_tiles (self), ==, 0);
}

static void
test_gone (Fixture *self, gconstpointer data)
{
  const guint picture = find_test_picture (self);
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);

  g_assert_cmpint (g_unlink (mien_dataset_get_picture (dataset, picture)->path), ==, 0);
  mien_neighbours_box_set_picture (self->box, picture);
  press_button (self);
  app_fixture_wait_for (shows_error, self);
  g_assert_cmpuint (count_tiles (self), ==, 0);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/neighbours-box/pictures", test_pictures);
  ADD ("/neighbours-box/cancelled", test_cancelled);
  ADD ("/neighbours-box/another-model", test_another_model);
  ADD ("/neighbours-box/gone", test_gone);
#undef ADD
  return g_test_run ();
}
