/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-dataset-private.h"

/**
 * mien_twins_list_equal:
 * @self: one of @dataset's groups of twins
 * @dataset: a data set
 *
 * Lists those of the group that have the same pixels: all of them in an exact group, some or none
 * in a near one.
 *
 * Returns: (transfer full) (element-type GArray): sets of two or more picture indices, rising, in
 *   the order of their first pictures
 */
GPtrArray *
mien_twins_list_equal (const MienTwins *self, MienDataset *dataset)
{
  g_autoptr (GHashTable) by_digest = g_hash_table_new (mien_digest_hash, mien_digest_equal);
  GPtrArray *sets = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  for (guint k = 0; k < self->pictures->len; k++)
    {
      guint index = g_array_index (self->pictures, guint, k);
      const MienPicture *picture = mien_dataset_get_picture (dataset, index);
      GArray *set = g_hash_table_lookup (by_digest, picture->digest);

      if (set == NULL)
        {
          set = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (by_digest, (gpointer) picture->digest, set);
          g_ptr_array_add (sets, set);
        }
      g_array_append_val (set, index);
    }

  for (guint s = sets->len; s-- > 0;)
    if (((GArray *) g_ptr_array_index (sets, s))->len < 2)
      g_ptr_array_remove_index (sets, s);
  return sets;
}

/* Test pictures of a set that is in training or validation too. */
static guint
count_leaked (MienDataset *self, const GArray *pictures)
{
  guint n[MIEN_N_SPLITS] = { 0 };

  for (guint k = 0; k < pictures->len; k++)
    n[mien_dataset_get_picture (self, g_array_index (pictures, guint, k))->split]++;
  return n[MIEN_SPLIT_TRAIN] + n[MIEN_SPLIT_VALIDATION] > 0 ? n[MIEN_SPLIT_TEST] : 0;
}

static gboolean
is_conflicting (MienDataset *self, const GArray *pictures)
{
  guint first = mien_dataset_get_picture (self, g_array_index (pictures, guint, 0))->class_index;

  for (guint k = 1; k < pictures->len; k++)
    if (mien_dataset_get_picture (self, g_array_index (pictures, guint, k))->class_index != first)
      return TRUE;
  return FALSE;
}

/**
 * mien_dataset_count_twins:
 * @self: a data set
 * @equal: (out caller-allocates): of pictures with the same pixels
 * @all: (out caller-allocates): of these and of near twins
 *
 * Counts groups of twins, for a summary.
 */
void
mien_dataset_count_twins (MienDataset *self, MienTwinCounts *equal, MienTwinCounts *all)
{
  *equal = *all = (MienTwinCounts){ 0 };

  for (guint t = 0; t < self->twins->len; t++)
    {
      const MienTwins *twins = mien_dataset_get_twins (self, t);
      g_autoptr (GPtrArray) sets = mien_twins_list_equal (twins, self);

      all->n_groups++;
      all->n_pictures += twins->pictures->len;
      all->n_conflicting += twins->conflicting;
      all->n_leaked += count_leaked (self, twins->pictures);
      for (guint s = 0; s < sets->len; s++)
        {
          const GArray *set = g_ptr_array_index (sets, s);

          equal->n_groups++;
          equal->n_pictures += set->len;
          equal->n_conflicting += is_conflicting (self, set);
          equal->n_leaked += count_leaked (self, set);
        }
    }
}
