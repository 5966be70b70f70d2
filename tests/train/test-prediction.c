/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "train-fixture.h"
#include "train/mien-evaluation.h"
#include "train/mien-prediction.h"

#define SHARPNESS 6.0f

typedef struct
{
  char *folder;
  MienModel *model;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->model = train_fixture_colour_model (SHARPNESS);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_model_unref (self->model);
  train_fixture_remove_folder (self->folder);
}

static void
paint (Fixture *self, const char *name, guint red, guint green, guint blue)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);

  train_fixture_write_picture (path, red, green, blue, 0);
}

static GPtrArray *
list (const char *const *paths)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *files = mien_prediction_list_paths (paths, NULL, &error);

  g_assert_no_error (error);
  return files;
}

static void
assert_listed (Fixture *self, GPtrArray *files, const char *const *names)
{
  g_assert_cmpuint (files->len, ==, g_strv_length ((char **) names));
  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_assert_cmpstr (g_ptr_array_index (files, i), ==, path);
    }
}

static void
test_list_paths (Fixture *self, gconstpointer data)
{
  static const char *const files_there[] = { "b/2.png",          "b/10.png",      "b/.hidden.png",
                                             "b/Thumbs.db",      "b/inner/x.png", "b/.git/y.png",
                                             "b/__MACOSX/z.png", "b/A.png",       "c.png",
                                             "b/caf\xe9.png" };
  static const char *const expected[] = { "c.png",       "b/10.png",      "b/2.png",
                                          "b/A.png",     "b/caf\xe9.png", "b/inner/x.png",
                                          "missing.png", "b/.hidden.png", NULL };
  g_autofree char *folder = g_build_filename (self->folder, "b", NULL);
  g_autofree char *loop = g_build_filename (folder, "inner", "up", NULL);
  g_autofree char *file = g_build_filename (self->folder, "c.png", NULL);
  g_autofree char *missing = g_build_filename (self->folder, "missing.png", NULL);
  g_autofree char *hidden = g_build_filename (folder, ".hidden.png", NULL);
  const char *const paths[] = { file, folder, missing, hidden, NULL };
  const char *const nothing[] = { NULL };
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GPtrArray) none = list (nothing);

  for (guint i = 0; i < G_N_ELEMENTS (files_there); i++)
    train_fixture_write_file (self->folder, files_there[i], "");
  g_assert_cmpint (symlink ("..", loop), ==, 0);
  files = list (paths);
  assert_listed (self, files, expected);
  g_assert_cmpuint (none->len, ==, 0);
}

typedef struct
{
  GPtrArray *seen; /* borrowed paths */
  guint64 done;
} Listener;

static void
on_found (const MienPrediction *prediction, gpointer user_data)
{
  Listener *listener = user_data;

  g_ptr_array_add (listener->seen, g_strdup (prediction->path));
}

static void
on_progress (const MienProgress *progress, gpointer user_data)
{
  Listener *listener = user_data;

  g_assert_cmpuint (progress->done, >=, listener->done);
  listener->done = progress->done;
}

/* More pictures than two batches, every seventh of them no picture: each gets its own answer or
 * reason, in the order given, and is told at once. */
static void
test_files (Fixture *self, gconstpointer data)
{
  guint n = 2 * mien_model_get_batch (self->model, mien_model_get_views (self->model)) + 10;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) predictions = NULL;
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  Listener listener = { seen, 0 };

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", (i * 37) % n);
      guint value = 255 - i;

      if (i % 7 == 3)
        train_fixture_write_file (self->folder, name, "no picture");
      else
        paint (self, name, i % 3 == 0 ? value : 0, i % 3 == 1 ? value : 0, i % 3 == 2 ? value : 0);
      g_ptr_array_add (paths, g_build_filename (self->folder, name, NULL));
    }
  g_ptr_array_add (paths, NULL);

  predictions = mien_predict_files (self->model, mien_model_get_views (self->model),
                                    (const char *const *) paths->pdata, on_found, on_progress,
                                    &listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (predictions->len, ==, n);
  g_assert_cmpuint (listener.done, ==, n);
  g_assert_cmpuint (seen->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);
      double top = exp (SHARPNESS * (255.0 - i) / 255);

      g_assert_cmpstr (prediction->path, ==, g_ptr_array_index (paths, i));
      g_assert_cmpstr (g_ptr_array_index (seen, i), ==, prediction->path);
      if (i % 7 == 3)
        {
          g_assert_nonnull (prediction->error);
          g_assert_null (prediction->probabilities);
          continue;
        }

      g_assert_no_error (prediction->error);
      g_assert_cmpuint (prediction->n_classes, ==, N_COLOURS);
      g_assert_cmpuint (prediction->predicted, ==, i % 3);
      g_assert_cmpfloat_with_epsilon (prediction->probabilities[i % 3], top / (top + 2), 1e-5);
      g_assert_cmpfloat_with_epsilon (prediction->probabilities[(i + 1) % 3], 1 / (top + 2), 1e-5);
    }
}

static void
test_bad_files (Fixture *self, gconstpointer data)
{
  g_autofree char *empty = g_build_filename (self->folder, "empty.png", NULL);
  g_autofree char *missing = g_build_filename (self->folder, "missing.png", NULL);
  g_autofree char *good = g_build_filename (self->folder, "good \xe9.png", NULL);
  const char *const paths[] = { empty, missing, self->folder, good, NULL };
  g_autoptr (GPtrArray) predictions = NULL;
  g_autoptr (GError) error = NULL;
  const MienPrediction *last;
  g_autoptr (MienPrediction) copy = NULL;

  train_fixture_write_file (self->folder, "empty.png", "");
  train_fixture_write_picture (good, 0, 200, 0, 0);
  predictions = mien_predict_files (self->model, mien_model_get_views (self->model), paths, NULL,
                                    NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (predictions->len, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      const MienPrediction *prediction = g_ptr_array_index (predictions, i);
      g_autoptr (MienPrediction) failed = mien_prediction_copy (prediction);

      g_assert_nonnull (prediction->error);
      g_assert_cmpstr (failed->error->message, ==, prediction->error->message);
      g_assert_null (failed->probabilities);
    }

  last = g_ptr_array_index (predictions, 3);
  copy = mien_prediction_copy (last);
  g_assert_no_error (last->error);
  g_assert_cmpuint (copy->predicted, ==, GREEN);
  g_assert_cmpstr (copy->path, ==, good);
  g_assert_true (copy->probabilities != last->probabilities);
  g_assert_cmpmem (copy->probabilities, N_COLOURS * sizeof (float), last->probabilities,
                   N_COLOURS * sizeof (float));
}

static void
test_no_files (Fixture *self, gconstpointer data)
{
  const char *const paths[] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) predictions = mien_predict_files (
    self->model, mien_model_get_views (self->model), paths, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (predictions->len, ==, 0);
}

static void
cancel_on_found (const MienPrediction *prediction, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  guint n = 3 * mien_model_get_batch (self->model, mien_model_get_views (self->model));
  g_autofree char *path = g_build_filename (self->folder, "one.png", NULL);
  g_autofree const char **paths = g_new0 (const char *, n + 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  train_fixture_write_picture (path, 9, 99, 9, 0);
  for (guint i = 0; i < n; i++)
    paths[i] = path;

  g_assert_null (mien_predict_files (self->model, mien_model_get_views (self->model), paths,
                                     cancel_on_found, NULL, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (mien_prediction_list_paths (paths, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A picture from the clipboard: half transparent, which lies on white. */
static void
test_picture (Fixture *self, gconstpointer data)
{
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, TRUE, 8, 50, 20);
  g_autoptr (MienPrediction) prediction = NULL;
  g_autoptr (GError) error = NULL;
  double logits[N_COLOURS];
  double sum = 0;

  /* Blue at alpha 0: white. */
  gdk_pixbuf_fill (picture, 0x0000ff00);
  prediction = mien_predict_picture (self->model, mien_model_get_views (self->model), picture,
                                     &error);
  g_assert_no_error (error);
  g_assert_null (prediction->path);
  for (guint c = 0; c < N_COLOURS; c++)
    g_assert_cmpfloat_with_epsilon (prediction->probabilities[c], 1.0 / 3, 1e-5);
  g_clear_pointer (&prediction, mien_prediction_free);

  gdk_pixbuf_fill (picture, 0x3366ccff);
  prediction = mien_predict_picture (self->model, mien_model_get_views (self->model), picture,
                                     &error);
  g_assert_no_error (error);
  g_assert_cmpuint (prediction->predicted, ==, BLUE);
  for (guint c = 0; c < N_COLOURS; c++)
    {
      logits[c] = exp (SHARPNESS * (c == RED ? 0.2 : c == GREEN ? 0.4 : 0.8));
      sum += logits[c];
    }
  for (guint c = 0; c < N_COLOURS; c++)
    g_assert_cmpfloat_with_epsilon (prediction->probabilities[c], logits[c] / sum, 1e-5);
}

/* The network answers with the brightest spot of each colour. One in the very corner is in the
 * picture and in its mirror image, but in only two of the ten crops. */
static void
test_views (Fixture *self, gconstpointer data)
{
  static const struct
  {
    MienViews views;
    double share;
  } table[] = {
    { MIEN_VIEWS_SINGLE, 1 },
    { MIEN_VIEWS_FLIP, 1 },
    { MIEN_VIEWS_TEN_CROP, 0.2 },
  };
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 64, 64);
  g_autoptr (GdkPixbuf) spot = gdk_pixbuf_new_subpixbuf (picture, 0, 0, 2, 2);
  const double seen = exp (SHARPNESS) / (exp (SHARPNESS) + 2);

  gdk_pixbuf_fill (picture, 0x000000ff);
  gdk_pixbuf_fill (spot, 0xff0000ff);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (MienPrediction) prediction = NULL;
      g_autoptr (GError) error = NULL;
      const double share = table[i].share;

      mien_model_set_views (self->model, table[i].views);
      prediction = mien_predict_picture (self->model, mien_model_get_views (self->model), picture,
                                         &error);
      g_assert_no_error (error);
      g_assert_cmpfloat_with_epsilon (prediction->probabilities[RED],
                                      share * seen + (1 - share) / 3, 1e-5);
      g_assert_cmpfloat_with_epsilon (prediction->probabilities[BLUE],
                                      share * (1 - seen) / 2 + (1 - share) / 3, 1e-5);
    }
}

/* What evaluation and prediction say of the same file is the same, to the bit. */
static void
test_same_as_evaluation (Fixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = train_fixture_make_dataset (self->folder, 1, 0, 4);

  for (MienViews views = MIEN_VIEWS_SINGLE; views <= MIEN_VIEWS_TEN_CROP; views++)
    {
      g_autoptr (MienEvaluation) evaluation = NULL;
      g_autoptr (GError) error = NULL;

      mien_model_set_views (self->model, views);
      evaluation = mien_evaluation_run (self->model, dataset, MIEN_SPLIT_TEST, NULL, NULL, NULL,
                                        &error);
      g_assert_no_error (error);
      g_assert_cmpuint (mien_evaluation_get_views (evaluation), ==, views);
      g_assert_cmpuint (mien_evaluation_get_n_records (evaluation), ==, 12);
      for (guint i = 0; i < 12; i++)
        {
          const MienEvaluationRecord *record = mien_evaluation_get_record (evaluation, i);
          const char *const paths[] = { mien_dataset_get_picture (dataset, record->picture)->path,
                                        NULL };
          g_autoptr (GPtrArray) predictions = mien_predict_files (
            self->model, mien_model_get_views (self->model), paths, NULL, NULL, NULL, NULL, &error);
          const MienPrediction *prediction;

          g_assert_no_error (error);
          prediction = g_ptr_array_index (predictions, 0);
          g_assert_cmpuint (prediction->predicted, ==, record->predicted);
          g_assert_cmpmem (prediction->probabilities, N_COLOURS * sizeof (float),
                           record->probabilities, N_COLOURS * sizeof (float));
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/prediction/list-paths", test_list_paths);
  ADD ("/prediction/files", test_files);
  ADD ("/prediction/bad-files", test_bad_files);
  ADD ("/prediction/no-files", test_no_files);
  ADD ("/prediction/cancel", test_cancel);
  ADD ("/prediction/picture", test_picture);
  ADD ("/prediction/views", test_views);
  ADD ("/prediction/same-as-evaluation", test_same_as_evaluation);

  return g_test_run ();
}
