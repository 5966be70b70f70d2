/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"
#include "data/mien-parallel.h"
#include "data/mien-picture.h"
#include "data/mien-table.h"
#include "data/mien-walk.h"

/* What became of one file. */
typedef struct
{
  guint width; /* 0 where it could not be decoded */
  guint height;
  guint8 digest[32];
  MienLikeness likeness;
  GError *error;
} Outcome;

typedef struct
{
  const MienWalk *walk;
  Outcome *outcomes; /* one a file */
  guint64 max_pixels;
} Decoding;

static void
decode_file (guint index, gpointer data)
{
  Decoding *decoding = data;
  const MienFoundFile *file = &g_array_index (decoding->walk->files, MienFoundFile, index);
  Outcome *outcome = &decoding->outcomes[index];
  g_autoptr (GdkPixbuf) picture = NULL;

  picture = mien_picture_decode (file->path, decoding->max_pixels, &outcome->error);
  if (picture == NULL)
    return;
  outcome->width = (guint) gdk_pixbuf_get_width (picture);
  outcome->height = (guint) gdk_pixbuf_get_height (picture);
  mien_picture_digest (picture, outcome->digest);
  mien_likeness_take (picture, &outcome->likeness);
}

static MienIssueKind
issue_kind_of (const GError *error)
{
  switch ((MienDataError) error->code)
    {
    case MIEN_DATA_ERROR_EMPTY:
      return MIEN_ISSUE_EMPTY;
    case MIEN_DATA_ERROR_PICTURE:
      return MIEN_ISSUE_NOT_A_PICTURE;
    case MIEN_DATA_ERROR_BROKEN:
      return MIEN_ISSUE_BROKEN;
    case MIEN_DATA_ERROR_TOO_LARGE:
      return MIEN_ISSUE_TOO_LARGE;
    case MIEN_DATA_ERROR_FILE:
    case MIEN_DATA_ERROR_LAYOUT:
    default:
      return MIEN_ISSUE_UNREADABLE;
    }
}

static const char *
looked_for (void)
{
  return _ ("Mien looks for one folder of pictures a class, such as “cats” and “dogs”, or for the "
            "folders “train” and “test” (and “val”, if you like) with such folders in each.");
}

/* Checks what can be told from names alone, before pictures are decoded for nothing. */
static gboolean
check_layout (const char *directory, const MienWalk *walk, GError **error)
{
  g_autofree char *name = g_filename_display_name (directory);
  gboolean has_splits = mien_walk_has_splits (walk);

  if (has_splits && !walk->has_split[MIEN_SPLIT_TRAIN])
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” has no “train” folder, only others of a divided data set. %s"), name,
                   looked_for ());
      return FALSE;
    }
  if (walk->classes->len == 0)
    {
      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("There is no class in “%s”: no folder of pictures was found, and %u files "
                      "that are in none. %s"),
                   name, walk->n_loose_files, looked_for ());
      return FALSE;
    }
  if (walk->classes->len == 1)
    {
      const MienClassFolder *folder = g_ptr_array_index (walk->classes, 0);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("“%s” has one class only, “%s”; a classifier needs two or more. %s"), name,
                   folder->name, looked_for ());
      return FALSE;
    }
  for (guint i = 0; i < walk->classes->len; i++)
    {
      const MienClassFolder *folder = g_ptr_array_index (walk->classes, i);
      MienSplit split = folder->paths[MIEN_SPLIT_TEST] != NULL ? MIEN_SPLIT_TEST
                                                               : MIEN_SPLIT_VALIDATION;

      if (folder->paths[MIEN_SPLIT_TRAIN] == NULL)
        {
          g_autofree char *found = g_filename_display_name (folder->paths[split]);

          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                       _ ("The class “%s” was found in “%s”, but it has no folder of that name to "
                          "train on. Add one, or remove the class."),
                       folder->name, found);
          return FALSE;
        }
    }
  return TRUE;
}

/* Checks that every class has a picture to train on. */
static gboolean
check_classes (MienDataset *self, const MienWalk *walk, const Outcome *outcomes, GError **error)
{
  if (self->pictures->len == 0 && walk->files->len == 0)
    {
      g_autofree char *name = g_filename_display_name (self->directory);

      g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                   _ ("There is no picture in “%s”: its %u class folders are empty. %s"), name,
                   self->n_classes, looked_for ());
      return FALSE;
    }
  for (guint c = 0; c < self->n_classes; c++)
    {
      const MienClassFolder *folder = g_ptr_array_index (walk->classes, c);
      g_autofree char *name = NULL;
      const char *reason = NULL;
      guint n_files = 0;

      if (mien_dataset_count (self, c, MIEN_SPLIT_TRAIN) > 0)
        continue;

      for (guint i = 0; i < walk->files->len; i++)
        {
          const MienFoundFile *file = &g_array_index (walk->files, MienFoundFile, i);

          if (file->folder != folder || file->split != MIEN_SPLIT_TRAIN)
            continue;
          n_files++;
          if (reason == NULL)
            reason = outcomes[i].error->message;
        }

      name = g_filename_display_name (folder->paths[MIEN_SPLIT_TRAIN]);
      if (n_files == 0)
        g_set_error (
          error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
          _ ("The class “%s” is empty: there is no file in “%s”. Add pictures, or remove "
             "the folder."),
          folder->name, name);
      else
        g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                     _ ("The class “%s” has no picture: none of the %u files in “%s” can be used. "
                        "The first one: %s"),
                     folder->name, n_files, name, reason);
      return FALSE;
    }
  return TRUE;
}

static void
count (MienDataset *self)
{
  memset (self->counts, 0, sizeof *self->counts * self->n_classes * MIEN_N_SPLITS);
  for (guint i = 0; i < self->pictures->len; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);

      self->counts[picture->class_index * MIEN_N_SPLITS + picture->split]++;
    }
}

static void
set_digest (MienDataset *self)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < self->pictures->len; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);
      const char *relative = mien_dataset_get_relative_path (self, picture->path);

      g_checksum_update (checksum, (const guchar *) relative, (gssize) strlen (relative) + 1);
      g_checksum_update (checksum, picture->digest, sizeof picture->digest);
      if (picture->class_index != picture->given_class)
        g_checksum_update (checksum, (const guchar *) self->classes[picture->class_index], -1);
    }
  g_strlcpy (self->digest, g_checksum_get_string (checksum), sizeof self->digest);
}

static int
compare_issues (gconstpointer a, gconstpointer b)
{
  const MienIssue *x = a;
  const MienIssue *y = b;

  if (x->kind != y->kind)
    return x->kind < y->kind ? -1 : 1;
  return strcmp (x->path, y->path);
}

static void
picture_clear (gpointer data)
{
  g_free (((MienPicture *) data)->path);
}

static MienDataset *
dataset_new (const char *directory, gboolean is_table, const MienWalk *walk, guint64 max_pixels)
{
  MienDataset *self = g_new0 (MienDataset, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->directory = g_strdup (directory);
  self->base = is_table ? g_path_get_dirname (directory) : g_strdup (directory);
  self->n_classes = walk->classes->len;
  self->classes = g_new0 (char *, self->n_classes + 1);
  for (guint i = 0; i < self->n_classes; i++)
    self->classes[i] = g_strdup (((MienClassFolder *) g_ptr_array_index (walk->classes, i))->name);
  self->pictures = g_array_new (FALSE, FALSE, sizeof (MienPicture));
  g_array_set_clear_func (self->pictures, picture_clear);
  self->issues = g_array_ref (walk->issues);
  self->counts = g_new0 (guint, (gsize) self->n_classes * MIEN_N_SPLITS);
  self->max_pixels = max_pixels;
  return self;
}

/* likenesses: (element-type MienLikeness), one a picture that is taken */
static void
take_outcomes (MienDataset *self, const MienWalk *walk, const Outcome *outcomes, GArray *likenesses)
{
  for (guint i = 0; i < walk->files->len; i++)
    {
      const MienFoundFile *file = &g_array_index (walk->files, MienFoundFile, i);
      const Outcome *outcome = &outcomes[i];
      MienPicture picture = { NULL };

      if (outcome->error != NULL)
        {
          if (file->line > 0)
            mien_issues_add (self->issues, issue_kind_of (outcome->error), file->path,
                             _ ("Line %u: %s"), file->line, outcome->error->message);
          else
            mien_issues_add (self->issues, issue_kind_of (outcome->error), file->path, "%s",
                             outcome->error->message);
          continue;
        }
      picture.path = g_strdup (file->path);
      picture.class_index = file->folder->index;
      picture.given_class = file->folder->index;
      picture.split = file->split;
      picture.width = outcome->width;
      picture.height = outcome->height;
      memcpy (picture.digest, outcome->digest, sizeof picture.digest);
      g_array_append_val (self->pictures, picture);
      g_array_append_val (likenesses, outcome->likeness);
    }
}

/* Makes the splits that the folder does not have; a split without a picture counts as missing. */
static void
make_splits (MienDataset *self, const MienWalk *walk, const MienScanOptions *options)
{
  gboolean has_validation = mien_dataset_count_split (self, MIEN_SPLIT_VALIDATION) > 0;

  if (!mien_walk_has_splits (walk))
    {
      self->made[MIEN_SPLIT_TRAIN] = TRUE;
      self->made[MIEN_SPLIT_TEST] = TRUE;
      mien_dataset_make_split (self, MIEN_SPLIT_TEST, options->test_fraction, options->seed);
    }
  if (!has_validation)
    {
      self->made[MIEN_SPLIT_VALIDATION] = TRUE;
      mien_dataset_make_split (self, MIEN_SPLIT_VALIDATION, options->validation_fraction,
                               options->seed);
    }
  count (self);
}

static void
find_imbalance (MienDataset *self, const MienWalk *walk)
{
  g_autofree const char **paths = g_new (const char *, self->n_classes);

  for (guint i = 0; i < self->n_classes; i++)
    paths[i] = ((MienClassFolder *) g_ptr_array_index (walk->classes, i))->paths[MIEN_SPLIT_TRAIN];
  mien_dataset_find_imbalance (self, paths);
}

/**
 * mien_dataset_scan:
 * @directory: (type filename): the data set's folder, or a table of paths and labels
 * @options: fractions, seed and pixel limit
 * @progress: (nullable): called on this thread, at most some ten times a second and at the end
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends the scan within one picture a processor
 * @error: return location for a #MienDataError or %G_IO_ERROR_CANCELLED
 *
 * Reads a data set: either `train`, `test` and `val` (also `valid` or `validation`; in any case)
 * with one folder a class in each, or one folder a class, at any depth below which its pictures
 * lie. Every picture is decoded once, on all processors.
 *
 * - A folder without splits gets a test split of @options' fraction of all, and every folder
 *   without validation pictures gets a validation split of a fraction of what is left to train on;
 *   stratified, seeded, pictures that show the same on one side. A divided folder without `test`
 * gets no test split: evaluate on validation then.
 * - A CSV file with the columns path and label, and perhaps split, is read by mien_table_walk().
 * - Classes are those of the training split, by name. One that is missing in another split is fine.
 * - Hidden names, Thumbs.db, desktop.ini and __MACOSX are ignored, and so are files outside of the
 *   class folders. Links are followed; one that leads nowhere or back up is an issue.
 * - A file that cannot be used becomes an issue, and the scan goes on without it.
 * - What a person has corrected (mien_corrections_load()) is applied: pictures are moved to another
 *   class, or left out. Splits are made before that, so that they stay what they were.
 *
 * The result depends on the folder and on @options alone, not on the number of threads.
 *
 * Errors: %MIEN_DATA_ERROR_FILE where the folder cannot be read; %MIEN_DATA_ERROR_LAYOUT for no
 * class, one class, a class without a picture to train on, or one that is only in `test`.
 *
 * Returns: (transfer full): the data set, or %NULL
 */
MienDataset *
mien_dataset_scan (const char *directory,
                   const MienScanOptions *options,
                   MienProgressFunc progress,
                   gpointer user_data,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *absolute = NULL;
  g_autofree Outcome *outcomes = NULL;
  g_autoptr (MienWalk) walk = NULL;
  g_autoptr (MienDataset) self = NULL;
  g_autoptr (GArray) likenesses = g_array_new (FALSE, FALSE, sizeof (MienLikeness));
  Decoding decoding;
  gboolean is_table, decoded;

  g_return_val_if_fail (directory != NULL, NULL);
  g_return_val_if_fail (options != NULL, NULL);
  g_return_val_if_fail (options->validation_fraction >= 0.0, NULL);
  g_return_val_if_fail (options->validation_fraction < 0.9, NULL);
  g_return_val_if_fail (options->test_fraction >= 0.0 && options->test_fraction < 0.9, NULL);

  absolute = g_canonicalize_filename (directory, NULL);
  is_table = mien_table_is_file (absolute);
  walk = is_table ? mien_table_walk (absolute, progress, user_data, cancellable, error)
                  : mien_walk_new (absolute, progress, user_data, cancellable, error);
  if (walk == NULL || (!is_table && !check_layout (absolute, walk, error)))
    return NULL;

  outcomes = g_new0 (Outcome, MAX (walk->files->len, 1));
  decoding = (Decoding){ walk, outcomes, options->max_pixels };
  decoded = mien_parallel_for (walk->files->len, decode_file, &decoding, _ ("Reading pictures"),
                               progress, user_data, cancellable, error);
  if (decoded)
    {
      self = dataset_new (absolute, is_table, walk, options->max_pixels);
      take_outcomes (self, walk, outcomes, likenesses);
      count (self);
      decoded = check_classes (self, walk, outcomes, error);
    }
  for (guint i = 0; i < walk->files->len; i++)
    g_clear_error (&outcomes[i].error);
  if (!decoded)
    return NULL;

  mien_dataset_take_manifest (self);
  if (!mien_dataset_detect_twins (self, (const MienLikeness *) likenesses->data, progress,
                                  user_data, cancellable, error))
    return NULL;
  make_splits (self, walk, options);
  if (!mien_dataset_apply_corrections (self, likenesses, progress, user_data, cancellable, error))
    return NULL;
  count (self);
  mien_dataset_add_twin_issues (self);
  mien_dataset_find_odd_sizes (self);
  mien_dataset_note_twins (self);
  find_imbalance (self, walk);
  set_digest (self);
  g_array_sort (self->issues, compare_issues);
  return g_steal_pointer (&self);
}
