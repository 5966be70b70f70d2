/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app-keys.h"
#include "app/chart/mien-chart.h"
#include "app/evaluation/mien-class-table.h"
#include "app/evaluation/mien-evaluation-page.h"
#include "app/evaluation/mien-gallery-pane.h"
#include "app/evaluation/mien-matrix-pane.h"
#include "app/evaluation/mien-matrix-view.h"
#include "app/evaluation/mien-mean-viewer.h"
#include "app/evaluation/mien-picture-viewer.h"
#include "app/prediction/mien-prediction-item.h"
#include "app/widgets/mien-format.h"
#include "app/widgets/mien-heat-view.h"
#include "app/widgets/mien-picture-grid.h"
#include "train/mien-curve.h"

/* A child of the template of one of the page's panes. */
static gpointer
in_matrix (AppPageFixture *fixture, const char *id)
{
  return gtk_widget_get_template_child (app_page_fixture_child (fixture, "matrix_pane"),
                                        MIEN_TYPE_MATRIX_PANE, id);
}

static gpointer
in_gallery (AppPageFixture *fixture, const char *id)
{
  return gtk_widget_get_template_child (app_page_fixture_child (fixture, "gallery"),
                                        MIEN_TYPE_GALLERY_PANE, id);
}

static const char *
pictures_state (AppPageFixture *fixture)
{
  return gtk_stack_get_visible_child_name (in_gallery (fixture, "pictures_stack"));
}

static guint
count_listed (AppPageFixture *fixture)
{
  return g_list_model_get_n_items (mien_picture_grid_get_model (in_gallery (fixture, "grid")));
}

static void
open_model (AppPageFixture *fixture)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autofree char *path = g_build_filename (fixture->folder, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  mien_workspace_open_model (fixture->workspace, path);
  app_fixture_wait_while_busy (fixture->workspace);
}

static void
open_dataset (AppPageFixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "set", NULL);

  app_fixture_write_dataset (folder);
  mien_workspace_open_folder (fixture->workspace, folder);
  app_fixture_wait_while_busy (fixture->workspace);
}

static MienEvaluation *
evaluate (AppPageFixture *fixture, MienSplit split)
{
  open_model (fixture);
  open_dataset (fixture);
  mien_workspace_evaluate (fixture->workspace, split);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "content");

  return mien_workspace_get_evaluation (fixture->workspace);
}

static void
test_states (AppPageFixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "no-model");
  open_model (fixture);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "no-dataset");
  open_dataset (fixture);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "ready");

  mien_workspace_evaluate (fixture->workspace, MIEN_SPLIT_TEST);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "busy");
  mien_workspace_cancel (fixture->workspace, MIEN_JOB_EVALUATE);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "ready");
}

/* What the page says is what the evaluation says, put together here anew. */
static void
test_figures (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TEST);
  MienMatrixView *matrix = in_matrix (fixture, "matrix");
  MienClassTable *table = in_matrix (fixture, "class_table");
  double low, high;
  const double accuracy = mien_evaluation_get_accuracy (evaluation, &low, &high);
  g_autofree char *interval = mien_format_interval (accuracy, 2 * APP_FIXTURE_TEST, low, high);

  g_assert_cmpstr (gtk_label_get_label (app_page_fixture_child (fixture, "accuracy_label")), ==,
                   interval);
  for (guint actual = 0; actual < 2; actual++)
    for (guint predicted = 0; predicted < 2; predicted++)
      {
        g_autofree char *count = mien_format_count (
          mien_evaluation_get_count (evaluation, actual, predicted));

        g_assert_cmpstr (
          mien_matrix_cell_get_text (mien_matrix_view_get_cell (matrix, actual, predicted)), ==,
          count);
      }
  g_assert_cmpstr (mien_class_table_get_text (table, 1, 0), ==, "dark");
  g_assert_cmpstr (mien_class_table_get_text (table, 2, 0), ==, "light");
  g_assert_cmpstr (mien_class_table_get_text (table, 1, 4), ==, "2");
  g_assert_null (mien_class_table_get_text (table, 4, 0));

  /* Two classes stand beside each other in any order. */
  g_assert_false (gtk_widget_get_visible (in_matrix (fixture, "sort_button")));

  gtk_toggle_button_set_active (in_matrix (fixture, "rows_button"), TRUE);
  g_assert_nonnull (
    strchr (mien_matrix_cell_get_text (mien_matrix_view_get_cell (matrix, 0, 0)), '%'));
}

/* A child of a pane, which is a child of the page. */
static gpointer
in_pane (AppPageFixture *fixture, const char *pane, const char *id)
{
  GtkWidget *widget = app_page_fixture_child (fixture, pane);
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);

  g_assert_nonnull (child);
  return child;
}

/* The second class's areas come with its choice, as train/mien-curve has them. */
static void
test_curves (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TEST);
  g_autoptr (MienCurve) curve = mien_curve_new_for_class (MIEN_CURVE_ROC, evaluation, 1);
  g_autofree char *area = mien_format_number (curve->area, 0.001);
  g_autofree char *described = NULL;

  gtk_drop_down_set_selected (in_pane (fixture, "curves_pane", "class_drop_down"), 1);
  g_assert_nonnull (
    strstr (gtk_label_get_label (in_pane (fixture, "curves_pane", "roc_label")), area));
  described = mien_chart_describe (in_pane (fixture, "curves_pane", "precision_chart"));
  g_assert_nonnull (strstr (described, "precision"));
}

/* The slider's threshold is the model's, and decides which answers are sure. */
static void
test_threshold (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TEST);
  MienModel *model = mien_workspace_get_model (fixture->workspace);
  GtkAdjustment *slider = in_pane (fixture, "confidence_pane", "threshold");
  GtkLabel *label = in_pane (fixture, "confidence_pane", "coverage_label");
  const MienPicture *picture = mien_dataset_get_picture (mien_evaluation_get_dataset (evaluation),
                                                         0);
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (picture->path);
  g_autoptr (MienPredictionItem) item = NULL;

  g_assert_cmpfloat (gtk_adjustment_get_value (slider), ==, 50);
  g_list_store_append (files, file);
  mien_workspace_predict_files (fixture->workspace, G_LIST_MODEL (files));
  app_fixture_wait_while_busy (fixture->workspace);
  item = g_list_model_get_item (predictions, 0);

  /* Of two classes one always has half of the probability. */
  g_assert_true (mien_prediction_item_is_sure (item));
  g_assert_nonnull (strstr (gtk_label_get_label (label), "100.0"));

  gtk_adjustment_set_value (slider, 100);
  g_assert_cmpfloat (mien_model_get_threshold (model), ==, 1);
  g_assert_false (mien_prediction_item_is_sure (item));
  g_assert_cmpstr (gtk_label_get_label (label), ==, "No answer is as sure as that");
}

/* Once a test picture is a training picture as well, a line says what the others come to. */
static void
test_twins (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *set = g_build_filename (fixture->folder, "set", NULL);
  g_autofree char *train = g_build_filename (set, "train", "dark", NULL);
  GtkLabel *label = app_page_fixture_child (fixture, "twins_label");
  g_autofree char *twin = NULL;
  g_autofree char *accuracy = NULL;
  g_autofree char *text = NULL;
  double low, high;
  double fraction;
  guint n;

  evaluate (fixture, MIEN_SPLIT_TEST);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (label)));

  /* The colour of the first dark test picture. */
  twin = app_fixture_write_picture (train, "twin.png", 40, 40, 0x101020);
  mien_workspace_open_folder (fixture->workspace, set);
  app_fixture_wait_while_busy (fixture->workspace);
  mien_workspace_evaluate (fixture->workspace, MIEN_SPLIT_TEST);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (label)));
  fraction = mien_evaluation_get_accuracy_without_twins (
    mien_workspace_get_evaluation (fixture->workspace), &n, &low, &high);
  g_assert_cmpuint (n, ==, 2 * APP_FIXTURE_TEST - 1);
  accuracy = mien_format_interval (fraction, n, low, high);
  text = g_strdup_printf ("without 1 with a twin in training or validation: %s", accuracy);
  g_assert_cmpstr (gtk_label_get_label (label), ==, text);
}

/* Mistakes first, the pictures of a cell when one is chosen, and mistakes again. */
static void
test_cells (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  MienMatrixView *matrix = in_matrix (fixture, "matrix");
  const guint mistakes = mien_evaluation_get_count (evaluation, 0, 1) +
                         mien_evaluation_get_count (evaluation, 1, 0);

  g_assert_cmpuint (count_listed (fixture), ==, mistakes);
  for (guint actual = 0; actual < 2; actual++)
    for (guint predicted = 0; predicted < 2; predicted++)
      {
        const guint count = mien_evaluation_get_count (evaluation, actual, predicted);

        g_signal_emit_by_name (mien_matrix_view_get_cell (matrix, actual, predicted), "clicked");
        g_assert_cmpuint (count_listed (fixture), ==, count);
        g_assert_cmpstr (pictures_state (fixture), ==, count > 0 ? "grid" : "none");
        g_assert_true (gtk_widget_get_visible (in_gallery (fixture, "clear_button")));
        g_assert_false (gtk_widget_get_visible (in_gallery (fixture, "verdict_box")));
      }

  g_assert_true (app_keys_press (GTK_WIDGET (matrix), GDK_KEY_Escape));
  g_assert_cmpuint (count_listed (fixture), ==, mistakes);
  g_assert_false (gtk_widget_get_visible (in_gallery (fixture, "clear_button")));
  g_assert_true (gtk_widget_get_visible (in_gallery (fixture, "verdict_box")));
}

static void
choose (AppPageFixture *fixture, const char *button)
{
  gtk_toggle_button_set_active (in_gallery (fixture, button), TRUE);
}

/* A row of the table, as a click or Enter does. */
static void
activate_class (AppPageFixture *fixture, int class_index)
{
  GtkWidget *header = gtk_widget_get_first_child (in_matrix (fixture, "class_table"));
  GtkWidget *list = gtk_widget_get_next_sibling (header);

  g_signal_emit_by_name (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), class_index),
                         "activate");
}

/* A class, its mistakes and what was recognised of it; a cell puts the class out, and a class the
 * cell. */
static void
test_classes (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  MienMatrixView *matrix = in_matrix (fixture, "matrix");
  MienClassTable *table = in_matrix (fixture, "class_table");
  const guint n = mien_evaluation_get_n_records (evaluation);
  const guint of_class = mien_evaluation_get_count (evaluation, 1, 0) +
                         mien_evaluation_get_count (evaluation, 1, 1);
  const guint right = mien_evaluation_get_count (evaluation, 1, 1);
  guint actual, predicted;

  choose (fixture, "any_button");
  g_assert_cmpuint (count_listed (fixture), ==, n);
  mien_matrix_view_select (matrix, 0, 0);
  activate_class (fixture, 1);
  g_assert_cmpint (mien_class_table_get_selected (table), ==, 1);
  g_assert_false (mien_matrix_view_get_selected (matrix, &actual, &predicted));
  g_assert_cmpuint (count_listed (fixture), ==, of_class);
  choose (fixture, "right_button");
  g_assert_cmpuint (count_listed (fixture), ==, right);
  choose (fixture, "wrong_button");
  g_assert_cmpuint (count_listed (fixture), ==, of_class - right);

  mien_matrix_view_select (matrix, 1, 1);
  g_assert_cmpint (mien_class_table_get_selected (table), ==, -1);
  g_assert_cmpuint (count_listed (fixture), ==, right);
  activate_class (fixture, 0);
  g_signal_emit_by_name (in_gallery (fixture, "clear_button"), "clicked");
  g_assert_cmpint (mien_class_table_get_selected (table), ==, -1);
  choose (fixture, "any_button");
  g_assert_cmpuint (count_listed (fixture), ==, n);
}

/* The record that stands first in the gallery. */
static const MienEvaluationRecord *
get_first (AppPageFixture *fixture, MienEvaluation *evaluation)
{
  g_autoptr (MienPictureItem)
    item = g_list_model_get_item (mien_picture_grid_get_model (in_gallery (fixture, "grid")), 0);

  return mien_evaluation_get_record (evaluation, mien_picture_item_get_index (item));
}

static void
test_order (AppPageFixture *fixture, gconstpointer data)
{
  static const char *const orders[] = { "least-confident", "highest-loss", "most-confident" };
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  GtkLabel *count = in_gallery (fixture, "count_label");
  g_autofree char *pictures = NULL;

  choose (fixture, "any_button");
  for (guint o = 0; o < G_N_ELEMENTS (orders); o++)
    {
      const MienEvaluationRecord *first;

      gtk_widget_activate_action (app_page_fixture_child (fixture, "gallery"), "gallery.order", "s",
                                  orders[o]);
      first = get_first (fixture, evaluation);
      for (guint i = 0; i < mien_evaluation_get_n_records (evaluation); i++)
        {
          const MienEvaluationRecord *other = mien_evaluation_get_record (evaluation, i);

          if (o == 1)
            g_assert_cmpfloat (first->loss, >=, other->loss);
          else
            g_assert_cmpfloat (o == 0 ? other->probabilities[other->predicted]
                                      : first->probabilities[first->predicted],
                               >=,
                               o == 0 ? first->probabilities[first->predicted]
                                      : other->probabilities[other->predicted]);
        }
    }
  pictures = mien_format_pictures (mien_evaluation_get_n_records (evaluation));
  g_assert_true (g_str_has_prefix (gtk_label_get_label (count), pictures));
  g_assert_nonnull (strstr (gtk_label_get_label (count), "most confident first"));
}

static gboolean
is_one_listed (gpointer fixture)
{
  return count_listed (fixture) == 1;
}

static gboolean
is_none_listed (gpointer fixture)
{
  return count_listed (fixture) == 0;
}

/* File names are looked for in any case. */
static void
test_search (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  const MienPicture *picture = mien_dataset_get_picture (
    mien_evaluation_get_dataset (evaluation), mien_evaluation_get_record (evaluation, 0)->picture);
  g_autofree char *name = g_path_get_basename (picture->path);
  g_autofree char *upper = g_ascii_strup (name, -1);
  GtkEditable *entry = in_gallery (fixture, "search_entry");

  choose (fixture, "any_button");
  activate_class (fixture, 0);
  gtk_editable_set_text (entry, upper);
  app_fixture_wait_for (is_one_listed, fixture);
  gtk_editable_set_text (entry, "no such name");
  app_fixture_wait_for (is_none_listed, fixture);
  g_assert_cmpstr (pictures_state (fixture), ==, "none");
}

/* The worst confusion stands in words, and leads to its cell. */
static void
test_confusions (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  GtkListBox *list = in_matrix (fixture, "confusions_list");
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, 0);
  const guint dark = mien_evaluation_get_count (evaluation, 0, 1);
  const guint light = mien_evaluation_get_count (evaluation, 1, 0);
  MienClassMetrics metrics[2];
  g_autofree char *words = NULL;
  guint actual, predicted;

  for (guint c = 0; c < 2; c++)
    mien_evaluation_get_class_metrics (evaluation, c, &metrics[c]);
  g_assert_cmpuint (dark + light, >, 0);
  words = dark >= light
            ? g_strdup_printf ("dark taken for light: %u of %u", dark, metrics[0].support)
            : g_strdup_printf ("light taken for dark: %u of %u", light, metrics[1].support);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, words);
  g_signal_emit_by_name (row, "activate");
  g_assert_true (
    mien_matrix_view_get_selected (in_matrix (fixture, "matrix"), &actual, &predicted));
  g_assert_cmpuint (actual, ==, dark >= light ? 0 : 1);
  g_assert_cmpuint (predicted, ==, 1 - actual);
}

static gpointer
get_heat_view (gpointer viewer)
{
  return gtk_widget_get_template_child (viewer, MIEN_TYPE_PICTURE_VIEWER, "heat_view");
}

static gboolean
is_loaded (gpointer viewer)
{
  return gtk_picture_get_paintable (GTK_PICTURE (gtk_widget_get_template_child (
           get_heat_view (viewer), MIEN_TYPE_HEAT_VIEW, "picture"))) != NULL;
}

static gboolean
has_heat_map (gpointer viewer)
{
  return mien_heat_view_get_map (get_heat_view (viewer)) != NULL;
}

static const char *
viewer_label (AppPageFixture *fixture, const char *id)
{
  return gtk_label_get_label (GTK_LABEL (
    gtk_widget_get_template_child (in_gallery (fixture, "viewer"), MIEN_TYPE_PICTURE_VIEWER, id)));
}

static void
test_viewer (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  const guint predicted = mien_evaluation_get_count (evaluation, 0, 0) > 1 ? 0 : 1;
  const guint n = mien_evaluation_get_count (evaluation, 0, predicted);
  g_autofree char *first = g_strdup_printf ("1 of %u", n);
  g_autofree char *second = g_strdup_printf ("2 of %u", n);
  MienPictureViewer *viewer = in_gallery (fixture, "viewer");
  g_autoptr (MienPictureItem) item = NULL;

  g_assert_cmpuint (n, >, 1);
  mien_matrix_view_select (in_matrix (fixture, "matrix"), 0, predicted);
  item = g_list_model_get_item (mien_picture_grid_get_model (in_gallery (fixture, "grid")), 0);
  g_signal_emit_by_name (in_gallery (fixture, "grid"), "activate", item);
  g_assert_cmpstr (pictures_state (fixture), ==, "viewer");
  g_assert_cmpstr (viewer_label (fixture, "position_label"), ==, first);
  g_assert_cmpstr (viewer_label (fixture, "path_label"), ==, mien_picture_item_get_path (item));
  g_assert_true (g_str_has_prefix (viewer_label (fixture, "verdict_label"),
                                   predicted == 0 ? "dark, recognised" : "dark, taken for light"));
  app_fixture_wait_for (is_loaded, viewer);
  g_assert_false (has_heat_map (viewer));
  mien_heat_view_set_active (get_heat_view (viewer), TRUE);
  app_fixture_wait_for (has_heat_map, viewer);
  g_assert_cmpuint (mien_heat_view_get_map (get_heat_view (viewer))->class_index, ==, predicted);

  g_assert_true (app_keys_press (GTK_WIDGET (viewer), GDK_KEY_Right));
  g_assert_cmpstr (viewer_label (fixture, "position_label"), ==, second);
  g_assert_true (app_keys_press (GTK_WIDGET (viewer), GDK_KEY_Escape));
  g_assert_cmpstr (pictures_state (fixture), ==, "grid");
}

static gpointer
get_mean_view (AppPageFixture *fixture)
{
  return gtk_widget_get_template_child (in_gallery (fixture, "mean_viewer"), MIEN_TYPE_MEAN_VIEWER,
                                        "heat_view");
}

static gboolean
has_mean_map (gpointer heat_view)
{
  return mien_heat_view_get_map (heat_view) != NULL;
}

/* The mean of a cell asks about the class that its pictures are taken for. */
static void
test_mean (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TRAIN);
  const guint predicted = mien_evaluation_get_count (evaluation, 0, 0) > 0 ? 0 : 1;

  mien_matrix_view_select (in_matrix (fixture, "matrix"), 0, predicted);
  g_signal_emit_by_name (in_gallery (fixture, "mean_button"), "clicked");
  g_assert_cmpstr (pictures_state (fixture), ==, "mean");
  app_fixture_wait_for (has_mean_map, get_mean_view (fixture));
  g_assert_cmpuint (mien_heat_view_get_map (get_mean_view (fixture))->class_index, ==, predicted);

  g_assert_true (app_keys_press (in_gallery (fixture, "mean_viewer"), GDK_KEY_Escape));
  g_assert_cmpstr (pictures_state (fixture), ==, "grid");
  g_assert_null (mien_heat_view_get_map (get_mean_view (fixture)));
}

/* The model's own views are used, and the page says which. */
static void
test_views (AppPageFixture *fixture, gconstpointer data)
{
  static const char *const says[] = { NULL, "mirror image", "ten crops" };
  GtkLabel *label = app_page_fixture_child (fixture, "loss_label");

  open_model (fixture);
  open_dataset (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (says); i++)
    {
      mien_model_set_views (mien_workspace_get_model (fixture->workspace), (MienViews) i);
      mien_workspace_evaluate (fixture->workspace, MIEN_SPLIT_TEST);
      app_fixture_wait_while_busy (fixture->workspace);
      for (guint k = 1; k < G_N_ELEMENTS (says); k++)
        g_assert_cmpint (strstr (gtk_label_get_label (label), says[k]) != NULL, ==, i == k);
    }
}

/* The drop-down evaluates on another split. */
static void
test_split (AppPageFixture *fixture, gconstpointer data)
{
  MienEvaluation *evaluation = evaluate (fixture, MIEN_SPLIT_TEST);
  GtkDropDown *splits = app_page_fixture_child (fixture, "split_drop_down");

  g_assert_cmpint (mien_evaluation_get_split (evaluation), ==, MIEN_SPLIT_TEST);
  g_assert_cmpuint (gtk_drop_down_get_selected (splits), ==, 0);
  gtk_drop_down_set_selected (splits, 1);
  g_assert_cmpstr (mien_evaluation_page_get_state (fixture->page), ==, "busy");
  app_fixture_wait_while_busy (fixture->workspace);
  evaluation = mien_workspace_get_evaluation (fixture->workspace);
  g_assert_cmpint (mien_evaluation_get_split (evaluation), ==, MIEN_SPLIT_VALIDATION);
  g_assert_cmpuint (gtk_drop_down_get_selected (splits), ==, 1);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func)                                                                            \
  g_test_add (path, AppPageFixture, GSIZE_TO_POINTER (MIEN_TYPE_EVALUATION_PAGE),                  \
              app_page_fixture_set_up, func, app_page_fixture_tear_down)
  ADD ("/evaluation-page/states", test_states);
  ADD ("/evaluation-page/figures", test_figures);
  ADD ("/evaluation-page/curves", test_curves);
  ADD ("/evaluation-page/threshold", test_threshold);
  ADD ("/evaluation-page/twins", test_twins);
  ADD ("/evaluation-page/cells", test_cells);
  ADD ("/evaluation-page/classes", test_classes);
  ADD ("/evaluation-page/order", test_order);
  ADD ("/evaluation-page/search", test_search);
  ADD ("/evaluation-page/confusions", test_confusions);
  ADD ("/evaluation-page/viewer", test_viewer);
  ADD ("/evaluation-page/mean", test_mean);
  ADD ("/evaluation-page/views", test_views);
  ADD ("/evaluation-page/split", test_split);
#undef ADD
  return g_test_run ();
}
