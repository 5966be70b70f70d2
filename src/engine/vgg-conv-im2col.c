/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution as a matrix product (Chellapilla, Puri and Simard, "High performance convolutional
 * neural networks for document processing", 2006), a strip of pixels at a time: the unfolded input
 * never takes more than a part's share of the workspace, whatever the picture's size.
 *
 * The input unfolds to a row a pixel of (blocks, taps, 16) numbers, hence kernels are packed to
 * rows of the same order. */

#include <string.h>

#include "engine/vgg-blas.h"
#include "engine/vgg-conv-algorithm.h"
#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

#define TAPS 9

/* Floats that a part works on at a time: little enough to stay near the caches. Deep inputs take
 * more, so that their products stay at least so many pixels long. */
#define STRIP_FLOATS (256 * 1024)
#define STRIP_PIXELS 256

typedef struct
{
  const VggPass *pass;
  gsize in_channels;
  gsize out_channels;
  gsize height;
  gsize width;
  const float *kernel; /* (out_channels, packed_depth) */
  const float *scale;  /* NULL: none */
  const float *bias;   /* NULL: none */
  gboolean relu;
  const VggActivation *input;
  const VggActivation *output;
} ForwardTask;

typedef struct
{
  const VggPass *pass;
  const VggConvShape *shape;
  const VggActivation *input;
  const VggActivation *gradient;
  float *packed; /* (O, packed_depth (I)) */
  float *kernel_gradient;
} GradientTask;

typedef struct
{
  const VggConvShape *shape;
  float *kernel; /* (O, I, 3, 3), only read but for PACK_BACK */
  float *packed;
  enum
  {
    PACK,        /* to (O, packed_depth (I)) */
    PACK_TURNED, /* to (I, packed_depth (O)), with the taps turned by 180 degrees */
    PACK_BACK    /* from (O, packed_depth (I)) */
  } direction;
} PackTask;

static gsize
padded (gsize channels)
{
  return (channels + VGG_BLOCK - 1) / VGG_BLOCK * VGG_BLOCK;
}

/* Numbers in a row of a kernel in the order of unfolded maps. */
static gsize
packed_depth (gsize channels)
{
  return padded (channels) * TAPS;
}

static float *
part_memory (const VggPass *pass, guint part)
{
  return pass->workspace->part_memory + part * pass->workspace->part_floats;
}

/* Floats for a strip of at least one row: `floats` for every pixel of it. */
static gsize
strip_floats (gsize floats, gsize width)
{
  return MAX (STRIP_FLOATS, floats * MAX (STRIP_PIXELS, width));
}

/* Rows of pictures whose pixels make one strip. */
static gsize
rows_in_strip (const VggPass *pass, gsize floats, gsize width)
{
  gsize limit = MIN (strip_floats (floats, width), pass->workspace->part_floats);

  return MAX (1, limit / (floats * width));
}

static void
im2col_measure (const VggConvShape *shape,
                const VggConvChoice *choice,
                VggPassKind pass,
                gsize batch,
                gsize *part_floats,
                gsize *shared_floats)
{
  gsize in = padded (shape->in_channels);
  gsize out = padded (shape->out_channels);
  gsize floats = pass == VGG_PASS_INPUT_GRADIENT ? out * TAPS + in : in * TAPS + out;

  *part_floats = strip_floats (floats, shape->width);
  *shared_floats = out * in * TAPS;
}

/* A kernel from one form to another; parts share out the packed form's rows. */
static void
pack_part (guint part, guint n_parts, gpointer user_data)
{
  const PackTask *task = user_data;
  gsize in_channels = task->shape->in_channels;
  gsize out_channels = task->shape->out_channels;
  gboolean turned = task->direction == PACK_TURNED;
  gsize channels = turned ? out_channels : in_channels;
  gsize begin, end;

  vgg_split (turned ? in_channels : out_channels, part, n_parts, &begin, &end);

  for (gsize r = begin; r < end; r++)
    {
      float *row = task->packed + r * packed_depth (channels);

      if (task->direction != PACK_BACK && channels % VGG_BLOCK != 0)
        memset (row, 0, packed_depth (channels) * sizeof (float));

      for (gsize c = 0; c < channels; c++)
        {
          float *taps = task->kernel + (turned ? c * in_channels + r : r * in_channels + c) * TAPS;
          float *lane = row + c / VGG_BLOCK * TAPS * VGG_BLOCK + c % VGG_BLOCK;

          for (gsize k = 0; k < TAPS; k++)
            {
              if (task->direction == PACK_BACK)
                taps[k] = lane[k * VGG_BLOCK];
              else
                lane[k * VGG_BLOCK] = taps[turned ? TAPS - 1 - k : k];
            }
        }
    }
}

/* product (n, padded out_channels) of one strip. */
static void
multiply_strip (const ForwardTask *task, gsize row, gsize n, float *columns, float *product)
{
  gsize depth = packed_depth (task->in_channels);
  gsize begin = row * task->width;

  vgg_kernels_get ()->im2col (task->input->data, task->input->block_stride, 0, depth / VGG_BLOCK,
                              task->height, task->width, begin, begin + n, columns);
  vgg_blas_gemm (FALSE, TRUE, n, task->out_channels, depth, columns, depth, task->kernel, depth,
                 0.0f, product, padded (task->out_channels));
}

/* Puts a strip's product into blocks, with scale, bias and ReLU. */
static void
store_strip (const ForwardTask *task, gsize row, gsize n, const float *product)
{
  gsize stride = padded (task->out_channels);

  for (gsize channel = 0; channel < stride; channel += VGG_BLOCK)
    {
      gsize n_lanes = MIN (VGG_BLOCK, task->out_channels - channel);
      float scale[VGG_BLOCK] = { 0 };
      float bias[VGG_BLOCK] = { 0 };

      for (gsize lane = 0; lane < n_lanes; lane++)
        {
          scale[lane] = task->scale != NULL ? task->scale[channel + lane] : 1.0f;
          bias[lane] = task->bias != NULL ? task->bias[channel + lane] : 0.0f;
        }

      vgg_kernels_get ()->scale_shift (product + channel, stride, n, scale, bias, task->relu, FALSE,
                                       task->output->data +
                                         channel / VGG_BLOCK * task->output->block_stride +
                                         row * task->width * VGG_BLOCK);
    }
}

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const ForwardTask *task = user_data;
  gsize depth = packed_depth (task->in_channels);
  gsize stride = padded (task->out_channels);
  gsize strip = rows_in_strip (task->pass, depth + stride, task->width);
  gsize row, last, rows;

  vgg_split (task->pass->n * task->height, part, n_parts, &row, &last);

  for (; row < last; row += rows)
    {
      float *columns = part_memory (task->pass, part);
      gsize n;
      float *product;

      rows = MIN (strip, last - row);
      n = rows * task->width;
      product = columns + depth * n;

      /* The product leaves lanes beyond the last channel alone. */
      if (task->out_channels != stride)
        memset (product, 0, n * stride * sizeof (float));

      multiply_strip (task, row, n, columns, product);
      store_strip (task, row, n, product);
    }
}

static void
im2col_forward (const VggConvCall *call, const VggActivation *input, const VggActivation *output)
{
  const VggConvShape *shape = call->shape;
  const VggPass *pass = call->pass;
  PackTask pack = {
    .shape = shape,
    .kernel = (float *) call->kernel, /* only read in this direction */
    .packed = pass->workspace->shared_memory,
    .direction = PACK,
  };
  ForwardTask task = {
    .pass = pass,
    .in_channels = shape->in_channels,
    .out_channels = shape->out_channels,
    .height = shape->height,
    .width = shape->width,
    .kernel = pack.packed,
    .scale = call->scale,
    .bias = call->bias,
    .relu = call->relu,
    .input = input,
    .output = output,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, pack_part, &pack);
  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* The gradient of the input is a convolution of the output's gradient with the turned kernel: each
 * pixel is written once, hence threads need not wait for each other. */
static void
im2col_input_gradient (const VggConvCall *call,
                       const VggActivation *gradient,
                       const VggActivation *input_gradient)
{
  const VggConvShape *shape = call->shape;
  const VggPass *pass = call->pass;
  PackTask pack = {
    .shape = shape,
    .kernel = (float *) call->kernel, /* only read in this direction */
    .packed = pass->workspace->shared_memory,
    .direction = PACK_TURNED,
  };
  ForwardTask task = {
    .pass = pass,
    .in_channels = shape->out_channels,
    .out_channels = shape->in_channels,
    .height = shape->height,
    .width = shape->width,
    .kernel = pack.packed,
    .input = gradient,
    .output = input_gradient,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, pack_part, &pack);
  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* The gradient's pixels of one strip as rows (n, padded out_channels). */
static void
gather_gradient (const GradientTask *task, gsize row, gsize n, float *rows)
{
  gsize stride = padded (task->shape->out_channels);

  for (gsize channel = 0; channel < stride; channel += VGG_BLOCK)
    {
      const float *pixels = task->gradient->data +
                            channel / VGG_BLOCK * task->gradient->block_stride +
                            row * task->shape->width * VGG_BLOCK;

      for (gsize i = 0; i < n; i++)
        memcpy (rows + i * stride + channel, pixels + i * VGG_BLOCK, VGG_BLOCK * sizeof (float));
    }
}

/* Parts share out the input's blocks and taps: each has columns of the gradient of its own, and no
 * sum over parts is needed. */
static void
gradient_part (guint part, guint n_parts, gpointer user_data)
{
  const GradientTask *task = user_data;
  const VggConvShape *shape = task->shape;
  gsize depth = packed_depth (shape->in_channels);
  gsize stride = padded (shape->out_channels);
  gsize n_rows = task->pass->n * shape->height;
  gsize first, last, strip, rows;

  vgg_split (depth / VGG_BLOCK, part, n_parts, &first, &last);
  if (first == last)
    return;

  strip = rows_in_strip (task->pass, (last - first) * VGG_BLOCK + stride, shape->width);

  for (gsize row = 0; row < n_rows; row += rows)
    {
      float *columns = part_memory (task->pass, part);
      gsize width = (last - first) * VGG_BLOCK;
      gsize n;

      rows = MIN (strip, n_rows - row);
      n = rows * shape->width;

      vgg_kernels_get ()->im2col (task->input->data, task->input->block_stride, first, last,
                                  shape->height, shape->width, row * shape->width,
                                  row * shape->width + n, columns);
      gather_gradient (task, row, n, columns + n * width);
      vgg_blas_gemm (TRUE, FALSE, shape->out_channels, width, n, columns + n * width, stride,
                     columns, width, row == 0 ? 0.0f : 1.0f, task->packed + first * VGG_BLOCK,
                     depth);
    }
}

static void
im2col_kernel_gradient (const VggConvCall *call,
                        const VggActivation *input,
                        const VggActivation *gradient,
                        float *kernel_gradient)
{
  const VggConvShape *shape = call->shape;
  const VggPass *pass = call->pass;
  GradientTask task = {
    .pass = pass,
    .shape = shape,
    .input = input,
    .gradient = gradient,
    .packed = pass->workspace->shared_memory,
    .kernel_gradient = kernel_gradient,
  };
  PackTask pack = {
    .shape = shape,
    .kernel = kernel_gradient,
    .packed = task.packed,
    .direction = PACK_BACK,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, gradient_part, &task);
  vgg_threads_run_parts (pass->workspace->n_parts, pack_part, &pack);
}

const VggConvAlgorithm vgg_conv_im2col = {
  .name = "im2col",
  .measure = im2col_measure,
  .forward = im2col_forward,
  .input_gradient = im2col_input_gradient,
  .kernel_gradient = im2col_kernel_gradient,
};
