/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-input.h"
#include "data/mien-loader.h"
#include "data/mien-parallel.h"
#include "data/mien-picture.h"

/* What one picture adds, a channel. */
typedef struct
{
  gboolean usable;
  double sum[3];
  double squares[3];
} Sums;

typedef struct
{
  MienDataset *dataset;
  const guint *indices;
  guint width;
  guint height;
  Sums *sums; /* one a picture, so that they are added up in one order */
} Measure;

static void
measure_picture (guint index, gpointer data)
{
  Measure *measure = data;
  const MienPicture *picture = mien_dataset_get_picture (measure->dataset, measure->indices[index]);
  Sums *sums = &measure->sums[index];
  gsize plane = (gsize) measure->width * measure->height;
  g_autofree float *pixels = NULL;
  g_autoptr (GdkPixbuf) decoded = NULL;
  MienPreprocessing unchanged;

  decoded = mien_picture_decode_at_least (picture->path,
                                          mien_dataset_get_max_pixels (measure->dataset),
                                          measure->width, measure->height, NULL);
  if (decoded == NULL)
    return;

  pixels = g_new (float, 3 * plane);
  mien_preprocessing_init (&unchanged, MIEN_PREPROCESSING_STANDARD);
  mien_input_from_picture (decoded, NULL, &unchanged, pixels, measure->width, measure->height);
  for (guint c = 0; c < 3; c++)
    for (gsize i = 0; i < plane; i++)
      {
        double value = pixels[c * plane + i];

        sums->sum[c] += value;
        sums->squares[c] += value * value;
      }
  sums->usable = TRUE;
}

/**
 * mien_loader_measure:
 * @dataset: a data set
 * @indices: (array length=n_indices): its training pictures
 * @n_indices: how many
 * @width: of the network input, pixels
 * @height: of the network input, pixels
 * @standard: (out caller-allocates): %MIEN_PREPROCESSING_STANDARD with what was measured
 * @progress: (nullable): called on this thread
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends the measurement within one picture a processor
 * @error: return location for %MIEN_DATA_ERROR_PICTURE or %G_IO_ERROR_CANCELLED
 *
 * Measures mean and standard deviation (of the population) of each channel, RGB, 0..255, over all
 * pixels of the pictures as the network gets them, without augmentation. A deviation below 1 is
 * given as 1. Pictures that cannot be decoded are left out. The result does not depend on the
 * number of threads.
 *
 * Returns: %FALSE when cancelled, and where no picture could be decoded
 */
gboolean
mien_loader_measure (MienDataset *dataset,
                     const guint *indices,
                     guint n_indices,
                     guint width,
                     guint height,
                     MienPreprocessing *standard,
                     MienProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree Sums *sums = g_new0 (Sums, MAX (n_indices, 1));
  Measure measure = { dataset, indices, width, height, sums };
  double sum[3] = { 0.0, 0.0, 0.0 };
  double squares[3] = { 0.0, 0.0, 0.0 };
  double n = 0.0;

  if (!mien_parallel_for (n_indices, measure_picture, &measure, _ ("Measuring pictures"), progress,
                          user_data, cancellable, error))
    return FALSE;

  for (guint i = 0; i < n_indices; i++)
    {
      if (!sums[i].usable)
        continue;
      n += (double) width * height;
      for (guint c = 0; c < 3; c++)
        {
          sum[c] += sums[i].sum[c];
          squares[c] += sums[i].squares[c];
        }
    }
  if (n == 0.0)
    {
      g_autofree char *name = g_filename_display_name (mien_dataset_get_directory (dataset));

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_PICTURE,
                   _ ("None of the training pictures in “%s” can be decoded any more. Scan the "
                      "folder again."),
                   name);
      return FALSE;
    }

  mien_preprocessing_init (standard, MIEN_PREPROCESSING_STANDARD);
  for (guint c = 0; c < 3; c++)
    {
      double mean = sum[c] / n;
      double variance = MAX (squares[c] / n - mean * mean, 0.0);

      standard->mean[c] = (float) mean;
      standard->deviation[c] = (float) MAX (sqrt (variance), 1.0);
    }
  return TRUE;
}
