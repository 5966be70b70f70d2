/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app/widgets/mien-heat-view.h"

typedef struct
{
  char *folder;
  MienModel *model;
  GtkWidget *window;
  MienHeatView *view; /* borrowed */
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = app_fixture_make_folder ();
  self->model = app_fixture_make_model ();
  self->window = gtk_window_new ();
  self->view = g_object_new (MIEN_TYPE_HEAT_VIEW, NULL);
  gtk_window_set_child (GTK_WINDOW (self->window), GTK_WIDGET (self->view));
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  mien_model_unref (self->model);
  app_fixture_remove (self->folder);
  g_free (self->folder);
}

static gpointer
child (Fixture *self, const char *id)
{
  return gtk_widget_get_template_child (GTK_WIDGET (self->view), MIEN_TYPE_HEAT_VIEW, id);
}

static gboolean
has_map (gpointer view)
{
  return mien_heat_view_get_map (view) != NULL;
}

static GdkTexture *
make_texture (Fixture *self, int width, int height)
{
  g_autofree char *path = app_fixture_write_picture (self->folder, "a.png", width, height,
                                                     0x204080);
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = gdk_texture_new_from_filename (path, &error);

  g_assert_no_error (error);
  return texture;
}

static double
get_aspect (GtkPicture *picture)
{
  return gdk_paintable_get_intrinsic_aspect_ratio (gtk_picture_get_paintable (picture));
}

/* A model, a picture and a wish make a map; it has the picture's proportions. */
static void
test_picture (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkTexture) texture = make_texture (self, 96, 48);

  mien_heat_view_set_texture (self->view, texture, "a dark one", "dark");
  g_assert_false (gtk_widget_get_visible (child (self, "controls")));
  mien_heat_view_set_model (self->view, self->model);
  g_assert_true (gtk_widget_get_visible (child (self, "controls")));
  g_assert_null (mien_heat_view_get_map (self->view));

  mien_heat_view_set_active (self->view, TRUE);
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 0);
  g_assert_cmpfloat_with_epsilon (get_aspect (child (self, "heat")), 2, 0.01);
  g_assert_cmpstr (gtk_label_get_label (child (self, "caption")), !=, "");

  gtk_drop_down_set_selected (child (self, "class_drop_down"), 2);
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 1);

  mien_heat_view_set_active (self->view, FALSE);
  g_assert_null (mien_heat_view_get_map (self->view));
  g_assert_null (gtk_picture_get_paintable (child (self, "heat")));
}

/* The next picture's map replaces the last one's, also while that is being made. */
static void
test_next (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkTexture) wide = make_texture (self, 96, 48);
  g_autoptr (GdkTexture) tall = make_texture (self, 32, 64);

  mien_heat_view_set_model (self->view, self->model);
  mien_heat_view_set_active (self->view, TRUE);
  mien_heat_view_set_texture (self->view, wide, NULL, "dark");
  mien_heat_view_set_texture (self->view, tall, NULL, "light");
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 1);
  g_assert_cmpfloat_with_epsilon (get_aspect (child (self, "heat")), 0.5, 0.01);

  mien_heat_view_set_texture (self->view, NULL, NULL, NULL);
  g_assert_null (mien_heat_view_get_map (self->view));
  g_assert_false (gtk_widget_get_visible (child (self, "controls")));
}

/* A picture that the model has no class for is shown alone. */
static void
test_foreign_class (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkTexture) texture = make_texture (self, 32, 32);

  mien_heat_view_set_model (self->view, self->model);
  mien_heat_view_set_active (self->view, TRUE);
  mien_heat_view_set_texture (self->view, texture, NULL, "neither");
  g_assert_false (gtk_spinner_get_spinning (child (self, "spinner")));
  g_assert_true (gtk_picture_get_paintable (child (self, "picture")) == GDK_PAINTABLE (texture));
}

static void
test_mean (Fixture *self, gconstpointer data)
{
  g_autofree char *first = app_fixture_write_picture (self->folder, "1.png", 32, 32, 0x202020);
  g_autofree char *second = app_fixture_write_picture (self->folder, "2.png", 32, 32, 0xe0e0e0);
  const char *const paths[] = { first, second, NULL };
  g_autoptr (GdkTexture) texture = make_texture (self, 32, 32);

  mien_heat_view_set_model (self->view, self->model);
  mien_heat_view_set_mean (self->view, paths, "both", "light");
  g_assert_true (mien_heat_view_get_active (self->view));
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 1);
  g_assert_nonnull (gtk_picture_get_paintable (child (self, "picture")));
  g_assert_false (gtk_widget_get_visible (child (self, "toggle")));
  g_assert_false (gtk_widget_get_visible (child (self, "progress_bar")));
  g_assert_cmpuint (gtk_drop_down_get_selected (child (self, "class_drop_down")), ==, 1);

  gtk_drop_down_set_selected (child (self, "class_drop_down"), 0);
  g_assert_true (gtk_widget_get_visible (child (self, "progress_bar")));
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 0);

  /* A single picture again. */
  mien_heat_view_set_texture (self->view, texture, NULL, "light");
  g_assert_cmpuint (gtk_drop_down_get_selected (child (self, "class_drop_down")), ==, 0);
  app_fixture_wait_for (has_map, self->view);
  g_assert_cmpuint (mien_heat_view_get_map (self->view)->class_index, ==, 1);
  g_assert_true (gtk_widget_get_visible (child (self, "toggle")));
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

#define ADD(path, test) g_test_add ("/heat-view/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("picture", test_picture);
  ADD ("next", test_next);
  ADD ("foreign-class", test_foreign_class);
  ADD ("mean", test_mean);
#undef ADD

  return g_test_run ();
}
