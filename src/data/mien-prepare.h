/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-augmentation.h"
#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* The most training pictures that a class can be balanced to. */
#define MIEN_PREPARE_MAX_BALANCE 1000000

/* A class of the prepared data set. */
typedef struct
{
  char *name;         /* UTF-8 */
  GPtrArray *sources; /* (element-type utf8), classes of the source that become this one */
} MienPrepareClass;

typedef struct
{
  GPtrArray *classes;            /* (element-type MienPrepareClass); empty: all, as they are */
  guint balance;                 /* training pictures a class, at most MIEN_PREPARE_MAX_BALANCE; 0:
                                    as many as there are */
  double validation_fraction;    /* [0, 0.9): of training, where the source has no validation */
  MienAugmentation augmentation; /* of copies; its cut-out is not used */
  char *origin;                  /* file name encoding: what the manifest names as the source; NULL:
                                    the data set itself */
  guint64 seed;
} MienPrepareOptions;

void mien_prepare_options_init (MienPrepareOptions *self);
void mien_prepare_options_clear (MienPrepareOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienPrepareOptions, mien_prepare_options_clear)
void mien_prepare_options_add_class (MienPrepareOptions *self,
                                     const char *name,
                                     const char *const *sources);

/* What a prepared data set will hold. Immutable; safe to read from any thread. */
typedef struct _MienPreparePlan MienPreparePlan;

MienPreparePlan *
mien_prepare_plan_new (MienDataset *source, const MienPrepareOptions *options, GError **error);
void mien_prepare_plan_free (MienPreparePlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienPreparePlan, mien_prepare_plan_free)

const char *const *mien_prepare_plan_get_classes (MienPreparePlan *self, guint *n_classes);
guint mien_prepare_plan_count_before (MienPreparePlan *self, guint class_index, MienSplit split);
guint mien_prepare_plan_count_after (MienPreparePlan *self, guint class_index, MienSplit split);
guint mien_prepare_plan_count_copies (MienPreparePlan *self, guint class_index);
guint mien_prepare_plan_get_n_pictures (MienPreparePlan *self);
guint64 mien_prepare_plan_get_bytes (MienPreparePlan *self);

gboolean mien_prepare_write (MienPreparePlan *plan,
                             const char *destination,
                             MienProgressFunc progress,
                             gpointer user_data,
                             GCancellable *cancellable,
                             GError **error);

G_END_DECLS
