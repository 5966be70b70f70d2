/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "data/mien-dataset-private.h"
#include "engine/vgg-random.h"

/* The training pictures that have the same pixels; they go to one side together. */
typedef struct
{
  GArray *members; /* (element-type guint), picture indices */
} Group;

static void
group_free (gpointer data)
{
  Group *group = data;

  g_array_unref (group->members);
  g_free (group);
}

/* The groups of equal training pictures, in the order of their first ones. */
static GPtrArray *
list_groups (MienDataset *self)
{
  g_autoptr (GHashTable) by_digest = g_hash_table_new (mien_digest_hash, mien_digest_equal);
  GPtrArray *groups = g_ptr_array_new_with_free_func (group_free);

  for (guint i = 0; i < self->pictures->len; i++)
    {
      MienPicture *picture = &g_array_index (self->pictures, MienPicture, i);
      Group *group;

      if (picture->split != MIEN_SPLIT_TRAIN)
        continue;
      group = g_hash_table_lookup (by_digest, picture->digest);
      if (group == NULL)
        {
          group = g_new0 (Group, 1);
          group->members = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (by_digest, picture->digest, group);
          g_ptr_array_add (groups, group);
        }
      g_array_append_val (group->members, i);
    }
  return groups;
}

static MienPicture *
get_member (MienDataset *self, const Group *group, guint i)
{
  return &g_array_index (self->pictures, MienPicture, g_array_index (group->members, guint, i));
}

/* Moves a group out of training, unless a class would get more than its share in the split, or
 * would lose its last training picture. `room` is what may still go there, a class. */
static void
move_group (MienDataset *self, const Group *group, MienSplit split, guint *room, guint *left)
{
  guint i;

  for (i = 0; i < group->members->len; i++)
    {
      guint class_index = get_member (self, group, i)->class_index;

      if (room[class_index] == 0 || left[class_index] <= 1)
        break;
      room[class_index]--;
      left[class_index]--;
    }

  if (i == group->members->len)
    {
      for (guint j = 0; j < i; j++)
        get_member (self, group, j)->split = split;
      return;
    }
  while (i-- > 0)
    {
      guint class_index = get_member (self, group, i)->class_index;

      room[class_index]++;
      left[class_index]++;
    }
}

/**
 * mien_dataset_make_split:
 * @self: a data set whose pictures have their digests
 * @split: where the pictures go to
 * @fraction: of the training pictures of each class, [0, 0.9)
 * @seed: decides which ones
 *
 * Moves a share of every class's training pictures into @split, drawn by @seed. Pictures with the
 * same pixels stay together, also across classes. A class with two pictures or more gives at least
 * one, as far as its equal pictures allow, and always keeps one.
 */
void
mien_dataset_make_split (MienDataset *self, MienSplit split, double fraction, guint64 seed)
{
  g_autoptr (GPtrArray) groups = list_groups (self);
  g_autofree guint *left = g_new0 (guint, self->n_classes);
  g_autofree guint *room = g_new0 (guint, self->n_classes);
  g_autofree guint *order = g_new (guint, MAX (groups->len, 1));
  VggRandom random;

  g_return_if_fail (fraction >= 0.0 && fraction < 0.9);
  if (fraction <= 0.0)
    return;

  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = g_ptr_array_index (groups, i);

      order[i] = i;
      for (guint j = 0; j < group->members->len; j++)
        left[get_member (self, group, j)->class_index]++;
    }
  for (guint c = 0; c < self->n_classes; c++)
    room[c] = MAX ((guint) lround (fraction * left[c]), 1);

  vgg_random_init_stream (&random, seed, split, 0);
  vgg_random_shuffle (&random, order, groups->len);
  for (guint i = 0; i < groups->len; i++)
    move_group (self, g_ptr_array_index (groups, order[i]), split, room, left);
}
