/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-winograd-tiles.h"

/* Two of them do not overflow, and no map has so many pixels: see vgg_tile_grid_init(). */
#define OUTSIDE ((guint32) 1 << 30)

/* Pictures beside each other: more of them save nothing more. */
#define MAX_ACROSS 64

/* Maps along one side of the grid. */
typedef struct
{
  gsize n_maps;
  gsize length; /* pixels of a map */
  guint tile;
  gboolean joins; /* if that takes fewer tiles */
} Side;

static gsize
tiles_of (gsize length, guint tile)
{
  return (length + tile - 1) / tile;
}

/* Whether the side's maps follow each other with a line of zeros between them. */
static gboolean
is_joined (const Side *side)
{
  gsize joined = side->n_maps * (side->length + 1) - 1;

  return side->joins &&
         tiles_of (joined, side->tile) < side->n_maps * tiles_of (side->length, side->tile);
}

static gsize
count_tiles (const Side *side)
{
  if (is_joined (side))
    return tiles_of (side->n_maps * (side->length + 1) - 1, side->tile);

  return side->n_maps * tiles_of (side->length, side->tile);
}

/* Writes for every tile of a side where its window's pixels begin, and whether they are all there
 * and in one map. */
static void
locate_side (const Side *side, gsize map_pitch, gsize pixel_pitch, guint32 *places, guint8 *whole)
{
  gsize n_points = side->tile + 2;
  gsize n_tiles = count_tiles (side);
  gboolean joined = is_joined (side);
  gsize own = tiles_of (side->length, side->tile);

  for (gsize t = 0; t < n_tiles; t++)
    {
      /* The window begins a pixel before the tile, hence one is added to stay above 0. */
      gsize start = joined ? t * side->tile : t % own * side->tile;
      gsize first_map = G_MAXSIZE;

      whole[t] = TRUE;

      for (gsize i = 0; i < n_points; i++)
        {
          gsize position = start + i; /* 0: the line before the first map */
          gsize map = joined ? position / (side->length + 1) : t / own;
          gsize pixel = joined ? position % (side->length + 1) : position;
          gboolean inside = pixel > 0 && pixel <= side->length && map < side->n_maps;

          places[t * n_points + i] = inside
                                       ? (guint32) (map * map_pitch + (pixel - 1) * pixel_pitch)
                                       : OUTSIDE;

          if (first_map == G_MAXSIZE)
            first_map = map;
          whole[t] = whole[t] && inside && map == first_map;
        }
    }
}

/**
 * vgg_tile_grid_init:
 * @self: (out caller-allocates): a grid
 * @tile: output pixels a side of a tile, 4 or 6
 * @joins: whether tiles may go across maps
 * @n: pictures, at least 1
 * @height: of their maps, at least 1
 * @width: likewise; the product of all three is below 2^30
 *
 * Finds the arrangement of maps that takes the fewest tiles. A 14x14 map alone takes 9 tiles of
 * 6x6; of sixteen maps in a square, each takes 6.25. What is computed for a map that is not joined
 * does not depend on the others, to the bit.
 */
void
vgg_tile_grid_init (VggTileGrid *self,
                    guint tile,
                    gboolean joins,
                    gsize n,
                    gsize height,
                    gsize width)
{
  gsize fewest = G_MAXSIZE;

  for (gsize n_across = 1; n_across <= MIN (n, MAX_ACROSS); n_across++)
    {
      gsize n_down = (n + n_across - 1) / n_across;
      gsize n_columns = count_tiles (&(Side){ n_across, width, tile, joins });
      gsize n_rows = count_tiles (&(Side){ n_down, height, tile, joins });

      if (n_columns * n_rows < fewest)
        {
          fewest = n_columns * n_rows;
          *self = (VggTileGrid){
            joins, tile, n, height, width, n_across, n_down, n_columns, n_rows
          };
        }
    }
}

/**
 * vgg_tile_grid_count:
 * @self: a grid
 *
 * Returns: its tiles
 */
gsize
vgg_tile_grid_count (const VggTileGrid *self)
{
  return self->n_rows * self->n_columns;
}

/**
 * vgg_tile_grid_memory:
 * @tile: output pixels a side of a tile
 * @n: pictures, at most
 * @height: of their maps
 * @width: likewise
 *
 * Returns: bytes that vgg_tile_grid_locate() writes for up to @n pictures, at most
 */
gsize
vgg_tile_grid_memory (guint tile, gsize n, gsize height, gsize width)
{
  gsize n_tiles = n * (tiles_of (height, tile) + tiles_of (width, tile));

  return n_tiles * ((tile + 2) * sizeof (guint32) + 1);
}

/**
 * vgg_tile_grid_locate:
 * @self: a grid
 * @memory: vgg_tile_grid_memory() bytes, aligned for floats
 * @tiles: (out caller-allocates): where the grid's tiles are; borrows @memory
 *
 * Tells the kernels where pixels lie in a block (n, H, W, 16) of maps.
 */
void
vgg_tile_grid_locate (const VggTileGrid *self, gpointer memory, VggTiles *tiles)
{
  gsize n_points = self->tile + 2;
  gsize map = self->height * self->width;
  guint32 *rows = memory;
  guint32 *columns = rows + self->n_rows * n_points;
  guint8 *row_whole = (guint8 *) (columns + self->n_columns * n_points);
  guint8 *column_whole = row_whole + self->n_rows;

  locate_side (&(Side){ self->n_down, self->height, self->tile, self->joins }, self->n_across * map,
               self->width, rows, row_whole);
  locate_side (&(Side){ self->n_across, self->width, self->tile, self->joins }, map, 1, columns,
               column_whole);

  *tiles = (VggTiles){
    .n_tile_columns = self->n_columns,
    .n_pixels = self->n * map,
    .row_pitch = self->width,
    .rows = rows,
    .columns = columns,
    .row_whole = row_whole,
    .column_whole = column_whole,
  };
}
