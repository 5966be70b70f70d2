/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* The pictures that a training learns from. */
typedef struct
{
  guint *indices; /* (n) in the data set, rising */
  guint n;
  guint *counts;    /* (n_classes) of these */
  guint n_left_out; /* training pictures that are not among them */
} MienTrainingSet;

MienTrainingSet *mien_training_set_new (MienDataset *dataset, gboolean leave_out_twins);
void mien_training_set_free (MienTrainingSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienTrainingSet, mien_training_set_free)

gboolean mien_training_set_has (const MienTrainingSet *self, guint picture);
gboolean
mien_training_set_check (const MienTrainingSet *self, MienDataset *dataset, GError **error);
char *mien_training_set_describe_left_out (guint n_left_out);

G_END_DECLS
