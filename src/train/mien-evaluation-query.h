/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-evaluation.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_VERDICT_ANY,
  MIEN_VERDICT_WRONG,
  MIEN_VERDICT_RIGHT
} MienVerdict;

/* What comes first; pictures that are equal in it stay in the order of the evaluation. */
typedef enum
{
  MIEN_ORDER_MOST_CONFIDENT,
  MIEN_ORDER_LEAST_CONFIDENT,
  MIEN_ORDER_HIGHEST_LOSS,
  MIEN_ORDER_NARROWEST_MARGIN /* between the two likeliest classes */
} MienEvaluationOrder;

#define MIEN_N_EVALUATION_ORDERS 4

/* Which evaluated pictures, and in which order. Zeroed but for the classes it is all of them. */
typedef struct
{
  int actual;    /* a class, or MIEN_ANY_CLASS */
  int predicted; /* the same */
  MienVerdict verdict;
  MienEvaluationOrder order;
  const char *name; /* part of the file's name, in any case; NULL or "": any */
} MienEvaluationQuery;

#define MIEN_ANY_CLASS (-1)

/* All pictures that were taken for another class, those first that the model was most sure of. */
#define MIEN_QUERY_MISTAKES                                                                        \
  {                                                                                                \
    .actual = MIEN_ANY_CLASS, .predicted = MIEN_ANY_CLASS, .verdict = MIEN_VERDICT_WRONG           \
  }

guint *
mien_evaluation_find (MienEvaluation *evaluation, const MienEvaluationQuery *query, guint *n);
double mien_evaluation_record_get_margin (const MienEvaluationRecord *record, guint n_classes);

guint *mien_confusion_sort_classes (const guint *counts, guint n_classes);

G_END_DECLS
