/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "data/mien-augmentation.h"
#include "data/mien-dataset.h"
#include "data/mien-order.h"
#include "data/mien-preprocessing.h"
#include "data/mien-views.h"

G_BEGIN_DECLS

typedef struct
{
  guint width; /* of the network input, pixels */
  guint height;
  guint batch;
  MienOrderKind order;
  MienAugmentation augmentation; /* none for validation, test and prediction */
  MienViews views;               /* more than one without augmentation only */
  MienPreprocessing preprocessing;
  guint64 seed;
  guint n_workers; /* decode threads; 0: as many as suit the machine */
} MienLoaderOptions;

typedef struct
{
  guint n;        /* pictures in it: `batch`, fewer in the last one or where files failed */
  float *input;   /* (n, views, 3, height, width), preprocessed */
  guint *labels;  /* (n) class indices */
  guint *indices; /* (n) picture indices in the data set */
} MienBatch;

/* A picture that could not be decoded when its turn came. */
typedef struct
{
  guint index;
  char *reason;
} MienLoaderFailure;

typedef struct _MienLoader MienLoader;

MienLoader *mien_loader_new (MienDataset *dataset,
                             const guint *indices,
                             guint n_indices,
                             const MienLoaderOptions *options,
                             GError **error);
void mien_loader_free (MienLoader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienLoader, mien_loader_free)

void mien_loader_start (MienLoader *self, guint epoch);
const MienBatch *mien_loader_next (MienLoader *self);
guint mien_loader_get_n_batches (MienLoader *self);
guint mien_loader_get_n_pictures (MienLoader *self);
gsize mien_loader_get_bytes (MienLoader *self);
guint mien_loader_get_n_failures (MienLoader *self);
const MienLoaderFailure *mien_loader_get_failure (MienLoader *self, guint index);
gboolean mien_loader_measure (MienDataset *dataset,
                              const guint *indices,
                              guint n_indices,
                              guint width,
                              guint height,
                              MienPreprocessing *standard,
                              MienProgressFunc progress,
                              gpointer user_data,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
