/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "data/mien-progress.h"
#include "train/mien-checkpoint.h"
#include "train/mien-model.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* The arithmetic of a training, a batch at a time; no thread, no files but the checkpoint that it
 * is asked for. */
typedef struct _MienTrainer MienTrainer;

/* Running sums over the batches of a pass. */
typedef struct
{
  guint batch;     /* finished */
  guint n_batches; /* of the pass */
  guint pictures;  /* finished */
  double loss;     /* mean of the plain cross-entropy; NaN before the first batch */
  double accuracy; /* 0 to 1 */
} MienPass;

MienTrainer *mien_trainer_new (MienDataset *dataset,
                               const MienSettings *settings,
                               const char *checkpoint,
                               MienProgressFunc progress,
                               gpointer user_data,
                               GCancellable *cancellable,
                               GError **error);
void mien_trainer_free (MienTrainer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienTrainer, mien_trainer_free)

const MienTrainingState *mien_trainer_get_state (MienTrainer *self);
const MienPass *mien_trainer_get_pass (MienTrainer *self);
gboolean mien_trainer_prepare (MienTrainer *self, gboolean *is_over, GError **error);
void mien_trainer_get_filled (MienTrainer *self, guint *n_done, guint *n);

gsize mien_trainer_get_bytes (MienTrainer *self);
const char *mien_trainer_get_notice (MienTrainer *self);
gboolean mien_trainer_has_validation (MienTrainer *self);
gboolean mien_trainer_is_finished (MienTrainer *self);
guint mien_trainer_get_n_skipped (MienTrainer *self);
gboolean mien_trainer_next_skipped (MienTrainer *self, const char **path, const char **reason);

void mien_trainer_begin_training (MienTrainer *self);
gboolean mien_trainer_train_batch (MienTrainer *self, gboolean *is_over, GError **error);
void mien_trainer_begin_validation (MienTrainer *self);
gboolean mien_trainer_validate_batch (MienTrainer *self, gboolean *is_over, GError **error);
gboolean mien_trainer_end_epoch (MienTrainer *self, double seconds);

gboolean mien_trainer_save_checkpoint (MienTrainer *self, const char *path, GError **error);
MienModel *mien_trainer_make_model (MienTrainer *self, GError **error);

G_END_DECLS
