/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernel's gradient by minimal filtering: for each point the product of the input's and the
 * gradient's transformed tiles, summed over all tiles, and then Gᵀ x G (vgg-winograd-template.c).
 * With few channels every part takes tiles of its own and sums matrices of its own for the whole
 * kernel. With many, the parts share the tiles and each finds some of the kernel's blocks. */

#include "engine/vgg-threads.h"
#include "engine/vgg-winograd-private.h"

#include <string.h>

typedef struct
{
  VggWinogradTask tiles;
  float *kernel_matrices; /* (n_matrices, out_blocks, 16 in_blocks, 16), where parts share tiles
                             and these take several chunks */
  float *kernel_gradient; /* (O, I, 3, 3) */
} GradientTask;

/* A few blocks of the kernel's matrices. */
typedef struct
{
  float *matrices;
  gsize stride;       /* from a matrix to the next */
  gsize block_stride; /* from a block of output to the next */
  gsize in_block;
  gsize n_in;
  gsize out_block;
  gsize n_out;
} Blocks;

/*< private >
 * vgg_winograd_measure_gradient:
 * @shape: a convolution
 * @choice: how its kernel's gradient is found
 * @batch: pictures
 * @part_floats: (out): needed by every part
 * @shared_floats: (out): needed by all together
 *
 * Tells what the pass needs of the workspace.
 */
void
vgg_winograd_measure_gradient (const VggConvShape *shape,
                               const VggConvChoice *choice,
                               gsize batch,
                               gsize *part_floats,
                               gsize *shared_floats)
{
  VggWinogradMemory memory = vgg_winograd_memory (shape, choice, batch);
  gsize n_matrices = (choice->tile + 2) * (choice->tile + 2);
  gsize group = vgg_winograd_stride (VGG_WINOGRAD_OUT_GROUP, VGG_WINOGRAD_IN_GROUP * VGG_BLOCK);

  *shared_floats = memory.tables;

  if (choice->cut == VGG_CONV_OWN_TILES)
    {
      *part_floats = memory.kernel + memory.input + memory.output;
      return;
    }

  *part_floats = n_matrices * group;
  *shared_floats += memory.input + memory.output + (choice->n_chunks > 1 ? memory.kernel : 0);
}

static void
gradient_step (const VggWinogradTask *task, gsize block, gsize begin, gsize end, gconstpointer data)
{
  gsize length = task->end - task->begin;

  task->winograd->transform_gradient (task->output->data + block * task->output->block_stride,
                                      &task->tiles, task->begin + begin, task->begin + end,
                                      task->output_matrices + (block * length + begin) * VGG_BLOCK,
                                      vgg_winograd_stride (task->out_blocks, length));
}

static void
transform_part (guint part, guint n_parts, gpointer user_data)
{
  const GradientTask *gradient = user_data;
  const VggWinogradTask *task = &gradient->tiles;

  vgg_winograd_for_each_share (task, task->in_blocks, part, n_parts, vgg_winograd_input_step, NULL);
  vgg_winograd_for_each_share (task, task->out_blocks, part, n_parts, gradient_step, NULL);
}

/* Adds what the chunk gives for some blocks, or begins with it. */
static void
multiply (const VggWinogradTask *task, const Blocks *blocks, gboolean begins)
{
  gsize length = task->end - task->begin;

  for (gsize m = 0; m < task->n_matrices; m++)
    task->conv->outer_product (
      task->input_matrices + m * vgg_winograd_stride (task->in_blocks, length) +
        blocks->in_block * length * VGG_BLOCK,
      length * VGG_BLOCK, blocks->n_in,
      task->output_matrices + m * vgg_winograd_stride (task->out_blocks, length) +
        blocks->out_block * length * VGG_BLOCK,
      length * VGG_BLOCK, blocks->n_out, length, !begins, blocks->matrices + m * blocks->stride,
      blocks->block_stride);
}

/* The gradient's taps from some blocks of its matrices. */
static void
restore (const GradientTask *gradient, const Blocks *blocks)
{
  const VggWinogradTask *task = &gradient->tiles;
  float taps[VGG_BLOCK * VGG_WINOGRAD_TAPS * VGG_BLOCK];

  for (gsize o = 0; o < blocks->n_out; o++)
    for (gsize i = 0; i < blocks->n_in; i++)
      {
        gsize first_out = (blocks->out_block + o) * VGG_BLOCK;
        gsize first_in = (blocks->in_block + i) * VGG_BLOCK;
        gsize n_out = MIN (VGG_BLOCK, task->out_channels - first_out);
        gsize n_in = MIN (VGG_BLOCK, task->in_channels - first_in);

        task->winograd->restore_kernel (blocks->matrices + o * blocks->block_stride +
                                          i * VGG_BLOCK * VGG_BLOCK,
                                        blocks->stride, VGG_BLOCK, taps);

        for (gsize l = 0; l < n_out; l++)
          {
            float *target = gradient->kernel_gradient +
                            ((first_out + l) * task->in_channels + first_in) * VGG_WINOGRAD_TAPS;

            for (gsize k = 0; k < n_in * VGG_WINOGRAD_TAPS; k++)
              target[k] = taps[k * VGG_BLOCK + l];
          }
      }
}

/* Some blocks of the kernel, over the chunk's tiles. */
static void
blocks_part (guint part, guint n_parts, gpointer user_data)
{
  const GradientTask *gradient = user_data;
  const VggWinogradTask *task = &gradient->tiles;
  gsize in_groups = (task->in_blocks + VGG_WINOGRAD_IN_GROUP - 1) / VGG_WINOGRAD_IN_GROUP;
  gsize out_groups = (task->out_blocks + VGG_WINOGRAD_OUT_GROUP - 1) / VGG_WINOGRAD_OUT_GROUP;
  gsize begin, end;

  vgg_split (in_groups * out_groups, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      Blocks blocks = {
        .in_block = i % in_groups * VGG_WINOGRAD_IN_GROUP,
        .out_block = i / in_groups * VGG_WINOGRAD_OUT_GROUP,
      };

      blocks.n_in = MIN (VGG_WINOGRAD_IN_GROUP, task->in_blocks - blocks.in_block);
      blocks.n_out = MIN (VGG_WINOGRAD_OUT_GROUP, task->out_blocks - blocks.out_block);

      if (gradient->kernel_matrices == NULL)
        {
          blocks.block_stride = blocks.n_in * VGG_BLOCK * VGG_BLOCK;
          blocks.stride = vgg_winograd_stride (blocks.n_out, blocks.n_in * VGG_BLOCK);
          blocks.matrices = task->part_memory + part * task->part_floats;
        }
      else
        {
          blocks.block_stride = task->in_blocks * VGG_BLOCK * VGG_BLOCK;
          blocks.stride = vgg_winograd_stride (task->out_blocks, task->in_blocks * VGG_BLOCK);
          blocks.matrices = gradient->kernel_matrices + blocks.out_block * blocks.block_stride +
                            blocks.in_block * VGG_BLOCK * VGG_BLOCK;
        }

      multiply (task, &blocks, task->begin == 0);
      if (task->end == task->n_tiles)
        restore (gradient, &blocks);
    }
}

/* The whole kernel, over a part's tiles. */
static void
tiles_part (guint part, guint n_parts, gpointer user_data)
{
  VggWinogradTask task = ((const GradientTask *) user_data)->tiles;
  GradientTask own = { .tiles = task };
  gsize block_stride = task.in_blocks * VGG_BLOCK * VGG_BLOCK;
  const Blocks blocks = {
    .matrices = task.part_memory + part * task.part_floats,
    .stride = vgg_winograd_stride (task.out_blocks, task.in_blocks * VGG_BLOCK),
    .block_stride = block_stride,
    .n_in = task.in_blocks,
    .n_out = task.out_blocks,
  };
  gsize begin, end;

  vgg_split (task.n_tiles, part, n_parts, &begin, &end);
  own.tiles.input_matrices = blocks.matrices + task.n_matrices * blocks.stride;
  own.tiles.output_matrices = own.tiles.input_matrices +
                              task.n_matrices * vgg_winograd_stride (task.in_blocks, task.chunk);

  if (begin == end)
    memset (blocks.matrices, 0, task.n_matrices * blocks.stride * sizeof (float));

  for (own.tiles.begin = begin; own.tiles.begin < end; own.tiles.begin = own.tiles.end)
    {
      own.tiles.end = MIN (end, own.tiles.begin + task.chunk);
      transform_part (0, 1, &own);
      multiply (&own.tiles, &blocks, own.tiles.begin == begin);
    }
}

/* Adds the parts' matrices, in their order, and restores them. */
static void
sum_part (guint part, guint n_parts, gpointer user_data)
{
  const GradientTask *gradient = user_data;
  const VggWinogradTask *task = &gradient->tiles;
  gsize block_stride = task->in_blocks * VGG_BLOCK * VGG_BLOCK;
  gsize stride = vgg_winograd_stride (task->out_blocks, task->in_blocks * VGG_BLOCK);
  gsize begin, end;

  vgg_split (task->in_blocks * task->out_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      const Blocks blocks = {
        .matrices = task->part_memory + i * VGG_BLOCK * VGG_BLOCK,
        .stride = stride,
        .block_stride = block_stride,
        .in_block = i % task->in_blocks,
        .n_in = 1,
        .out_block = i / task->in_blocks,
        .n_out = 1,
      };

      for (guint other = 1; other < n_parts; other++)
        for (gsize m = 0; m < task->n_matrices; m++)
          vgg_kernels_get ()->add_scaled (blocks.matrices + other * task->part_floats + m * stride,
                                          VGG_BLOCK * VGG_BLOCK, 1.0f,
                                          blocks.matrices + m * stride);

      restore (gradient, &blocks);
    }
}

/*< private >
 * vgg_winograd_kernel_gradient:
 * @call: a pass
 * @input: maps of the convolution's input
 * @gradient: of its output
 * @kernel_gradient: (out caller-allocates): (O, I, 3, 3)
 *
 * Computes the kernel's gradient.
 */
void
vgg_winograd_kernel_gradient (const VggConvCall *call,
                              const VggActivation *input,
                              const VggActivation *gradient,
                              float *kernel_gradient)
{
  const VggWorkspace *workspace = call->pass->workspace;
  VggWinogradMemory memory = vgg_winograd_memory (call->shape, call->choice, call->pass->n);
  GradientTask own = { .kernel_gradient = kernel_gradient };
  VggWinogradTask *task = &own.tiles;

  vgg_winograd_task_init (task, call, FALSE);
  task->input = input;
  task->output = gradient;

  if (call->choice->cut == VGG_CONV_OWN_TILES)
    {
      vgg_threads_run_parts (workspace->n_parts, tiles_part, &own);
      vgg_threads_run_parts (workspace->n_parts, sum_part, &own);
      return;
    }

  task->input_matrices = workspace->shared_memory + memory.tables;
  task->output_matrices = task->input_matrices + memory.input;
  if (task->n_tiles > task->chunk)
    own.kernel_matrices = task->output_matrices + memory.output;

  for (task->begin = 0; task->begin < task->n_tiles; task->begin = task->end)
    {
      task->end = MIN (task->n_tiles, task->begin + task->chunk);
      vgg_threads_run_parts (workspace->n_parts, transform_part, &own);
      vgg_threads_run_parts (workspace->n_parts, blocks_part, &own);
    }
}
