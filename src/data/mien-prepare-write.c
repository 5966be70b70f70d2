/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-json.h"
#include "data/mien-manifest.h"
#include "data/mien-new-folder.h"
#include "data/mien-parallel.h"
#include "data/mien-prepare-private.h"

typedef struct
{
  MienPreparePlan *plan;
  MienNewFolder *folder;
  GCancellable *stop; /* cancelled by the caller's, and by the first error */
  GMutex mutex;
  GError *error; /* the first one */
} Writing;

/* The first error ends the work; those that follow from that say nothing new. */
static void
fail (Writing *writing, GError *error)
{
  g_mutex_lock (&writing->mutex);
  if (writing->error == NULL)
    writing->error = g_steal_pointer (&error);
  g_mutex_unlock (&writing->mutex);
  g_clear_error (&error);
  g_cancellable_cancel (writing->stop);
}

static gboolean
copy_file (Writing *writing, const MienPrepareItem *item, GError **error)
{
  const MienPicture *picture = mien_dataset_get_picture (writing->plan->source, item->picture);
  g_autofree char *path = NULL;
  g_autofree char *name = g_filename_display_name (picture->path);
  g_autoptr (GFile) source = g_file_new_for_path (picture->path);
  g_autoptr (GFile) target = NULL;
  g_autoptr (GError) local = NULL;

  path = g_build_filename (mien_new_folder_get_path (writing->folder), item->file, NULL);
  target = g_file_new_for_path (path);
  if (g_file_copy (source, target, G_FILE_COPY_TARGET_DEFAULT_PERMS, writing->stop, NULL, NULL,
                   &local))
    return TRUE;
  g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
               _ ("“%s” cannot be copied: %s. Check that it is still there, and that the disk has "
                  "room."),
               name, local->message);
  return FALSE;
}

static void
write_item (guint index, gpointer data)
{
  Writing *writing = data;
  const MienPrepareItem *item = &g_array_index (writing->plan->items, MienPrepareItem, index);
  g_autoptr (GBytes) png = NULL;
  GError *error = NULL;
  gboolean written;

  if (item->copy == 0)
    written = copy_file (writing, item, &error);
  else
    {
      png = mien_prepare_make_copy (writing->plan, item, &error);
      written = png != NULL &&
                mien_new_folder_add_file (writing->folder, item->file, g_bytes_get_data (png, NULL),
                                          g_bytes_get_size (png), &error);
    }
  if (!written)
    fail (writing, error);
}

static gboolean
make_folders (MienPreparePlan *plan, MienNewFolder *folder, GError **error)
{
  for (guint c = 0; c < plan->n_classes; c++)
    for (MienSplit split = 0; split < MIEN_N_SPLITS; split++)
      {
        g_autofree char *path = NULL;

        if (mien_prepare_plan_count_after (plan, c, split) == 0)
          continue;
        path = g_build_filename (mien_new_folder_get_path (folder), mien_split_to_string (split),
                                 plan->classes[c], NULL);
        if (g_mkdir_with_parents (path, 0777) != 0)
          {
            int reason = errno;

            g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_FILE,
                         _ ("A folder for the class “%s” cannot be made: %s."), plan->classes[c],
                         g_strerror (reason));
            return FALSE;
          }
      }
  return TRUE;
}

static JsonObject *
augmentation_to_json (const MienAugmentation *augmentation)
{
  JsonObject *object = json_object_new ();

  mien_json_add_number (object, "rotation", augmentation->rotation);
  mien_json_add_number (object, "horizontal_shift", augmentation->horizontal_shift);
  mien_json_add_number (object, "vertical_shift", augmentation->vertical_shift);
  mien_json_add_number (object, "zoom", augmentation->zoom);
  mien_json_add_number (object, "shear", augmentation->shear);
  mien_json_add_number (object, "brightness", augmentation->brightness);
  json_object_set_boolean_member (object, "horizontal_flip", augmentation->horizontal_flip);
  return object;
}

static JsonObject *
settings_to_json (const MienPrepareOptions *options)
{
  JsonObject *object = json_object_new ();
  JsonObject *classes = json_object_new ();
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, options->seed);

  for (guint i = 0; i < options->classes->len; i++)
    {
      const MienPrepareClass *class = g_ptr_array_index (options->classes, i);
      JsonArray *sources = json_array_new ();

      for (guint j = 0; j < class->sources->len; j++)
        json_array_add_string_element (sources, g_ptr_array_index (class->sources, j));
      json_object_set_array_member (classes, class->name, sources);
    }
  json_object_set_object_member (object, "classes", classes);
  json_object_set_int_member (object, "balance", options->balance);
  mien_json_add_number (object, "validation", options->validation_fraction);
  /* As in a settings file: whole numbers of JSON end at 2⁶³ - 1. */
  if (options->seed <= G_MAXINT64)
    json_object_set_int_member (object, "seed", (gint64) options->seed);
  else
    json_object_set_string_member (object, "seed", seed);
  json_object_set_object_member (object, "augmentation",
                                 augmentation_to_json (&options->augmentation));
  return object;
}

/* A path that is not UTF-8 is written with escapes, so that two sources never have one name. */
static char *
describe_source (MienDataset *source, const MienPicture *picture)
{
  const char *path = mien_dataset_get_relative_path (source, picture->path);

  if (g_utf8_validate (path, -1, NULL))
    return g_strdup (path);
  return g_uri_escape_string (path, G_URI_RESERVED_CHARS_ALLOWED_IN_PATH, FALSE);
}

static gboolean
write_manifest (MienPreparePlan *plan, MienNewFolder *folder, GError **error)
{
  g_autoptr (JsonObject) settings = settings_to_json (&plan->options);
  g_autoptr (MienManifestWriter) writer = NULL;
  const char *origin = plan->options.origin;
  const char *const *classes = mien_dataset_get_classes (plan->source, NULL);

  if (origin == NULL)
    origin = mien_dataset_get_directory (plan->source);
  writer = mien_manifest_writer_new (origin, settings);
  for (guint i = 0; i < plan->items->len; i++)
    {
      const MienPrepareItem *item = &g_array_index (plan->items, MienPrepareItem, i);
      const MienPicture *picture = mien_dataset_get_picture (plan->source, item->picture);
      g_autofree char *source = describe_source (plan->source, picture);
      MienTransform transform;
      MienManifestRow row = {
        .file = item->file,
        .source = source,
        .source_split = mien_split_to_string (mien_prepare_plan_get_own_split (plan, picture)),
        .source_class = classes[picture->class_index],
        .digest = picture->digest,
      };

      if (item->copy > 0)
        {
          mien_prepare_plan_draw (plan, item, &transform);
          row.transform = &transform;
        }
      mien_manifest_writer_add (writer, &row);
    }
  return mien_manifest_writer_save (writer, mien_new_folder_get_path (folder), error);
}

static void
stop (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static gboolean
write_pictures (MienPreparePlan *plan,
                MienNewFolder *folder,
                MienProgressFunc progress,
                gpointer user_data,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GCancellable) stopper = g_cancellable_new ();
  Writing writing = { .plan = plan, .folder = folder, .stop = stopper };
  gulong handler = 0;
  gboolean written;

  g_mutex_init (&writing.mutex);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (stop), stopper, NULL);
  written = mien_parallel_for (plan->items->len, write_item, &writing, _ ("Writing pictures"),
                               progress, user_data, stopper, NULL);
  g_cancellable_disconnect (cancellable, handler);
  g_mutex_clear (&writing.mutex);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    written = FALSE;
  else if (writing.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&writing.error));
      written = FALSE;
    }
  g_clear_error (&writing.error);
  return written;
}

/**
 * mien_prepare_write:
 * @plan: what to write
 * @destination: (type filename): a folder that is new or empty, apart from the source
 * @progress: (nullable): called on this thread
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends it within one picture a processor
 * @error: return location for a #MienDataError, a %GFileError or a %GIOError
 *
 * Writes the prepared data set: `train`, `validation` and `test` with one folder a class in each,
 * and %MIEN_MANIFEST_NAME. Originals are copied byte for byte, copies are PNG files. The source is
 * only read. The folder appears when it is complete; neither an error nor @cancellable leaves
 * anything. The result depends on the plan alone, not on the number of threads.
 *
 * Returns: %FALSE where nothing was written
 */
gboolean
mien_prepare_write (MienPreparePlan *plan,
                    const char *destination,
                    MienProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (MienNewFolder) folder = NULL;

  if (!mien_new_folder_check_apart (destination, mien_dataset_get_directory (plan->source), error))
    return FALSE;
  folder = mien_new_folder_open (destination, plan->bytes, error);
  if (folder == NULL)
    return FALSE;

  return make_folders (plan, folder, error) &&
         write_pictures (plan, folder, progress, user_data, cancellable, error) &&
         write_manifest (plan, folder, error) && mien_new_folder_commit (folder, error);
}
