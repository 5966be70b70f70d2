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
  const float *kernel; /* (n_matrices, out_blocks, 16 in_blocks, 16) */
  const float *bias;   /* (out_channels); NULL: none */
  gboolean relu;
  gboolean stream;
  gboolean pools;
} ForwardTask;

typedef struct
{
  const VggWinogradKernels *winograd;
  const VggConvShape *shape;
  const float *kernel; /* (O, I, 3, 3) */
  const float *scale;  /* (O); NULL: none, as when turned */
  gboolean turned;
  gsize row_blocks;  /* of the product's depth */
  gsize lane_blocks; /* of its result */
  float *matrices;   /* (n_matrices, lane_blocks, 16 row_blocks, 16) */
} KernelTask;

static const VggWinogradKernels *
kernels_of (guint tile)
{
  return &vgg_kernels_get ()->conv->winograd[tile == 6 ? 1 : 0];
}

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
  gsize tile_floats = n_matrices * choice->chunk * VGG_BLOCK;
  gsize in_blocks = vgg_winograd_blocks (shape->in_channels);
  gsize out_blocks = vgg_winograd_blocks (shape->out_channels);
  gsize tables = vgg_tile_grid_memory (choice->tile, batch, shape->height, shape->width);

  return (VggWinogradMemory){
    .tables = (tables / sizeof (float) / VGG_BLOCK + 1) * VGG_BLOCK,
    .kernel = n_matrices * in_blocks * out_blocks * VGG_BLOCK * VGG_BLOCK,
    .input = tile_floats * in_blocks,
    .output = tile_floats * out_blocks,
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

  *part_floats = choice->shared ? 0 : memory.input + memory.output;
  *shared_floats = memory.tables + memory.kernel +
                   (choice->shared ? memory.input + memory.output : 0);
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

/* Taps of 16 rows of the product's depth, with lanes for 16 of its results. */
static void
gather_taps (const KernelTask *task, gsize row_block, gsize lane_block, float *taps)
{
  gsize in_channels = task->shape->in_channels;
  gsize out_channels = task->shape->out_channels;
  gsize n_rows = task->turned ? out_channels : in_channels;
  gsize n_lanes = task->turned ? in_channels : out_channels;

  memset (taps, 0, VGG_BLOCK * VGG_WINOGRAD_TAPS * VGG_BLOCK * sizeof (float));

  for (gsize l = 0; l < VGG_BLOCK && lane_block * VGG_BLOCK + l < n_lanes; l++)
    for (gsize r = 0; r < VGG_BLOCK && row_block * VGG_BLOCK + r < n_rows; r++)
      {
        gsize lane = lane_block * VGG_BLOCK + l;
        gsize row = row_block * VGG_BLOCK + r;
        float *target = taps + r * VGG_WINOGRAD_TAPS * VGG_BLOCK + l;

        if (task->turned)
          {
            const float *source = task->kernel + (row * in_channels + lane) * VGG_WINOGRAD_TAPS;

            for (gsize k = 0; k < VGG_WINOGRAD_TAPS; k++)
              target[k * VGG_BLOCK] = source[VGG_WINOGRAD_TAPS - 1 - k];
          }
        else
          {
            const float *source = task->kernel + (lane * in_channels + row) * VGG_WINOGRAD_TAPS;
            float scale = task->scale != NULL ? task->scale[lane] : 1.0f;

            for (gsize k = 0; k < VGG_WINOGRAD_TAPS; k++)
              target[k * VGG_BLOCK] = scale * source[k];
          }
      }
}

static void
kernel_part (guint part, guint n_parts, gpointer user_data)
{
  const KernelTask *task = user_data;
  gsize rows = task->row_blocks * VGG_BLOCK;
  float taps[VGG_BLOCK * VGG_WINOGRAD_TAPS * VGG_BLOCK];
  gsize begin, end;

  vgg_split (task->lane_blocks * task->row_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      gsize lane_block = i / task->row_blocks;
      gsize row_block = i % task->row_blocks;

      gather_taps (task, row_block, lane_block, taps);
      task->winograd->transform_kernel (
        taps, VGG_BLOCK, task->matrices + (lane_block * rows + row_block * VGG_BLOCK) * VGG_BLOCK,
        task->lane_blocks * rows * VGG_BLOCK);
    }
}

/* The transformed kernel: kept from an earlier call, or made now. */
static const float *
transform_kernel (const VggConvCall *call, gboolean turned, float *memory)
{
  const VggConvShape *shape = call->shape;
  gsize in_blocks = vgg_winograd_blocks (shape->in_channels);
  gsize out_blocks = vgg_winograd_blocks (shape->out_channels);
  KernelTask task = {
    .winograd = kernels_of (call->choice->tile),
    .shape = shape,
    .kernel = call->kernel,
    .scale = turned ? NULL : call->scale,
    .turned = turned,
    .row_blocks = turned ? out_blocks : in_blocks,
    .lane_blocks = turned ? in_blocks : out_blocks,
    .matrices = call->kept != NULL ? call->kept : memory,
  };

  if (call->kept == NULL || !call->kept_valid)
    vgg_threads_run_parts (call->pass->workspace->n_parts, kernel_part, &task);

  return task.matrices;
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
                                   task->in_blocks * length * VGG_BLOCK);
}

static void
output_step (const VggWinogradTask *task, gsize block, gsize begin, gsize end, gconstpointer data)
{
  const ForwardTask *forward = data;
  gsize length = task->end - task->begin;
  gsize first = block * VGG_BLOCK;
  float bias[VGG_BLOCK] = { 0 };
  VggRestoreFunc restore;

  if (forward->bias != NULL)
    memcpy (bias, forward->bias + first,
            MIN (VGG_BLOCK, task->out_channels - first) * sizeof (float));

  restore = forward->pools ? task->winograd->restore_pooled : task->winograd->restore_output;
  restore (task->output_matrices + (block * length + begin) * VGG_BLOCK,
           task->out_blocks * length * VGG_BLOCK, &task->tiles, task->begin + begin,
           task->begin + end, bias, forward->relu, forward->stream,
           task->output->data + block * task->output->block_stride);
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
      gsize first = matrix * task->out_blocks + block;

      task->conv->product (task->input_matrices + matrix * task->in_blocks * length * VGG_BLOCK,
                           length * VGG_BLOCK, forward->kernel + first * depth * VGG_BLOCK,
                           depth * VGG_BLOCK, length, task->in_blocks, blocks, FALSE,
                           task->output_matrices + first * length * VGG_BLOCK, length * VGG_BLOCK);
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
                          task->n_matrices * task->in_blocks * task->chunk * VGG_BLOCK;

  for (task->begin = begin; task->begin < end; task->begin = task->end)
    {
      task->end = MIN (end, task->begin + task->chunk);
      input_part (0, 1, &own);
      product_part (0, 1, &own);
      output_part (0, 1, &own);
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
    .winograd = kernels_of (call->choice->tile),
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
convolve (const VggConvCall *call,
          gboolean turned,
          const VggActivation *input,
          const VggActivation *output)
{
  const VggWorkspace *workspace = call->pass->workspace;
  VggWinogradMemory memory = vgg_winograd_memory (call->shape, call->choice, call->pass->n);
  float *kernel_memory = workspace->shared_memory + memory.tables;
  gsize plane = call->shape->height * call->shape->width;
  ForwardTask forward = {
    .bias = turned ? NULL : call->bias,
    .relu = !turned && call->relu,
    .pools = !turned && call->pools,
    .kernel = transform_kernel (call, turned, kernel_memory),
  };
  VggWinogradTask *task = &forward.tiles;

  vgg_winograd_task_init (task, call, turned);
  task->input = input;
  task->output = output;
  forward.stream = call->pass->n * plane * task->out_channels * sizeof (float) > STREAM_BYTES;

  if (!call->choice->shared)
    {
      vgg_threads_run_parts (workspace->n_parts, own_part, &forward);
      return;
    }

  task->input_matrices = kernel_memory + memory.kernel;
  task->output_matrices = task->input_matrices +
                          task->n_matrices * task->in_blocks * task->chunk * VGG_BLOCK;

  for (task->begin = 0; task->begin < task->n_tiles; task->begin = task->end)
    {
      task->end = MIN (task->n_tiles, task->begin + task->chunk);
      vgg_threads_run_parts (workspace->n_parts, input_part, &forward);
      vgg_threads_run_parts (workspace->n_parts, product_part, &forward);
      vgg_threads_run_parts (workspace->n_parts, output_part, &forward);
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
