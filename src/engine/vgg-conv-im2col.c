/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolution as a matrix product (Chellapilla, Puri and Simard, "High performance convolutional
 * neural networks for document processing", 2006), a strip of rows at a time: the unfolded input
 * never takes more than a part's share of the workspace, whatever the picture's size. */

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-blas.h"
#include "engine/vgg-conv-algorithm.h"
#include "engine/vgg-threads.h"

#define TAPS 9

/* Floats that a part unfolds at a time: little enough to stay near the caches. Deep inputs take
 * more, so that their products stay at least so many columns wide. */
#define STRIP_FLOATS (256 * 1024)
#define STRIP_COLUMNS 256

/* Channels that the kernel's gradient unfolds at a time: more of them make strips too short. */
#define GRADIENT_CHANNELS 128

typedef struct
{
  const VggPass *pass;
  gsize in_channels;
  gsize out_channels;
  gsize height;
  gsize width;
  const float *kernel;
  const float *bias;
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
  float *kernel_gradient;
} GradientTask;

typedef struct
{
  const VggConvShape *shape;
  const float *kernel;
  float *turned;
} TurnTask;

static float *
part_memory (const VggPass *pass, guint part)
{
  return pass->workspace->part_memory + part * pass->workspace->part_floats;
}

/* Floats for a strip of at least one row. */
static gsize
strip_floats (gsize channels, gsize width)
{
  return MAX (STRIP_FLOATS, channels * TAPS * MAX (STRIP_COLUMNS, width));
}

/* Rows of pictures whose unfolded input makes one strip. */
static gsize
rows_in_strip (const VggPass *pass, gsize channels, gsize width)
{
  gsize floats = MIN (strip_floats (channels, width), pass->workspace->part_floats);

  return MAX (1, floats / (channels * TAPS * width));
}

static void
im2col_plan (const VggConvShape *shape, const VggLayerPlan *plan)
{
  gsize channels = MAX (shape->in_channels, plan->input_gradient ? shape->out_channels : 0);
  gsize turned = plan->input_gradient ? shape->in_channels * shape->out_channels * TAPS : 0;

  vgg_workspace_need (plan->workspace, strip_floats (channels, shape->width), turned);
}

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const ForwardTask *task = user_data;
  const VggKernels *kernels = vgg_kernels_get ();
  float *columns = part_memory (task->pass, part);
  gsize depth = task->in_channels * TAPS;
  gsize strip = rows_in_strip (task->pass, task->in_channels, task->width);
  gsize first_row, last_row;
  gsize n_strips;

  vgg_split (task->pass->n * task->height, part, n_parts, &first_row, &last_row);
  n_strips = (last_row - first_row + strip - 1) / strip;

  for (gsize i = 0; i < n_strips; i++)
    {
      gsize begin, end, n;

      /* Strips of equal length rather than a short last one. */
      vgg_split (last_row - first_row, i, n_strips, &begin, &end);
      begin = (first_row + begin) * task->width;
      end = (first_row + end) * task->width;
      n = end - begin;

      kernels->im2col (task->input->data, task->input->channel_stride, task->in_channels,
                       task->pass->n, task->height, task->width, begin, end, columns);
      vgg_blas_gemm (FALSE, FALSE, task->out_channels, n, depth, task->kernel, depth, columns, n,
                     0.0f, task->output->data + begin, task->output->channel_stride);

      for (gsize c = 0; task->bias != NULL && c < task->out_channels; c++)
        kernels->bias_relu (task->output->data + c * task->output->channel_stride + begin, n,
                            task->bias[c], task->relu);
    }
}

static void
im2col_forward (const VggConvShape *shape,
                const VggPass *pass,
                const float *kernel,
                const float *bias,
                gboolean relu,
                const VggActivation *input,
                const VggActivation *output)
{
  ForwardTask task = {
    .pass = pass,
    .in_channels = shape->in_channels,
    .out_channels = shape->out_channels,
    .height = shape->height,
    .width = shape->width,
    .kernel = kernel,
    .bias = bias,
    .relu = relu,
    .input = input,
    .output = output,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* turned (I, O, 3, 3): the kernel with its channels exchanged and its taps turned by 180 degrees.
 */
static void
turn_part (guint part, guint n_parts, gpointer user_data)
{
  const TurnTask *task = user_data;
  gsize in_channels = task->shape->in_channels;
  gsize out_channels = task->shape->out_channels;
  gsize begin, end;

  vgg_split (in_channels, part, n_parts, &begin, &end);

  for (gsize o = 0; o < out_channels; o++)
    for (gsize i = begin; i < end; i++)
      {
        const float *from = task->kernel + (o * in_channels + i) * TAPS;
        float *to = task->turned + (i * out_channels + o) * TAPS;

        for (gsize k = 0; k < TAPS; k++)
          to[k] = from[TAPS - 1 - k];
      }
}

/* The gradient of the input is a convolution of the output's gradient with the turned kernel: each
 * pixel is written once, hence threads need not wait for each other. */
static void
im2col_input_gradient (const VggConvShape *shape,
                       const VggPass *pass,
                       const float *kernel,
                       const VggActivation *gradient,
                       const VggActivation *input_gradient)
{
  TurnTask turn = { .shape = shape, .kernel = kernel, .turned = pass->workspace->kernel_memory };
  ForwardTask task = {
    .pass = pass,
    .in_channels = shape->out_channels,
    .out_channels = shape->in_channels,
    .height = shape->height,
    .width = shape->width,
    .kernel = pass->workspace->kernel_memory,
    .input = gradient,
    .output = input_gradient,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, turn_part, &turn);
  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* Parts share out the input's channels: each has columns of the gradient of its own, and no sum
 * over parts is needed. */
static void
gradient_part (guint part, guint n_parts, gpointer user_data)
{
  const GradientTask *task = user_data;
  const VggConvShape *shape = task->shape;
  const VggKernels *kernels = vgg_kernels_get ();
  float *columns = part_memory (task->pass, part);
  gsize n_rows = task->pass->n * shape->height;
  gsize first_channel, last_channel;

  vgg_split (shape->in_channels, part, n_parts, &first_channel, &last_channel);

  for (gsize channel = first_channel; channel < last_channel; channel += GRADIENT_CHANNELS)
    {
      gsize channels = MIN (GRADIENT_CHANNELS, last_channel - channel);
      gsize strip = rows_in_strip (task->pass, channels, shape->width);
      gsize n_strips = (n_rows + strip - 1) / strip;

      for (gsize i = 0; i < n_strips; i++)
        {
          gsize begin, end, n;

          vgg_split (n_rows, i, n_strips, &begin, &end);
          begin *= shape->width;
          end *= shape->width;
          n = end - begin;

          kernels->im2col (task->input->data + channel * task->input->channel_stride,
                           task->input->channel_stride, channels, task->pass->n, shape->height,
                           shape->width, begin, end, columns);
          vgg_blas_gemm (FALSE, TRUE, shape->out_channels, channels * TAPS, n,
                         task->gradient->data + begin, task->gradient->channel_stride, columns, n,
                         i == 0 ? 0.0f : 1.0f, task->kernel_gradient + channel * TAPS,
                         shape->in_channels * TAPS);
        }
    }
}

static void
im2col_kernel_gradient (const VggConvShape *shape,
                        const VggPass *pass,
                        const VggActivation *input,
                        const VggActivation *gradient,
                        float *kernel_gradient)
{
  GradientTask task = {
    .pass = pass,
    .shape = shape,
    .input = input,
    .gradient = gradient,
    .kernel_gradient = kernel_gradient,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, gradient_part, &task);
}

const VggConvAlgorithm vgg_conv_im2col = {
  .name = "im2col",
  .plan = im2col_plan,
  .forward = im2col_forward,
  .input_gradient = im2col_input_gradient,
  .kernel_gradient = im2col_kernel_gradient,
};
