/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "data/mien-progress.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* A training picture that the model sees much as another picture. */
typedef struct
{
  guint picture;     /* index in the data set */
  double similarity; /* cosine, -1 to 1 */
} MienNeighbour;

/* The training pictures of a data set, as a model's last block sees them. Counted; may be asked on
 * any thread, one at a time is answered. */
typedef struct _MienNeighbours MienNeighbours;

MienNeighbours *mien_neighbours_new (MienModel *model,
                                     MienDataset *dataset,
                                     MienProgressFunc progress,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);
MienNeighbours *mien_neighbours_ref (MienNeighbours *self);
void mien_neighbours_unref (MienNeighbours *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienNeighbours, mien_neighbours_unref)

MienModel *mien_neighbours_get_model (MienNeighbours *self);
MienDataset *mien_neighbours_get_dataset (MienNeighbours *self);
GArray *mien_neighbours_find (MienNeighbours *self, guint picture, guint n, GError **error);

G_END_DECLS
