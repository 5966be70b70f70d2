/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "app-fixture.h"
#include "app/dataset/mien-prepare-classes.h"
#include "app/dataset/mien-prepare-window.h"
#include "app/widgets/mien-destination.h"
#include "app/widgets/mien-number-row.h"

typedef struct
{
  char *folder;
  char *source;
  MienWorkspace *workspace;
  GtkWidget *window; /* NULL once it is closed */
} Fixture;

/* Three classes, "blue" with fewer pictures than the others. */
static void
write_classes (const char *source)
{
  static const struct
  {
    const char *name;
    guint n_train;
    guint n_test;
    guint32 rgb;
  } classes[] = {
    { "blue", 3, 2, 0x0000a0 },
    { "green", 6, 2, 0x00a000 },
    { "red", 5, 2, 0xa00000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    for (guint j = 0; j < classes[i].n_train + classes[i].n_test; j++)
      {
        g_autofree char *folder = g_build_filename (
          source, j < classes[i].n_train ? "train" : "test", classes[i].name, NULL);
        g_autofree char *name = g_strdup_printf ("%u.png", j);
        g_autofree char *path = NULL;

        g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
        path = app_fixture_write_picture (folder, name, 40, 40, classes[i].rgb + j);
      }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = app_fixture_make_folder ();
  fixture->source = g_build_filename (fixture->folder, "colours", NULL);
  write_classes (fixture->source);
  fixture->workspace = mien_workspace_new ();
  mien_workspace_open_folder (fixture->workspace, fixture->source);
  app_fixture_wait_while_busy (fixture->workspace);
  fixture->window = mien_prepare_window_new (NULL, fixture->workspace);
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->window != NULL)
    {
      g_object_remove_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
      gtk_window_destroy (GTK_WINDOW (fixture->window));
    }
  g_object_unref (fixture->workspace);
  app_fixture_remove (fixture->folder);
  g_free (fixture->source);
  g_free (fixture->folder);
}

static gpointer
child (Fixture *fixture, const char *id)
{
  GObject *object = gtk_widget_get_template_child (fixture->window, MIEN_TYPE_PREPARE_WINDOW, id);

  g_assert_nonnull (object);
  return object;
}

static gboolean
is_ready (gpointer user_data)
{
  return mien_prepare_window_is_ready (MIEN_PREPARE_WINDOW (((Fixture *) user_data)->window));
}

static void
wait_for_plan (Fixture *fixture)
{
  app_fixture_wait_for (is_ready, fixture);
}

/* "name 11" of each row: what the bars say of a class and all of its pictures. */
static void
assert_bars (Fixture *fixture, const char *id, const char *expected)
{
  GtkWidget *list = gtk_widget_get_first_child (child (fixture, id));
  g_autoptr (GString) text = g_string_new (NULL);

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *box = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
      GtkWidget *name = gtk_widget_get_first_child (gtk_widget_get_first_child (box));

      g_string_append_printf (text, "%s%s %s", text->len > 0 ? ", " : "",
                              gtk_label_get_label (GTK_LABEL (name)),
                              gtk_label_get_label (GTK_LABEL (gtk_widget_get_next_sibling (name))));
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static gboolean
can_write (Fixture *fixture)
{
  return gtk_widget_get_sensitive (child (fixture, "write_button"));
}

static const char *
error_text (Fixture *fixture)
{
  GtkLabel *label = child (fixture, "error_label");

  return gtk_widget_get_visible (GTK_WIDGET (label)) ? gtk_label_get_label (label) : "";
}

/* Nothing held back, so that counts are whole. */
static void
hold_back_nothing (Fixture *fixture)
{
  mien_number_row_set_value (child (fixture, "validation_row"), 0);
  wait_for_plan (fixture);
}

/* All as large as the largest: 6 to train on, and 2 to test. */
static void
test_balance (Fixture *fixture, gconstpointer data)
{
  hold_back_nothing (fixture);
  g_assert_cmpfloat (mien_number_row_get_value (child (fixture, "count_row")), ==, 6);
  assert_bars (fixture, "before_bars", "blue 5, green 8, red 7");
  assert_bars (fixture, "after_bars", "blue 8, green 8, red 8");
  g_assert_true (can_write (fixture));

  mien_number_row_set_value (child (fixture, "count_row"), 4);
  wait_for_plan (fixture);
  assert_bars (fixture, "after_bars", "blue 6, green 6, red 6");
  g_assert_true (g_str_has_prefix (gtk_label_get_label (child (fixture, "summary_label")),
                                   "18 pictures, 1 of them augmented copies"));

  adw_expander_row_set_enable_expansion (child (fixture, "balance_row"), FALSE);
  wait_for_plan (fixture);
  assert_bars (fixture, "after_bars", "blue 5, green 8, red 7");
}

/* A third is held back: no picture is lost, and 4 of the largest class are left to train on. */
static void
test_validation (Fixture *fixture, gconstpointer data)
{
  adw_expander_row_set_enable_expansion (child (fixture, "balance_row"), FALSE);
  mien_number_row_set_value (child (fixture, "validation_row"), 33.4);
  wait_for_plan (fixture);
  g_assert_true (can_write (fixture));
  /* The number is offered anew for what is left of the largest. */
  g_assert_cmpfloat (mien_number_row_get_value (child (fixture, "count_row")), ==, 4);
  assert_bars (fixture, "after_bars", "blue 5, green 8, red 7");
}

static void
test_classes (Fixture *fixture, gconstpointer data)
{
  MienPrepareClasses *classes = child (fixture, "classes");

  hold_back_nothing (fixture);
  adw_expander_row_set_enable_expansion (child (fixture, "balance_row"), FALSE);
  mien_prepare_classes_rename (classes, 0, "cold");
  wait_for_plan (fixture);
  assert_bars (fixture, "after_bars", "cold 5, green 8, red 7");
  g_assert_false (mien_prepare_classes_is_merged (classes, 0));

  /* Spaces around a name are none. */
  mien_prepare_classes_rename (classes, 1, " cold ");
  wait_for_plan (fixture);
  assert_bars (fixture, "after_bars", "cold 13, red 7");
  g_assert_true (mien_prepare_classes_is_merged (classes, 0));
  g_assert_true (mien_prepare_classes_is_merged (classes, 1));
  g_assert_false (mien_prepare_classes_is_merged (classes, 2));
  g_assert_cmpuint (mien_prepare_classes_get_largest (classes), ==, 9);

  /* One class alone is none to tell from others. */
  mien_prepare_classes_choose (classes, 2, FALSE);
  wait_for_plan (fixture);
  g_assert_false (can_write (fixture));
  g_assert_cmpstr (error_text (fixture), !=, "");
  mien_prepare_classes_choose (classes, 0, FALSE);
  mien_prepare_classes_choose (classes, 1, FALSE);
  wait_for_plan (fixture);
  g_assert_false (can_write (fixture));

  mien_prepare_classes_choose (classes, 1, TRUE);
  mien_prepare_classes_choose (classes, 2, TRUE);
  wait_for_plan (fixture);
  g_assert_cmpstr (error_text (fixture), ==, "");
  assert_bars (fixture, "after_bars", "cold 8, red 7");
}

/* Where it cannot be written is said before it is tried. */
static void
test_destination (Fixture *fixture, gconstpointer data)
{
  MienPrepareWindow *window = MIEN_PREPARE_WINDOW (fixture->window);
  static const char *const wrong[] = { "", "  ", "a/b", "..", ".hidden", "colours" };

  wait_for_plan (fixture);
  g_assert_cmpstr (gtk_editable_get_text (child (fixture, "name_row")), ==, "colours-prepared");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      mien_prepare_window_set_destination (window, fixture->folder, wrong[i]);
      g_assert_false (can_write (fixture));
      g_assert_cmpstr (error_text (fixture), !=, "");
    }
  mien_prepare_window_set_destination (window, fixture->folder, "new");
  g_assert_true (can_write (fixture));
  g_assert_cmpstr (error_text (fixture), ==, "");
}

static gboolean
is_written (gpointer user_data)
{
  const Fixture *fixture = user_data;

  return fixture->window == NULL && mien_workspace_get_job (fixture->workspace) == MIEN_JOB_NONE;
}

/* Written, closed and opened. */
static void
test_write (Fixture *fixture, gconstpointer data)
{
  g_autofree char *expected = g_build_filename (fixture->folder, "new", NULL);
  MienDataset *dataset;

  hold_back_nothing (fixture);
  mien_prepare_window_set_destination (MIEN_PREPARE_WINDOW (fixture->window), fixture->folder,
                                       "new");
  mien_prepare_classes_rename (child (fixture, "classes"), 2, "rouge");
  wait_for_plan (fixture);
  g_signal_emit_by_name (child (fixture, "write_button"), "clicked");
  g_assert_cmpstr (mien_prepare_window_get_state (MIEN_PREPARE_WINDOW (fixture->window)), ==,
                   "busy");
  g_assert_cmpint (mien_workspace_get_job (fixture->workspace), ==, MIEN_JOB_PREPARE);
  app_fixture_wait_for (is_written, fixture);

  dataset = mien_workspace_get_dataset (fixture->workspace);
  g_assert_cmpstr (mien_dataset_get_directory (dataset), ==, expected);
  g_assert_cmpstr (mien_dataset_get_classes (dataset, NULL)[2], ==, "rouge");
  g_assert_cmpuint (mien_dataset_get_n_pictures (dataset), ==, 3 * (6 + 2));
}

/* A plan whose pictures are gone: told in place, and the form comes back. */
static void
test_failure (Fixture *fixture, gconstpointer data)
{
  g_autofree char *gone = g_build_filename (fixture->source, "train", "green", "0.png", NULL);
  g_autofree char *target = g_build_filename (fixture->folder, "new", NULL);

  hold_back_nothing (fixture);
  mien_prepare_window_set_destination (MIEN_PREPARE_WINDOW (fixture->window), fixture->folder,
                                       "new");
  app_fixture_remove (gone);
  g_signal_emit_by_name (child (fixture, "write_button"), "clicked");
  app_fixture_wait_while_busy (fixture->workspace);
  wait_for_plan (fixture);

  g_assert_nonnull (fixture->window);
  g_assert_cmpstr (mien_prepare_window_get_state (MIEN_PREPARE_WINDOW (fixture->window)), ==,
                   "form");
  g_assert_nonnull (strstr (error_text (fixture), "0.png"));
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
}

/* Cancelling brings the form back and leaves nothing. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->folder, "new", NULL);
  g_autoptr (GDir) dir = NULL;

  hold_back_nothing (fixture);
  mien_number_row_set_value (child (fixture, "count_row"), 5000);
  mien_prepare_window_set_destination (MIEN_PREPARE_WINDOW (fixture->window), fixture->folder,
                                       "new");
  wait_for_plan (fixture);
  g_signal_emit_by_name (child (fixture, "write_button"), "clicked");
  mien_workspace_cancel (fixture->workspace, MIEN_JOB_PREPARE);
  app_fixture_wait_while_busy (fixture->workspace);
  wait_for_plan (fixture);

  g_assert_cmpstr (mien_prepare_window_get_state (MIEN_PREPARE_WINDOW (fixture->window)), ==,
                   "form");
  g_assert_cmpstr (error_text (fixture), ==, "");
  g_assert_true (can_write (fixture));
  dir = g_dir_open (fixture->folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, "colours");
  g_assert_null (g_dir_read_name (dir));
}

static void
test_free_name (void)
{
  g_autofree char *folder = app_fixture_make_folder ();
  g_autofree char *first = mien_destination_dup_free_name (folder, "set");
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, ==, "set");
  app_fixture_write_file (folder, "set", "");
  second = mien_destination_dup_free_name (folder, "set");
  g_assert_cmpstr (second, ==, "set-2");
  app_fixture_write_file (folder, "set-2", "");
  third = mien_destination_dup_free_name (folder, "set");
  g_assert_cmpstr (third, ==, "set-3");
  app_fixture_remove (folder);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/prepare-window/balance", test_balance);
  ADD ("/prepare-window/validation", test_validation);
  ADD ("/prepare-window/classes", test_classes);
  ADD ("/prepare-window/destination", test_destination);
  ADD ("/prepare-window/write", test_write);
  ADD ("/prepare-window/failure", test_failure);
  ADD ("/prepare-window/cancel", test_cancel);
#undef ADD
  g_test_add_func ("/prepare-window/free-name", test_free_name);
  return g_test_run ();
}
