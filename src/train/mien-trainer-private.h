/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-loader.h"
#include "engine/vgg-average.h"
#include "engine/vgg-mixup.h"
#include "train/mien-features.h"
#include "train/mien-trainer.h"
#include "train/mien-training-set.h"
#include "train/mien-validation.h"

G_BEGIN_DECLS

struct _MienTrainer
{
  MienDataset *dataset;   /* owned */
  MienSettings *settings; /* owned; with the data set's classes */
  MienTrainingSet *set;   /* owned; what it learns from */
  MienTrainingState state;
  gboolean has_validation;
  double face_share; /* see mien_face_share_measure() */

  VggNetwork *network;       /* owned */
  VggTensorFile *checkpoint; /* owned; until the optimiser has its memory of it. NULL: none */
  VggAverage *average;       /* owned; NULL: the weights are not averaged */
  VggOptimizer *optimizer;   /* owned; NULL before the plan */

  /* What batches come from: features where frozen layers' are kept, otherwise loaders. */
  MienFeatures *features; /* owned */
  MienLoader *training;   /* owned */
  MienLoader *validation; /* owned; NULL without validation pictures */

  guint n_skipped_told; /* by mien_trainer_next_skipped() so far, in each pass */
  guint n_validation_skipped_told;

  float *class_weights;   /* (C); NULL: all 1 */
  float *logits_gradient; /* (batch, C) */
  VggMixup *mixup;        /* owned; NULL: pictures are not mixed */

  MienValidation answers; /* of the running or the last validation */

  MienPass pass;        /* the running one */
  MienPass trained;     /* the epoch's training, once it validates */
  double learning_rate; /* of the last step */
};

G_END_DECLS
