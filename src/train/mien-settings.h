/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

#include "data/mien-augmentation.h"
#include "data/mien-order.h"
#include "data/mien-preprocessing.h"
#include "data/mien-views.h"
#include "engine/vgg-architecture.h"
#include "engine/vgg-optimizer.h"
#include "engine/vgg-schedule.h"

G_BEGIN_DECLS

/* Ways to see a training picture, at most. */
#define MIEN_MAX_VARIANTS 32

/* How classes with few pictures come to count as much as those with many. */
typedef enum
{
  MIEN_BALANCE_NONE,
  MIEN_BALANCE_WEIGHTS, /* each class's loss weighs by the inverse of its count */
  MIEN_BALANCE_SAMPLING /* each class is drawn alike, see mien_order_draw() */
} MienBalance;

/* How the features of frozen layers are kept, so that these run once for a picture and not once an
 * epoch. */
typedef struct
{
  gboolean enabled; /* FALSE: they are computed each time, of pictures augmented anew */
  guint variants;   /* ways in which a training picture is seen, 1 to MIEN_MAX_VARIANTS; 1: as it
                       is */
  guint limit;      /* MiB that all kept features may take; 0: a quarter of the free disk, at most
                       16 GiB */
} MienCacheSettings;

/* Everything that decides a training; the one settings struct of the project. */
typedef struct
{
  char *weights; /* path of a weights file that the backbone starts from; NULL: from scratch */
  VggArchitecture architecture; /* n_classes is set from the data set */
  guint frozen_convolutions;    /* the first so many convolutions do not train */
  MienPreprocessingKind preprocessing;
  MienAugmentation augmentation;
  MienCacheSettings cache; /* of use with frozen convolutions only */
  VggOptimizerSettings optimizer;
  VggScheduleSettings schedule;
  guint epochs;   /* at most, 1 to 100000 */
  guint batch;    /* pictures, 1 to 4096 */
  guint patience; /* epochs without a lower validation loss before it ends; 0: never */
  MienBalance balance;
  gboolean leave_out_twins; /* of the training, see mien_training_set_new() */
  float label_smoothing;    /* [0, 1) */
  float average_decay;      /* [0, 1): of the averaged weights that are used in place of the last
                               ones; 0: none are kept */
  float layer_decay;        /* (0, 1]: of the rate, a block from the top; 1: one rate for all */
  float mixup;              /* alpha of Beta (alpha, alpha), [0, 1]; 0: pictures are not mixed */
  MienViews views;          /* of a picture when the model is used, not in training */
  gboolean half;            /* models are saved with kernels of 16-bit floats */
  guint64 seed;
  guint n_threads; /* 0: as many as the machine has cores */
} MienSettings;

MienSettings *mien_settings_new_compact (void);
MienSettings *mien_settings_new_for_weights (const char *path, GError **error);
MienSettings *mien_settings_new_for_backbone (const char *backbone, GError **error);
MienSettings *mien_settings_copy (const MienSettings *self);
void mien_settings_free (MienSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienSettings, mien_settings_free)

gboolean mien_settings_equal (const MienSettings *self, const MienSettings *other);
const char *mien_balance_to_string (MienBalance balance);
MienOrderKind mien_settings_get_order (const MienSettings *self);
gboolean mien_settings_validate (const MienSettings *self, GError **error);
JsonNode *mien_settings_to_json (const MienSettings *self);
MienSettings *mien_settings_from_json (JsonNode *node, GError **error);
MienSettings *mien_settings_load (const char *path, GError **error);
gboolean mien_settings_save (const MienSettings *self, const char *path, GError **error);

G_END_DECLS
