/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/mien-union.h"

/**
 * mien_union_find:
 * @parents: (inout): one an item, of the same set and no larger than the item
 * @item: an item
 *
 * Returns: the first item of the set that @item is in
 */
guint
mien_union_find (guint *parents, guint item)
{
  while (parents[item] != item)
    {
      parents[item] = parents[parents[item]];
      item = parents[item];
    }
  return item;
}

/**
 * mien_union_join:
 * @parents: (inout): see mien_union_find()
 * @a: an item
 * @b: an item
 *
 * Makes one set of the two that the items are in. Its first item stands for it, so that the result
 * does not depend on the order.
 */
void
mien_union_join (guint *parents, guint a, guint b)
{
  guint root_a = mien_union_find (parents, a);
  guint root_b = mien_union_find (parents, b);

  parents[MAX (root_a, root_b)] = MIN (root_a, root_b);
}

/**
 * mien_union_flatten:
 * @parents: (inout) (array length=n): see mien_union_find()
 * @n: how many items there are
 *
 * Makes the first item of each set every item's parent.
 */
void
mien_union_flatten (guint *parents, guint n)
{
  for (guint i = 0; i < n; i++)
    parents[i] = mien_union_find (parents, i);
}
