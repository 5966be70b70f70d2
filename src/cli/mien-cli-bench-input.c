/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "cli/mien-cli-bench.h"
#include "cli/mien-cli-output.h"
#include "data/mien-input.h"
#include "data/mien-picture.h"
#include "engine/vgg-error.h"
#include "engine/vgg-profile.h"
#include "engine/vgg-tensor.h"
#include "engine/vgg-threads.h"
#include "train/mien-prediction.h"

#define SAMPLE_SIDE 48
#define SAMPLE_SPOTS 10
#define SAMPLE_PICTURES 100
#define SEED 1

/* Files that are removed in the end. */
typedef struct
{
  char *directory; /* NULL: none was made */
  GPtrArray *paths;
} Sample;

/* One round: as many pictures as the batch, decoded and augmented anew. */
typedef struct
{
  const MienCliBenchOptions *options;
  GPtrArray *paths; /* (element-type filename) */
  guint n_parts;
  float **outputs; /* (n_parts), each (3, input, input) */
  GError **errors; /* (n_parts): the first of each part, or NULL */
  MienAugmentation augmentation;
  MienPreprocessing preprocessing;
} InputTask;

static void
sample_clear (Sample *self)
{
  for (guint i = 0; self->directory != NULL && i < self->paths->len; i++)
    g_unlink (g_ptr_array_index (self->paths, i));
  if (self->directory != NULL)
    g_rmdir (self->directory);
  g_clear_pointer (&self->paths, g_ptr_array_unref);
  g_free (self->directory);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sample, sample_clear)

/* Soft grey spots: what a camera's picture is to a decoder. */
static GdkPixbuf *
draw_picture (VggRandom *random)
{
  g_autoptr (GdkPixbuf)
    spots = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, SAMPLE_SPOTS, SAMPLE_SPOTS);
  gsize stride = (gsize) gdk_pixbuf_get_rowstride (spots);
  guint8 *pixels = gdk_pixbuf_get_pixels (spots);

  for (gsize i = 0; i < SAMPLE_SPOTS * SAMPLE_SPOTS; i++)
    memset (pixels + i / SAMPLE_SPOTS * stride + i % SAMPLE_SPOTS * 3,
            (int) vgg_random_below (random, 256), 3);

  return gdk_pixbuf_scale_simple (spots, SAMPLE_SIDE, SAMPLE_SIDE, GDK_INTERP_BILINEAR);
}

/* Grey pictures of the size that face data sets have. */
static gboolean
write_sample (Sample *self, GError **error)
{
  VggRandom random;

  self->paths = g_ptr_array_new_with_free_func (g_free);
  self->directory = g_dir_make_tmp ("mien-bench-XXXXXX", error);
  if (self->directory == NULL)
    return FALSE;

  vgg_random_init (&random, SEED);
  for (guint i = 0; i < SAMPLE_PICTURES; i++)
    {
      g_autoptr (GdkPixbuf) picture = draw_picture (&random);
      char *path = g_strdup_printf ("%s/%03u.jpg", self->directory, i);

      g_ptr_array_add (self->paths, path);
      if (!gdk_pixbuf_save (picture, path, "jpeg", error, "quality", "90", NULL))
        return FALSE;
    }
  return TRUE;
}

static gboolean
list_folder (Sample *self, const char *folder, GError **error)
{
  const char *const folders[] = { folder, NULL };

  self->paths = mien_prediction_list_paths (folders, NULL, error);
  if (self->paths != NULL && self->paths->len == 0)
    {
      g_autofree char *name = mien_cli_display_path (folder);

      g_set_error (error, VGG_ERROR, VGG_ERROR_FILE,
                   _ ("“%s” holds no pictures. Choose a folder with some."), name);
      return FALSE;
    }
  return self->paths != NULL;
}

static void
run_part (guint part, guint n_parts, gpointer user_data)
{
  InputTask *task = user_data;
  const guint side = task->options->input;

  for (guint i = part; i < task->options->batch && task->errors[part] == NULL; i += n_parts)
    {
      const char *path = g_ptr_array_index (task->paths, i % task->paths->len);
      g_autoptr (GdkPixbuf) picture = NULL;
      MienTransform transform;
      VggRandom random;

      picture = mien_picture_decode_at_least (path, MIEN_PICTURE_MAX_PIXELS, side, side,
                                              &task->errors[part]);
      if (picture == NULL)
        return;

      vgg_random_init_stream (&random, SEED, i, 0);
      mien_augmentation_draw (&task->augmentation, &random, &transform);
      mien_input_from_picture (picture, &transform, &task->preprocessing, task->outputs[part], side,
                               side);
    }
}

static gboolean
run_round (InputTask *task, GError **error)
{
  vgg_threads_run_parts (task->n_parts, run_part, task);

  for (guint i = 0; i < task->n_parts; i++)
    if (task->errors[i] != NULL)
      {
        g_propagate_error (error, g_steal_pointer (&task->errors[i]));
        return FALSE;
      }
  return TRUE;
}

static gboolean
measure (InputTask *task, MienCliBenchTimes *times, GError **error)
{
  g_autoptr (GArray) seconds = g_array_new (FALSE, FALSE, sizeof (double));

  if (!run_round (task, error))
    return FALSE;

  for (guint i = 0; i < task->options->rounds; i++)
    {
      double start = vgg_profile_now ();
      double length;

      if (!run_round (task, error))
        return FALSE;
      length = vgg_profile_now () - start;
      g_array_append_val (seconds, length);
    }

  *times = mien_cli_bench_times (seconds);
  return TRUE;
}

static gboolean
take_outputs (InputTask *task, GError **error)
{
  gsize n = (gsize) 3 * task->options->input * task->options->input;

  for (guint i = 0; i < task->n_parts; i++)
    {
      task->outputs[i] = vgg_floats_new (n);
      if (task->outputs[i] == NULL)
        {
          g_set_error_literal (error, VGG_ERROR, VGG_ERROR_MEMORY,
                               _ ("There is no memory for a picture; choose a smaller input size"));
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * mien_cli_bench_input:
 * @options: the command line
 *
 * `mien-cli bench input`: decodes and augments pictures, of a folder or of a sample that it makes
 * and removes.
 *
 * Returns: what the program ends with
 */
MienCliStatus
mien_cli_bench_input (const MienCliBenchOptions *options)
{
  g_auto (Sample) sample = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *title = NULL;
  MienCliBenchTimes times;
  InputTask task = { .options = options };
  gboolean measured;

  if (!(options->folder != NULL ? list_folder (&sample, options->folder, &error)
                                : write_sample (&sample, &error)))
    return mien_cli_fail (error);

  vgg_threads_set (options->threads);
  task.paths = sample.paths;
  task.n_parts = vgg_threads_get ();
  task.outputs = g_new0 (float *, task.n_parts);
  task.errors = g_new0 (GError *, task.n_parts);
  mien_augmentation_init_default (&task.augmentation);
  mien_preprocessing_init (&task.preprocessing, MIEN_PREPROCESSING_IMAGENET);

  measured = take_outputs (&task, &error) && measure (&task, &times, &error);

  for (guint i = 0; i < task.n_parts; i++)
    {
      vgg_floats_free (task.outputs[i]);
      g_clear_error (&task.errors[i]);
    }
  g_free (task.outputs);
  g_free (task.errors);
  if (!measured)
    return mien_cli_fail (error);

  title = g_strdup_printf (_ ("%u pictures decoded and augmented to %u × %u pixels, threads %u"),
                           options->batch, options->input, options->input, task.n_parts);
  return mien_cli_bench_report (options, title, options->batch, &times, 0);
}
