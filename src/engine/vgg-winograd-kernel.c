/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kernels in the form that Winograd's products take them in, G g Gᵀ. */

#include "engine/vgg-threads.h"
#include "engine/vgg-winograd-private.h"

#include <string.h>

/*< private >
 * vgg_winograd_get_kernels:
 * @tile: output pixels a side of a tile, 4 or 6
 *
 * Returns: this processor's transforms
 */
const VggWinogradKernels *
vgg_winograd_get_kernels (guint tile)
{
  return &vgg_kernels_get ()->conv->winograd[tile == 6 ? 1 : 0];
}

/*< private >
 * vgg_winograd_kernel_init:
 * @self: (out caller-allocates): a kernel
 * @call: what uses it
 * @turned: whether the product goes from the output's channels to the input's: the kernel is then
 *   turned by 180 degrees and not scaled
 *
 * Sets what is to be transformed.
 */
void
vgg_winograd_kernel_init (VggWinogradKernel *self, const VggConvCall *call, gboolean turned)
{
  gsize in_blocks = vgg_winograd_blocks (call->shape->in_channels);
  gsize out_blocks = vgg_winograd_blocks (call->shape->out_channels);

  *self = (VggWinogradKernel){
    .winograd = vgg_winograd_get_kernels (call->choice->tile),
    .shape = call->shape,
    .kernel = call->kernel,
    .scale = turned ? NULL : call->scale,
    .turned = turned,
    .row_blocks = turned ? out_blocks : in_blocks,
    .lane_blocks = turned ? in_blocks : out_blocks,
  };
}

/* Taps of 16 rows of the product's depth, with lanes for 16 of its results. */
static void
gather_taps (const VggWinogradKernel *self, gsize row_block, gsize lane_block, float *taps)
{
  gsize in_channels = self->shape->in_channels;
  gsize out_channels = self->shape->out_channels;
  gsize n_rows = self->turned ? out_channels : in_channels;
  gsize n_lanes = self->turned ? in_channels : out_channels;

  memset (taps, 0, VGG_BLOCK * VGG_WINOGRAD_TAPS * VGG_BLOCK * sizeof (float));

  for (gsize l = 0; l < VGG_BLOCK && lane_block * VGG_BLOCK + l < n_lanes; l++)
    for (gsize r = 0; r < VGG_BLOCK && row_block * VGG_BLOCK + r < n_rows; r++)
      {
        gsize lane = lane_block * VGG_BLOCK + l;
        gsize row = row_block * VGG_BLOCK + r;
        float *target = taps + r * VGG_WINOGRAD_TAPS * VGG_BLOCK + l;

        if (self->turned)
          {
            const float *source = self->kernel + (row * in_channels + lane) * VGG_WINOGRAD_TAPS;

            for (gsize k = 0; k < VGG_WINOGRAD_TAPS; k++)
              target[k * VGG_BLOCK] = source[VGG_WINOGRAD_TAPS - 1 - k];
          }
        else
          {
            const float *source = self->kernel + (lane * in_channels + row) * VGG_WINOGRAD_TAPS;
            float scale = self->scale != NULL ? self->scale[lane] : 1.0f;

            for (gsize k = 0; k < VGG_WINOGRAD_TAPS; k++)
              target[k * VGG_BLOCK] = scale * source[k];
          }
      }
}

/*< private >
 * vgg_winograd_kernel_transform:
 * @self: a kernel
 * @row_block: 16 of the product's depth
 * @lane_block: 16 of its results
 * @stream: whether the matrices go past the caches
 * @matrices: (out caller-allocates): (points squared) matrices (16, 16)
 * @stride: floats from one of them to the next
 *
 * Transforms a block of the kernel.
 */
void
vgg_winograd_kernel_transform (const VggWinogradKernel *self,
                               gsize row_block,
                               gsize lane_block,
                               gboolean stream,
                               float *matrices,
                               gsize stride)
{
  float taps[VGG_BLOCK * VGG_WINOGRAD_TAPS * VGG_BLOCK];

  gather_taps (self, row_block, lane_block, taps);
  self->winograd->transform_kernel (taps, VGG_BLOCK, stream, matrices, stride);
}

typedef struct
{
  const VggWinogradKernel *kernel;
  float *matrices; /* (points squared, lane_blocks, 16 row_blocks, 16) */
} WholeTask;

static void
whole_part (guint part, guint n_parts, gpointer user_data)
{
  const WholeTask *task = user_data;
  gsize row_blocks = task->kernel->row_blocks;
  gsize block = VGG_BLOCK * VGG_BLOCK;
  gsize begin, end;

  vgg_split (task->kernel->lane_blocks * row_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    vgg_winograd_kernel_transform (
      task->kernel, i % row_blocks, i / row_blocks, TRUE, task->matrices + i * block,
      vgg_winograd_stride (task->kernel->lane_blocks, row_blocks * VGG_BLOCK));
}

/*< private >
 * vgg_winograd_kernel_transform_whole:
 * @self: a kernel
 * @call: what uses it
 * @memory: where it goes if the call keeps no place for it
 *
 * Transforms all of the kernel, unless what an earlier call left is still true.
 *
 * Returns: (points squared, lane_blocks, 16 row_blocks, 16)
 */
const float *
vgg_winograd_kernel_transform_whole (const VggWinogradKernel *self,
                                     const VggConvCall *call,
                                     float *memory)
{
  WholeTask task = { self, call->kept != NULL ? call->kept : memory };

  if (call->kept == NULL || !call->kept_valid)
    vgg_threads_run_parts (call->pass->workspace->n_parts, whole_part, &task);

  return task.matrices;
}
