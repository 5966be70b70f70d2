/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "data/mien-preprocessing.h"
#include "engine/vgg-network.h"
#include "engine/vgg-tensor-file.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* A trained network with all that its use needs: classes, input size, preprocessing, where it comes
 * from. Counted; mien_model_run() may be called from several threads, one runs at a time. */
typedef struct _MienModel MienModel;

/* An answer below this probability is "not sure", until a person says otherwise. */
#define MIEN_MODEL_THRESHOLD 0.5

/* What a model remembers of its training; 0 or NULL where it is not known. */
typedef struct
{
  char *dataset_name;   /* the data set folder's name, UTF-8 */
  char *dataset_digest; /* hexadecimal */
  char *created;        /* ISO 8601, UTC */
  guint epochs;         /* that had been trained when these weights were taken */
  guint best_epoch;     /* from 1: the one whose weights these are */
  double train_accuracy;
  double validation_accuracy;
  double validation_loss;
  double seconds;
  double face_share; /* of the shorter side of a training picture, that the face in it takes, above
                        0 to 1; 0: they show no faces, see mien_face_share_measure() */
} MienModelInfo;

void mien_model_info_clear (MienModelInfo *self);
void mien_model_info_copy (const MienModelInfo *self, MienModelInfo *copy);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienModelInfo, mien_model_info_clear)

MienModel *mien_model_new (VggNetwork *network,
                           const char *const *classes,
                           const MienPreprocessing *preprocessing,
                           const MienSettings *settings,
                           const MienModelInfo *info);
MienModel *mien_model_load (const char *path, GError **error);
gboolean mien_model_save (MienModel *self, const char *path, GError **error);
MienModel *mien_model_ref (MienModel *self);
void mien_model_unref (MienModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienModel, mien_model_unref)

const char *const *mien_model_get_classes (MienModel *self, guint *n_classes);
const MienPreprocessing *mien_model_get_preprocessing (MienModel *self);
const MienSettings *mien_model_get_settings (MienModel *self);
const MienModelInfo *mien_model_get_info (MienModel *self);
void mien_model_get_input_size (MienModel *self, guint *width, guint *height);
MienViews mien_model_get_views (MienModel *self);
void mien_model_set_views (MienModel *self, MienViews views);
double mien_model_get_temperature (MienModel *self);
void mien_model_set_temperature (MienModel *self, double temperature);
double mien_model_get_threshold (MienModel *self);
void mien_model_set_threshold (MienModel *self, double threshold);
char *mien_model_get_architecture_name (MienModel *self);
gsize mien_model_count_parameters (MienModel *self);
guint mien_model_get_batch (MienModel *self, MienViews views);
gboolean mien_model_run (MienModel *self,
                         MienViews views,
                         const float *input,
                         guint n,
                         float *probabilities,
                         GError **error);
void mien_model_get_maps_shape (MienModel *self, VggShape *shape);
gboolean mien_model_run_maps (MienModel *self,
                              const float *input,
                              guint n,
                              guint class_index,
                              float *maps,
                              float *gradient,
                              GError **error);
char *mien_inspect_file (const char *path, gboolean json, GError **error);

G_END_DECLS
