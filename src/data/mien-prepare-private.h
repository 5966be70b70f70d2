/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "data/mien-prepare.h"

G_BEGIN_DECLS

/* A picture to be written. */
typedef struct
{
  guint picture; /* of the source, that it is or is made from */
  guint class_index;
  MienSplit split;
  guint copy; /* 0: the picture itself; from 1 on: its copies */
  char *file; /* below the new folder, UTF-8 */
} MienPrepareItem;

struct _MienPreparePlan
{
  MienDataset *source; /* owned */
  MienPrepareOptions options;
  GStrv classes; /* UTF-8, as chosen */
  guint n_classes;
  gint *targets; /* one a class of the source: what it becomes; -1: left out */
  guint *before; /* (n_classes, MIEN_N_SPLITS) */
  guint *after;  /* (n_classes, MIEN_N_SPLITS) */
  guint *copies; /* (n_classes) */
  GArray *items; /* (element-type MienPrepareItem) */
  guint64 bytes;
};

gboolean mien_prepare_plan_choose_classes (MienPreparePlan *self, GError **error);
MienSplit mien_prepare_plan_get_own_split (MienPreparePlan *self, const MienPicture *picture);
gboolean mien_prepare_plan_choose_pictures (MienPreparePlan *self, GError **error);
void mien_prepare_plan_name_files (MienPreparePlan *self);
void mien_prepare_plan_draw (MienPreparePlan *self,
                             const MienPrepareItem *item,
                             MienTransform *transform);
GBytes *mien_prepare_make_copy (MienPreparePlan *self, const MienPrepareItem *item, GError **error);

G_END_DECLS
