/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "data/mien-progress.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* The convolutions of a network, which make a vector of each picture: pictures in which the network
 * sees the same lie near each other. */
typedef struct _MienEmbedder MienEmbedder;

/* Vectors of pictures of a data set. */
typedef struct
{
  guint n;         /* pictures */
  guint length;    /* numbers of each */
  guint *pictures; /* (n) indices in the data set, in the order in which they were asked for */
  float *vectors;  /* (n, length) */
  guint n_skipped; /* pictures that were asked for, but could not be decoded */
} MienEmbedding;

MienEmbedder *mien_embedder_new_for_weights (const char *path, guint n_blocks, GError **error);
MienEmbedder *mien_embedder_new_for_model (MienModel *model, guint n_blocks, GError **error);
void mien_embedder_free (MienEmbedder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienEmbedder, mien_embedder_free)

guint mien_embedder_get_length (MienEmbedder *self);
gboolean
mien_embedder_run_picture (MienEmbedder *self, GdkPixbuf *picture, float *vector, GError **error);
MienEmbedding *mien_embedder_run (MienEmbedder *self,
                                  MienDataset *dataset,
                                  const guint *pictures,
                                  guint n,
                                  MienProgressFunc progress,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);

void mien_embedding_free (MienEmbedding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienEmbedding, mien_embedding_free)

G_END_DECLS
