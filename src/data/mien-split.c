/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "data/mien-dataset-private.h"

typedef struct
{
  const guint *classes; /* one a picture */
  guint *room;          /* pictures of each class that may still be drawn */
  guint *left;          /* pictures of each class that are not drawn */
} Draw;

/* The pictures of each family, in the order of the first ones. */
static GPtrArray *
list_families (const guint *families, guint n)
{
  g_autoptr (GHashTable) by_family = g_hash_table_new (NULL, NULL);
  GPtrArray *lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);

  for (guint i = 0; i < n; i++)
    {
      gpointer key = GUINT_TO_POINTER (families[i]);
      GArray *members = g_hash_table_lookup (by_family, key);

      if (members == NULL)
        {
          members = g_array_new (FALSE, FALSE, sizeof (guint));
          g_hash_table_insert (by_family, key, members);
          g_ptr_array_add (lists, members);
        }
      g_array_append_val (members, i);
    }
  return lists;
}

/* Draws a family, unless a class would give more than its share, or would lose its last picture. */
static void
draw_family (Draw *self, const GArray *members, gboolean *drawn)
{
  guint i;

  for (i = 0; i < members->len; i++)
    {
      guint class_index = self->classes[g_array_index (members, guint, i)];

      if (self->room[class_index] == 0 || self->left[class_index] <= 1)
        break;
      self->room[class_index]--;
      self->left[class_index]--;
    }

  if (i == members->len)
    {
      for (guint j = 0; j < i; j++)
        drawn[g_array_index (members, guint, j)] = TRUE;
      return;
    }
  while (i-- > 0)
    {
      guint class_index = self->classes[g_array_index (members, guint, i)];

      self->room[class_index]++;
      self->left[class_index]++;
    }
}

/**
 * mien_split_draw:
 * @families: (array length=n): pictures of one value are drawn together
 * @classes: (array length=n): the class of each picture
 * @n: number of pictures
 * @n_classes: above every value of @classes
 * @fraction: of the pictures of each class, [0, 0.9)
 * @random: decides which ones
 * @drawn: (out caller-allocates) (array length=n): whether a picture was drawn
 *
 * Draws a share of every class's pictures. A class with two pictures or more gives at least one, as
 * far as its families allow, and always keeps one.
 */
void
mien_split_draw (const guint *families,
                 const guint *classes,
                 guint n,
                 guint n_classes,
                 double fraction,
                 VggRandom *random,
                 gboolean *drawn)
{
  g_autoptr (GPtrArray) lists = list_families (families, n);
  g_autofree guint *left = g_new0 (guint, n_classes);
  g_autofree guint *room = g_new0 (guint, n_classes);
  g_autofree guint *order = g_new (guint, MAX (lists->len, 1));
  Draw draw = { classes, room, left };

  g_return_if_fail (fraction >= 0.0 && fraction < 0.9);

  for (guint i = 0; i < n; i++)
    {
      drawn[i] = FALSE;
      left[classes[i]]++;
    }
  if (fraction <= 0.0)
    return;

  for (guint c = 0; c < n_classes; c++)
    room[c] = MAX ((guint) lround (fraction * left[c]), 1);
  for (guint i = 0; i < lists->len; i++)
    order[i] = i;
  vgg_random_shuffle (random, order, lists->len);
  for (guint i = 0; i < lists->len; i++)
    draw_family (&draw, g_ptr_array_index (lists, order[i]), drawn);
}

/**
 * mien_dataset_make_split:
 * @self: a data set whose pictures have their families
 * @split: where the pictures go to
 * @fraction: of the training pictures of each class, [0, 0.9)
 * @seed: decides which ones
 *
 * Moves a share of every class's training pictures into @split, drawn by @seed. Pictures of one
 * family, which have the same pixels or come from one source picture, stay together, also across
 * classes. A class with two pictures or more gives at least one, as far as its families allow, and
 * always keeps one.
 */
void
mien_dataset_make_split (MienDataset *self, MienSplit split, double fraction, guint64 seed)
{
  g_autofree guint *indices = g_new (guint, MAX (self->pictures->len, 1));
  g_autofree guint *families = g_new (guint, MAX (self->pictures->len, 1));
  g_autofree guint *classes = g_new (guint, MAX (self->pictures->len, 1));
  g_autofree gboolean *drawn = g_new (gboolean, MAX (self->pictures->len, 1));
  guint n = 0;
  VggRandom random;

  for (guint i = 0; i < self->pictures->len; i++)
    {
      const MienPicture *picture = mien_dataset_get_picture (self, i);

      if (picture->split != MIEN_SPLIT_TRAIN)
        continue;
      indices[n] = i;
      families[n] = self->families[i];
      classes[n] = picture->class_index;
      n++;
    }

  vgg_random_init_stream (&random, seed, split, 0);
  mien_split_draw (families, classes, n, self->n_classes, fraction, &random, drawn);
  for (guint i = 0; i < n; i++)
    if (drawn[i])
      g_array_index (self->pictures, MienPicture, indices[i]).split = split;
}
