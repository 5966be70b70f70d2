/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Takes the pictures of the README: drives the real window through its views and renders it to PNG
 * files. Not a test; see docs/screenshots/make.sh. */

#include <libintl.h>
#include <locale.h>

#include "app/dataset/mien-augmentation-window.h"
#include "app/dataset/mien-mistakes-window.h"
#include "app/dataset/mien-prepare-window.h"
#include "app/dataset/mien-twins-window.h"
#include "app/evaluation/mien-evaluation-page.h"
#include "app/mien-application.h"
#include "app/mien-window.h"
#include "app/prediction/mien-prediction-item.h"
#include "app/training/mien-run-list.h"
#include "app/training/mien-run-window.h"
#include "app/training/mien-training-page.h"
#include "app/widgets/mien-crop-view.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-picture-grid.h"

/* Milliseconds that two toasts are seen for, one after the other; they hide what stands at the
 * bottom. */
#define TOASTS_GONE 11500

static char *output = ".";
static char *prefix = "";
static char *dataset;
static char *model;
static char *saved;
static char **pictures;
static int width = 1100;
static int height = 760;
static int epochs;
static gboolean dark;
static char *translations;

static const GOptionEntry options[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Folder for the pictures", "DIR" },
  { "prefix", 0, 0, G_OPTION_ARG_STRING, &prefix, "What file names begin with", "TEXT" },
  { "dataset", 0, 0, G_OPTION_ARG_FILENAME, &dataset, "Data set; the sample otherwise", "DIR" },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, &model, "Open a model instead of training", "FILE" },
  { "save", 0, 0, G_OPTION_ARG_FILENAME, &saved, "Save the trained model", "FILE" },
  { "predict", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &pictures, "A picture to predict", "FILE" },
  { "width", 0, 0, G_OPTION_ARG_INT, &width, "Of the window", "PIXELS" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Of the window", "PIXELS" },
  { "epochs", 0, 0, G_OPTION_ARG_INT, &epochs, "To train for; as set otherwise", "N" },
  { "dark", 0, 0, G_OPTION_ARG_NONE, &dark, "Use the dark style", NULL },
  { "translations", 0, 0, G_OPTION_ARG_FILENAME, &translations,
    "Folder of translations, for the language in LANGUAGE", "DIR" },
  { NULL },
};

static gboolean
timed_out (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
iterate_for (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, timed_out, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_while_busy (MienWorkspace *workspace)
{
  while (mien_workspace_get_job (workspace) != MIEN_JOB_NONE)
    iterate_for (20);
}

static void
take_picture (gpointer window, const char *name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file_name = g_strconcat (prefix, name, ".png", NULL);
  g_autofree char *path = g_build_filename (output, file_name, NULL);
  graphene_rect_t bounds;

  iterate_for (700);
  graphene_rect_init (&bounds, 0, 0, gdk_paintable_get_intrinsic_width (paintable),
                      gdk_paintable_get_intrinsic_height (paintable));
  gdk_paintable_snapshot (paintable, snapshot, bounds.size.width, bounds.size.height);
  node = gtk_snapshot_to_node (snapshot);
  if (node == NULL || !gsk_renderer_realize (renderer, NULL, &error))
    g_error ("%s: nothing to render", path);

  texture = gsk_renderer_render_texture (renderer, node, &bounds);
  gsk_renderer_unrealize (renderer);
  if (!gdk_texture_save_to_png (texture, path))
    g_error ("%s cannot be written", path);
  g_print ("%s\n", path);
}

static void
take_view (MienWindow *window, const char *view, const char *name)
{
  mien_window_set_view (window, view);
  take_picture (window, name);
}

/* A window of its own above the program's. */
static void
take_window (GtkWidget *window, const char *name)
{
  gtk_window_set_default_size (GTK_WINDOW (window), MIN (width, 960), MIN (height, 640));
  gtk_window_present (GTK_WINDOW (window));
  take_picture (window, name);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A child of the template of a widget. */
static gpointer
get_child (gpointer widget, const char *id)
{
  return gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);
}

/* All pictures in another order, those behind the worst confusion, one of them large, and where the
 * network looks. */
static void
take_evaluation (MienWindow *window)
{
  gpointer page = get_child (window, "evaluation_page");
  gpointer matrix_pane = get_child (page, "matrix_pane");
  gpointer gallery = get_child (page, "gallery");
  gpointer grid = get_child (gallery, "grid");
  gpointer viewer = get_child (gallery, "viewer");
  GtkListBox *confusions = get_child (matrix_pane, "confusions_list");
  GtkListBoxRow *worst = gtk_list_box_get_row_at_index (confusions, 0);
  g_autoptr (MienPictureItem) first = NULL;

  take_view (window, "evaluation", "evaluation");
  if (worst == NULL)
    return;
  gtk_toggle_button_set_active (get_child (gallery, "any_button"), TRUE);
  gtk_widget_activate_action (gallery, "gallery.order", "s", "narrowest-margin");
  gtk_widget_activate_action (gallery, "gallery.search", NULL);
  adw_leaflet_set_visible_child (get_child (page, "leaflet"), gallery);
  take_picture (window, "evaluation-gallery");
  gtk_widget_activate_action (gallery, "gallery.search", NULL);
  gtk_widget_activate_action (gallery, "gallery.order", "s", "most-confident");
  g_signal_emit_by_name (worst, "activate");
  take_picture (window, "evaluation-cell");
  first = g_list_model_get_item (mien_picture_grid_get_model (grid), 0);
  g_signal_emit_by_name (grid, "activate", first);
  take_picture (window, "evaluation-picture");
  mien_heat_view_set_active (get_child (viewer, "heat_view"), TRUE);
  take_picture (window, "evaluation-heat-map");
  mien_heat_view_set_active (get_child (viewer, "heat_view"), FALSE);
  mien_workspace_compare (mien_window_get_workspace (window));
  wait_while_busy (mien_window_get_workspace (window));
  take_picture (window, "evaluation-neighbours");
  g_signal_emit_by_name (viewer, "closed");
  g_signal_emit_by_name (get_child (gallery, "mean_button"), "clicked");
  take_picture (window, "evaluation-mean");
  g_signal_emit_by_name (get_child (gallery, "mean_viewer"), "closed");
  adw_leaflet_set_visible_child (get_child (page, "leaflet"), get_child (page, "overview"));
}

static void
take_augmentation (MienWindow *window, const char *name)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);

  take_window (mien_augmentation_window_new (GTK_WINDOW (window), workspace), name);
}

static void
take_preparing (MienWindow *window, const char *name)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);

  take_window (mien_prepare_window_new (GTK_WINDOW (window), workspace), name);
}

static void
take_twins (MienWindow *window, const char *name)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);

  take_window (mien_twins_window_new (GTK_WINDOW (window), workspace, 0), name);
}

static void
take_empty_views (MienWindow *window)
{
  take_view (window, "dataset", "dataset-empty");
  take_view (window, "training", "training-empty");
  take_view (window, "evaluation", "evaluation-empty");
  take_view (window, "prediction", "prediction-empty");
  take_augmentation (window, "augmentation-empty");
}

/* What stands beside the matrix in the Evaluation view. */
static void
take_panes (MienWindow *window)
{
  static const char *const names[] = { "curves", "confidence" };
  GtkWidget *page = GTK_WIDGET (
    gtk_widget_get_template_child (GTK_WIDGET (window), MIEN_TYPE_WINDOW, "evaluation_page"));
  GtkStack *panes = GTK_STACK (
    gtk_widget_get_template_child (page, MIEN_TYPE_EVALUATION_PAGE, "panes"));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_strdup_printf ("evaluation-%s", names[i]);

      gtk_stack_set_visible_child_name (panes, names[i]);
      take_view (window, "evaluation", name);
    }
  gtk_stack_set_visible_child_name (panes, "matrix");
}

/* The pictures whose labels may be wrong, in a window in front of the main one. */
static void
take_mistakes (MienWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  gtk_widget_activate_action (GTK_WIDGET (window), "win.find-mistakes", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) mistakes = g_list_model_get_item (windows, i);

      if (!MIEN_IS_MISTAKES_WINDOW (mistakes))
        continue;
      while (g_str_equal (mien_mistakes_window_get_state (MIEN_MISTAKES_WINDOW (mistakes)),
                          "busy"))
        iterate_for (50);
      take_picture (mistakes, "mistakes");
      gtk_window_destroy (mistakes);
      return;
    }
}

/* The window of the latest run, which is seen in front of the main window. */
static void
take_run (MienWindow *window)
{
  GtkWidget *page = GTK_WIDGET (
    gtk_widget_get_template_child (GTK_WIDGET (window), MIEN_TYPE_WINDOW, "training_page"));
  MienRunList *list = MIEN_RUN_LIST (
    gtk_widget_get_template_child (page, MIEN_TYPE_TRAINING_PAGE, "run_list"));
  GListModel *windows = gtk_window_get_toplevels ();

  if (mien_run_list_get_n_runs (list) == 0)
    return;

  mien_run_list_open (list, 0);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) run = g_list_model_get_item (windows, i);

      if (!MIEN_IS_RUN_WINDOW (run))
        continue;
      take_picture (run, "run");
      gtk_window_destroy (run);
      return;
    }
}

/* The window on what the model is: the one that is seen in front of the main window. */
static void
take_about (MienWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  gtk_widget_activate_action (GTK_WIDGET (window), "win.about-model", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) about = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (about) != GTK_WINDOW (window) ||
          !gtk_widget_get_visible (GTK_WIDGET (about)))
        continue;
      take_picture (about, "about-model");
      gtk_window_destroy (about);
      return;
    }
}

static void
train (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);
  gboolean half_way = FALSE;

  if (epochs > 0)
    mien_workspace_get_settings (workspace)->epochs = epochs;
  mien_window_set_view (window, "training");
  mien_workspace_train (workspace);
  while (mien_workspace_is_busy (workspace, MIEN_JOB_TRAIN))
    {
      MienProgress progress;

      iterate_for (50);
      mien_workspace_get_progress (workspace, MIEN_JOB_TRAIN, &progress);
      if (!half_way && progress.total > 0 && progress.done * 4 > progress.total * 3)
        {
          half_way = TRUE;
          take_picture (window, "training-running");
        }
    }
}

static void
predict (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (guint i = 0; pictures != NULL && pictures[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (pictures[i]);
      g_list_store_append (files, file);
    }
  mien_workspace_predict_files (workspace, G_LIST_MODEL (files));
  wait_while_busy (workspace);
}

/* The first picture large, with a square on it, and where the network looks in that. */
static void
take_part (MienWindow *window)
{
  gpointer page = get_child (window, "prediction_page");
  gpointer viewer = get_child (page, "viewer");

  g_signal_emit_by_name (get_child (page, "list_view"), "activate", 0);
  take_picture (window, "prediction-picture");
  mien_crop_view_set_crop (get_child (viewer, "crop_view"), &(GdkRectangle){ 8, 8, 32, 32 });
  mien_heat_view_set_active (get_child (viewer, "heat_view"), TRUE);
  take_picture (window, "prediction-part");
  mien_heat_view_set_active (get_child (viewer, "heat_view"), FALSE);
  g_signal_emit_by_name (viewer, "closed");
}

static void
take_pictures (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);

  take_empty_views (window);

  if (dataset != NULL)
    mien_workspace_open_folder (workspace, dataset);
  else
    mien_workspace_open_sample (workspace);
  wait_while_busy (workspace);
  iterate_for (TOASTS_GONE);
  take_view (window, "dataset", "dataset");
  take_augmentation (window, "augmentation");
  take_preparing (window, "prepare");
  take_twins (window, "twins");

  take_mistakes (window);
  take_view (window, "training", "training-ready");
  if (model != NULL)
    mien_workspace_open_model (workspace, model);
  else
    train (window);
  wait_while_busy (workspace);
  if (model != NULL)
    mien_workspace_evaluate (workspace, MIEN_SPLIT_TEST);
  else if (saved != NULL)
    mien_workspace_save_model (workspace, saved);
  wait_while_busy (workspace);
  iterate_for (TOASTS_GONE);

  take_view (window, "training", "training");
  take_run (window);
  take_evaluation (window);
  take_panes (window);
  take_view (window, "prediction", "prediction-ready");
  predict (window);
  take_view (window, "prediction", "prediction");
  take_part (window);
  take_about (window);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- take pictures of the window");
  g_autoptr (MienApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  MienWindow *window;

  setlocale (LC_ALL, "C.UTF-8");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  if (translations != NULL)
    {
      bindtextdomain (GETTEXT_PACKAGE, translations);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
      textdomain (GETTEXT_PACKAGE);
    }

  application = mien_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, &error))
    g_error ("%s", error->message);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                           : ADW_COLOR_SCHEME_FORCE_LIGHT);

  window = mien_window_new (GTK_APPLICATION (application));
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  take_pictures (window);
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
