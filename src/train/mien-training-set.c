/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-training-set.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "train/mien-train-error.h"

/* What no training may see that is to be measured: a picture that validation or test has as well,
 * or one of which nobody knows what it shows. */
static gboolean
must_be_left_out (const MienTwins *twins)
{
  return twins->conflicting || (twins->splits & ~(1u << MIEN_SPLIT_TRAIN)) != 0;
}

/* The groups, as of #MienPicture, of training pictures that are left out: augmented copies go with
 * the picture that they were made from. */
static GHashTable *
find_groups (MienDataset *dataset)
{
  GHashTable *groups = g_hash_table_new (NULL, NULL);

  for (guint t = 0; t < mien_dataset_get_n_twins (dataset); t++)
    {
      const MienTwins *twins = mien_dataset_get_twins (dataset, t);

      if (!must_be_left_out (twins))
        continue;
      for (guint i = 0; i < twins->pictures->len; i++)
        {
          const MienPicture *picture = mien_dataset_get_picture (
            dataset, g_array_index (twins->pictures, guint, i));

          if (picture->split == MIEN_SPLIT_TRAIN)
            g_hash_table_add (groups, GUINT_TO_POINTER (picture->group));
        }
    }
  return groups;
}

/**
 * mien_training_set_new:
 * @dataset: a data set
 * @leave_out_twins: as of #MienSettings
 *
 * Lists what is trained on: the training split. Where twins are left out, those training pictures
 * are not in it that look the same as one of validation or test, nor those whose twins are of
 * another class; and neither are copies that a preparation has made of such pictures.
 *
 * Returns: (transfer full): the list
 */
MienTrainingSet *
mien_training_set_new (MienDataset *dataset, gboolean leave_out_twins)
{
  MienTrainingSet *self = g_new0 (MienTrainingSet, 1);
  g_autoptr (GHashTable) left_out = NULL;
  guint n_classes;
  guint n;

  left_out = leave_out_twins ? find_groups (dataset) : g_hash_table_new (NULL, NULL);
  mien_dataset_get_classes (dataset, &n_classes);
  self->counts = g_new0 (guint, n_classes);
  self->indices = mien_dataset_list_split (dataset, MIEN_SPLIT_TRAIN, &n);
  for (guint i = 0; i < n; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (dataset, self->indices[i]);

      if (g_hash_table_contains (left_out, GUINT_TO_POINTER (picture->group)))
        continue;
      self->indices[self->n++] = self->indices[i];
      self->counts[picture->class_index]++;
    }
  self->n_left_out = n - self->n;
  return self;
}

/**
 * mien_training_set_free:
 * @self: (transfer full) (nullable): a list
 */
void
mien_training_set_free (MienTrainingSet *self)
{
  if (self == NULL)
    return;
  g_free (self->indices);
  g_free (self->counts);
  g_free (self);
}

static int
compare_indices (gconstpointer a, gconstpointer b)
{
  const guint left = *(const guint *) a;
  const guint right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

/**
 * mien_training_set_has:
 * @self: a list
 * @picture: an index in its data set
 *
 * Returns: whether it is trained on
 */
gboolean
mien_training_set_has (const MienTrainingSet *self, guint picture)
{
  return bsearch (&picture, self->indices, self->n, sizeof *self->indices, compare_indices) != NULL;
}

/**
 * mien_training_set_check:
 * @self: a list
 * @dataset: what it is of
 * @error: return location; `MIEN_TRAIN_ERROR_DATA`
 *
 * Returns: %FALSE if a class has no picture to train with
 */
gboolean
mien_training_set_check (const MienTrainingSet *self, MienDataset *dataset, GError **error)
{
  guint n_classes;
  const char *const *classes = mien_dataset_get_classes (dataset, &n_classes);

  for (guint c = 0; c < n_classes; c++)
    {
      if (self->counts[c] > 0)
        continue;
      if (mien_dataset_count (dataset, c, MIEN_SPLIT_TRAIN) == 0)
        g_set_error (
          error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
          _ ("The class “%s” has no pictures to train with: add some, or take the class out"),
          classes[c]);
      else
        g_set_error (error, MIEN_TRAIN_ERROR, MIEN_TRAIN_ERROR_DATA,
                     _ ("Every training picture of the class “%s” is left out, because each has a "
                        "twin in validation, in the test or in another class: add other pictures, "
                        "or keep twins in the training (“leave_out_twins” of the settings, "
                        "--keep-twins on the command line)"),
                     classes[c]);
      return FALSE;
    }
  return TRUE;
}

/**
 * mien_training_set_describe_left_out:
 * @n_left_out: how many training pictures are left out
 *
 * Returns: (transfer full): a sentence without its full stop, translated, that says so and why
 */
char *
mien_training_set_describe_left_out (guint n_left_out)
{
  return g_strdup_printf (
    ngettext ("%u training picture is left out: it has a twin in validation, in the test or in "
              "another class",
              "%u training pictures are left out: they have twins in validation, in the test or in "
              "another class",
              n_left_out),
    n_left_out);
}
