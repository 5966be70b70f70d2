/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-order.h"

#include "engine/vgg-random.h"

/* Key of the stream that orders an epoch; no picture has this index. */
#define STREAM G_MAXUINT64

/* Lists the entries class by class, and leaves out classes that have none. */
static void
sort_by_class (MienOrder *self, MienDataset *dataset, const guint *indices)
{
  guint n_classes;
  guint n = 0;

  mien_dataset_get_classes (dataset, &n_classes);
  self->members = g_new (guint, MAX (self->n, 1));
  self->begins = g_new0 (guint, n_classes + 1);
  for (guint c = 0; c < n_classes; c++)
    {
      for (guint i = 0; i < self->n; i++)
        if (mien_dataset_get_picture (dataset, indices[i])->class_index == c)
          self->members[n++] = i;
      if (n > self->begins[self->n_classes])
        self->begins[++self->n_classes] = n;
    }
}

/**
 * mien_order_new:
 * @kind: how pictures are ordered
 * @dataset: what the pictures are of
 * @indices: (array length=n): the list: picture indices of @dataset
 * @n: how many
 *
 * Returns: (transfer full): the order as listed, until mien_order_draw()
 */
MienOrder *
mien_order_new (MienOrderKind kind, MienDataset *dataset, const guint *indices, guint n)
{
  MienOrder *self = g_new0 (MienOrder, 1);

  self->kind = kind;
  self->n = n;
  self->entries = g_new (guint, MAX (n, 1));
  self->repeats = g_new0 (guint, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    self->entries[i] = i;
  if (kind == MIEN_ORDER_BALANCED)
    sort_by_class (self, dataset, indices);
  return self;
}

/**
 * mien_order_free:
 * @self: (transfer full) (nullable): an order
 */
void
mien_order_free (MienOrder *self)
{
  if (self == NULL)
    return;

  g_free (self->entries);
  g_free (self->repeats);
  g_free (self->members);
  g_free (self->begins);
  g_free (self);
}

/* The pictures of a class come as from a deck of cards, which is shuffled when it is begun: none
 * comes twice before all others of its class have come once. */
static void
draw_balanced (MienOrder *self, VggRandom *random)
{
  g_autofree guint *deck = g_memdup2 (self->members, self->n * sizeof *self->members);
  g_autofree guint *next = g_memdup2 (self->begins, self->n_classes * sizeof *self->begins);
  g_autofree guint *rounds = g_new0 (guint, self->n_classes);

  for (guint i = 0; i < self->n; i++)
    {
      const guint c = vgg_random_below (random, self->n_classes);
      const guint begin = self->begins[c];
      const guint end = self->begins[c + 1];

      if (next[c] == end)
        {
          next[c] = begin;
          rounds[c]++;
        }
      if (next[c] == begin)
        vgg_random_shuffle (random, deck + begin, end - begin);
      self->entries[i] = deck[next[c]++];
      self->repeats[i] = rounds[c];
    }
}

/**
 * mien_order_draw:
 * @self: an order
 * @seed: any number
 * @epoch: which one
 *
 * Brings the pictures into the order of an epoch, which follows from seed and epoch alone.
 *
 * Where classes are balanced, each draw is of any class that the list has with equal chance, so
 * that pictures of rare classes come several times and not all of the others come.
 */
void
mien_order_draw (MienOrder *self, guint64 seed, guint epoch)
{
  VggRandom random;

  vgg_random_init_stream (&random, seed, epoch, STREAM);
  for (guint i = 0; i < self->n; i++)
    self->entries[i] = i;
  if (self->kind == MIEN_ORDER_SHUFFLED)
    vgg_random_shuffle (&random, self->entries, self->n);
  else if (self->kind == MIEN_ORDER_BALANCED)
    draw_balanced (self, &random);
}
