/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "app-fixture.h"
#include "app/prediction/mien-prediction-item.h"
#include "app/prediction/mien-prediction-page.h"
#include "app/prediction/mien-prediction-row.h"
#include "app/prediction/mien-prediction-viewer.h"
#include "app/widgets/mien-crop-view.h"
#include "app/widgets/mien-job-strip.h"
#include "data/mien-faces.h"
#include "data/mien-sample-face.h"

static gboolean
drop_path (AppPageFixture *fixture, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_array (&file, 1));
  taken = mien_prediction_page_drop (fixture->page, &value);
  app_fixture_wait_while_busy (fixture->workspace);
  return taken;
}

/* Dropping a model file opens it. */
static void
drop_model (AppPageFixture *fixture, double face_share)
{
  g_autoptr (MienModel) model = app_fixture_make_face_model (face_share);
  g_autofree char *path = g_build_filename (fixture->folder, "model.safetensors", NULL);
  g_autoptr (GError) error = NULL;

  mien_model_save (model, path, &error);
  g_assert_no_error (error);
  g_assert_true (drop_path (fixture, path));
}

static void
test_no_model (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *picture = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0);

  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "no-model");
  g_assert_false (drop_path (fixture, picture));
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "no-model");

  drop_model (fixture, 0);
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "empty");
}

static void
test_drop (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autofree char *picture = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0xff8000);
  GtkLabel *label;

  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, picture));
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "list");
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 1);

  label = GTK_LABEL (gtk_widget_get_template_child (GTK_WIDGET (fixture->page),
                                                    MIEN_TYPE_PREDICTION_PAGE, "model_label"));
  g_assert_cmpstr (gtk_label_get_label (label), ==, "model.safetensors · 32 × 32");

  mien_workspace_clear_predictions (fixture->workspace);
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "empty");
}

static const char *
row_label (MienPredictionRow *row, const char *name)
{
  return gtk_label_get_label (
    GTK_LABEL (gtk_widget_get_template_child (GTK_WIDGET (row), MIEN_TYPE_PREDICTION_ROW, name)));
}

static const char *
row_state (MienPredictionRow *row)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (
    gtk_widget_get_template_child (GTK_WIDGET (row), MIEN_TYPE_PREDICTION_ROW, "stack")));
}

static MienPredictionItem *
make_item (const char *path, float light, GError *error)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  float probabilities[] = { 1 - light, light };
  const MienPrediction prediction = { .path = (char *) path,
                                      .error = error,
                                      .predicted = light > 0.5 ? 1 : 0,
                                      .n_classes = error == NULL ? 2 : 0,
                                      .probabilities = error == NULL ? probabilities : NULL };

  return mien_prediction_item_new (&prediction, model, NULL, NULL, 0);
}

static void
test_row (AppPageFixture *fixture, gconstpointer data)
{
  g_autoptr (MienPredictionRow) row = NULL;
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0xff8000);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienPredictionItem) sure = make_item (path, 0.9f, NULL);
  g_autoptr (MienPredictionItem) broken = NULL;

  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "It is no picture.");
  broken = make_item (path, 0, error);
  row = g_object_ref_sink (g_object_new (MIEN_TYPE_PREDICTION_ROW, NULL));
  mien_prediction_row_set_item (row, sure);
  g_assert_true (mien_prediction_item_is_sure (sure));
  g_assert_cmpstr (row_label (row, "name_label"), ==, "a.png");
  g_assert_cmpstr (row_label (row, "verdict_label"), ==, "light");
  g_assert_cmpstr (row_state (row), ==, "bars");

  mien_prediction_row_set_item (row, broken);
  g_assert_false (mien_prediction_item_is_sure (broken));
  g_assert_cmpstr (row_state (row), ==, "error");
  g_assert_cmpstr (row_label (row, "error_label"), ==, "It is no picture.");

  mien_prediction_row_set_item (row, NULL);
  g_assert_null (mien_prediction_row_get_item (row));
}

/* Of three classes or more the best one may be below a half. */
static void
test_not_sure (AppPageFixture *fixture, gconstpointer data)
{
  g_autoptr (MienModel) model = app_fixture_make_model ();
  float probabilities[] = { 0.499f, 0.4f };
  const MienPrediction prediction = {
    .path = (char *) "/a.png", .predicted = 0, .n_classes = 2, .probabilities = probabilities
  };
  g_autoptr (MienPredictionItem)
    item = mien_prediction_item_new (&prediction, model, NULL, NULL, 0);
  g_autofree char *verdict = mien_prediction_item_dup_verdict (item);

  g_assert_false (mien_prediction_item_is_sure (item));
  g_assert_cmpstr (verdict, ==, "Not sure");
}

/* The text of an answer names the classes from the most probable one on. */
static void
test_text (AppPageFixture *fixture, gconstpointer data)
{
  g_autoptr (MienPredictionItem) item = make_item ("/pictures/a.png", 0.75f, NULL);
  g_autofree char *text = mien_prediction_item_dup_text (item);

  g_assert_cmpstr (text, ==, "a.png: light 75.0 %, dark 25.0 %");
}

/* Another set of views has the listed pictures looked at again, and leaves the model its own. */
static void
test_views (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autofree char *a = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0xff8000);
  g_autofree char *b = app_fixture_write_picture (fixture->folder, "b.png", 40, 40, 0x0080ff);
  g_autoptr (MienPredictionItem) before = NULL;
  GtkDropDown *views;

  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, a));
  g_assert_true (drop_path (fixture, b));
  before = g_list_model_get_item (predictions, 1);
  views = GTK_DROP_DOWN (gtk_widget_get_template_child (
    GTK_WIDGET (fixture->page), MIEN_TYPE_PREDICTION_PAGE, "views_drop_down"));
  g_assert_cmpuint (gtk_drop_down_get_selected (views), ==, MIEN_VIEWS_SINGLE);

  gtk_drop_down_set_selected (views, MIEN_VIEWS_TEN_CROP);
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 2);
  g_assert_cmpuint (mien_model_get_views (mien_workspace_get_model (fixture->workspace)), ==,
                    MIEN_VIEWS_SINGLE);
  {
    g_autoptr (MienPredictionItem) after = g_list_model_get_item (predictions, 1);

    g_assert_true (after != before);
    g_assert_cmpstr (mien_picture_item_get_path (mien_prediction_item_get_picture (after)), ==, b);
  }
}

/* What is dropped while a prediction runs waits for its turn. */
static void
test_queue (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autoptr (GFile) web = g_file_new_for_uri ("https://example.org/face.png");
  g_autoptr (GListStore) none = g_list_store_new (G_TYPE_FILE);

  drop_model (fixture, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = app_fixture_write_picture (fixture->folder, name, 40, 40, 0xff8000);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

      g_list_store_append (files, file);
      mien_workspace_predict_files (fixture->workspace, G_LIST_MODEL (files));
    }
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autoptr (MienPredictionItem) item = g_list_model_get_item (predictions, i);

      g_assert_cmpstr (mien_picture_item_get_name (mien_prediction_item_get_picture (item)), ==,
                       name);
    }

  /* An address of the web is refused: nothing is fetched. */
  g_list_store_append (none, web);
  mien_workspace_predict_files (fixture->workspace, G_LIST_MODEL (none));
  g_assert_false (mien_workspace_is_busy (fixture->workspace, MIEN_JOB_PREDICT));
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, 3);
}

static GtkWidget *
viewer_child (AppPageFixture *fixture, const char *id)
{
  return GTK_WIDGET (gtk_widget_get_template_child (app_page_fixture_child (fixture, "viewer"),
                                                    MIEN_TYPE_PREDICTION_VIEWER, id));
}

static gboolean
has_text (gpointer label)
{
  return *gtk_label_get_label (label) != '\0';
}

static gboolean
has_part (gpointer label)
{
  return g_strcmp0 (gtk_label_get_label (label), "The whole picture") == 0;
}

static gboolean
has_two (gpointer predictions)
{
  return g_list_model_get_n_items (predictions) == 2;
}

/* A square of the large picture becomes a picture of the list. */
static void
test_part (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "a.png", 80, 40, 0xff8000);
  g_autoptr (MienPredictionItem) part = NULL;
  MienCropView *crop_view;
  GdkTexture *texture;

  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, path));
  g_signal_emit_by_name (app_page_fixture_child (fixture, "list_view"), "activate", 0);
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "picture");
  app_fixture_wait_for (has_part, viewer_child (fixture, "part_label"));
  g_assert_false (gtk_widget_get_sensitive (viewer_child (fixture, "take_button")));

  crop_view = MIEN_CROP_VIEW (viewer_child (fixture, "crop_view"));
  gtk_label_set_label (GTK_LABEL (viewer_child (fixture, "verdict_label")), "");
  mien_crop_view_set_crop (crop_view, &(GdkRectangle){ 40, 8, 24, 24 });
  app_fixture_wait_for (has_text, viewer_child (fixture, "verdict_label"));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (viewer_child (fixture, "part_label"))), ==,
                   "Square of 24 × 24 pixels");
  g_signal_emit_by_name (viewer_child (fixture, "take_button"), "clicked");
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "list");
  app_fixture_wait_for (has_two, predictions);
  part = g_list_model_get_item (predictions, 1);
  g_assert_cmpstr (mien_picture_item_get_name (mien_prediction_item_get_picture (part)), ==,
                   "Part of a.png");
  texture = mien_picture_item_get_texture (mien_prediction_item_get_picture (part));
  g_assert_cmpint (gdk_texture_get_width (texture), ==, 24);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, 24);
}

/* What is shown large goes with the list. */
static void
test_clear (AppPageFixture *fixture, gconstpointer data)
{
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "a.png", 80, 40, 0xff8000);

  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, path));
  g_signal_emit_by_name (app_page_fixture_child (fixture, "list_view"), "activate", 0);
  mien_workspace_clear_predictions (fixture->workspace);
  g_assert_cmpstr (mien_prediction_page_get_state (fixture->page), ==, "empty");
}

static GtkDragSource *
find_drag_source (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DRAG_SOURCE (controller))
        return GTK_DRAG_SOURCE (controller);
    }
  g_assert_not_reached ();
}

static GdkContentProvider *
drag_out (MienPredictionRow *row)
{
  GdkContentProvider *provider = NULL;

  g_signal_emit_by_name (find_drag_source (GTK_WIDGET (row)), "prepare", 0.0, 0.0, &provider);
  g_assert_nonnull (provider);
  return provider;
}

/* Another program gets the file, or the pixels where there is none. */
static void
test_drag_out (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0xff8000);
  g_autoptr (MienPredictionRow)
    row = g_object_ref_sink (g_object_new (MIEN_TYPE_PREDICTION_ROW, NULL));
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_filename (path, NULL);
  g_autoptr (MienPredictionItem) of_file = NULL;
  g_autoptr (MienPredictionItem) of_pixels = NULL;
  g_autoptr (GdkContentProvider) file_provider = NULL;
  g_autoptr (GdkContentProvider) pixels_provider = NULL;
  g_autoptr (GdkContentFormats) offered = NULL;
  g_auto (GValue) file = G_VALUE_INIT;
  g_auto (GValue) pixels = G_VALUE_INIT;
  g_autofree char *given = NULL;

  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, path));
  mien_workspace_predict_texture (fixture->workspace, texture, "pasted");
  app_fixture_wait_while_busy (fixture->workspace);
  of_file = g_list_model_get_item (predictions, 0);
  of_pixels = g_list_model_get_item (predictions, 1);

  mien_prediction_row_set_item (row, of_file);
  file_provider = drag_out (row);
  g_value_init (&file, G_TYPE_FILE);
  g_assert_true (gdk_content_provider_get_value (file_provider, &file, NULL));
  given = g_file_get_path (g_value_get_object (&file));
  g_assert_cmpstr (given, ==, path);

  mien_prediction_row_set_item (row, of_pixels);
  pixels_provider = drag_out (row);
  g_value_init (&pixels, GDK_TYPE_TEXTURE);
  g_assert_true (gdk_content_provider_get_value (pixels_provider, &pixels, NULL));
  g_assert_true (g_value_get_object (&pixels) == (gpointer) texture);
  offered = gdk_content_formats_union_serialize_mime_types (
    gdk_content_provider_ref_formats (pixels_provider));
  g_assert_true (gdk_content_formats_contain_mime_type (offered, "image/png"));
}

/* Six drawn faces in a row, not all of which a detector for photographs need see. */
static GdkPixbuf *
draw_group (void)
{
  GdkPixbuf *group = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 6 * 240, 240);
  VggRandom random;

  vgg_random_init (&random, 1);
  for (int i = 0; i < 6; i++)
    {
      g_autoptr (GdkPixbuf) face = mien_sample_picture_new (MIEN_EMOTION_JOY, &random);
      g_autoptr (GdkPixbuf) large = gdk_pixbuf_scale_simple (face, 240, 240, GDK_INTERP_BILINEAR);

      gdk_pixbuf_copy_area (large, 0, 0, 240, 240, group, i * 240, 0);
    }

  return group;
}

/* Each face in a picture is a row; a picture without one is a row, too. */
static void
test_faces (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  g_autofree char *wall = app_fixture_write_picture (fixture->folder, "wall.png", 200, 100,
                                                     0xff8000);
  g_autofree char *path = g_build_filename (fixture->folder, "group.png", NULL);
  g_autoptr (GdkPixbuf) group = draw_group ();
  g_autoptr (GArray) faces = mien_faces_find (group, NULL);
  g_autoptr (MienPredictionItem) first = NULL;
  g_autoptr (MienPredictionItem) last = NULL;
  g_autofree char *verdict = NULL;

  g_assert_nonnull (faces);
  g_assert_cmpuint (faces->len, >, 1);
  g_assert_true (gdk_pixbuf_save (group, path, "png", NULL, NULL));
  drop_model (fixture, 0);
  gtk_toggle_button_set_active (app_page_fixture_child (fixture, "faces_button"), TRUE);
  g_assert_true (drop_path (fixture, path));
  g_assert_true (drop_path (fixture, wall));

  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, faces->len + 1);
  first = g_list_model_get_item (predictions, 0);
  g_assert_cmpstr (mien_picture_item_get_name (mien_prediction_item_get_picture (first)), ==,
                   "group.png, face 1");
  last = g_list_model_get_item (predictions, faces->len);
  g_assert_cmpstr (mien_picture_item_get_path (mien_prediction_item_get_picture (last)), ==, wall);
  verdict = mien_prediction_item_dup_verdict (last);
  g_assert_cmpstr (verdict, ==, "No face found");
}

/* A model that was taught faces has them looked for, until it is told otherwise; looking again
 * keeps what is known of each row. */
static void
test_face_model (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  GtkToggleButton *button = app_page_fixture_child (fixture, "faces_button");
  g_autofree char *path = g_build_filename (fixture->folder, "group.png", NULL);
  g_autoptr (GdkPixbuf) group = draw_group ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (MienPredictionItem) item = NULL;
  const MienFace *face;
  GdkRectangle crop;
  guint n;

  g_assert_true (gdk_pixbuf_save (group, path, "png", NULL, NULL));
  drop_model (fixture, 0);
  g_assert_false (gtk_toggle_button_get_active (button));
  drop_model (fixture, 0.8);
  g_assert_true (gtk_toggle_button_get_active (button));

  g_assert_true (drop_path (fixture, path));
  n = g_list_model_get_n_items (predictions);
  g_assert_cmpuint (n, >, 1);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (MienPredictionItem) row = g_list_model_get_item (predictions, i);
      const MienPrediction *prediction = mien_prediction_item_get_prediction (row);

      g_assert_cmpstr (prediction->path, ==, path);
      g_assert_cmpint (prediction->face.size, >, 0);
    }

  before = mien_workspace_dup_predictions_csv (fixture->workspace);
  mien_workspace_set_prediction_views (fixture->workspace, MIEN_VIEWS_FLIP);
  app_fixture_wait_while_busy (fixture->workspace);
  mien_workspace_set_prediction_views (fixture->workspace, MIEN_VIEWS_SINGLE);
  app_fixture_wait_while_busy (fixture->workspace);
  after = mien_workspace_dup_predictions_csv (fixture->workspace);
  g_assert_cmpstr (after, ==, before);

  /* Large, it stands in its photograph. */
  item = g_list_model_get_item (predictions, 1);
  g_signal_emit_by_name (app_page_fixture_child (fixture, "list_view"), "activate", 1);
  app_fixture_wait_for (has_text, viewer_child (fixture, "verdict_label"));
  mien_crop_view_get_crop (MIEN_CROP_VIEW (viewer_child (fixture, "crop_view")), &crop);
  face = &mien_prediction_item_get_prediction (item)->face;
  g_assert_cmpint (crop.x, ==, face->x);
  g_assert_cmpint (crop.y, ==, face->y);
  g_assert_cmpint (crop.width, ==, face->size);

  gtk_toggle_button_set_active (button, FALSE);
  g_assert_true (drop_path (fixture, path));
  g_assert_cmpuint (g_list_model_get_n_items (predictions), ==, n + 1);
}

static gboolean
is_measured (gpointer item)
{
  return mien_prediction_item_get_latency (item) > 0;
}

/* How long one picture took is known once its row is on the screen; of many it is not measured. */
static void
test_latency (AppPageFixture *fixture, gconstpointer data)
{
  GListModel *predictions = mien_workspace_get_predictions (fixture->workspace);
  const gint64 begun = g_get_monotonic_time ();
  g_autofree char *path = app_fixture_write_picture (fixture->folder, "a.png", 40, 40, 0xff8000);
  g_autofree char *folder = g_build_filename (fixture->folder, "many", NULL);
  g_autofree char *b = NULL;
  g_autofree char *c = NULL;
  g_autoptr (MienPredictionItem) one = NULL;
  g_autoptr (MienPredictionItem) many = NULL;

  g_mkdir (folder, 0700);
  b = app_fixture_write_picture (folder, "b.png", 40, 40, 0xff8000);
  c = app_fixture_write_picture (folder, "c.png", 40, 40, 0xff8000);
  drop_model (fixture, 0);
  g_assert_true (drop_path (fixture, path));
  one = g_list_model_get_item (predictions, 0);
  app_fixture_wait_for (is_measured, one);
  g_assert_cmpfloat (mien_prediction_item_get_latency (one), <,
                     (double) (g_get_monotonic_time () - begun) / G_USEC_PER_SEC);

  g_assert_true (drop_path (fixture, folder));
  many = g_list_model_get_item (predictions, 1);
  mien_prediction_item_shown (many);
  g_assert_cmpfloat (mien_prediction_item_get_latency (many), ==, 0);
}

static void
test_strip (AppPageFixture *fixture, gconstpointer data)
{
  g_autoptr (MienJobStrip) strip = g_object_ref_sink (
    g_object_new (MIEN_TYPE_JOB_STRIP, "workspace", fixture->workspace, NULL));

  app_fixture_write_dataset (fixture->folder);
  g_assert_false (mien_job_strip_is_revealed (strip));
  mien_workspace_open_folder (fixture->workspace, fixture->folder);
  g_assert_true (mien_job_strip_is_revealed (strip));
  g_assert_true (g_str_has_prefix (mien_job_strip_get_text (strip), "Reading pictures"));
  app_fixture_wait_while_busy (fixture->workspace);
  g_assert_false (mien_job_strip_is_revealed (strip));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
#define ADD(path, func)                                                                            \
  g_test_add (path, AppPageFixture, GSIZE_TO_POINTER (MIEN_TYPE_PREDICTION_PAGE),                  \
              app_page_fixture_set_up, func, app_page_fixture_tear_down)
  ADD ("/prediction-page/no-model", test_no_model);
  ADD ("/prediction-page/drop", test_drop);
  ADD ("/prediction-page/row", test_row);
  ADD ("/prediction-page/not-sure", test_not_sure);
  ADD ("/prediction-page/text", test_text);
  ADD ("/prediction-page/views", test_views);
  ADD ("/prediction-page/queue", test_queue);
  ADD ("/prediction-page/part", test_part);
  ADD ("/prediction-page/clear", test_clear);
  ADD ("/prediction-page/drag-out", test_drag_out);
  if (mien_faces_can_find ())
    {
      ADD ("/prediction-page/faces", test_faces);
      ADD ("/prediction-page/face-model", test_face_model);
    }
  ADD ("/prediction-page/latency", test_latency);
  ADD ("/prediction-page/strip", test_strip);
#undef ADD
  return g_test_run ();
}
