/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first layer, whose input are pictures (n, 3, H, W): 27 taps for each output, too few for
 * Winograd's transforms to pay. Computed directly, a row at a time. */

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-conv-algorithm.h"
#include "engine/vgg-threads.h"

#include <string.h>

#define CHANNELS 3
#define TAPS 9

/* Rows that a row of output is made of: three of each channel. */
#define ROWS (CHANNELS * 3)

typedef struct
{
  const VggConvShape *shape;
  const VggPass *pass;
  const float *pictures;
  const VggActivation *output; /* or its gradient */
  const float *kernel;         /* (27, out_blocks, 16) */
  const float *bias;           /* (out_blocks, 16) */
  gboolean relu;
  gsize out_blocks;
} Task;

static gsize
n_blocks (gsize channels)
{
  return (channels + VGG_BLOCK - 1) / VGG_BLOCK;
}

static gsize
row_floats (const VggConvShape *shape)
{
  return (shape->width + 2 + VGG_BLOCK - 1) / VGG_BLOCK * VGG_BLOCK;
}

static gsize
kernel_floats (const VggConvShape *shape)
{
  return CHANNELS * TAPS * n_blocks (shape->out_channels) * VGG_BLOCK;
}

static void
first_measure (const VggConvShape *shape,
               const VggConvChoice *choice,
               VggPassKind pass,
               gsize batch,
               gsize *part_floats,
               gsize *shared_floats)
{
  *part_floats = ROWS * row_floats (shape) + kernel_floats (shape);
  *shared_floats = kernel_floats (shape) + n_blocks (shape->out_channels) * VGG_BLOCK;
}

/* The nine rows around row y of a picture, padded by a zero on either side. */
static void
gather_rows (const Task *task, gsize picture, gsize y, float *rows)
{
  gsize height = task->shape->height;
  gsize width = task->shape->width;
  gsize stride = row_floats (task->shape);

  for (gsize c = 0; c < CHANNELS; c++)
    for (gsize k = 0; k < 3; k++)
      {
        float *row = rows + (c * 3 + k) * stride;
        const float *plane = task->pictures + (picture * CHANNELS + c) * height * width;

        row[0] = 0.0f;
        row[width + 1] = 0.0f;
        if (y + k == 0 || y + k > height)
          memset (row + 1, 0, width * sizeof (float));
        else
          memcpy (row + 1, plane + (y + k - 1) * width, width * sizeof (float));
      }
}

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const Task *task = user_data;
  const VggWorkspace *workspace = task->pass->workspace;
  gsize height = task->shape->height;
  gsize width = task->shape->width;
  float *rows = workspace->part_memory + part * workspace->part_floats;
  gsize begin, end;

  vgg_split (task->pass->n * height, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    {
      gather_rows (task, i / height, i % height, rows);
      vgg_kernels_get ()->conv->first_forward (
        rows, row_floats (task->shape), width, task->kernel, task->out_blocks, task->bias,
        task->relu, task->output->data + i * width * VGG_BLOCK, task->output->block_stride);
    }
}

static void
first_forward (const VggConvCall *call, const VggActivation *input, const VggActivation *output)
{
  const VggConvShape *shape = call->shape;
  float *kernel = call->pass->workspace->shared_memory;
  float *bias = kernel + kernel_floats (shape);
  gsize out_blocks = n_blocks (shape->out_channels);
  Task task = {
    .shape = shape,
    .pass = call->pass,
    .pictures = input->data,
    .output = output,
    .kernel = kernel,
    .bias = bias,
    .relu = call->relu,
    .out_blocks = out_blocks,
  };

  memset (kernel, 0, (kernel_floats (shape) + out_blocks * VGG_BLOCK) * sizeof (float));
  memcpy (bias, call->bias, shape->out_channels * sizeof (float));
  for (gsize o = 0; o < shape->out_channels; o++)
    {
      float scale = call->scale != NULL ? call->scale[o] : 1.0f;

      for (gsize i = 0; i < CHANNELS * TAPS; i++)
        kernel[i * out_blocks * VGG_BLOCK + o] = scale * call->kernel[o * CHANNELS * TAPS + i];
    }

  vgg_threads_run_parts (call->pass->workspace->n_parts, forward_part, &task);
}

static void
gradient_part (guint part, guint n_parts, gpointer user_data)
{
  const Task *task = user_data;
  const VggWorkspace *workspace = task->pass->workspace;
  gsize height = task->shape->height;
  gsize width = task->shape->width;
  float *sums = workspace->part_memory + part * workspace->part_floats;
  float *rows = sums + kernel_floats (task->shape);
  gsize begin, end;

  vgg_split (task->pass->n * height, part, n_parts, &begin, &end);
  memset (sums, 0, kernel_floats (task->shape) * sizeof (float));

  for (gsize i = begin; i < end; i++)
    {
      gather_rows (task, i / height, i % height, rows);
      vgg_kernels_get ()->conv->first_gradient (rows, row_floats (task->shape), width,
                                                task->output->data + i * width * VGG_BLOCK,
                                                task->output->block_stride, task->out_blocks, sums);
    }
}

static void
first_kernel_gradient (const VggConvCall *call,
                       const VggActivation *input,
                       const VggActivation *gradient,
                       float *kernel_gradient)
{
  const VggConvShape *shape = call->shape;
  const VggWorkspace *workspace = call->pass->workspace;
  Task task = {
    .shape = shape,
    .pass = call->pass,
    .pictures = input->data,
    .output = gradient,
    .out_blocks = n_blocks (shape->out_channels),
  };

  vgg_threads_run_parts (workspace->n_parts, gradient_part, &task);

  for (gsize o = 0; o < shape->out_channels; o++)
    for (gsize i = 0; i < CHANNELS * TAPS; i++)
      {
        float sum = 0.0f;

        for (guint part = 0; part < workspace->n_parts; part++)
          sum += workspace->part_memory[part * workspace->part_floats +
                                        i * task.out_blocks * VGG_BLOCK + o];
        kernel_gradient[o * CHANNELS * TAPS + i] = sum;
      }
}

const VggConvAlgorithm vgg_conv_first = {
  .name = "first",
  .measure = first_measure,
  .forward = first_forward,
  .kernel_gradient = first_kernel_gradient,
};
