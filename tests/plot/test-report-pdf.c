/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "plot/mien-paper-private.h"
#include "plot/mien-report-file.h"
#include "plot/mien-report-private.h"
#include "train-fixture.h"

#define N_EACH 6
#define SHARPNESS 60.0f

/* Colours as far apart as so many can be along a line through the cube of colours. */
static void
get_colour (guint index, guint n, double colour[3])
{
  const double at = (index + 0.5) / n;

  colour[0] = at;
  colour[1] = 0.5 + 0.4 * ((index * 7 % n + 0.5) / n - 0.5);
  colour[2] = 1 - at;
}

static char *
get_name (guint index)
{
  return g_strdup_printf ("class %02u & <more>", index + 1);
}

/* Answers with the class whose colour is the nearest: what a convolution hands on is the picture's
 * mean colour x, and of the squared distance to m all classes have but 2 m x - m m in common. */
static MienModel *
make_model (guint n_classes)
{
  const VggArchitecture architecture = {
    .depth = 11,
    .width_eighths = 1,
    .input_width = 32,
    .input_height = 32,
    .head = VGG_HEAD_LIGHT,
    .n_classes = n_classes,
  };
  VggNetwork *network = vgg_network_new (&architecture, NULL);
  g_auto (GStrv) classes = g_new0 (char *, n_classes + 1);
  VggParameter *const *parameters;
  MienPreprocessing preprocessing;
  guint n;

  parameters = vgg_network_get_parameters (network, &n);
  for (guint i = 0; i < n; i++)
    {
      const VggShape *shape = &parameters[i]->shape;
      const gboolean is_dense = shape->dimensions[0] == n_classes;

      memset (parameters[i]->value, 0, vgg_shape_elements (shape) * sizeof (float));
      for (guint c = 0; c < 3 && shape->n_dimensions == 4; c++)
        parameters[i]->value[(c * shape->dimensions[1] + c) * 9 + 4] = 1;
      for (guint k = 0; k < n_classes && is_dense; k++)
        {
          double colour[3];

          get_colour (k, n_classes, colour);
          for (guint c = 0; c < 3; c++)
            if (shape->n_dimensions == 2)
              parameters[i]->value[k * shape->dimensions[1] + c] = 2 * SHARPNESS * colour[c];
            else
              parameters[i]->value[k] -= SHARPNESS * colour[c] * colour[c];
        }
    }

  for (guint c = 0; c < n_classes; c++)
    classes[c] = get_name (c);
  mien_preprocessing_init (&preprocessing, MIEN_PREPROCESSING_UNIT);
  return mien_model_new (network, (const char *const *) classes, &preprocessing, NULL, NULL);
}

/* Pictures that are of about their class's colour, so that neighbours are confused. */
static MienEvaluation *
evaluate (const char *folder, guint n_classes)
{
  g_autoptr (MienModel) model = make_model (n_classes);
  g_autoptr (MienDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  MienEvaluation *evaluation;
  VggRandom random;

  vgg_random_init (&random, 3);
  for (guint c = 0; c < n_classes; c++)
    for (guint i = 0; i < N_EACH; i++)
      {
        g_autofree char *name = get_name (c);
        g_autofree char *file = g_strdup_printf ("%u.png", i);
        g_autofree char *path = g_build_filename (folder, i == 0 ? "train" : "test", name, file,
                                                  NULL);
        double colour[3];
        guint bytes[3];

        get_colour (c, n_classes, colour);
        for (guint k = 0; k < 3; k++)
          bytes[k] = (guint) CLAMP (255 * colour[k] + vgg_random_below (&random, 41) - 20.0, 0,
                                    255);
        train_fixture_write_picture (path, bytes[0], bytes[1], bytes[2], 0);
      }

  dataset = train_fixture_scan (folder);
  evaluation = mien_evaluation_run (model, dataset, MIEN_SPLIT_TEST, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return evaluation;
}

static guint
count_curve_pages (guint n_classes)
{
  char *folder = train_fixture_make_folder ();
  g_autoptr (MienEvaluation) evaluation = evaluate (folder, n_classes);
  g_autoptr (GPtrArray) curves = mien_report_list_curves (evaluation);
  g_autoptr (MienPaper) paper = mien_paper_new ("Report");

  g_assert_cmpuint (curves->len, ==, 2 * n_classes);
  mien_report_add_curves (paper, evaluation, curves);
  g_assert_cmpint (cairo_status (paper->cr), ==, CAIRO_STATUS_SUCCESS);
  train_fixture_remove_folder (folder);
  return paper->page;
}

/* A class a row and four rows a page; with more classes two kinds of twelve curves a page. */
static void
test_curves (void)
{
  g_assert_cmpuint (count_curve_pages (3), ==, 1);
  g_assert_cmpuint (count_curve_pages (12), ==, 3);
  g_assert_cmpuint (count_curve_pages (13), ==, 3);
  g_assert_cmpuint (count_curve_pages (30), ==, 5);
}

static void
test_saved (void)
{
  char *folder = train_fixture_make_folder ();
  g_autoptr (MienEvaluation) evaluation = evaluate (folder, 30);
  g_autofree char *path = g_build_filename (folder, "report.pdf", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mien_report_save (evaluation, NULL, NULL, path, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_true (g_str_has_prefix (content, "%PDF-"));
  train_fixture_remove_folder (folder);
}

/* A report that was ended leaves nothing behind. */
static void
test_cancelled (void)
{
  char *folder = train_fixture_make_folder ();
  g_autoptr (MienEvaluation) evaluation = evaluate (folder, 2);
  g_autofree char *path = g_build_filename (folder, "report.pdf", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (mien_report_save (evaluation, NULL, NULL, path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  train_fixture_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-pdf/curves", test_curves);
  g_test_add_func ("/report-pdf/saved", test_saved);
  g_test_add_func ("/report-pdf/cancelled", test_cancelled);
  return g_test_run ();
}
