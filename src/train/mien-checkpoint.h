/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "data/mien-preprocessing.h"
#include "engine/vgg-average.h"
#include "engine/vgg-network.h"
#include "engine/vgg-optimizer.h"
#include "engine/vgg-schedule.h"
#include "train/mien-confusions.h"
#include "train/mien-history.h"

G_BEGIN_DECLS

/* What a training is, between two epochs, beside its weights and the optimiser's memory. */
typedef struct
{
  guint epoch;      /* finished ones */
  guint best_epoch; /* 0: none */
  double best_loss; /* of the best epoch; infinite: none */
  VggScheduleState schedule;
  VggRandom random; /* mixup's and dropout's */
  MienPreprocessing preprocessing;
  GArray *history;    /* owned (MienEpoch) */
  GArray *confusions; /* owned (MienEpochConfusion): of each epoch that was validated */
  double temperature; /* of the last epoch, see mien_temperature_fit() */
} MienTrainingState;

void mien_training_state_init (MienTrainingState *self, guint64 seed);
void mien_training_state_clear (MienTrainingState *self);

gboolean mien_checkpoint_save (const char *path,
                               const MienTrainingState *state,
                               VggNetwork *network,
                               VggOptimizer *optimizer,
                               VggAverage *average,
                               MienDataset *dataset,
                               GError **error);
VggTensorFile *mien_checkpoint_load (const char *path,
                                     MienDataset *dataset,
                                     MienTrainingState *state,
                                     GError **error);

G_END_DECLS
