/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-fetch.h"

G_BEGIN_DECLS

/* Weights that Mien knows where to get. */
typedef struct
{
  const char *name;    /* for command lines, never translated */
  const char *title;   /* not translated yet */
  const char *license; /* who made them, and under what they are given; not translated yet */
  const char *file;    /* its name in the folder of fetched weights */
  MienFetchSource source;
} MienKnownWeights;

const MienKnownWeights *mien_known_weights_get_all (guint *n);
const MienKnownWeights *mien_known_weights_find (const char *name);
const MienKnownWeights *mien_known_weights_get_imagenet (void);
char *mien_known_weights_dup_path (const MienKnownWeights *self);
gboolean mien_known_weights_is_there (const MienKnownWeights *self);
guint64 mien_known_weights_measure_part (const MienKnownWeights *self);
gboolean mien_known_weights_fetch (const MienKnownWeights *self,
                                   MienProgressFunc progress,
                                   gpointer user_data,
                                   GCancellable *cancellable,
                                   GError **error);

char *mien_weights_find_imagenet (void);

G_END_DECLS
