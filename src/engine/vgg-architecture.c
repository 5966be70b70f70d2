/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-architecture.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"

#define MINIMUM_INPUT 32
#define MAXIMUM_INPUT 2048
#define MAXIMUM_CLASSES 65535

/* Configurations A, B, D and E of Simonyan and Zisserman, "Very deep convolutional networks for
 * large-scale image recognition", 2015, table 1. */
static const struct
{
  guint depth;
  guint convolutions[VGG_N_BLOCKS];
} configurations[] = {
  { 11, { 1, 1, 2, 2, 2 } },
  { 13, { 2, 2, 2, 2, 2 } },
  { 16, { 2, 2, 3, 3, 3 } },
  { 19, { 2, 2, 4, 4, 4 } },
};

static const guint block_channels[VGG_N_BLOCKS] = { 64, 128, 256, 512, 512 };

static const char *const head_names[] = {
  [VGG_HEAD_REFERENCE] = "reference",
  [VGG_HEAD_LIGHT] = "light",
  [VGG_HEAD_CLASSIC] = "classic",
};

static const guint *
find_convolutions (guint depth)
{
  for (gsize i = 0; i < G_N_ELEMENTS (configurations); i++)
    {
      if (configurations[i].depth == depth)
        return configurations[i].convolutions;
    }

  return NULL;
}

static gboolean
is_width (guint eighths)
{
  return eighths >= 1 && eighths <= VGG_FULL_WIDTH;
}

/**
 * vgg_architecture_validate:
 * @self: an architecture, from a person or a file
 * @error: return location for a #GError
 *
 * Checks that a network can be built. The whole program but this function takes an architecture
 * that passed it.
 *
 * Returns: %FALSE with %VGG_ERROR_ARCHITECTURE, naming the value at fault and its range
 */
gboolean
vgg_architecture_validate (const VggArchitecture *self, GError **error)
{
  if (find_convolutions (self->depth) == NULL)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("There is no VGG network of depth %u; choose 11, 13, 16 or 19"), self->depth);
      return FALSE;
    }

  if (!is_width (self->width_eighths))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("The width is %u eighths of the paper’s; choose 1 to %u"),
                   self->width_eighths, VGG_FULL_WIDTH);
      return FALSE;
    }

  if (self->input_width < MINIMUM_INPUT || self->input_width > MAXIMUM_INPUT ||
      self->input_height < MINIMUM_INPUT || self->input_height > MAXIMUM_INPUT)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("The input size is %u × %u pixels; each side must be %u to %u"),
                   self->input_width, self->input_height, MINIMUM_INPUT, MAXIMUM_INPUT);
      return FALSE;
    }

  if ((guint) self->head >= G_N_ELEMENTS (head_names))
    {
      g_set_error_literal (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                           _ ("The head is unknown; choose reference, light or classic"));
      return FALSE;
    }

  if (self->n_classes == 1 || self->n_classes > MAXIMUM_CLASSES)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("A network cannot tell %u classes apart; it takes 2 to %u"), self->n_classes,
                   MAXIMUM_CLASSES);
      return FALSE;
    }

  /* Written so that NaN is refused. */
  if (!(self->dropout >= 0 && self->dropout < 1))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("Dropout is %g; it must be at least 0 and below 1"), self->dropout);
      return FALSE;
    }

  if (!(self->l2 >= 0 && isfinite (self->l2)))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_ARCHITECTURE,
                   _ ("The L2 penalty is %g; it must be 0 or a positive number"), self->l2);
      return FALSE;
    }

  return TRUE;
}

/**
 * vgg_architecture_convolutions:
 * @self: a valid architecture
 * @specs: (out caller-allocates): room for the table of convolutions
 *
 * Writes the network's convolutions from the input on. A max pool follows the last one of each
 * block.
 *
 * Returns: how many were written, 8 to %VGG_MAX_CONVOLUTIONS
 */
guint
vgg_architecture_convolutions (const VggArchitecture *self,
                               VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS])
{
  const guint *convolutions = find_convolutions (self->depth);
  guint in_channels = 3;
  guint n = 0;

  g_return_val_if_fail (convolutions != NULL && is_width (self->width_eighths), 0);

  for (guint block = 0; block < VGG_N_BLOCKS; block++)
    {
      guint out_channels = block_channels[block] * self->width_eighths / VGG_FULL_WIDTH;

      for (guint i = 0; i < convolutions[block]; i++)
        {
          specs[n].block = block + 1;
          specs[n].index = i + 1;
          specs[n].in_channels = in_channels;
          specs[n].out_channels = out_channels;
          in_channels = out_channels;
          n++;
        }
    }

  return n;
}

/**
 * vgg_architecture_convolutions_in_block:
 * @self: a valid architecture
 * @block: 1 to %VGG_N_BLOCKS
 *
 * Returns: how many convolutions the block has
 */
guint
vgg_architecture_convolutions_in_block (const VggArchitecture *self, guint block)
{
  const guint *convolutions = find_convolutions (self->depth);

  g_return_val_if_fail (convolutions != NULL, 0);
  g_return_val_if_fail (block >= 1 && block <= VGG_N_BLOCKS, 0);

  return convolutions[block - 1];
}

/**
 * vgg_architecture_name:
 * @self: a valid architecture
 *
 * Returns: (transfer full): the convolutional part's short name: "vgg19", "vgg16-bn" with batch
 *   normalisation, "vgg19-bn-w3/8" with three eighths of the paper's channels
 */
char *
vgg_architecture_name (const VggArchitecture *self)
{
  const char *norm = self->batch_norm ? "-bn" : "";

  if (self->width_eighths == VGG_FULL_WIDTH)
    return g_strdup_printf ("vgg%u%s", self->depth, norm);

  return g_strdup_printf ("vgg%u%s-w%u/%u", self->depth, norm, self->width_eighths, VGG_FULL_WIDTH);
}

/**
 * vgg_head_to_string:
 * @head: a head
 *
 * Returns: the head's name for files and the command line: "reference", "light" or "classic"
 */
const char *
vgg_head_to_string (VggHead head)
{
  g_return_val_if_fail ((guint) head < G_N_ELEMENTS (head_names), NULL);

  return head_names[head];
}

/**
 * vgg_head_from_string:
 * @string: a name as vgg_head_to_string() gives it
 * @head: (out): the head
 *
 * Returns: %FALSE, with @head unchanged, when there is no head of that name
 */
gboolean
vgg_head_from_string (const char *string, VggHead *head)
{
  for (gsize i = 0; i < G_N_ELEMENTS (head_names); i++)
    {
      if (strcmp (head_names[i], string) == 0)
        {
          *head = i;
          return TRUE;
        }
    }

  return FALSE;
}
