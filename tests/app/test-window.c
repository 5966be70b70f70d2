/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The whole path in the real window: sample, two epochs of training, evaluation, a cell of the
 * matrix, a picture dropped on the prediction view. Its steps stand in the order in which a person
 * takes them. */

#include "app-fixture.h"
#include "app-keys.h"
#include "app/chart/mien-chart.h"
#include "app/evaluation/mien-evaluation-page.h"
#include "app/evaluation/mien-matrix-view.h"
#include "app/mien-application.h"
#include "app/mien-window.h"
#include "app/prediction/mien-prediction-item.h"
#include "app/prediction/mien-prediction-page.h"
#include "app/training/mien-training-page.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-picture-grid.h"

#define N_EPOCHS 2
/* Test pictures of each of the sample's three classes. */
#define N_TEST 60

static gpointer
page (MienWindow *window, const char *id)
{
  return gtk_widget_get_template_child (GTK_WIDGET (window), MIEN_TYPE_WINDOW, id);
}

static gpointer
on_page (MienWindow *window, const char *id, const char *name)
{
  GtkWidget *widget = page (window, id);

  return gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);
}

/* A child of a template that is on a page itself. */
static gpointer
in_pane (gpointer pane, const char *id)
{
  return gtk_widget_get_template_child (pane, G_OBJECT_TYPE (pane), id);
}

static void
activate (MienWindow *window, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, NULL));
}

static void
open_sample (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);

  g_assert_cmpstr (mien_training_page_get_state (page (window, "training_page")), ==, "empty");
  activate (window, "win.try-sample");
  app_fixture_wait_while_busy (workspace);
  g_assert_nonnull (mien_workspace_get_dataset (workspace));
  g_assert_cmpuint (
    mien_dataset_count_split (mien_workspace_get_dataset (workspace), MIEN_SPLIT_TEST), ==,
    3 * N_TEST);
}

static void
train (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);
  g_autofree char *loss = NULL;

  mien_workspace_get_settings (workspace)->epochs = N_EPOCHS;
  activate (window, "win.train");
  g_assert_cmpstr (mien_window_get_view (window), ==, "training");
  g_assert_true (mien_workspace_is_busy (workspace, MIEN_JOB_TRAIN));
  app_fixture_wait_while_busy (workspace);

  g_assert_cmpstr (gtk_label_get_label (on_page (window, "training_page", "state_label")), ==,
                   "Finished");
  loss = mien_chart_describe (on_page (window, "training_page", "loss_chart"));
  g_assert_nonnull (strstr (loss, "at Epoch 2"));
  g_assert_nonnull (mien_workspace_get_model (workspace));
}

static void
look_at_evaluation (MienWindow *window)
{
  MienEvaluation *evaluation = mien_workspace_get_evaluation (mien_window_get_workspace (window));
  MienMatrixView *matrix = in_pane (on_page (window, "evaluation_page", "matrix_pane"), "matrix");
  MienPictureGrid *grid = in_pane (on_page (window, "evaluation_page", "gallery"), "grid");
  g_autofree MienConfusion *confusions = NULL;
  g_autofree char *text = NULL;
  double low, high, accuracy;
  GListModel *listed;
  guint n, row_sum = 0;

  mien_window_set_view (window, "evaluation");
  g_assert_cmpstr (mien_evaluation_page_get_state (page (window, "evaluation_page")), ==,
                   "content");
  accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);
  text = mien_format_interval (accuracy, 3 * N_TEST, low, high);
  g_assert_cmpstr (gtk_label_get_label (on_page (window, "evaluation_page", "accuracy_label")), ==,
                   text);
  for (guint predicted = 0; predicted < 3; predicted++)
    row_sum += (guint) g_ascii_strtoull (
      mien_matrix_cell_get_text (mien_matrix_view_get_cell (matrix, 1, predicted)), NULL, 10);
  g_assert_cmpuint (row_sum, ==, N_TEST);

  /* Two epochs are too few to be without a mistake. */
  confusions = mien_evaluation_list_confusions (evaluation, &n);
  g_assert_cmpuint (n, >, 0);
  g_signal_emit_by_name (
    mien_matrix_view_get_cell (matrix, confusions[0].actual, confusions[0].predicted), "clicked");
  listed = mien_picture_grid_get_model (grid);
  g_assert_cmpuint (g_list_model_get_n_items (listed), ==, confusions[0].count);
}

/* Drops a file where a person does: on the drop target of the view. */
static void
drop_picture (MienWindow *window)
{
  MienWorkspace *workspace = mien_window_get_workspace (window);
  GtkWidget *prediction_page = page (window, "prediction_page");
  const MienPicture *picture = mien_dataset_get_picture (mien_workspace_get_dataset (workspace), 0);
  g_autoptr (GFile) file = g_file_new_for_path (picture->path);
  g_autoptr (MienPredictionItem) item = NULL;
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;
  GListModel *predictions = mien_workspace_get_predictions (workspace);

  mien_window_set_view (window, "prediction");
  g_assert_cmpstr (mien_prediction_page_get_state (MIEN_PREDICTION_PAGE (prediction_page)), ==,
                   "empty");
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (&file, 1));
  g_signal_emit_by_name (app_keys_find_controller (prediction_page, GTK_TYPE_DROP_TARGET), "drop",
                         &value, 10.0, 10.0, &taken);
  g_assert_true (taken);
  app_fixture_wait_while_busy (workspace);

  g_assert_cmpstr (mien_prediction_page_get_state (MIEN_PREDICTION_PAGE (prediction_page)), ==,
                   "list");
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 1);
  item = g_list_model_get_item (predictions, 0);
  g_assert_nonnull (item);
}

static gboolean
is_toplevel (const char *type)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GObject) toplevel = g_list_model_get_item (toplevels, i);

      if (g_str_equal (G_OBJECT_TYPE_NAME (toplevel), type))
        return TRUE;
    }
  return FALSE;
}

/* The windows that belong to the data set open, and close with the program's. Two of the sample's
 * pictures are equal. */
static void
open_further_windows (MienWindow *window)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.prepare", NULL);
  g_assert_true (is_toplevel ("MienPrepareWindow"));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.preview-augmentation", NULL);
  g_assert_true (is_toplevel ("MienAugmentationWindow"));
  g_signal_emit_by_name (on_page (window, "dataset_page", "twins_button"), "clicked");
  g_assert_true (is_toplevel ("MienTwinsWindow"));
}

static void
test_whole_path (void)
{
  g_autoptr (MienApplication) application = mien_application_new ();
  g_autoptr (GError) error = NULL;
  MienWindow *window;

  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  window = mien_window_new (GTK_APPLICATION (application));
  gtk_window_present (GTK_WINDOW (window));

  open_sample (window);
  train (window);
  look_at_evaluation (window);
  drop_picture (window);
  open_further_windows (window);

  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_false (is_toplevel ("MienPrepareWindow"));
  g_assert_false (is_toplevel ("MienAugmentationWindow"));
  g_assert_false (is_toplevel ("MienTwinsWindow"));
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  int status;

  /* The sample and the run are written to the user's data folder: one of the test's own. */
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  gtk_test_init (&argc, &argv);
  g_test_add_func ("/window/whole-path", test_whole_path);
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
