/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_ORDER_LISTED,   /* as the list has them */
  MIEN_ORDER_SHUFFLED, /* each one once, in a new order each epoch */
  MIEN_ORDER_BALANCED  /* as many draws as there are pictures, each of any class alike */
} MienOrderKind;

/* The pictures of a list in the order of an epoch. */
typedef struct
{
  guint n;        /* of the list, and of each epoch */
  guint *entries; /* (n): which of the list comes when */
  guint *repeats; /* (n): how many times that one has come before in this epoch */

  /*< private >*/
  MienOrderKind kind;
  guint n_classes; /* that are in the list; only where they are drawn alike */
  guint *members;  /* (n) entries, class by class */
  guint *begins;   /* (n_classes + 1): of each class in the members */
} MienOrder;

MienOrder *mien_order_new (MienOrderKind kind, MienDataset *dataset, const guint *indices, guint n);
void mien_order_free (MienOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienOrder, mien_order_free)

void mien_order_draw (MienOrder *self, guint64 seed, guint epoch);

G_END_DECLS
