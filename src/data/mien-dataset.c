/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-dataset.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-dataset-private.h"
#include "data/mien-picture.h"

/**
 * mien_scan_options_init:
 * @self: (out caller-allocates): options
 *
 * Sets the defaults: a fifth of the training pictures for validation, a fifth of all for the test
 * where the folder has no splits, seed 0, %MIEN_PICTURE_MAX_PIXELS.
 */
void
mien_scan_options_init (MienScanOptions *self)
{
  self->validation_fraction = 0.2;
  self->test_fraction = 0.2;
  self->seed = 0;
  self->max_pixels = MIEN_PICTURE_MAX_PIXELS;
}

/**
 * mien_dataset_ref:
 * @self: a data set
 *
 * Returns: (transfer full): @self
 */
MienDataset *
mien_dataset_ref (MienDataset *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * mien_dataset_unref:
 * @self: (transfer full): a data set
 *
 * Gives a reference back; the last one frees the data set.
 */
void
mien_dataset_unref (MienDataset *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->directory);
  g_free (self->base);
  g_strfreev (self->classes);
  g_array_unref (self->pictures);
  g_free (self->families);
  g_clear_pointer (&self->twins, g_array_unref);
  g_free (self->twins_of);
  g_array_unref (self->issues);
  g_free (self->counts);
  g_free (self);
}

/**
 * mien_dataset_get_directory:
 * @self: a data set
 *
 * Returns: (type filename): the absolute path of its folder, or of the table that lists it
 */
const char *
mien_dataset_get_directory (MienDataset *self)
{
  return self->directory;
}

/**
 * mien_dataset_get_relative_path:
 * @self: a data set
 * @path: (type filename): of one of its pictures
 *
 * Returns: (type filename): @path below the data set's folder, or the folder of its table, a part
 *   of @path; all of it where the picture lies elsewhere
 */
const char *
mien_dataset_get_relative_path (MienDataset *self, const char *path)
{
  gsize length = strlen (self->base);

  if (strncmp (path, self->base, length) != 0)
    return path;
  if (path[length] != G_DIR_SEPARATOR && !g_str_has_suffix (self->base, G_DIR_SEPARATOR_S))
    return path;

  path += length;
  while (*path == G_DIR_SEPARATOR)
    path++;
  return path;
}

/**
 * mien_dataset_get_classes:
 * @self: a data set
 * @n_classes: (out) (optional): how many there are, 2 or more
 *
 * Returns: (array length=n_classes) (transfer none): the names of the classes, UTF-8, in byte
 * order, %NULL-terminated; the same ones in every split
 */
const char *const *
mien_dataset_get_classes (MienDataset *self, guint *n_classes)
{
  if (n_classes != NULL)
    *n_classes = self->n_classes;
  return (const char *const *) self->classes;
}

/**
 * mien_dataset_get_n_pictures:
 * @self: a data set
 *
 * Returns: the number of usable pictures, over all splits
 */
guint
mien_dataset_get_n_pictures (MienDataset *self)
{
  return self->pictures->len;
}

/**
 * mien_picture_has_name:
 * @picture: a picture of a data set
 * @folded: what to look for, from g_utf8_casefold(); "" is found in every name
 *
 * Returns: whether the name of the file, without its folder, holds @folded in any case
 */
gboolean
mien_picture_has_name (const MienPicture *picture, const char *folded)
{
  g_autofree char *name = NULL;
  g_autofree char *folded_name = NULL;

  if (*folded == '\0')
    return TRUE;

  name = g_filename_display_basename (picture->path);
  folded_name = g_utf8_casefold (name, -1);
  return strstr (folded_name, folded) != NULL;
}

/**
 * mien_dataset_get_picture:
 * @self: a data set
 * @index: below mien_dataset_get_n_pictures(); pictures are in byte order of their paths
 *
 * Returns: (transfer none): a picture
 */
const MienPicture *
mien_dataset_get_picture (MienDataset *self, guint index)
{
  g_return_val_if_fail (index < self->pictures->len, NULL);

  return &g_array_index (self->pictures, MienPicture, index);
}

/**
 * mien_dataset_count:
 * @self: a data set
 * @class_index: a class
 * @split: a split
 *
 * Returns: the number of pictures of that class in that split
 */
guint
mien_dataset_count (MienDataset *self, guint class_index, MienSplit split)
{
  g_return_val_if_fail (class_index < self->n_classes, 0);
  g_return_val_if_fail ((guint) split < MIEN_N_SPLITS, 0);

  return self->counts[class_index * MIEN_N_SPLITS + split];
}

/**
 * mien_dataset_count_split:
 * @self: a data set
 * @split: a split
 *
 * Returns: the number of pictures in that split
 */
guint
mien_dataset_count_split (MienDataset *self, MienSplit split)
{
  guint n = 0;

  for (guint i = 0; i < self->n_classes; i++)
    n += mien_dataset_count (self, i, split);
  return n;
}

/**
 * mien_dataset_get_evaluation_split:
 * @self: a data set
 *
 * Returns: the split that says most of a model: test if it has pictures, else validation, else
 *   training
 */
MienSplit
mien_dataset_get_evaluation_split (MienDataset *self)
{
  if (mien_dataset_count_split (self, MIEN_SPLIT_TEST) > 0)
    return MIEN_SPLIT_TEST;
  if (mien_dataset_count_split (self, MIEN_SPLIT_VALIDATION) > 0)
    return MIEN_SPLIT_VALIDATION;
  return MIEN_SPLIT_TRAIN;
}

/**
 * mien_dataset_list_split:
 * @self: a data set
 * @split: a split
 * @n: (out): how many pictures it has
 *
 * Returns: (array length=n) (transfer full): the indices of its pictures, rising; free with
 * g_free()
 */
guint *
mien_dataset_list_split (MienDataset *self, MienSplit split, guint *n)
{
  guint *indices = g_new (guint, MAX (mien_dataset_count_split (self, split), 1));

  *n = 0;
  for (guint i = 0; i < self->pictures->len; i++)
    if (mien_dataset_get_picture (self, i)->split == split)
      indices[(*n)++] = i;
  return indices;
}

/**
 * mien_dataset_get_n_issues:
 * @self: a data set
 *
 * Returns: the number of things that a person should know of
 */
guint
mien_dataset_get_n_issues (MienDataset *self)
{
  return self->issues->len;
}

/**
 * mien_dataset_get_issue:
 * @self: a data set
 * @index: below mien_dataset_get_n_issues(); issues are sorted by kind, then by path
 *
 * Returns: (transfer none): an issue
 */
const MienIssue *
mien_dataset_get_issue (MienDataset *self, guint index)
{
  g_return_val_if_fail (index < self->issues->len, NULL);

  return &g_array_index (self->issues, MienIssue, index);
}

/**
 * mien_dataset_split_was_made:
 * @self: a data set
 * @split: a split
 *
 * Returns: %TRUE where the scan made the split by fraction and seed, %FALSE where the folder did
 */
gboolean
mien_dataset_split_was_made (MienDataset *self, MienSplit split)
{
  g_return_val_if_fail ((guint) split < MIEN_N_SPLITS, FALSE);

  return self->made[split];
}

/**
 * mien_dataset_get_digest:
 * @self: a data set
 *
 * The digest names the pictures: SHA-256 over, for each picture in order, its path below the
 * folder, a zero byte and the digest of its pixels. Splits made here do not enter it.
 *
 * Returns: 64 hexadecimal digits
 */
const char *
mien_dataset_get_digest (MienDataset *self)
{
  return self->digest;
}

/**
 * mien_dataset_get_max_pixels:
 * @self: a data set
 *
 * Returns: the pixel limit that its pictures were scanned with
 */
guint64
mien_dataset_get_max_pixels (MienDataset *self)
{
  return self->max_pixels;
}

/**
 * mien_split_to_string:
 * @split: a split
 *
 * Returns: its name in files and on the command line, never translated
 */
const char *
mien_split_to_string (MienSplit split)
{
  switch (split)
    {
    case MIEN_SPLIT_TRAIN:
      return "train";
    case MIEN_SPLIT_VALIDATION:
      return "validation";
    case MIEN_SPLIT_TEST:
      return "test";
    default:
      g_return_val_if_reached ("train");
    }
}

/**
 * mien_split_from_string:
 * @string: "train", "test", "val", "valid" or "validation", in any case
 * @split: (out): the split
 *
 * Returns: %FALSE where @string is none of these
 */
gboolean
mien_split_from_string (const char *string, MienSplit *split)
{
  static const struct
  {
    const char *name;
    MienSplit split;
  } names[] = {
    { "train", MIEN_SPLIT_TRAIN },           { "test", MIEN_SPLIT_TEST },
    { "val", MIEN_SPLIT_VALIDATION },        { "valid", MIEN_SPLIT_VALIDATION },
    { "validation", MIEN_SPLIT_VALIDATION },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (string, names[i].name) == 0)
      {
        *split = names[i].split;
        return TRUE;
      }
  return FALSE;
}

/**
 * mien_split_get_title:
 * @split: a split
 *
 * Returns: its name for a person, translated
 */
const char *
mien_split_get_title (MienSplit split)
{
  switch (split)
    {
    case MIEN_SPLIT_TRAIN:
      return _ ("Training");
    case MIEN_SPLIT_VALIDATION:
      return _ ("Validation");
    case MIEN_SPLIT_TEST:
      return _ ("Test");
    default:
      g_return_val_if_reached ("");
    }
}
