/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "data/mien-manifest.h"
#include "session-fixture.h"
#include "train/mien-train-error.h"
#include "train/mien-training-set.h"

/* Noise: pictures of one seed are equal, those of two have nothing in common. */
typedef struct
{
  const char *name; /* below the folder */
  guint seed;
} Picture;

/* Of nine training pictures two are in other splits as well, and one is in two classes; one pair is
 * within a class and split, and harmless. */
static const Picture pictures[] = {
  { "train/blue/000.png", 5 },  { "train/blue/001.png", 6 },  { "train/green/000.png", 7 },
  { "train/green/001.png", 6 }, { "train/green/002.png", 8 }, { "train/red/000.png", 1 },
  { "train/red/001.png", 2 },   { "train/red/002.png", 3 },   { "train/red/003.png", 2 },
  { "val/blue/000.png", 9 },    { "val/green/000.png", 8 },   { "val/red/000.png", 10 },
  { "test/blue/000.png", 11 },  { "test/green/000.png", 12 }, { "test/red/000.png", 3 },
};

static const char *const left_out[] = {
  "train/blue/001.png",
  "train/green/001.png",
  "train/green/002.png",
  "train/red/002.png",
};

typedef struct
{
  char *folder;
  char *pictures;
} Fixture;

static void
write_picture (Fixture *self, const char *name, guint seed)
{
  g_autofree char *path = g_build_filename (self->pictures, name, NULL);

  train_fixture_write_picture (path, 120, 120, 120, seed);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = train_fixture_make_folder ();
  self->pictures = g_build_filename (self->folder, "pictures", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    write_picture (self, pictures[i].name, pictures[i].seed);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_free (self->pictures);
  train_fixture_remove_folder (self->folder);
}

static void
remove_left_out (Fixture *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (left_out); i++)
    {
      g_autofree char *path = g_build_filename (self->pictures, left_out[i], NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

static gboolean
has (MienDataset *dataset, const MienTrainingSet *set, const char *name)
{
  for (guint i = 0; i < mien_dataset_get_n_pictures (dataset); i++)
    if (g_str_has_suffix (mien_dataset_get_picture (dataset, i)->path, name))
      return mien_training_set_has (set, i);
  g_assert_not_reached ();
}

static void
test_left_out (Fixture *self, gconstpointer data)
{
  g_autoptr (MienDataset) dataset = train_fixture_scan (self->pictures);
  g_autoptr (MienTrainingSet) set = mien_training_set_new (dataset, TRUE);
  g_autoptr (MienTrainingSet) all = mien_training_set_new (dataset, FALSE);
  const guint counts[] = { 1, 1, 3 };
  const guint all_counts[] = { 2, 3, 4 };

  g_assert_cmpuint (set->n, ==, 5);
  g_assert_cmpuint (set->n_left_out, ==, 4);
  g_assert_cmpmem (set->counts, sizeof counts, counts, sizeof counts);
  for (guint i = 0; i < G_N_ELEMENTS (left_out); i++)
    g_assert_false (has (dataset, set, left_out[i]));
  g_assert_true (has (dataset, set, "train/red/001.png"));
  g_assert_true (has (dataset, set, "train/red/003.png"));
  g_assert_false (has (dataset, set, "test/red/000.png"));
  g_assert_false (has (dataset, all, "val/green/000.png"));
  for (guint i = 1; i < set->n; i++)
    g_assert_cmpuint (set->indices[i - 1], <, set->indices[i]);

  g_assert_cmpuint (all->n, ==, 9);
  g_assert_cmpuint (all->n_left_out, ==, 0);
  g_assert_cmpmem (all->counts, sizeof all_counts, all_counts, sizeof all_counts);
}

/* A copy that was made of a picture with a twin in the test looks different from both. */
static void
test_copies (Fixture *self, gconstpointer data)
{
  const guint8 digest[32] = { 42 };
  const MienTransform transform = { .rotation = 5, .zoom_x = 1, .zoom_y = 1 };
  const MienManifestRow rows[] = {
    { "train/red/002.png", "face.png", "train", "red", digest, NULL },
    { "train/red/004.png", "face.png", "train", "red", digest, &transform },
  };
  g_autoptr (JsonObject) settings = json_object_new ();
  g_autoptr (MienManifestWriter) writer = mien_manifest_writer_new ("faces", settings);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienTrainingSet) set = NULL;
  g_autoptr (GError) error = NULL;

  write_picture (self, "train/red/004.png", 13);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    mien_manifest_writer_add (writer, &rows[i]);
  mien_manifest_writer_save (writer, self->pictures, &error);
  g_assert_no_error (error);

  dataset = train_fixture_scan (self->pictures);
  set = mien_training_set_new (dataset, TRUE);
  g_assert_cmpuint (set->n, ==, 5);
  g_assert_cmpuint (set->n_left_out, ==, 5);
  g_assert_false (has (dataset, set, "train/red/002.png"));
  g_assert_false (has (dataset, set, "train/red/004.png"));
}

/* Losses of a training over what lies in the folder, epoch by epoch. */
static GArray *
train (Fixture *self, const char *run_name, MienSettings *settings, guint n_left_out)
{
  g_autofree char *run = g_build_filename (self->folder, run_name, NULL);
  g_autofree char *log_path = g_build_filename (run, "log.txt", NULL);
  g_autofree char *log = NULL;
  g_autoptr (MienDataset) dataset = train_fixture_scan (self->pictures);
  g_autoptr (GError) error = NULL;
  g_autoptr (MienSession) session = mien_session_new (dataset, settings, run, &error);
  MienSessionSnapshot snapshot;

  g_assert_no_error (error);
  mien_session_get_snapshot (session, &snapshot);
  g_assert_cmpuint (snapshot.n_left_out, ==, n_left_out);
  g_assert_cmpuint (snapshot.n_training + snapshot.n_left_out, ==,
                    mien_dataset_count_split (dataset, MIEN_SPLIT_TRAIN));
  g_assert_cmpint (session_run_to_end (session), ==, MIEN_SESSION_FINISHED);

  g_assert_true (g_file_get_contents (log_path, &log, NULL, NULL));
  g_assert_cmpint (strstr (log, "4 training pictures are left out") != NULL, ==, n_left_out == 4);
  return mien_session_dup_history (session);
}

static gboolean
same_losses (const GArray *a, const GArray *b)
{
  g_assert_cmpuint (a->len, ==, b->len);
  for (guint i = 0; i < a->len; i++)
    if (g_array_index (a, MienEpoch, i).loss != g_array_index (b, MienEpoch, i).loss ||
        g_array_index (a, MienEpoch, i).validation_loss !=
          g_array_index (b, MienEpoch, i).validation_loss)
      return FALSE;
  return TRUE;
}

/* To leave pictures out is the same, bit for bit, as not to have them: measured mean, weights of
 * classes, batches and, with frozen layers, their features. */
static void
test_as_if_removed (Fixture *self, gconstpointer data)
{
  const gboolean frozen = GPOINTER_TO_INT (data);
  g_autoptr (MienSettings) settings = train_fixture_settings ();
  g_autoptr (GArray) without = NULL;
  g_autoptr (GArray) with = NULL;
  g_autoptr (GArray) removed = NULL;

  settings->epochs = 2;
  settings->batch = 2;
  settings->frozen_convolutions = frozen ? 2 : 0;
  mien_augmentation_init_none (&settings->augmentation);
  without = train (self, "without", settings, 4);
  settings->leave_out_twins = FALSE;
  with = train (self, "with", settings, 0);
  remove_left_out (self);
  removed = train (self, "removed", settings, 0);
  g_assert_true (same_losses (without, removed));
  g_assert_false (same_losses (without, with));
}

/* A class of which nothing is left: said before anything is made, with what to do. */
static void
test_class_without_pictures (Fixture *self, gconstpointer data)
{
  g_autofree char *run = g_build_filename (self->folder, "run", NULL);
  g_autoptr (MienSettings) settings = train_fixture_settings ();
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (MienSession) session = NULL;
  g_autoptr (GError) error = NULL;

  write_picture (self, "val/green/001.png", 7);
  dataset = train_fixture_scan (self->pictures);
  g_assert_null (mien_session_new (dataset, settings, run, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "“green”"));
  g_assert_nonnull (strstr (error->message, "--keep-twins"));
  g_assert_false (g_file_test (run, G_FILE_TEST_EXISTS));
  g_clear_error (&error);

  settings->leave_out_twins = FALSE;
  session = mien_session_new (dataset, settings, run, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/training-set/left-out", NULL, test_left_out);
  ADD ("/training-set/copies", NULL, test_copies);
  ADD ("/training-set/as-if-removed/loaders", GINT_TO_POINTER (FALSE), test_as_if_removed);
  ADD ("/training-set/as-if-removed/features", GINT_TO_POINTER (TRUE), test_as_if_removed);
  ADD ("/training-set/class-without-pictures", NULL, test_class_without_pictures);

  return g_test_run ();
}
