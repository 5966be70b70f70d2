/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-maps.h"

/**
 * vgg_maps_count_blocks:
 * @shape: (C, H, W)
 *
 * Returns: blocks of VGG_BLOCK channels that hold C channels
 */
gsize
vgg_maps_count_blocks (const VggShape *shape)
{
  return (shape->dimensions[0] + VGG_BLOCK - 1) / VGG_BLOCK;
}

/**
 * vgg_maps_count_floats:
 * @shape: (C, H, W) or (F)
 *
 * Returns: floats of one picture's activations, lanes beyond C included
 */
gsize
vgg_maps_count_floats (const VggShape *shape)
{
  if (shape->n_dimensions != 3)
    return shape->dimensions[0];

  return vgg_maps_count_blocks (shape) * vgg_layer_plane (shape) * VGG_BLOCK;
}

/**
 * vgg_maps_block_stride:
 * @shape: (C, H, W) or (F)
 * @n: pictures
 *
 * Returns: floats from one block to the next of maps that lie close together; of no meaning for
 *   rows
 */
gsize
vgg_maps_block_stride (const VggShape *shape, guint n)
{
  return n * vgg_layer_plane (shape) * VGG_BLOCK;
}

static float *
block_of (const VggActivation *maps, const VggShape *shape, gsize picture, gsize block)
{
  return maps->data + block * maps->block_stride + picture * vgg_layer_plane (shape) * VGG_BLOCK;
}

static gsize
count_lanes (const VggShape *shape, gsize block)
{
  return MIN (VGG_BLOCK, shape->dimensions[0] - block * VGG_BLOCK);
}

/**
 * vgg_maps_get_planes:
 * @maps: maps
 * @shape: (C, H, W), of one picture of them
 * @picture: which
 * @block: a block of its channels
 * @planes: (C, H, W), where the block's channels are written
 *
 * Takes the channels of a block apart.
 */
void
vgg_maps_get_planes (const VggActivation *maps,
                     const VggShape *shape,
                     gsize picture,
                     gsize block,
                     float *planes)
{
  const float *pixels = block_of (maps, shape, picture, block);
  gsize plane = vgg_layer_plane (shape);
  gsize n_lanes = count_lanes (shape, block);

  for (gsize lane = 0; lane < n_lanes; lane++)
    {
      float *row = planes + (block * VGG_BLOCK + lane) * plane;

      for (gsize i = 0; i < plane; i++)
        row[i] = pixels[i * VGG_BLOCK + lane];
    }
}

/**
 * vgg_maps_set_planes:
 * @maps: maps, where the block is written
 * @shape: (C, H, W), of one picture of them
 * @picture: which
 * @block: a block of its channels
 * @planes: (C, H, W)
 *
 * Puts channels together to a block; lanes beyond C become 0.
 */
void
vgg_maps_set_planes (const VggActivation *maps,
                     const VggShape *shape,
                     gsize picture,
                     gsize block,
                     const float *planes)
{
  float *pixels = block_of (maps, shape, picture, block);
  gsize plane = vgg_layer_plane (shape);
  gsize n_lanes = count_lanes (shape, block);

  for (gsize i = 0; i < plane; i++)
    for (gsize lane = 0; lane < VGG_BLOCK; lane++)
      pixels[i * VGG_BLOCK + lane] = lane < n_lanes ? planes[(block * VGG_BLOCK + lane) * plane + i]
                                                    : 0.0f;
}
