/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "data/mien-progress.h"

G_BEGIN_DECLS

/* A picture whose label may be wrong. */
typedef struct
{
  guint picture;   /* index in the data set */
  guint given;     /* class indices of the data set */
  guint suggested; /* the class that it looks most like */
  double score;    /* 0 to 1: how unlike its given class it looks */
} MienMistake;

/* The pictures of a data set whose labels may be wrong, worst first. Immutable, counted. */
typedef struct _MienMistakes MienMistakes;

MienMistakes *mien_mistakes_find (MienDataset *dataset,
                                  const char *backbone,
                                  guint64 seed,
                                  MienProgressFunc progress,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);
MienMistakes *mien_mistakes_ref (MienMistakes *self);
void mien_mistakes_unref (MienMistakes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienMistakes, mien_mistakes_unref)

MienDataset *mien_mistakes_get_dataset (MienMistakes *self);
const char *mien_mistakes_get_backbone (MienMistakes *self);
guint mien_mistakes_get_n (MienMistakes *self);
const MienMistake *mien_mistakes_get (MienMistakes *self, guint index);
guint mien_mistakes_get_n_likely (MienMistakes *self);
guint mien_mistakes_get_n_skipped (MienMistakes *self);

G_END_DECLS
