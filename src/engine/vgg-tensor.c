/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-tensor.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALIGNMENT 64

/* Several of the large pages of x86-64 and aarch64, 2 MiB. */
#define LARGE_BYTES (8 * 1024 * 1024)

/**
 * vgg_shape_init:
 * @self: the shape to set
 * @n_dimensions: how many dimensions, 0 (a scalar) or more
 * @dimensions: (array length=n_dimensions) (nullable): the sizes, slowest varying first
 *
 * Sets a shape from sizes that may come from a file: everything is checked.
 *
 * Returns: %FALSE when there are more than %VGG_MAX_DIMENSIONS dimensions, or when the
 *   elements' bytes as floats do not fit a #gsize; @self is then a scalar
 */
gboolean
vgg_shape_init (VggShape *self, guint n_dimensions, const guint64 *dimensions)
{
  gsize elements = 1;
  gsize bytes;

  memset (self, 0, sizeof *self);

  if (n_dimensions > VGG_MAX_DIMENSIONS)
    return FALSE;

  for (guint i = 0; i < n_dimensions; i++)
    {
      /* An empty dimension makes the product 0, yet the others must be sane on their own. */
      if (dimensions[i] > G_MAXSSIZE ||
          !g_size_checked_mul (&elements, MAX (elements, 1), MAX (dimensions[i], 1)))
        return FALSE;
    }

  if (!g_size_checked_mul (&bytes, elements, sizeof (float)) || bytes > G_MAXSSIZE)
    return FALSE;

  self->n_dimensions = n_dimensions;
  for (guint i = 0; i < n_dimensions; i++)
    self->dimensions[i] = dimensions[i];

  return TRUE;
}

/**
 * vgg_shape_elements:
 * @self: a shape
 *
 * Returns: the number of elements: the product of the sizes, 1 for a scalar
 */
gsize
vgg_shape_elements (const VggShape *self)
{
  gsize elements = 1;

  for (guint i = 0; i < self->n_dimensions; i++)
    elements *= self->dimensions[i];

  return elements;
}

/**
 * vgg_shape_equal:
 * @a: a shape
 * @b: another one
 *
 * Returns: whether both have the same dimensions in the same order
 */
gboolean
vgg_shape_equal (const VggShape *a, const VggShape *b)
{
  if (a->n_dimensions != b->n_dimensions)
    return FALSE;

  for (guint i = 0; i < a->n_dimensions; i++)
    {
      if (a->dimensions[i] != b->dimensions[i])
        return FALSE;
    }

  return TRUE;
}

/**
 * vgg_shape_to_string:
 * @self: a shape
 *
 * Returns: (transfer full): the shape for a message, as in "(64, 3, 3, 3)"
 */
char *
vgg_shape_to_string (const VggShape *self)
{
  GString *string = g_string_new ("(");

  for (guint i = 0; i < self->n_dimensions; i++)
    g_string_append_printf (string, i == 0 ? "%" G_GSIZE_FORMAT : ", %" G_GSIZE_FORMAT,
                            self->dimensions[i]);

  g_string_append_c (string, ')');

  return g_string_free (string, FALSE);
}

/* Asks for large pages where they pay: what is read in long strides then needs a 512th of the
 * address translations. Only advice; without it everything works as well. */
static void
advise_large_pages (char *block, gsize bytes)
{
#ifdef MADV_HUGEPAGE
  uintptr_t page = (uintptr_t) sysconf (_SC_PAGESIZE);
  uintptr_t start = ((uintptr_t) block + page - 1) / page * page;

  if (bytes >= LARGE_BYTES)
    madvise ((void *) start, bytes - (start - (uintptr_t) block), MADV_HUGEPAGE);
#endif
}

/**
 * vgg_floats_new:
 * @n: how many, 0 or more
 *
 * Takes memory for @n floats, aligned to 64 bytes and zero. Large blocks cost nothing until they
 * are touched, since calloc() leaves their pages to the kernel.
 *
 * Returns: (transfer full) (nullable): the floats, for vgg_floats_free(), or %NULL when that much
 *   memory cannot be had
 */
float *
vgg_floats_new (gsize n)
{
  gsize bytes;
  char *block;
  uintptr_t start;

  /* Room to move up to the alignment, and for the block's address just below the floats. */
  if (!g_size_checked_mul (&bytes, n, sizeof (float)) ||
      !g_size_checked_add (&bytes, bytes, ALIGNMENT + sizeof (char *)))
    return NULL;

  block = calloc (1, bytes);
  if (block == NULL)
    return NULL;

  advise_large_pages (block, bytes);
  start = (uintptr_t) (block + sizeof (char *) + ALIGNMENT - 1) & ~(uintptr_t) (ALIGNMENT - 1);
  ((char **) start)[-1] = block;

  return (float *) start;
}

/**
 * vgg_floats_free:
 * @floats: (nullable) (transfer full): what vgg_floats_new() returned
 *
 * Gives the memory back.
 */
void
vgg_floats_free (float *floats)
{
  if (floats != NULL)
    free (((char **) floats)[-1]);
}

/**
 * vgg_tensor_new:
 * @shape: a shape that vgg_shape_init() accepted
 *
 * Returns: (transfer full) (nullable): a tensor of zeros, or %NULL when the memory cannot be had
 */
VggTensor *
vgg_tensor_new (const VggShape *shape)
{
  float *data = vgg_floats_new (vgg_shape_elements (shape));
  VggTensor *self;

  if (data == NULL)
    return NULL;

  self = g_new0 (VggTensor, 1);
  self->shape = *shape;
  self->data = data;

  return self;
}

/**
 * vgg_tensor_copy:
 * @self: a tensor
 *
 * Returns: (transfer full) (nullable): a tensor of its own with the same content, or %NULL when the
 *   memory cannot be had
 */
VggTensor *
vgg_tensor_copy (const VggTensor *self)
{
  VggTensor *copy = vgg_tensor_new (&self->shape);

  if (copy != NULL)
    memcpy (copy->data, self->data, vgg_shape_elements (&self->shape) * sizeof (float));

  return copy;
}

/**
 * vgg_tensor_free:
 * @self: (nullable) (transfer full): a tensor
 *
 * Frees the tensor and its data.
 */
void
vgg_tensor_free (VggTensor *self)
{
  if (self == NULL)
    return;

  vgg_floats_free (self->data);
  g_free (self);
}
