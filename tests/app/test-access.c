/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Every view by keyboard alone, and as the accessibility tree tells it: from each widget that has
 * the focus, Tab and arrow keys lead on until nothing new is found, which must be everything that
 * can have it; and each thing that can have it says what it is. */

#include "access-tree.h"
#include "app-fixture.h"
#include "app-keys.h"
#include "app/dataset/mien-augmentation-window.h"
#include "app/dataset/mien-mistakes-window.h"
#include "app/dataset/mien-prepare-window.h"
#include "app/evaluation/mien-neighbours-box.h"
#include "app/mien-application.h"
#include "app/mien-window.h"
#include "app/training/mien-run-list.h"
#include "app/training/mien-run-window.h"
#include "app/training/mien-training-page.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-picture-grid.h"

static MienApplication *application;

typedef struct
{
  MienWindow *window;
  MienWorkspace *workspace; /* borrowed */
} Fixture;

static void
set_up (Fixture *self, gconstpointer unused)
{
  self->window = mien_window_new (GTK_APPLICATION (application));
  self->workspace = mien_window_get_workspace (self->window);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
tear_down (Fixture *self, gconstpointer unused)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
}

static gboolean
passed (gpointer data)
{
  return *(gboolean *) data;
}

static gboolean
pass (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* What is shown anew takes a frame or two to be laid out. */
static void
settle (void)
{
  gboolean done = FALSE;

  g_timeout_add (400, pass, &done);
  app_fixture_wait_for (passed, &done);
}

static void
show (Fixture *self, const char *view)
{
  mien_window_set_view (self->window, view);
  settle ();
}

/* The widgets that can have the focus now. */
static void
collect (GtkWidget *widget, GPtrArray *found)
{
  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget) ||
      !gtk_widget_get_can_focus (widget))
    return;

  if (gtk_widget_get_focusable (widget))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, found);
}

static void
visit (GHashTable *reached, GQueue *queue, GtkWidget *widget)
{
  if (widget != NULL && g_hash_table_add (reached, widget))
    g_queue_push_tail (queue, widget);
}

/* Returns: (element-type GtkWidget): whatever Tab and the arrow keys lead to */
static GHashTable *
go_everywhere (GtkWindow *window)
{
  static const GtkDirectionType directions[] = { GTK_DIR_TAB_FORWARD, GTK_DIR_TAB_BACKWARD,
                                                 GTK_DIR_UP,          GTK_DIR_DOWN,
                                                 GTK_DIR_LEFT,        GTK_DIR_RIGHT };
  static const guint keys[] = { GDK_KEY_Up, GDK_KEY_Down, GDK_KEY_Left, GDK_KEY_Right };
  GHashTable *reached = g_hash_table_new (NULL, NULL);
  g_autoptr (GQueue) queue = g_queue_new ();
  GtkWidget *from;

  gtk_window_set_focus (window, NULL);
  gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  visit (reached, queue, gtk_window_get_focus (window));
  while ((from = g_queue_pop_head (queue)) != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
        {
          gtk_widget_grab_focus (from);
          gtk_widget_child_focus (GTK_WIDGET (window), directions[i]);
          visit (reached, queue, gtk_window_get_focus (window));
        }
      for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
        {
          gtk_widget_grab_focus (from);
          app_keys_press_up (from, keys[i]);
          visit (reached, queue, gtk_window_get_focus (window));
        }
    }

  return reached;
}

/* What holds others that can have the focus leaves it to them. */
static gboolean
is_reached (GHashTable *reached, GtkWidget *widget)
{
  if (g_hash_table_contains (reached, widget))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_reached (reached, child))
      return TRUE;
  return FALSE;
}

static void
assert_reached (GtkWindow *window)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (GHashTable) reached = go_everywhere (window);
  guint n_missed = 0;

  collect (GTK_WIDGET (window), found);
  g_assert_cmpuint (found->len, >, 0);
  for (guint i = 0; i < found->len; i++)
    {
      GtkWidget *widget = g_ptr_array_index (found, i);
      g_autoptr (GString) where = g_string_new (NULL);

      if (is_reached (reached, widget))
        continue;
      for (GtkWidget *above = widget; above != NULL; above = gtk_widget_get_parent (above))
        g_string_append_printf (where, " < %s", G_OBJECT_TYPE_NAME (above));
      g_test_message ("not reached by keyboard:%s", where->str);
      n_missed++;
    }
  g_assert_cmpuint (n_missed, ==, 0);
}

/* GTK gives what has no name that of its type. */
static gboolean
is_told (const char *name)
{
  return *name != '\0' && !g_str_has_prefix (name, "Gtk") && !g_str_has_prefix (name, "Adw") &&
         !g_str_has_prefix (name, "Mien");
}

/* Controls that GTK makes of several parts. */
static gboolean
is_control (const char *role)
{
  return g_str_equal (role, "combo box") || g_str_equal (role, "spin button") ||
         g_str_equal (role, "search box");
}

/* Scrolled areas, lists and selectable text need no name of their own. */
static gboolean
is_content (const char *role)
{
  return g_str_equal (role, "group") || g_str_equal (role, "list") || g_str_equal (role, "label");
}

/* By its own name; as a row, by what is in it; as a part of a control, by that. The button that
 * closes a toast is libadwaita's. */
static gboolean
says_what_it_is (GPtrArray *tree, guint index)
{
  const AccessNode *node = g_ptr_array_index (tree, index);

  if (is_told (node->name) || is_content (node->role))
    return TRUE;
  for (const AccessNode *above = node->parent; above != NULL; above = above->parent)
    {
      if (g_str_equal (above->name, "AdwToastWidget"))
        return TRUE;
      if (is_control (above->role))
        return is_told (above->name);
    }
  for (guint i = index + 1; i < tree->len; i++)
    {
      const AccessNode *below = g_ptr_array_index (tree, i);

      if (below->depth <= node->depth)
        break;
      if (is_told (below->name))
        return TRUE;
    }
  return FALSE;
}

static void
assert_named (void)
{
  g_autoptr (GPtrArray) tree = access_tree_read ();
  guint n_focusable = 0;
  guint n_missed = 0;

  for (guint i = 0; i < tree->len; i++)
    {
      const AccessNode *node = g_ptr_array_index (tree, i);
      g_autoptr (GString) where = g_string_new (NULL);

      if (!access_node_has (node, ACCESS_STATE_FOCUSABLE))
        continue;
      n_focusable++;
      if (says_what_it_is (tree, i))
        continue;
      for (const AccessNode *above = node; above != NULL; above = above->parent)
        g_string_append_printf (where, " < %s “%s”", above->role, above->name);
      g_test_message ("without a name:%s", where->str);
      n_missed++;
    }
  g_assert_cmpuint (n_focusable, >, 0);
  g_assert_cmpuint (n_missed, ==, 0);
}

static void
assert_view (Fixture *self, const char *view)
{
  show (self, view);
  assert_reached (GTK_WINDOW (self->window));
}

static void
test_empty (Fixture *self, gconstpointer unused)
{
  assert_view (self, "dataset");
  assert_view (self, "training");
  assert_view (self, "evaluation");
  assert_view (self, "prediction");
}

/* A child of the template of a widget. */
static gpointer
get_child (gpointer widget, const char *id)
{
  return gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);
}

static gboolean
has_map (gpointer heat_view)
{
  return mien_heat_view_get_map (heat_view) != NULL;
}

static gboolean
has_neighbours (gpointer box)
{
  return g_str_equal (mien_neighbours_box_get_state (box), "pictures");
}

/* A mistake large, with its heat map and neighbours: after one epoch there are some. */
static void
open_picture (Fixture *self)
{
  gpointer gallery = get_child (get_child (self->window, "evaluation_page"), "gallery");
  gpointer grid = get_child (gallery, "grid");
  gpointer viewer = get_child (gallery, "viewer");
  gpointer heat_view = get_child (viewer, "heat_view");
  g_autoptr (MienPictureItem) first = g_list_model_get_item (mien_picture_grid_get_model (grid), 0);

  g_signal_emit_by_name (grid, "activate", first);
  mien_heat_view_set_active (heat_view, TRUE);
  app_fixture_wait_for (has_map, heat_view);
  mien_workspace_compare (self->workspace);
  app_fixture_wait_for (has_neighbours, get_child (viewer, "neighbours_box"));
}

static void
test_content (Fixture *self, gconstpointer unused)
{
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.try-sample", NULL);
  app_fixture_wait_while_busy (self->workspace);
  assert_view (self, "dataset");
  mien_workspace_get_settings (self->workspace)->epochs = 1;
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.train", NULL);
  app_fixture_wait_while_busy (self->workspace);
  assert_view (self, "training");
  assert_view (self, "evaluation");
  assert_named ();
  open_picture (self);
  assert_view (self, "evaluation");
  assert_named ();
}

static GtkWindow *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (G_OBJECT_TYPE (window) == type)
        return window;
    }
  g_assert_not_reached ();
}

static void
assert_window (GType type)
{
  GtkWindow *window = find_window (type);

  settle ();
  assert_reached (window);
  gtk_window_destroy (window);
}

static gboolean
is_found (gpointer window)
{
  return !g_str_equal (mien_mistakes_window_get_state (window), "busy");
}

static gboolean
has_run (gpointer list)
{
  return mien_run_list_get_n_runs (list) > 0;
}

/* The windows that open in front of the main one. A backbone of its own looks for mistakes. */
static void
test_windows (Fixture *self, gconstpointer unused)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "model.safetensors", NULL);
  GtkWidget *page = GTK_WIDGET (
    gtk_widget_get_template_child (GTK_WIDGET (self->window), MIEN_TYPE_WINDOW, "training_page"));
  MienRunList *runs = MIEN_RUN_LIST (
    gtk_widget_get_template_child (page, MIEN_TYPE_TRAINING_PAGE, "run_list"));
  g_autoptr (GError) error = NULL;

  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.try-sample", NULL);
  app_fixture_wait_while_busy (self->workspace);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.prepare", NULL);
  assert_window (MIEN_TYPE_PREPARE_WINDOW);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.preview-augmentation", NULL);
  assert_window (MIEN_TYPE_AUGMENTATION_WINDOW);

  mien_workspace_get_settings (self->workspace)->epochs = 2;
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.train", NULL);
  app_fixture_wait_while_busy (self->workspace);
  show (self, "training");
  app_fixture_wait_for (has_run, runs);
  mien_run_list_open (runs, 0);
  assert_window (MIEN_TYPE_RUN_WINDOW);

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  mien_workspace_set_backbone (self->workspace, path);
  app_fixture_wait_while_busy (self->workspace);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.find-mistakes", NULL);
  app_fixture_wait_for (is_found, find_window (MIEN_TYPE_MISTAKES_WINDOW));
  assert_named ();
  assert_window (MIEN_TYPE_MISTAKES_WINDOW);
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  g_autoptr (GError) error = NULL;
  int status;

  g_setenv ("XDG_DATA_HOME", data, TRUE);
  gtk_test_init (&argc, &argv);
  application = mien_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_test_add ("/access/empty", Fixture, NULL, set_up, test_empty, tear_down);
  g_test_add ("/access/content", Fixture, NULL, set_up, test_content, tear_down);
  g_test_add ("/access/windows", Fixture, NULL, set_up, test_windows, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  app_fixture_remove (data);
  return status;
}
