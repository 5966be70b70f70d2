/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "app-fixture.h"
#include "app/training/mien-run-changes.h"
#include "app/training/mien-run-list.h"
#include "app/training/mien-run-matrix.h"
#include "app/training/mien-run-window.h"

#define N_EPOCHS 3

typedef struct
{
  char *folder; /* of the pictures */
  MienWorkspace *workspace;
  GtkWidget *window;
  MienRunList *list; /* borrowed from the window */
} Fixture;

static gboolean
has_run (gpointer data)
{
  return mien_run_list_get_n_runs (data) > 0;
}

static void
set_up (Fixture *self, gconstpointer unused)
{
  MienSettings *settings;

  self->folder = app_fixture_make_folder ();
  app_fixture_write_dataset (self->folder);
  self->workspace = mien_workspace_new ();
  mien_workspace_open_folder (self->workspace, self->folder);
  app_fixture_wait_while_busy (self->workspace);
  settings = mien_workspace_get_settings (self->workspace);
  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->epochs = N_EPOCHS;
  settings->patience = 0;

  self->list = g_object_new (MIEN_TYPE_RUN_LIST, NULL);
  mien_run_list_set_workspace (self->list, self->workspace);
  self->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->list));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  g_object_unref (self->workspace);
  app_fixture_remove (self->folder);
  g_free (self->folder);
}

static void
train (Fixture *self)
{
  mien_workspace_train (self->workspace);
  app_fixture_wait_while_busy (self->workspace);
}

static gpointer
child (MienRunWindow *window, const char *id)
{
  GObject *found = gtk_widget_get_template_child (GTK_WIDGET (window), MIEN_TYPE_RUN_WINDOW, id);

  g_assert_nonnull (found);
  return found;
}

static gboolean
is_compared (gpointer data)
{
  return !g_str_equal (mien_run_changes_get_state (data), "busy");
}

/* A list that is there while a training ends has its run; what a window shows of two runs is what
 * their folders tell. */
static void
test_runs (Fixture *self, gconstpointer unused)
{
  g_autofree char *folder = mien_run_records_get_folder ();
  g_autofree char *other = g_build_filename (folder, "other", NULL);
  g_autoptr (GPtrArray) records = NULL;
  g_autofree char *best = NULL;
  MienRunRecord *newer;
  MienRunRecord *older;
  MienRunWindow *window;
  MienRunChanges *changes;

  gtk_window_present (GTK_WINDOW (self->window));
  g_assert_cmpuint (mien_run_list_get_n_runs (self->list), ==, 0);
  train (self);
  app_fixture_wait_for (has_run, self->list);
  mien_workspace_get_settings (self->workspace)->seed = 7;
  train (self);
  g_assert_cmpint (g_mkdir_with_parents (other, 0755), ==, 0);
  app_fixture_write_file (other, "notes.txt", "none of ours");

  records = mien_run_records_list (folder, NULL);
  g_assert_cmpuint (records->len, ==, 3);
  newer = g_ptr_array_index (records, 0);
  older = g_ptr_array_index (records, 1);
  g_assert_no_error (newer->error);
  g_assert_no_error (older->error);

  window = MIEN_RUN_WINDOW (mien_run_window_new (self->workspace, newer, records));
  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpuint (mien_run_window_get_epoch (window), ==, newer->best_epoch);
  mien_run_window_set_epoch (window, N_EPOCHS);
  best = g_strdup_printf ("epoch %u", N_EPOCHS);
  g_assert_nonnull (strstr (mien_run_matrix_get_title (child (window, "matrix")), best));
  g_assert_false (gtk_widget_get_visible (child (window, "other_matrix")));

  mien_run_window_compare (window, older);
  g_assert_true (gtk_widget_get_visible (child (window, "other_matrix")));
  g_assert_nonnull (
    strstr (mien_run_matrix_get_title (child (window, "other_matrix")), older->name));
  g_assert_cmpstr (gtk_label_get_label (child (window, "settings_label")), ==, "seed: 7 → 1");

  changes = child (window, "changes");
  g_assert_cmpstr (mien_run_changes_get_state (changes), ==, "ready");
  g_signal_emit_by_name (
    gtk_widget_get_template_child (GTK_WIDGET (changes), MIEN_TYPE_RUN_CHANGES, "compare_button"),
    "clicked");
  g_assert_cmpstr (mien_run_changes_get_state (changes), ==, "busy");
  app_fixture_wait_for (is_compared, changes);
  g_assert_cmpstr (mien_run_changes_get_state (changes), ==, "content");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_test_add ("/runs/window", Fixture, NULL, set_up, test_runs, tear_down);
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
