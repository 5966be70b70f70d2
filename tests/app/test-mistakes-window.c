/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "app-fixture.h"
#include "app/dataset/mien-mistakes-window.h"
#include "app/widgets/mien-correction-bar.h"
#include "data/mien-corrections.h"

typedef struct
{
  char *folder;
  MienWorkspace *workspace;
  GtkWidget *parent;
} Fixture;

/* Two classes that are easy to tell, each with a picture of the other's. */
static void
set_up (Fixture *self, gconstpointer unused)
{
  self->folder = app_fixture_make_folder ();
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.png", i);
      g_autofree char *dark = g_build_filename (self->folder, i == 4 ? "light" : "dark", NULL);
      g_autofree char *light = g_build_filename (self->folder, i == 9 ? "dark" : "light", NULL);
      g_autofree char *light_name = g_strdup_printf ("1%02u.png", i);

      g_assert_cmpint (g_mkdir_with_parents (dark, 0755), ==, 0);
      g_assert_cmpint (g_mkdir_with_parents (light, 0755), ==, 0);
      g_free (app_fixture_write_picture (dark, name, 40, 40, 0x101010u + i));
      g_free (app_fixture_write_picture (light, light_name, 40, 40, 0xe0e0e0u + i));
    }
  self->workspace = mien_workspace_new ();
  mien_workspace_open_folder (self->workspace, self->folder);
  app_fixture_wait_while_busy (self->workspace);
  g_assert_nonnull (mien_workspace_get_dataset (self->workspace));
  self->parent = gtk_window_new ();
  gtk_window_present (GTK_WINDOW (self->parent));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (self->parent));
  g_object_unref (self->workspace);
  app_fixture_remove (self->folder);
  g_free (self->folder);
}

static guint
find_picture (MienDataset *dataset, const char *suffix)
{
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    if (g_str_has_suffix (mien_dataset_get_picture (dataset, i)->path, suffix))
      return i;
  g_assert_not_reached ();
}

/* A decision is said in words, can be taken back, and is in force when the folder is read again. */
static void
test_bar (Fixture *self, gconstpointer unused)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const guint picture = find_picture (dataset, "light/04.png");
  MienCorrectionBar *bar = g_object_ref_sink (g_object_new (MIEN_TYPE_CORRECTION_BAR, NULL));
  guint n_moved, n_set_aside;

  mien_correction_bar_set_workspace (bar, self->workspace);
  mien_correction_bar_set_picture (bar, dataset, picture, "dark");
  g_assert_cmpstr (mien_correction_bar_get_state (bar), ==, "Its folder says light");
  mien_correction_bar_decide (bar, MIEN_CORRECTION_MOVE);
  g_assert_cmpstr (mien_correction_bar_get_state (bar), ==, "Moved from light to dark");
  mien_correction_bar_decide (bar, MIEN_CORRECTION_NONE);
  g_assert_cmpstr (mien_correction_bar_get_state (bar), ==, "Its folder says light");
  mien_correction_bar_decide (bar, MIEN_CORRECTION_SET_ASIDE);
  g_assert_cmpstr (mien_correction_bar_get_state (bar), ==, "Set aside");
  g_object_unref (bar);

  mien_workspace_open_folder (self->workspace, self->folder);
  app_fixture_wait_while_busy (self->workspace);
  mien_dataset_get_corrections (mien_workspace_get_dataset (self->workspace), &n_moved,
                                &n_set_aside);
  g_assert_cmpuint (n_moved, ==, 0);
  g_assert_cmpuint (n_set_aside, ==, 1);
}

/* Training again reads the folder anew, with what was moved, and trains. */
static void
test_train_again (Fixture *self, gconstpointer unused)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  MienSettings *settings = mien_workspace_get_settings (self->workspace);
  g_autoptr (GError) error = NULL;
  guint n_moved, n_set_aside;

  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->epochs = 1;
  mien_workspace_correct (self->workspace, dataset, find_picture (dataset, "light/04.png"),
                          MIEN_CORRECTION_MOVE, "dark", &error);
  g_assert_no_error (error);
  mien_workspace_train_again (self->workspace);
  app_fixture_wait_while_busy (self->workspace);
  g_assert_nonnull (mien_workspace_get_model (self->workspace));
  mien_dataset_get_corrections (mien_workspace_get_dataset (self->workspace), &n_moved,
                                &n_set_aside);
  g_assert_cmpuint (n_moved, ==, 1);
}

/* Another folder that is opened meanwhile is not trained on. */
static void
test_other_folder (Fixture *self, gconstpointer unused)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  g_autofree char *other = app_fixture_make_folder ();
  g_autoptr (GError) error = NULL;

  app_fixture_write_dataset (other);
  mien_workspace_correct (self->workspace, dataset, find_picture (dataset, "light/04.png"),
                          MIEN_CORRECTION_SET_ASIDE, NULL, &error);
  g_assert_no_error (error);
  mien_workspace_train (self->workspace);
  mien_workspace_open_folder (self->workspace, other);
  app_fixture_wait_while_busy (self->workspace);
  g_assert_null (mien_workspace_get_session (self->workspace));
  app_fixture_remove (other);
}

static gboolean
is_over (gpointer data)
{
  return !g_str_equal (mien_mistakes_window_get_state (data), "busy");
}

/* Without a backbone there is nothing to look at the pictures with, which the window says. */
static void
test_error (Fixture *self, gconstpointer unused)
{
  MienMistakesWindow *window = MIEN_MISTAKES_WINDOW (
    mien_mistakes_window_new (GTK_WINDOW (self->parent), self->workspace));

  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpstr (mien_mistakes_window_get_state (window), ==, "busy");
  app_fixture_wait_for (is_over, window);
  g_assert_cmpstr (mien_mistakes_window_get_state (window), ==, "error");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* With one, the two wrong pictures are gone through by actions, as the keys have them. */
static void
test_queue (Fixture *self, gconstpointer unused)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autofree char *path = g_build_filename (self->folder, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  MienMistakesWindow *window;
  guint n_moved, n_set_aside;

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  mien_workspace_set_backbone (self->workspace, path);
  app_fixture_wait_while_busy (self->workspace);
  window = MIEN_MISTAKES_WINDOW (
    mien_mistakes_window_new (GTK_WINDOW (self->parent), self->workspace));
  gtk_window_present (GTK_WINDOW (window));
  app_fixture_wait_for (is_over, window);
  g_assert_cmpstr (mien_mistakes_window_get_state (window), ==, "queue");

  gtk_widget_activate_action (GTK_WIDGET (window), "mistakes.move", NULL);
  g_assert_cmpuint (mien_mistakes_window_get_position (window), ==, 1);
  gtk_widget_activate_action (GTK_WIDGET (window), "mistakes.move", NULL);
  gtk_window_destroy (GTK_WINDOW (window));

  mien_workspace_open_folder (self->workspace, self->folder);
  app_fixture_wait_while_busy (self->workspace);
  mien_dataset_get_corrections (mien_workspace_get_dataset (self->workspace), &n_moved,
                                &n_set_aside);
  g_assert_cmpuint (n_moved, ==, 2);
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add ("/mistakes/bar", Fixture, NULL, set_up, test_bar, tear_down);
  g_test_add ("/mistakes/train-again", Fixture, NULL, set_up, test_train_again, tear_down);
  g_test_add ("/mistakes/other-folder", Fixture, NULL, set_up, test_other_folder, tear_down);
  g_test_add ("/mistakes/error", Fixture, NULL, set_up, test_error, tear_down);
  g_test_add ("/mistakes/queue", Fixture, NULL, set_up, test_queue, tear_down);
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
