/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "engine/kernels/vgg-conv-kernels.h"

G_BEGIN_DECLS

/* How the maps of a batch are cut into tiles. Each map has tiles of its own; or, where they may be
 * joined, maps lie side by side with a line of zeros between two of them and tiles go across them,
 * if that takes fewer. */
typedef struct
{
  gboolean joins;
  guint tile;      /* output pixels a side, 4 or 6 */
  gsize n;         /* pictures */
  gsize height;    /* of a map */
  gsize width;     /* likewise */
  gsize n_across;  /* pictures beside each other */
  gsize n_down;    /* rows of pictures */
  gsize n_columns; /* of tiles */
  gsize n_rows;    /* of tiles */
} VggTileGrid;

void vgg_tile_grid_init (VggTileGrid *self,
                         guint tile,
                         gboolean joins,
                         gsize n,
                         gsize height,
                         gsize width);
gsize vgg_tile_grid_count (const VggTileGrid *self);
gsize vgg_tile_grid_memory (guint tile, gsize n, gsize height, gsize width);
void vgg_tile_grid_locate (const VggTileGrid *self, gpointer memory, VggTiles *tiles);

G_END_DECLS
