/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gdk-pixbuf/gdk-pixbuf.h>

#include "data/mien-progress.h"
#include "train/mien-model.h"

G_BEGIN_DECLS

/* Where a network looked when it scored a class. */
typedef struct
{
  guint width; /* of the last convolution's maps */
  guint height;
  float *values;     /* (height, width), 0 to 1; the largest is 1 unless all are 0 */
  guint class_index; /* the class that was asked about */
  float peak;        /* what 1 stands for; 0: nothing in the picture speaks for the class */
} MienHeatMap;

void mien_heat_map_free (MienHeatMap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienHeatMap, mien_heat_map_free)

gboolean mien_heat_map (MienModel *model,
                        GdkPixbuf *picture,
                        int class_index,
                        MienHeatMap **map,
                        GError **error);
gboolean mien_heat_map_mean (MienModel *model,
                             const char *const *paths,
                             guint class_index,
                             MienProgressFunc progress,
                             gpointer user_data,
                             GCancellable *cancellable,
                             MienHeatMap **map,
                             GdkPixbuf **picture,
                             GError **error);
GdkPixbuf *mien_heat_map_render (const MienHeatMap *self, guint width, guint height);
GdkPixbuf *mien_heat_map_overlay (const MienHeatMap *self, GdkPixbuf *picture, double opacity);

G_END_DECLS
