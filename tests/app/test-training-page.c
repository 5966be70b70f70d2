/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app-fixture.h"
#include "app/chart/mien-chart.h"
#include "app/dataset/mien-augmentation-row.h"
#include "app/prediction/mien-offer-box.h"
#include "app/training/mien-backbone-group.h"
#include "app/training/mien-settings-pane.h"
#include "app/training/mien-training-page.h"
#include "app/widgets/mien-number-row.h"

static gpointer
setting (AppPageFixture *fixture, const char *id)
{
  return gtk_widget_get_template_child (app_page_fixture_child (fixture, "settings_pane"),
                                        MIEN_TYPE_SETTINGS_PANE, id);
}

static MienNumberRow *
range (AppPageFixture *fixture, const char *id)
{
  return MIEN_NUMBER_ROW (gtk_widget_get_template_child (setting (fixture, "augmentation_row"),
                                                         MIEN_TYPE_AUGMENTATION_ROW, id));
}

static const char *
label (gpointer widget)
{
  return gtk_label_get_label (GTK_LABEL (widget));
}

static void
open_dataset (AppPageFixture *fixture)
{
  app_fixture_write_dataset (fixture->folder);
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  app_fixture_wait_while_busy (fixture->workspace);
}

/* Settings that train in no time. */
static void
make_small (AppPageFixture *fixture, guint epochs)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);

  settings->architecture.depth = 11;
  settings->architecture.width_eighths = 1;
  settings->architecture.input_width = 32;
  settings->architecture.input_height = 32;
  settings->batch = 4;
  settings->epochs = epochs;
  settings->patience = 0;
}

static void
test_empty (AppPageFixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (mien_training_page_get_state (fixture->page), ==, "empty");
  g_assert_false (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "start_button")));

  open_dataset (fixture);
  g_assert_cmpstr (mien_training_page_get_state (fixture->page), ==, "content");
  g_assert_true (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "start_button")));
  g_assert_cmpstr (label (app_page_fixture_child (fixture, "state_label")), ==, "Ready");
}

/* The rows show the settings of the workspace, and change them. */
static void
test_settings (AppPageFixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  MienNumberRow *rate = setting (fixture, "rate_row");

  g_assert_cmpuint ((guint) mien_number_row_get_value (setting (fixture, "epochs_row")), ==,
                    settings->epochs);
  mien_number_row_set_value (setting (fixture, "epochs_row"), 7);
  g_assert_cmpuint (settings->epochs, ==, 7);
  mien_number_row_set_value (range (fixture, "zoom_row"), 25);
  g_assert_cmpfloat_with_epsilon (settings->augmentation.zoom, 0.25, 1e-12);
  mien_number_row_set_value (rate, 1e-5);
  g_assert_cmpfloat_with_epsilon (settings->optimizer.learning_rate, 1e-5, 1e-10);
  g_assert_cmpint (settings->balance, ==, MIEN_BALANCE_WEIGHTS);
  g_assert_cmpuint (adw_combo_row_get_selected (setting (fixture, "balance_row")), ==, 1);
  adw_combo_row_set_selected (setting (fixture, "balance_row"), 2);
  g_assert_cmpint (settings->balance, ==, MIEN_BALANCE_SAMPLING);
  adw_combo_row_set_selected (setting (fixture, "views_row"), 1);
  g_assert_cmpint (settings->views, ==, MIEN_VIEWS_FLIP);
  mien_number_row_set_value (range (fixture, "cut_out_row"), 30);
  g_assert_cmpfloat_with_epsilon (settings->augmentation.cut_out, 0.3, 1e-12);
  mien_number_row_set_value (setting (fixture, "mixup_row"), 0.2);
  g_assert_cmpfloat_with_epsilon (settings->mixup, 0.2, 1e-7);
  mien_number_row_set_value (setting (fixture, "average_row"), 0.998);
  g_assert_cmpfloat_with_epsilon (settings->average_decay, 0.998, 1e-7);
  g_assert_cmpfloat (mien_number_row_get_value (setting (fixture, "layer_decay_row")), ==, 100);
  mien_number_row_set_value (setting (fixture, "layer_decay_row"), 75);
  g_assert_cmpfloat_with_epsilon (settings->layer_decay, 0.75, 1e-7);

  /* Another optimiser comes with its own rate, and with the rows that it needs. */
  g_assert_false (gtk_widget_get_visible (setting (fixture, "momentum_row")));
  adw_combo_row_set_selected (setting (fixture, "optimizer_row"), VGG_OPTIMIZER_SGD);
  g_assert_cmpint (settings->optimizer.kind, ==, VGG_OPTIMIZER_SGD);
  g_assert_true (gtk_widget_get_visible (setting (fixture, "momentum_row")));
  g_assert_cmpfloat_with_epsilon (mien_number_row_get_value (rate),
                                  settings->optimizer.learning_rate, 1e-9);

  /* VGG19 has 16 convolutions: all, behind each of them but the last, and the head alone. */
  g_assert_cmpuint (
    g_list_model_get_n_items (adw_combo_row_get_model (setting (fixture, "freeze_row"))), ==, 17);
  adw_combo_row_set_selected (setting (fixture, "freeze_row"), 12);
  g_assert_cmpuint (settings->frozen_convolutions, ==, 12);
}

/* What was not touched keeps its value to the last bit. */
static void
test_untouched (AppPageFixture *fixture, gconstpointer data)
{
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  g_autoptr (MienSettings) before = mien_settings_copy (settings);

  mien_number_row_set_value (setting (fixture, "epochs_row"), 3);
  settings->epochs = before->epochs;
  g_assert_cmpmem (&settings->augmentation, sizeof (MienAugmentation), &before->augmentation,
                   sizeof (MienAugmentation));
  g_assert_cmpmem (&settings->optimizer, sizeof (VggOptimizerSettings), &before->optimizer,
                   sizeof (VggOptimizerSettings));
  g_assert_cmpmem (&settings->schedule, sizeof (VggScheduleSettings), &before->schedule,
                   sizeof (VggScheduleSettings));
}

/* Batch normalisation of one picture is none: said in place, and no start. */
static void
test_invalid (AppPageFixture *fixture, gconstpointer data)
{
  open_dataset (fixture);
  mien_number_row_set_value (setting (fixture, "batch_row"), 1);
  g_assert_true (gtk_widget_get_visible (setting (fixture, "error_label")));
  g_assert_nonnull (strstr (label (setting (fixture, "error_label")), "batch"));
  g_assert_false (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "start_button")));

  mien_number_row_set_value (setting (fixture, "batch_row"), 8);
  g_assert_false (gtk_widget_get_visible (setting (fixture, "error_label")));
  g_assert_true (gtk_widget_get_sensitive (app_page_fixture_child (fixture, "start_button")));
}

static gboolean
is_estimated (gpointer fixture)
{
  return *label (setting (fixture, "estimate_label")) != '\0';
}

static void
test_estimate (AppPageFixture *fixture, gconstpointer data)
{
  app_fixture_wait_for (is_estimated, fixture);
  g_assert_true (
    g_str_has_prefix (label (setting (fixture, "estimate_label")), "1.3 million weights to train"));
}

static void
test_train (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *loss = NULL;
  g_autofree char *accuracy = NULL;

  open_dataset (fixture);
  make_small (fixture, 2);
  g_signal_emit_by_name (app_page_fixture_child (fixture, "start_button"), "clicked");
  g_assert_true (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_TRAIN));
  g_assert_false (gtk_widget_get_sensitive (setting (fixture, "form")));
  g_assert_true (gtk_widget_get_visible (setting (fixture, "locked_label")));
  g_assert_false (gtk_widget_get_visible (app_page_fixture_child (fixture, "start_button")));
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "running_buttons")));

  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_true (gtk_widget_get_sensitive (setting (fixture, "form")));
  g_assert_true (gtk_widget_get_visible (app_page_fixture_child (fixture, "start_button")));
  g_assert_cmpstr (label (app_page_fixture_child (fixture, "state_label")), ==, "Finished");
  g_assert_true (
    g_str_has_prefix (label (app_page_fixture_child (fixture, "figures_label")), "Epoch 2 of 2"));

  loss = mien_chart_describe (app_page_fixture_child (fixture, "loss_chart"));
  accuracy = mien_chart_describe (app_page_fixture_child (fixture, "accuracy_chart"));
  g_assert_true (g_str_has_prefix (loss, "training: "));
  g_assert_nonnull (strstr (loss, "at Epoch 2"));
  g_assert_nonnull (strstr (loss, "best: epoch "));
  g_assert_nonnull (strstr (accuracy, "validation: "));
}

static gboolean
is_paused (gpointer fixture)
{
  return g_str_equal (label (app_page_fixture_child (fixture, "state_label")), "Paused");
}

static gboolean
is_going_on (gpointer fixture)
{
  return g_str_equal (label (app_page_fixture_child (fixture, "state_label")), "Training");
}

static void
test_pause_and_stop (AppPageFixture *fixture, gconstpointer data)
{
  GtkButton *pause;

  open_dataset (fixture);
  make_small (fixture, 1000);
  g_signal_emit_by_name (app_page_fixture_child (fixture, "start_button"), "clicked");
  app_fixture_wait_for (is_going_on, fixture);

  pause = app_page_fixture_child (fixture, "pause_button");
  g_signal_emit_by_name (pause, "clicked");
  app_fixture_wait_for (is_paused, fixture);
  g_assert_cmpstr (gtk_button_get_label (pause), ==, "_Resume");
  g_signal_emit_by_name (pause, "clicked");
  app_fixture_wait_for (is_going_on, fixture);
  g_assert_cmpstr (gtk_button_get_label (pause), ==, "_Pause");

  g_signal_emit_by_name (app_page_fixture_child (fixture, "stop_button"), "clicked");
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (label (app_page_fixture_child (fixture, "state_label")), ==, "Stopped");

  /* Another training begins with empty charts. */
  make_small (fixture, 1);
  g_signal_emit_by_name (app_page_fixture_child (fixture, "start_button"), "clicked");
  g_assert_cmpfloat (
    mien_axis_get_high (mien_chart_get_x_axis (app_page_fixture_child (fixture, "loss_chart"))), ==,
    10);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (label (app_page_fixture_child (fixture, "state_label")), ==, "Finished");
}

static const char *
cache_size (AppPageFixture *fixture)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (setting (fixture, "cache_row")));
}

static gboolean
is_measured (gpointer fixture)
{
  const char *size = cache_size (fixture);

  return size != NULL && g_ascii_isdigit (*size);
}

static gboolean
is_cleared (gpointer fixture)
{
  return g_strcmp0 (cache_size (fixture), "Nothing is kept") == 0;
}

static GtkWidget *
find_button (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_BUTTON (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child);
  return found;
}

/* Kept features are computed in a phase of its own; what they take is shown, and can be cleared. */
static void
test_kept_features (AppPageFixture *fixture, gconstpointer data)
{
  GtkWidget *row = setting (fixture, "cache_row");
  GtkWidget *button = find_button (row);
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);

  g_assert_false (gtk_widget_get_visible (setting (fixture, "keep_row")));
  g_assert_false (gtk_widget_get_visible (setting (fixture, "variants_row")));
  open_dataset (fixture);
  make_small (fixture, 2);
  adw_combo_row_set_selected (setting (fixture, "freeze_row"), 2);
  g_assert_cmpuint (settings->frozen_convolutions, ==, 2);
  g_assert_true (gtk_widget_get_visible (setting (fixture, "keep_row")));
  mien_number_row_set_value (setting (fixture, "variants_row"), 3);
  g_assert_cmpuint (settings->cache.variants, ==, 3);

  g_signal_emit_by_name (app_page_fixture_child (fixture, "start_button"), "clicked");
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (label (app_page_fixture_child (fixture, "state_label")), ==, "Finished");
  app_fixture_wait_for (is_measured, fixture);
  g_assert_true (gtk_widget_get_sensitive (button));

  g_signal_emit_by_name (button, "clicked");
  app_fixture_wait_for (is_cleared, fixture);
  g_assert_false (gtk_widget_get_sensitive (button));

  gtk_switch_set_active (setting (fixture, "cache_switch"), FALSE);
  g_assert_false (settings->cache.enabled);
  g_assert_false (gtk_widget_get_visible (setting (fixture, "variants_row")));
}

static gpointer
offer_child (AppPageFixture *fixture, const char *id)
{
  return gtk_widget_get_template_child (setting (fixture, "offer_box"), MIEN_TYPE_OFFER_BOX, id);
}

/* What suits a data set is set and explained; what a person has changed stays, with a word. */
static void
test_offer (AppPageFixture *fixture, gconstpointer data)
{
  GtkWidget *changed = offer_child (fixture, "changed_box");
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  const MienOffer *offer;

  g_assert_false (gtk_widget_get_visible (setting (fixture, "offer_box")));
  open_dataset (fixture);
  offer = mien_workspace_get_offer (fixture->workspace);
  g_assert_true (gtk_widget_get_visible (setting (fixture, "offer_box")));
  g_assert_nonnull (strstr (label (offer_child (fixture, "reason_label")), "40 pixels"));
  g_assert_false (gtk_widget_get_visible (changed));
  g_assert_true (mien_settings_equal (settings, offer->settings));

  mien_number_row_set_value (setting (fixture, "epochs_row"), 7);
  g_assert_true (gtk_widget_get_visible (changed));
  open_dataset (fixture);
  g_assert_cmpuint (settings->epochs, ==, 7);
  g_assert_true (gtk_widget_get_visible (changed));

  offer = mien_workspace_get_offer (fixture->workspace);
  g_signal_emit_by_name (find_button (changed), "clicked");
  g_assert_cmpuint (settings->epochs, ==, offer->settings->epochs);
  g_assert_cmpuint ((guint) mien_number_row_get_value (setting (fixture, "epochs_row")), ==,
                    offer->settings->epochs);
  g_assert_false (gtk_widget_get_visible (changed));
}

static AdwComboRow *
backbone_row (gpointer group)
{
  return ADW_COMBO_ROW (
    gtk_widget_get_template_child (group, MIEN_TYPE_BACKBONE_GROUP, "backbone_row"));
}

/* The network that comes along is a choice of its own, where it is there. */
static void
test_backbone (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *earlier = g_strdup (g_getenv ("MIEN_WEIGHTS"));
  g_autofree char *path = g_build_filename (fixture->folder, "faces-compact.safetensors", NULL);
  g_autoptr (MienModel) model = app_fixture_make_model ();
  g_autoptr (MienSettingsPane) pane = NULL;
  g_autoptr (GError) error = NULL;
  MienSettings *settings = mien_workspace_get_settings (fixture->workspace);
  AdwComboRow *row = backbone_row (setting (fixture, "backbone_group"));

  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 2);
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  g_setenv ("MIEN_WEIGHTS", fixture->folder, TRUE);
  pane = g_object_ref_sink (g_object_new (MIEN_TYPE_SETTINGS_PANE, NULL));
  mien_settings_pane_set_workspace (pane, fixture->workspace);
  row = backbone_row (
    gtk_widget_get_template_child (GTK_WIDGET (pane), MIEN_TYPE_SETTINGS_PANE, "backbone_group"));
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 3);
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 1);

  adw_combo_row_set_selected (row, 0);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpstr (settings->weights, ==, path);
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  adw_combo_row_set_selected (row, 1);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_null (settings->weights);

  if (earlier != NULL)
    g_setenv ("MIEN_WEIGHTS", earlier, TRUE);
  else
    g_unsetenv ("MIEN_WEIGHTS");
}

int
main (int argc, char **argv)
{
  g_autofree char *data = app_fixture_make_folder ();
  g_autofree char *features = g_build_filename (data, "features", NULL);
  int status;

  /* Runs are written to the user's data folder: one of the test's own. */
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_setenv ("MIEN_FEATURE_CACHE", features, TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func)                                                                            \
  g_test_add (path, AppPageFixture, GSIZE_TO_POINTER (MIEN_TYPE_TRAINING_PAGE),                    \
              app_page_fixture_set_up, func, app_page_fixture_tear_down)
  ADD ("/training-page/empty", test_empty);
  ADD ("/training-page/settings", test_settings);
  ADD ("/training-page/untouched", test_untouched);
  ADD ("/training-page/invalid", test_invalid);
  ADD ("/training-page/estimate", test_estimate);
  ADD ("/training-page/train", test_train);
  ADD ("/training-page/pause-and-stop", test_pause_and_stop);
  ADD ("/training-page/kept-features", test_kept_features);
  ADD ("/training-page/offer", test_offer);
  ADD ("/training-page/backbone", test_backbone);
#undef ADD
  status = g_test_run ();
  app_fixture_remove (data);
  return status;
}
