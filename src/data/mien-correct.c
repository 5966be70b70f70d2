/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gi18n-lib.h>

#include "data/mien-corrections.h"
#include "data/mien-data-error.h"
#include "data/mien-dataset-private.h"

static gboolean
find_class (MienDataset *self, const char *name, guint *class_index)
{
  for (guint c = 0; c < self->n_classes; c++)
    if (g_str_equal (self->classes[c], name))
      {
        *class_index = c;
        return TRUE;
      }
  return FALSE;
}

static const MienCorrection *
find_correction (MienDataset *self, MienCorrections *corrections, const MienPicture *picture)
{
  const char *relative = mien_dataset_get_relative_path (self, picture->path);

  return mien_corrections_find (corrections, relative, picture->digest);
}

/* (element-type guint MienCorrection): what was decided of the pictures that have copies, by their
 * groups. */
static GHashTable *
index_by_group (MienDataset *self, MienCorrections *corrections)
{
  GHashTable *by_group = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->pictures->len; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);
      const MienCorrection *correction = find_correction (self, corrections, picture);

      if (!picture->is_copy && correction != NULL)
        g_hash_table_insert (by_group, GUINT_TO_POINTER (picture->group), (gpointer) correction);
    }
  return by_group;
}

/* FALSE: the picture is left out. A class that is gone is none to move to. What is decided of a
 * picture holds for the copies that a preparation has made of it, unless something was of them. */
static gboolean
correct (MienDataset *self,
         MienCorrections *corrections,
         GHashTable *by_group,
         MienPicture *picture)
{
  const MienCorrection *correction = find_correction (self, corrections, picture);
  const gboolean follows = correction == NULL && picture->is_copy;

  if (follows)
    correction = g_hash_table_lookup (by_group, GUINT_TO_POINTER (picture->group));
  if (correction == NULL || correction->kind == MIEN_CORRECTION_KEEP)
    return TRUE;
  if (correction->kind == MIEN_CORRECTION_SET_ASIDE)
    {
      self->n_set_aside += follows ? 0 : 1;
      return FALSE;
    }

  if (find_class (self, correction->class_name, &picture->class_index))
    self->n_moved += !follows && picture->class_index != picture->given_class;
  else if (!follows)
    mien_issues_add (
      self->issues, MIEN_ISSUE_ROW, picture->path,
      _ ("It was moved to the class “%s”, which the data set does not have any more: "
         "it counts as its folder has it."),
      correction->class_name);
  return TRUE;
}

static gboolean
check_classes (MienDataset *self, GError **error)
{
  for (guint c = 0; c < self->n_classes; c++)
    {
      gboolean found = FALSE;

      for (guint i = 0; i < self->pictures->len && !found; i++)
        {
          const MienPicture *picture = mien_dataset_get_picture (self, i);

          found = picture->class_index == c && picture->split == MIEN_SPLIT_TRAIN;
        }
      if (!found)
        {
          g_autofree char *path = mien_corrections_get_path (self->directory);
          g_autofree char *name = g_filename_display_name (path);

          g_set_error (error, MIEN_DATA_ERROR, MIEN_DATA_ERROR_LAYOUT,
                       _ ("The class “%s” has no training picture left: all were moved or set "
                          "aside. Take some of that back, or remove the corrections in “%s”."),
                       self->classes[c], name);
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * mien_dataset_apply_corrections:
 * @self: a data set with its twins and splits
 * @likenesses: (element-type MienLikeness): one a picture; those of pictures that are left out go
 * @progress: (nullable): called on this thread
 * @user_data: passed to @progress
 * @cancellable: (nullable): ends the search for twins early
 * @error: return location; see mien_corrections_load() and mien_dataset_detect_twins()
 *
 * Gives pictures the classes that a person said they belong to, and leaves those out that were set
 * aside, with the copies that a preparation has made of them. What is known of twins and copies is
 * found anew where something changed.
 *
 * Returns: %FALSE if that cannot be done
 */
gboolean
mien_dataset_apply_corrections (MienDataset *self,
                                GArray *likenesses,
                                MienProgressFunc progress,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error)
{
  g_autoptr (MienCorrections) corrections = mien_corrections_load (self->directory, error);
  g_autoptr (GHashTable) by_group = NULL;
  guint n_issues;

  if (corrections == NULL)
    return FALSE;
  if (mien_corrections_get_n (corrections) == 0)
    return TRUE;

  by_group = index_by_group (self, corrections);
  for (guint i = self->pictures->len; i-- > 0;)
    if (!correct (self, corrections, by_group, &g_array_index (self->pictures, MienPicture, i)))
      {
        g_array_remove_index (self->pictures, i);
        g_array_remove_index (likenesses, i);
      }
  if (self->n_moved == 0 && self->n_set_aside == 0)
    return TRUE;
  if (!check_classes (self, error))
    return FALSE;

  g_clear_pointer (&self->families, g_free);
  g_clear_pointer (&self->twins_of, g_free);
  g_clear_pointer (&self->twins, g_array_unref);
  n_issues = self->issues->len;
  mien_dataset_take_manifest (self);
  g_array_set_size (self->issues, n_issues);
  return mien_dataset_detect_twins (self, (const MienLikeness *) likenesses->data, progress,
                                    user_data, cancellable, error);
}

/**
 * mien_dataset_get_corrections:
 * @self: a data set
 * @n_moved: (out): pictures that a person moved to another class than their folder's, copies that
 *   follow them not counted
 * @n_set_aside: (out): pictures that a person set aside, which are not in the data set, likewise
 */
void
mien_dataset_get_corrections (MienDataset *self, guint *n_moved, guint *n_set_aside)
{
  *n_moved = self->n_moved;
  *n_set_aside = self->n_set_aside;
}
