/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-arena.h"

#define ALIGNMENT 64

/**
 * vgg_arena_take:
 * @self: an arena
 * @n: elements
 * @element_size: bytes of one
 *
 * Cuts memory from the block, aligned to 64 bytes. The same calls with and without a block
 * give the same sizes: that is how a plan is measured before its memory is taken.
 *
 * Returns: (transfer none) (nullable): the memory; %NULL while measuring or after an overflow,
 * which sets the arena's failed flag
 */
void *
vgg_arena_take (VggArena *self, gsize n, gsize element_size)
{
  gsize offset = self->size;
  gsize bytes;

  if (self->failed || !g_size_checked_mul (&bytes, n, element_size) ||
      !g_size_checked_add (&bytes, bytes, ALIGNMENT - 1) ||
      !g_size_checked_add (&self->size, offset, bytes & ~(gsize) (ALIGNMENT - 1)) ||
      self->size > G_MAXSSIZE)
    {
      self->size = offset;
      self->failed = TRUE;
      return NULL;
    }

  return self->block != NULL ? self->block + offset : NULL;
}

/**
 * vgg_arena_take_floats:
 * @self: an arena
 * @rows: rows of a matrix
 * @columns: its columns
 *
 * Cuts a matrix of floats from the block; see vgg_arena_take(). A side that does not fit an int
 * is an overflow too, since BLAS counts in them.
 *
 * Returns: (transfer none) (nullable): the floats
 */
float *
vgg_arena_take_floats (VggArena *self, gsize rows, gsize columns)
{
  gsize n;

  if (rows > G_MAXINT || columns > G_MAXINT || !g_size_checked_mul (&n, rows, columns))
    {
      self->failed = TRUE;
      return NULL;
    }

  return vgg_arena_take (self, n, sizeof (float));
}
