/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution by minimal filtering over tiles (Lavin and Gray 2016): for each of n x n points one
 * product of the tiles' transformed channels with the transformed kernel. Tiles are worked on in
 * chunks. Where the transformed kernel is small, every part of a task takes chunks of its own,
 * which stay in its processor's second level cache through all three steps. Where it is large, all
 * parts share larger chunks, so that the kernel is read seldom, and wait for each other after each
 * step. The gradient of the input is the same with the kernel turned by 180 degrees and its
 * channels exchanged. */

#include "engine/vgg-threads.h"
#include "engine/vgg-winograd-private.h"

#include <string.h>

/* Blocks of output that parts share out: as many as a product keeps in registers. */
#define OUT_GROUP 4

/* Outputs that are larger go past the caches. */
#define STREAM_BYTES (16 * 1024 * 1024)

typedef struct
{
  VggWinogradTask tiles;
  VggWinogradKernel kernel;
  const float *kernel_matrices; /* (n_matrices, out_blocks, 16 in_blocks, 16) */
  const float *bias;            /* (out_channels); NULL: none */
  gboolean relu;
  gboolean stream;
  gboolean pools;
  gsize slice_floats; /* VGG_CONV_OWN_KERNEL: what the kernel's part takes of a part's memory */
} ForwardTask;

/*< private >
 * vgg_winograd_blocks:
 * @channels: 1 or more
 *
 * Returns: channel blocks that hold them
 */
gsize
vgg_winograd_blocks (gsize channels)
{
  return (channels + VGG_BLOCK - 1) / VGG_BLOCK;
}

/*< private >
 * vgg_winograd_memory:
 * @shape: a convolution
 * @choice: a pass of it
 * @batch: pictures
 *
 * Returns: what the pass works with
 */
VggWinogradMemory
vgg_winograd_memory (const VggConvShape *shape, const VggConvChoice *choice, gsize batch)
{
  gsize n_matrices = (choice->tile + 2) * (choice->tile + 2);
  gsize in_blocks = vgg_winograd_blocks (shape->in_channels);
  gsize out_blocks = vgg_winograd_blocks (shape->out_channels);
  gsize tables = vgg_tile_grid_memory (choice->tile, batch, shape->height, shape->width);

  return (VggWinogradMemory){
    .tables = (tables / sizeof (float) / VGG_BLOCK + 1) * VGG_BLOCK,
    .kernel = n_matrices * vgg_winograd_stride (out_blocks, in_blocks * VGG_BLOCK),
    .input = n_matrices * vgg_winograd_stride (in_blocks, choice->chunk),
    .output = n_matrices * vgg_winograd_stride (out_blocks, choice->chunk),
    .slice = n_matrices *
             vgg_winograd_stride (VGG_WINOGRAD_RESULT_GROUP, VGG_WINOGRAD_DEPTH_STEP * VGG_BLOCK),
    .group = n_matrices * vgg_winograd_stride (VGG_WINOGRAD_RESULT_GROUP, choice->chunk),
  };
}

static void
winograd_measure (const VggConvShape *shape,
                  const VggConvChoice *choice,
                  VggPassKind pass,
                  gsize batch,
                  gsize *part_floats,
                  gsize *shared_floats)
{
  VggWinogradMemory memory = vgg_winograd_memory (shape, choice, batch);

  if (pass == VGG_PASS_KERNEL_GRADIENT)
    {
      vgg_winograd_measure_gradient (shape, choice, batch, part_floats, shared_floats);
      return;
    }

  *part_floats = 0;
  *shared_floats = memory.tables;

  switch (choice->cut)
    {
    case VGG_CONV_OWN_TILES:
      *part_floats = memory.input + memory.output;
      *shared_floats += memory.kernel;
      break;

    case VGG_CONV_SHARED_TILES:
      *shared_floats += memory.kernel + memory.input + memory.output;
      break;

    case VGG_CONV_OWN_KERNEL:
      /* In the gradient of the input the roles are exchanged. */
      *part_floats = memory.slice + memory.group;
      *shared_floats += pass == VGG_PASS_FORWARD ? memory.input : memory.output;
      break;
    }
}

static gsize
winograd_kept_floats (const VggConvShape *shape, const VggConvChoice *choice)
{
  return vgg_winograd_memory (shape, choice, 1).kernel;
}

/* Pool windows must lie within tiles, hence no map may begin within one. */
static gboolean
winograd_can_pool (const VggConvShape *shape, const VggConvChoice *choice)
{
  return !choice->joins && shape->height % 2 == 0 && shape->width % 2 == 0;
}

/*< private >
 * vgg_winograd_for_each_share:
 * @task: a pass
 * @blocks: channel blocks
 * @part: 0 … @n_parts - 1
 * @n_parts: parts that share the chunk
 * @step: called with a block and a range of the chunk's tiles
 * @data: for @step
 *
 * Calls a step for the part's share of a chunk's tiles in all blocks.
 */
void
vgg_winograd_for_each_share (const VggWinogradTask *task,
                             gsize blocks,
                             guint part,
                             guint n_parts,
                             VggWinogradStep step,
                             gconstpointer data)
{
  gsize length = task->end - task->begin;
  gsize begin, end;

  vgg_split (blocks * length, part, n_parts, &begin, &end);

  while (begin < end)
    {
      gsize block = begin / length;
      gsize first = begin % length;
      gsize n = MIN (length - first, end - begin);

      step (task, block, first, first + n, data);
      begin += n;
    }
}

/*< private >
 * vgg_winograd_input_step:
 * @task: a pass
 * @block: of the input
 * @begin: tile of the chunk
 * @end: the tile after the last
 * @data: not used
 *
 * Transforms a block of tiles of the input.
 */
void
vgg_winograd_input_step (const VggWinogradTask *task,
                         gsize block,
                         gsize begin,
                         gsize end,
                         gconstpointer data)
{
  gsize length = task->end - task->begin;

  task->winograd->transform_input (task->input->data + block * task->input->block_stride,
                                   &task->tiles, task->begin + begin, task->begin + end,
                                   task->input_matrices + (block * length + begin) * VGG_BLOCK,
                                   vgg_winograd_stride (task->in_blocks, length));
}

/* Tiles of a block of the output from its matrices, `stride` floats from one to the next. */
static void
restore_block (const ForwardTask *forward,
               gsize block,
               gsize begin,
               gsize end,
               const float *matrices,
               gsize stride)
{
  const VggWinogradTask *task = &forward->tiles;
  VggRestoreFunc restore = forward->pools ? task->winograd->restore_pooled
                                          : task->winograd->restore_output;
  gsize first = block * VGG_BLOCK;
  float bias[VGG_BLOCK] = { 0 };

  if (forward->bias != NULL)
    memcpy (bias, forward->bias + first,
            MIN (VGG_BLOCK, task->out_channels - first) * sizeof (float));

  restore (matrices, stride, &task->tiles, begin, end, bias, forward->relu, forward->stream,
           task->output->data + block * task->output->block_stride);
}

static void
output_step (const VggWinogradTask *task, gsize block, gsize begin, gsize end, gconstpointer data)
{
  gsize length = task->end - task->begin;

  restore_block (data, block, task->begin + begin, task->begin + end,
                 task->output_matrices + (block * length + begin) * VGG_BLOCK,
                 vgg_winograd_stride (task->out_blocks, length));
}

static void
products (const ForwardTask *forward, guint part, guint n_parts)
{
  const VggWinogradTask *task = &forward->tiles;
  gsize length = task->end - task->begin;
  gsize depth = task->in_blocks * VGG_BLOCK;
  gsize n_groups = (task->out_blocks + OUT_GROUP - 1) / OUT_GROUP;
  gsize begin, end;

  vgg_split (task->n_matrices * n_groups, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      gsize matrix = i / n_groups;
      gsize block = i % n_groups * OUT_GROUP;
      gsize blocks = MIN (OUT_GROUP, task->out_blocks - block);

      task->conv->product (
        task->input_matrices + matrix * vgg_winograd_stride (task->in_blocks, length),
        length * VGG_BLOCK,
        forward->kernel_matrices + matrix * vgg_winograd_stride (task->out_blocks, depth) +
          block * depth * VGG_BLOCK,
        depth * VGG_BLOCK, length, task->in_blocks, blocks, FALSE,
        task->output_matrices + matrix * vgg_winograd_stride (task->out_blocks, length) +
          block * length * VGG_BLOCK,
        length * VGG_BLOCK);
    }
}

/* Three steps of a chunk that parts share. */

static void
input_part (guint part, guint n_parts, gpointer user_data)
{
  const ForwardTask *task = user_data;

  vgg_winograd_for_each_share (&task->tiles, task->tiles.in_blocks, part, n_parts,
                               vgg_winograd_input_step, NULL);
}

static void
product_part (guint part, guint n_parts, gpointer user_data)
{
  products (user_data, part, n_parts);
}

static void
output_part (guint part, guint n_parts, gpointer user_data)
{
  const ForwardTask *task = user_data;

  vgg_winograd_for_each_share (&task->tiles, task->tiles.out_blocks, part, n_parts, output_step,
                               task);
}

/* All of a part's tiles, in chunks of its own. */
static void
own_part (guint part, guint n_parts, gpointer user_data)
{
  ForwardTask own = *(const ForwardTask *) user_data;
  VggWinogradTask *task = &own.tiles;
  gsize begin, end;

  vgg_split (task->n_tiles, part, n_parts, &begin, &end);
  task->input_matrices = task->part_memory + part * task->part_floats;
  task->output_matrices = task->input_matrices +
                          task->n_matrices * vgg_winograd_stride (task->in_blocks, task->chunk);

  for (task->begin = begin; task->begin < end; task->begin = task->end)
    {
      task->end = MIN (end, task->begin + task->chunk);
      input_part (0, 1, &own);
      product_part (0, 1, &own);
      output_part (0, 1, &own);
    }
}

/* Products of a group of blocks of the result with all tiles. Their part of the kernel is
 * transformed a step of the depth at a time and stays in the cache. */
static void
multiply_group (const ForwardTask *forward, gsize group, gsize blocks, float *slice)
{
  const VggWinogradTask *task = &forward->tiles;
  gsize block = VGG_BLOCK * VGG_BLOCK;

  for (gsize in = 0; in < task->in_blocks; in += VGG_WINOGRAD_DEPTH_STEP)
    {
      gsize depth = MIN (VGG_WINOGRAD_DEPTH_STEP, task->in_blocks - in);

      for (gsize i = 0; i < blocks * depth; i++)
        vgg_winograd_kernel_transform (&forward->kernel, in + i % depth, group + i / depth, FALSE,
                                       slice + i * block,
                                       vgg_winograd_stride (blocks, depth * VGG_BLOCK));

      for (gsize m = 0; m < task->n_matrices; m++)
        task->conv->product (
          task->input_matrices + m * vgg_winograd_stride (task->in_blocks, task->n_tiles) +
            in * task->n_tiles * VGG_BLOCK,
          task->n_tiles * VGG_BLOCK, slice + m * vgg_winograd_stride (blocks, depth * VGG_BLOCK),
          depth * block, task->n_tiles, depth, blocks, in > 0,
          task->output_matrices + m * vgg_winograd_stride (blocks, task->n_tiles),
          task->n_tiles * VGG_BLOCK);
    }
}

/* Some blocks of the result. */
static void
own_kernel_part (guint part, guint n_parts, gpointer user_data)
{
  ForwardTask own = *(const ForwardTask *) user_data;
  VggWinogradTask *task = &own.tiles;
  float *slice = task->part_memory + part * task->part_floats;
  gsize begin, end;

  vgg_split (task->out_blocks, part, n_parts, &begin, &end);
  task->output_matrices = slice + own.slice_floats;

  for (gsize group = begin; group < end; group += VGG_WINOGRAD_RESULT_GROUP)
    {
      gsize blocks = MIN (VGG_WINOGRAD_RESULT_GROUP, end - group);

      multiply_group (&own, group, blocks, slice);
      for (gsize i = 0; i < blocks; i++)
        restore_block (&own, group + i, 0, task->n_tiles,
                       task->output_matrices + i * task->n_tiles * VGG_BLOCK,
                       vgg_winograd_stride (blocks, task->n_tiles));
    }
}

/*< private >
 * vgg_winograd_task_init:
 * @task: (out caller-allocates): a pass
 * @call: what it is to compute
 * @turned: whether it goes from the output's channels to the input's
 *
 * Sets what follows from the call, and writes the tiles' places to the beginning of the shared
 * workspace.
 */
void
vgg_winograd_task_init (VggWinogradTask *task, const VggConvCall *call, gboolean turned)
{
  const VggConvShape *shape = call->shape;
  const VggWorkspace *workspace = call->pass->workspace;
  gsize in_channels = turned ? shape->out_channels : shape->in_channels;
  gsize out_channels = turned ? shape->in_channels : shape->out_channels;
  VggTileGrid grid;

  vgg_tile_grid_init (&grid, call->choice->tile, call->choice->joins, call->pass->n, shape->height,
                      shape->width);

  *task = (VggWinogradTask){
    .conv = vgg_kernels_get ()->conv,
    .winograd = vgg_winograd_get_kernels (call->choice->tile),
    .n_tiles = vgg_tile_grid_count (&grid),
    .n_matrices = (call->choice->tile + 2) * (call->choice->tile + 2),
    .in_blocks = vgg_winograd_blocks (in_channels),
    .out_blocks = vgg_winograd_blocks (out_channels),
    .in_channels = in_channels,
    .out_channels = out_channels,
    .chunk = call->choice->chunk,
    .part_memory = workspace->part_memory,
    .part_floats = workspace->part_floats,
  };
  vgg_tile_grid_locate (&grid, workspace->shared_memory, &task->tiles);
}

static void
convolve_shared (const VggConvCall *call, ForwardTask *forward, float *memory)
{
  guint n_parts = call->pass->workspace->n_parts;
  VggWinogradTask *task = &forward->tiles;

  task->input_matrices = memory;
  task->output_matrices = memory +
                          task->n_matrices * vgg_winograd_stride (task->in_blocks, task->chunk);

  for (task->begin = 0; task->begin < task->n_tiles; task->begin = task->end)
    {
      task->end = MIN (task->n_tiles, task->begin + task->chunk);
      vgg_threads_run_parts (n_parts, input_part, forward);
      vgg_threads_run_parts (n_parts, product_part, forward);
      vgg_threads_run_parts (n_parts, output_part, forward);
    }
}

static void
convolve (const VggConvCall *call,
          gboolean turned,
          const VggActivation *input,
          const VggActivation *output)
{
  const VggWorkspace *workspace = call->pass->workspace;
  VggWinogradMemory memory = vgg_winograd_memory (call->shape, call->choice, call->pass->n);
  float *shared_memory = workspace->shared_memory + memory.tables;
  gsize plane = call->shape->height * call->shape->width;
  ForwardTask forward = {
    .bias = turned ? NULL : call->bias,
    .relu = !turned && call->relu,
    .pools = !turned && call->pools,
    .slice_floats = memory.slice,
  };
  VggWinogradTask *task = &forward.tiles;

  vgg_winograd_task_init (task, call, turned);
  vgg_winograd_kernel_init (&forward.kernel, call, turned);
  task->input = input;
  task->output = output;
  forward.stream = call->pass->n * plane * task->out_channels * sizeof (float) > STREAM_BYTES;

  if (call->choice->cut != VGG_CONV_OWN_KERNEL)
    forward.kernel_matrices = vgg_winograd_kernel_transform_whole (&forward.kernel, call,
                                                                   shared_memory);

  switch (call->choice->cut)
    {
    case VGG_CONV_OWN_TILES:
      vgg_threads_run_parts (workspace->n_parts, own_part, &forward);
      break;

    case VGG_CONV_SHARED_TILES:
      convolve_shared (call, &forward, shared_memory + memory.kernel);
      break;

    case VGG_CONV_OWN_KERNEL:
      task->input_matrices = shared_memory;
      task->end = task->n_tiles;
      vgg_threads_run_parts (workspace->n_parts, input_part, &forward);
      vgg_threads_run_parts (workspace->n_parts, own_kernel_part, &forward);
      break;
    }
}

static void
winograd_forward (const VggConvCall *call, const VggActivation *input, const VggActivation *output)
{
  convolve (call, FALSE, input, output);
}

static void
winograd_input_gradient (const VggConvCall *call,
                         const VggActivation *gradient,
                         const VggActivation *input_gradient)
{
  convolve (call, TRUE, gradient, input_gradient);
}

const VggConvAlgorithm vgg_conv_winograd = {
  .name = "winograd",
  .measure = winograd_measure,
  .kept_floats = winograd_kept_floats,
  .can_pool = winograd_can_pool,
  .forward = winograd_forward,
  .input_gradient = winograd_input_gradient,
  .kernel_gradient = vgg_winograd_kernel_gradient,
};
