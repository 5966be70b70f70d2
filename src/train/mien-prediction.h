/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gio/gio.h>

#include "data/mien-face.h"
#include "data/mien-progress.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* What the model says of one picture. */
typedef struct
{
  char *path;       /* file name encoding; NULL for a picture that came without a file */
  MienFace face;    /* the part of the picture that was looked at; of size 0: all of it */
  gboolean no_face; /* a face was looked for in the picture, and none was found */
  GError *error;    /* why there is no answer; NULL: there is one */
  guint predicted;  /* class index of the model */
  guint n_classes;
  float *probabilities; /* (n_classes), sum 1; NULL with an error */
} MienPrediction;

MienPrediction *mien_prediction_copy (const MienPrediction *self);
void mien_prediction_free (MienPrediction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienPrediction, mien_prediction_free)

/* Called on the working thread as soon as a picture's answer is there, in the order of the paths.
 */
typedef void (*MienPredictionFunc) (const MienPrediction *prediction, gpointer user_data);

GPtrArray *
mien_prediction_list_paths (const char *const *paths, GCancellable *cancellable, GError **error);
GPtrArray *mien_predict_files (MienModel *model,
                               MienViews views,
                               const char *const *paths,
                               MienPredictionFunc found,
                               MienProgressFunc progress,
                               gpointer user_data,
                               GCancellable *cancellable,
                               GError **error);
MienPrediction *
mien_predict_picture (MienModel *model, MienViews views, GdkPixbuf *picture, GError **error);

G_END_DECLS
