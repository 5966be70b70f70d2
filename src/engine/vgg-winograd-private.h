/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the passes of Winograd convolutions share. */

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-conv-algorithm.h"
#include "engine/vgg-winograd-tiles.h"

G_BEGIN_DECLS

#define VGG_WINOGRAD_TAPS 9

/* Blocks of input and output for which a part finds the matrices of the kernel's gradient at a
 * time, where parts share chunks: they stay in the second level cache until they are restored. */
#define VGG_WINOGRAD_IN_GROUP 4
#define VGG_WINOGRAD_OUT_GROUP 3

/* Blocks of the product's depth that VGG_CONV_OWN_KERNEL transforms at a time, and blocks of its
 * result. */
#define VGG_WINOGRAD_DEPTH_STEP 2
#define VGG_WINOGRAD_RESULT_GROUP 4

/* Floats of one thing each. */
typedef struct
{
  gsize tables; /* where tiles are */
  gsize kernel; /* matrices of the kernel */
  gsize slice;  /* of a group of its results, for a step of the depth */
  gsize group;  /* of a group's output */
  gsize input;  /* of a chunk's input */
  gsize output; /* of its output */
} VggWinogradMemory;

/* A pass over maps with in_blocks to maps with out_blocks, and the chunk of tiles in work. */
typedef struct
{
  const VggConvKernels *conv;
  const VggWinogradKernels *winograd;
  VggTiles tiles;
  gsize n_tiles;
  gsize n_matrices; /* points squared */
  gsize in_blocks;
  gsize out_blocks;
  gsize in_channels;
  gsize out_channels;
  gsize chunk; /* tiles, at most */
  float *part_memory;
  gsize part_floats;

  const VggActivation *input;
  const VggActivation *output; /* or its gradient */

  gsize begin; /* the chunk's tiles */
  gsize end;
  float *input_matrices;  /* (n_matrices, in_blocks, end - begin, 16) */
  float *output_matrices; /* (n_matrices, out_blocks, end - begin, 16) */
} VggWinogradTask;

typedef void (*VggWinogradStep) (const VggWinogradTask *task,
                                 gsize block,
                                 gsize begin,
                                 gsize end,
                                 gconstpointer data);

/* A kernel that is to be transformed. */
typedef struct
{
  const VggWinogradKernels *winograd;
  const VggConvShape *shape;
  const float *kernel; /* (O, I, 3, 3) */
  const float *scale;  /* (O); NULL: none */
  gboolean turned;
  gsize row_blocks;  /* of the product's depth */
  gsize lane_blocks; /* of its result */
} VggWinogradKernel;

const VggWinogradKernels *vgg_winograd_get_kernels (guint tile);
void vgg_winograd_kernel_init (VggWinogradKernel *self, const VggConvCall *call, gboolean turned);
void vgg_winograd_kernel_transform (const VggWinogradKernel *self,
                                    gsize row_block,
                                    gsize lane_block,
                                    gboolean stream,
                                    float *matrices,
                                    gsize stride);
const float *vgg_winograd_kernel_transform_whole (const VggWinogradKernel *self,
                                                  const VggConvCall *call,
                                                  float *memory);

/* Floats from one of a pass' matrices (blocks, rows, 16) to the next. A line of the caches between
 * them keeps the same place in all of them, which is written and read together, from falling into
 * the same set. */
static inline gsize
vgg_winograd_stride (gsize blocks, gsize rows)
{
  return (blocks * rows + 1) * VGG_BLOCK;
}

gsize vgg_winograd_blocks (gsize channels);
VggWinogradMemory
vgg_winograd_memory (const VggConvShape *shape, const VggConvChoice *choice, gsize batch);
void vgg_winograd_task_init (VggWinogradTask *task, const VggConvCall *call, gboolean turned);
void vgg_winograd_for_each_share (const VggWinogradTask *task,
                                  gsize blocks,
                                  guint part,
                                  guint n_parts,
                                  VggWinogradStep step,
                                  gconstpointer data);
void vgg_winograd_input_step (const VggWinogradTask *task,
                              gsize block,
                              gsize begin,
                              gsize end,
                              gconstpointer data);

void vgg_winograd_measure_gradient (const VggConvShape *shape,
                                    const VggConvChoice *choice,
                                    gsize batch,
                                    gsize *part_floats,
                                    gsize *shared_floats);
void vgg_winograd_kernel_gradient (const VggConvCall *call,
                                   const VggActivation *input,
                                   const VggActivation *gradient,
                                   float *kernel_gradient);

G_END_DECLS
