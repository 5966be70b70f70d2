/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "train-fixture.h"
#include "train/mien-run-comparison.h"
#include "train/mien-train-error.h"

typedef struct
{
  char *folder;
  MienDataset *dataset;
  MienRunRecord *colours; /* knows a colour when it sees one */
  MienRunRecord *red;     /* takes all but the bluest for red */
} Fixture;

/* What the pictures are said to be, and their colours. */
static const struct
{
  const char *name; /* class and file */
  guint8 colour[3];
} pictures[] = {
  { "blue/0.png", { 0, 0, 200 } },  /* both see it */
  { "blue/1.png", { 90, 0, 120 } }, /* the first alone sees it */
  { "green/2.png", { 0, 150, 0 } }, /* the first alone sees it */
  { "green/3.png", { 200, 0, 0 } }, /* neither: it is red */
  { "red/4.png", { 200, 0, 0 } },   /* both see it */
  { "red/5.png", { 60, 100, 0 } },  /* the second alone: it is rather green */
};

#define N_PICTURES G_N_ELEMENTS (pictures)

/* A run with a model as its best one; how it got there does not matter. */
static MienRunRecord *
make_run (const char *folder, const char *name, MienModel *model)
{
  g_autofree char *directory = g_build_filename (folder, name, NULL);
  g_autofree char *settings = g_build_filename (directory, "settings.json", NULL);
  g_autofree char *best = g_build_filename (directory, "best.safetensors", NULL);
  MienRunRecord *record;

  train_fixture_write_file (directory, "history.csv",
                            "epoch,loss,accuracy,validation_loss,validation_accuracy,"
                            "learning_rate,seconds\n1,1,0.5,,,0.1,2\n");
  g_assert_true (mien_settings_save (mien_model_get_settings (model), settings, NULL));
  g_assert_true (mien_model_save (model, best, NULL));
  record = mien_run_record_read (directory);
  g_assert_no_error (record->error);
  return record;
}

/* The colour model with a bias for red: another colour must have three quarters of the light more.
 */
static MienModel *
make_red_model (MienModel *model)
{
  VggArchitecture architecture = mien_model_get_settings (model)->architecture;
  VggNetwork *network = NULL;
  VggParameter *const *parameters;
  guint n;

  architecture.n_classes = N_COLOURS;
  network = vgg_network_new (&architecture, NULL);
  parameters = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggShape *shape = &parameters[i]->shape;

      memset (parameters[i]->value, 0, vgg_shape_elements (shape) * sizeof (float));
      for (gsize c = 0; c < N_COLOURS; c++)
        if (shape->n_dimensions == 4)
          parameters[i]->value[(c * shape->dimensions[1] + c) * 9 + 4] = 1;
        else if (shape->n_dimensions == 2)
          parameters[i]->value[c * shape->dimensions[1] + c] = 1;
        else if (shape->dimensions[0] == N_COLOURS)
          parameters[i]->value[c] = c == RED ? 0.75f : 0;
    }
  return mien_model_new (network, colour_names, mien_model_get_preprocessing (model),
                         mien_model_get_settings (model), NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (MienModel) colours = train_fixture_colour_model (1);
  g_autoptr (MienModel) red = make_red_model (colours);
  g_autofree char *set = NULL;

  self->folder = train_fixture_make_folder ();
  set = g_build_filename (self->folder, "set", NULL);
  train_fixture_write_split (set, "train", 1, 1);
  for (guint i = 0; i < N_PICTURES; i++)
    {
      g_autofree char *path = g_build_filename (set, "test", pictures[i].name, NULL);

      train_fixture_write_picture (path, pictures[i].colour[0], pictures[i].colour[1],
                                   pictures[i].colour[2], 0);
    }
  self->dataset = train_fixture_scan (set);
  self->colours = make_run (self->folder, "colours", colours);
  self->red = make_run (self->folder, "red", red);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  mien_run_record_unref (self->colours);
  mien_run_record_unref (self->red);
  mien_dataset_unref (self->dataset);
  train_fixture_remove_folder (self->folder);
}

static MienRunComparison *
compare (Fixture *self, MienRunRecord *first, MienRunRecord *second)
{
  g_autoptr (GError) error = NULL;
  MienRunComparison *comparison = mien_run_compare (first, second, self->dataset, MIEN_SPLIT_TEST,
                                                    NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return comparison;
}

/* Which picture changed sides; classes are the data set's, which lists them in another order. */
static void
assert_changed (Fixture *self, GArray *changed, guint index, guint picture, const char *wrong)
{
  const MienChangedPicture *found = &g_array_index (changed, MienChangedPicture, index);
  const char *const *classes = mien_dataset_get_classes (self->dataset, NULL);
  g_autofree char *actual = g_path_get_dirname (pictures[picture].name);

  g_assert_true (g_str_has_suffix (mien_dataset_get_picture (self->dataset, found->picture)->path,
                                   pictures[picture].name));
  g_assert_cmpstr (classes[found->actual], ==, actual);
  g_assert_cmpstr (classes[found->wrong], ==, wrong);
}

static void
test_changed (Fixture *self, gconstpointer data)
{
  MienRunComparison *forth = compare (self, self->colours, self->red);
  MienRunComparison *back = compare (self, self->red, self->colours);

  g_assert_cmpuint (forth->n, ==, N_PICTURES);
  g_assert_cmpuint (forth->correct[0], ==, 4);
  g_assert_cmpuint (forth->correct[1], ==, 3);
  g_assert_cmpuint (forth->gained->len, ==, 1);
  g_assert_cmpuint (forth->lost->len, ==, 2);
  assert_changed (self, forth->gained, 0, 5, "green");
  assert_changed (self, forth->lost, 0, 1, "red");
  assert_changed (self, forth->lost, 1, 2, "red");

  g_assert_cmpuint (back->gained->len, ==, 2);
  g_assert_cmpuint (back->lost->len, ==, 1);
  assert_changed (self, back->lost, 0, 5, "green");
  mien_run_comparison_free (forth);
  mien_run_comparison_free (back);
}

static void
test_same (Fixture *self, gconstpointer data)
{
  MienRunComparison *same = compare (self, self->red, self->red);

  g_assert_cmpuint (same->correct[0], ==, same->correct[1]);
  g_assert_cmpuint (same->gained->len, ==, 0);
  g_assert_cmpuint (same->lost->len, ==, 0);
  mien_run_comparison_free (same);
}

/* Without its model a run cannot be asked any more, and an end that is asked for comes at once. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autofree char *best = g_build_filename (self->red->directory, "best.safetensors", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (mien_run_compare (self->colours, self->red, self->dataset, MIEN_SPLIT_TEST, NULL,
                                   NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (mien_run_compare (self->colours, self->red, self->dataset, MIEN_SPLIT_VALIDATION,
                                   NULL, NULL, NULL, &error));
  g_assert_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA);
  g_clear_error (&error);

  train_fixture_write_file (self->red->directory, "best.safetensors", "none");
  g_assert_null (mien_run_compare (self->colours, self->red, self->dataset, MIEN_SPLIT_TEST, NULL,
                                   NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, best));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/run-comparison/changed", test_changed);
  ADD ("/run-comparison/same", test_same);
  ADD ("/run-comparison/refused", test_refused);
  return g_test_run ();
}
