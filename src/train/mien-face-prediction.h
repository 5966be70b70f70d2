/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "train/mien-prediction.h"

G_BEGIN_DECLS

/* Called on the working thread as soon as an answer is there; @pixels are those of the face, NULL
 * where the picture was taken whole. */
typedef void (*MienFacePredictionFunc) (const MienPrediction *prediction,
                                        GdkPixbuf *pixels,
                                        gpointer user_data);

GPtrArray *mien_predict_faces_in_files (MienModel *model,
                                        MienViews views,
                                        const char *const *paths,
                                        MienFacePredictionFunc found,
                                        MienProgressFunc progress,
                                        gpointer user_data,
                                        GCancellable *cancellable,
                                        GError **error);
GPtrArray *mien_predict_faces_in_picture (MienModel *model,
                                          MienViews views,
                                          GdkPixbuf *picture,
                                          MienFacePredictionFunc found,
                                          gpointer user_data,
                                          GError **error);

G_END_DECLS
