/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Before there is a model of one's own: the one that comes along, what it is, and how it is tried.
 */

#include "app-fixture.h"
#include "app/mien-application.h"
#include "app/mien-window.h"
#include "app/prediction/mien-model-window.h"
#include "app/prediction/mien-prediction-page.h"

typedef struct
{
  char *folder; /* where the networks that come along are looked for */
  char *path;   /* of the model */
  MienWindow *window;
} Fixture;

/* One bus name, one application. */
static MienApplication *application;

static void
set_up (Fixture *self, gconstpointer with_model)
{
  self->folder = app_fixture_make_folder ();
  self->path = g_build_filename (self->folder, "three-emotions.safetensors", NULL);
  if (with_model != NULL)
    {
      g_autoptr (MienModel) model = app_fixture_make_model ();
      g_autoptr (GError) error = NULL;

      mien_model_save (model, self->path, &error);
      g_assert_no_error (error);
      app_fixture_write_file (self->folder, "three-emotions.md",
                              "# What it is\n\n- not for `work` & <school>\n");
    }
  g_setenv ("MIEN_WEIGHTS", self->folder, TRUE);

  self->window = mien_window_new (GTK_APPLICATION (application));
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture *self, gconstpointer with_model)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  app_fixture_remove (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static MienPredictionPage *
get_page (Fixture *self)
{
  return MIEN_PREDICTION_PAGE (
    gtk_widget_get_template_child (GTK_WIDGET (self->window), MIEN_TYPE_WINDOW, "prediction_page"));
}

static gpointer
on_page (Fixture *self, const char *id)
{
  return gtk_widget_get_template_child (GTK_WIDGET (get_page (self)), MIEN_TYPE_PREDICTION_PAGE,
                                        id);
}

/* Returns: (transfer full) (nullable): the window on what the model is */
static MienModelWindow *
find_model_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (MIEN_IS_MODEL_WINDOW (window))
        return MIEN_MODEL_WINDOW (g_steal_pointer (&window));
    }
  return NULL;
}

static GtkWidget *
in_model_window (MienModelWindow *window, const char *id)
{
  return GTK_WIDGET (
    gtk_widget_get_template_child (GTK_WIDGET (window), MIEN_TYPE_MODEL_WINDOW, id));
}

static void
test_try (Fixture *fixture, gconstpointer data)
{
  MienWorkspace *workspace = mien_window_get_workspace (fixture->window);
  g_autoptr (MienModelWindow) about = NULL;

  g_assert_cmpstr (mien_prediction_page_get_state (get_page (fixture)), ==, "no-model");
  g_assert_true (gtk_widget_get_visible (on_page (fixture, "try_box")));
  g_assert_false (
    gtk_widget_has_css_class (on_page (fixture, "training_button"), "suggested-action"));

  /* Its card can be read before. */
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.about-model", NULL);
  about = find_model_window ();
  g_assert_nonnull (about);
  g_assert_true (gtk_widget_get_visible (in_model_window (about, "card_bin")));
  g_assert_false (gtk_widget_get_visible (in_model_window (about, "group")));
  gtk_window_destroy (GTK_WINDOW (about));

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.try-faces", NULL);
  app_fixture_wait_while_busy (workspace);
  g_assert_nonnull (mien_workspace_get_model (workspace));
  g_assert_cmpstr (mien_workspace_get_model_path (workspace), ==, fixture->path);
  g_assert_cmpstr (mien_window_get_view (fixture->window), ==, "prediction");
  g_assert_cmpstr (mien_prediction_page_get_state (get_page (fixture)), ==, "empty");
  g_assert_cmpstr (gtk_label_get_label (on_page (fixture, "ready_label")), ==,
                   "three-emotions.safetensors · 32 × 32");
}

static void
test_without (Fixture *fixture, gconstpointer data)
{
  MienWorkspace *workspace = mien_window_get_workspace (fixture->window);

  g_assert_false (gtk_widget_get_visible (on_page (fixture, "try_box")));
  g_assert_true (
    gtk_widget_has_css_class (on_page (fixture, "training_button"), "suggested-action"));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.try-faces", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.about-model", NULL);
  app_fixture_wait_while_busy (workspace);
  g_assert_null (mien_workspace_get_model (workspace));
  g_assert_null (find_model_window ());
}

static guint
count_rows (GtkWidget *widget)
{
  guint n = ADW_IS_ACTION_ROW (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += count_rows (child);
  return n;
}

/* A model that was never saved has no card: its figures stand alone. */
static void
test_about (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  MienModelWindow *about = mien_model_window_new (model, NULL);

  g_assert_false (gtk_widget_get_visible (in_model_window (about, "card_bin")));
  g_assert_true (gtk_widget_get_visible (in_model_window (about, "group")));
  /* Classes, input, network, and the name of the data set, which is all that is known. */
  g_assert_cmpuint (count_rows (in_model_window (about, "group")), ==, 4);
  gtk_window_destroy (GTK_WINDOW (about));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv);
  application = mien_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/first-start/try", "", test_try);
  ADD ("/first-start/without", NULL, test_without);
  ADD ("/first-start/about", NULL, test_about);
#undef ADD
  status = g_test_run ();
  g_object_unref (application);
  return status;
}
