/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-dataset.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* One evaluated picture. */
typedef struct
{
  guint picture; /* index in the data set */
  guint actual;  /* class indices of the model */
  guint predicted;
  float loss;                 /* cross-entropy */
  const float *probabilities; /* (n_classes), owned by the evaluation */
} MienEvaluationRecord;

typedef struct
{
  double precision; /* 0 to 1; NaN: nothing was predicted as the class */
  double recall;    /* NaN: no picture of the class */
  double f1;        /* NaN: neither pictures of the class nor predictions as it */
  guint support;    /* pictures of the class */
} MienClassMetrics;

typedef struct
{
  guint actual;
  guint predicted;
  guint count;
} MienConfusion;

/* Immutable, counted. */
typedef struct _MienEvaluation MienEvaluation;

MienEvaluation *mien_evaluation_run (MienModel *model,
                                     MienDataset *dataset,
                                     MienSplit split,
                                     MienProgressFunc progress,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);
MienEvaluation *mien_evaluation_relabel (MienEvaluation *self, MienDataset *dataset);
MienEvaluation *mien_evaluation_ref (MienEvaluation *self);
void mien_evaluation_unref (MienEvaluation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienEvaluation, mien_evaluation_unref)

MienModel *mien_evaluation_get_model (MienEvaluation *self);
MienDataset *mien_evaluation_get_dataset (MienEvaluation *self);
MienSplit mien_evaluation_get_split (MienEvaluation *self);
MienViews mien_evaluation_get_views (MienEvaluation *self);
const char *mien_evaluation_describe_views (MienEvaluation *self);
const char *const *mien_evaluation_get_classes (MienEvaluation *self, guint *n_classes);
guint mien_evaluation_get_n_records (MienEvaluation *self);
const MienEvaluationRecord *mien_evaluation_get_record (MienEvaluation *self, guint index);
guint mien_evaluation_get_n_skipped (MienEvaluation *self);
double mien_evaluation_get_accuracy (MienEvaluation *self, double *low, double *high);
double mien_evaluation_get_accuracy_without_twins (MienEvaluation *self,
                                                   guint *n,
                                                   double *low,
                                                   double *high);
const char *mien_evaluation_get_earlier_splits (MienEvaluation *self);
double mien_evaluation_get_loss (MienEvaluation *self);
guint mien_evaluation_get_count (MienEvaluation *self, guint actual, guint predicted);
void mien_evaluation_get_class_metrics (MienEvaluation *self,
                                        guint class_index,
                                        MienClassMetrics *metrics);
void mien_evaluation_get_macro (MienEvaluation *self, MienClassMetrics *macro);
MienConfusion *mien_evaluation_list_confusions (MienEvaluation *self, guint *n);
double mien_evaluation_get_kappa (MienEvaluation *self);

G_END_DECLS
