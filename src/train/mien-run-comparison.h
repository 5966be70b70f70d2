/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-evaluation.h"
#include "train/mien-run-record.h"

G_BEGIN_DECLS

/* A picture that one of two models gets right and the other does not. */
typedef struct
{
  guint picture; /* index in the data set */
  guint actual;  /* class index of the data set */
  guint wrong;   /* class that the wrong one of the models took it for, index of the data set */
} MienChangedPicture;

/* What two models make of the same pictures. */
typedef struct
{
  MienDataset *dataset; /* owned */
  guint n;              /* pictures that both have answered */
  guint correct[2];
  GArray *gained; /* owned (MienChangedPicture): right by the second alone */
  GArray *lost;   /* owned (MienChangedPicture): right by the first alone */
} MienRunComparison;

MienRunComparison *mien_run_compare (const MienRunRecord *first,
                                     const MienRunRecord *second,
                                     MienDataset *dataset,
                                     MienSplit split,
                                     MienProgressFunc progress,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);
void mien_run_comparison_free (MienRunComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienRunComparison, mien_run_comparison_free)

G_END_DECLS
