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

static guint
find_in_split (MienDataset *dataset, MienSplit split, const char *class_name)
{
  const char *const *classes = mien_dataset_get_classes (dataset, NULL);

  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, i);

      if (picture->split == split && g_str_equal (classes[picture->class_index], class_name))
        return i;
    }
  g_assert_not_reached ();
}

static guint
count_actual (MienEvaluation *evaluation, const char *class_name)
{
  const char *const *classes = mien_evaluation_get_classes (evaluation, NULL);
  guint n = 0;

  for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
    n += g_str_equal (classes[mien_evaluation_get_record (evaluation, i)->actual], class_name);
  return n;
}

/* A model of the two classes and its answers on a split. */
static MienEvaluation *
evaluate (Fixture *self, MienSplit split)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autofree char *path = g_build_filename (self->folder, "model.safetensors", NULL);

  g_assert_true (mien_model_save (model, path, NULL));
  mien_workspace_open_model (self->workspace, path);
  app_fixture_wait_while_busy (self->workspace);
  mien_workspace_evaluate (self->workspace, split);
  app_fixture_wait_while_busy (self->workspace);
  return mien_workspace_get_evaluation (self->workspace);
}

static void
correct (Fixture *self, guint picture, MienCorrectionKind kind, const char *class_name)
{
  g_autoptr (GError) error = NULL;

  mien_workspace_correct (self->workspace, mien_workspace_get_dataset (self->workspace), picture,
                          kind, class_name, &error);
  g_assert_no_error (error);
}

/* Corrections hold in the data set, in an evaluation that there is, and in the next one. */
static void
test_apply (Fixture *self, gconstpointer unused)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const guint moved = find_in_split (dataset, MIEN_SPLIT_TRAIN, "light");
  MienEvaluation *evaluation = evaluate (self, MIEN_SPLIT_TRAIN);
  const guint n_dark = count_actual (evaluation, "dark");
  const guint n_light = count_actual (evaluation, "light");
  const char *path = mien_dataset_get_picture (dataset, moved)->path;
  g_autofree char *line = NULL;
  g_autofree char *csv = NULL;

  line = g_strdup_printf ("\n%s,move,dark\n", mien_dataset_get_relative_path (dataset, path));
  correct (self, moved, MIEN_CORRECTION_MOVE, "dark");
  mien_workspace_apply_corrections (self->workspace);
  app_fixture_wait_while_busy (self->workspace);
  evaluation = mien_workspace_get_evaluation (self->workspace);
  g_assert_cmpuint (count_actual (evaluation, "dark"), ==, n_dark + 1);
  g_assert_cmpuint (count_actual (evaluation, "light"), ==, n_light - 1);
  csv = mien_workspace_dup_corrections_csv (self->workspace, NULL);
  g_assert_nonnull (strstr (csv, line));

  dataset = mien_workspace_get_dataset (self->workspace);
  correct (self, find_in_split (dataset, MIEN_SPLIT_TRAIN, "light"), MIEN_CORRECTION_SET_ASIDE,
           NULL);
  mien_workspace_evaluate (self->workspace, MIEN_SPLIT_TRAIN);
  app_fixture_wait_while_busy (self->workspace);
  evaluation = mien_workspace_get_evaluation (self->workspace);
  g_assert_cmpuint (count_actual (evaluation, "dark"), ==, n_dark + 1);
  g_assert_cmpuint (count_actual (evaluation, "light"), ==, n_light - 2);
}

static void
announced (MienWorkspace *workspace, const char *message, GPtrArray *messages)
{
  g_ptr_array_add (messages, g_strdup (message));
}

/* What training again has gained is told of the corrected labels on both sides. */
static void
test_gain (Fixture *self, gconstpointer unused)
{
  MienDataset *dataset = mien_workspace_get_dataset (self->workspace);
  const MienSplit split = mien_dataset_get_evaluation_split (dataset);
  MienSettings *settings = mien_workspace_get_settings (self->workspace);
  const guint moved = find_in_split (dataset, split, "light");
  MienEvaluation *evaluation = evaluate (self, split);
  const guint n = mien_evaluation_get_n_records (evaluation);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *expected = NULL;
  guint n_before = 0;
  guint n_after = 0;

  for (guint i = 0; i < n; i++)
    {
      const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);

      n_before += record->predicted == (record->picture == moved ? 0 : record->actual);
    }
  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->epochs = 1;
  correct (self, moved, MIEN_CORRECTION_MOVE, "dark");
  g_signal_connect (self->workspace, "announced", G_CALLBACK (announced), messages);
  mien_workspace_train_again (self->workspace);
  app_fixture_wait_while_busy (self->workspace);

  evaluation = mien_workspace_get_evaluation (self->workspace);
  for (guint c = 0; c < 2; c++)
    n_after += mien_evaluation_get_count (evaluation, c, c);
  expected = g_strdup_printf ("%.1f %% now, %.1f %% before it was trained again",
                              100.0 * n_after / n, 100.0 * n_before / n);
  g_assert_cmpstr (g_ptr_array_index (messages, messages->len - 1), ==, expected);

  /* Told once, of that training. */
  g_ptr_array_set_size (messages, 0);
  mien_workspace_evaluate (self->workspace, split);
  app_fixture_wait_while_busy (self->workspace);
  g_assert_cmpuint (messages->len, ==, 0);
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
  gtk_window_close (GTK_WINDOW (window));
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
  g_test_add ("/mistakes/apply", Fixture, NULL, set_up, test_apply, tear_down);
  g_test_add ("/mistakes/gain", Fixture, NULL, set_up, test_gain, tear_down);
  g_test_add ("/mistakes/other-folder", Fixture, NULL, set_up, test_other_folder, tear_down);
  g_test_add ("/mistakes/error", Fixture, NULL, set_up, test_error, tear_down);
  g_test_add ("/mistakes/queue", Fixture, NULL, set_up, test_queue, tear_down);
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
