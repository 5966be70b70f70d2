/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-conv-algorithm.h"

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggLayer parent;

  VggConvShape shape;
  gboolean relu;
  const VggConvAlgorithm *algorithm; /* set by the plan, as are the next two */
  gboolean trains;
  gboolean has_input_gradient;
  VggParameter *kernel; /* (O, I, 3, 3) */
  VggParameter *bias;   /* (O) */
} VggConv;

typedef struct
{
  const VggConv *conv;
  const VggPass *pass;
  const VggActivation *output;
  const VggActivation *gradient;
} BiasTask;

/* Where an algorithm is chosen for a layer, by its shape and what the plan is for. */
static const VggConvAlgorithm *
choose_algorithm (const VggConvShape *shape, const VggLayerPlan *plan)
{
  return &vgg_conv_im2col;
}

static void
conv_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggConv *self = (VggConv *) layer;

  self->trains = plan->trains;
  self->has_input_gradient = plan->input_gradient;
  self->algorithm = choose_algorithm (&self->shape, plan);
  self->algorithm->plan (&self->shape, plan);

  if (plan->trains)
    vgg_workspace_need_sums (plan->workspace, vgg_maps_count_blocks (&layer->output) * VGG_BLOCK);
}

static void
conv_forward (VggLayer *layer,
              const VggPass *pass,
              const VggActivation *input,
              const VggActivation *output)
{
  VggConv *self = (VggConv *) layer;

  self->algorithm->forward (&self->shape, pass, self->kernel->value, self->bias->value, self->relu,
                            input, output);
}

/* A part takes its range of pixels from every block. */
static void
bias_part (guint part, guint n_parts, gpointer user_data)
{
  const BiasTask *task = user_data;
  const VggConv *conv = task->conv;
  gsize n_blocks = vgg_maps_count_blocks (&conv->parent.output);
  double *sums = vgg_workspace_part_sums (task->pass->workspace, part, n_blocks * VGG_BLOCK);
  gsize begin, end;

  vgg_split (task->pass->n * conv->shape.height * conv->shape.width, part, n_parts, &begin, &end);

  for (gsize block = 0; block < n_blocks; block++)
    {
      const float *output = task->output->data + block * task->output->block_stride;
      float *gradient = task->gradient->data + block * task->gradient->block_stride;

      vgg_kernels_get ()->mask_sums (conv->relu ? output + begin * VGG_BLOCK : NULL,
                                     gradient + begin * VGG_BLOCK, end - begin,
                                     sums + block * VGG_BLOCK);
    }
}

/* The ReLU's mask and the gradient of the bias, in one pass over the gradient. */
static void
mask_and_sum (VggConv *self,
              const VggPass *pass,
              const VggActivation *output,
              const VggActivation *gradient)
{
  const VggWorkspace *workspace = pass->workspace;
  BiasTask task = { .conv = self, .pass = pass, .output = output, .gradient = gradient };

  vgg_threads_run_parts (workspace->n_parts, bias_part, &task);
  vgg_workspace_add_sums (workspace, self->shape.out_channels);

  for (gsize c = 0; c < self->shape.out_channels; c++)
    self->bias->gradient[c] = workspace->sums[c];
}

static void
conv_backward (VggLayer *layer,
               const VggPass *pass,
               const VggActivation *input,
               const VggActivation *output,
               const VggActivation *gradient,
               const VggActivation *input_gradient)
{
  VggConv *self = (VggConv *) layer;
  double start = pass->times != NULL ? vgg_profile_now () : 0;

  mask_and_sum (self, pass, output, gradient);
  self->algorithm->kernel_gradient (&self->shape, pass, input, gradient, self->kernel->gradient);

  if (pass->times != NULL)
    pass->times->seconds[VGG_PASS_KERNEL_GRADIENT] += vgg_profile_now () - start;

  if (input_gradient != NULL)
    self->algorithm->input_gradient (&self->shape, pass, self->kernel->value, gradient,
                                     input_gradient);
}

static void
conv_describe (VggLayer *layer, guint batch, GArray *rows)
{
  const VggConv *self = (const VggConv *) layer;
  const gboolean runs[VGG_N_PASSES] = {
    [VGG_PASS_FORWARD] = TRUE,
    [VGG_PASS_INPUT_GRADIENT] = self->has_input_gradient,
    [VGG_PASS_KERNEL_GRADIENT] = self->trains,
  };

  for (guint i = 0; i < VGG_N_PASSES; i++)
    {
      const VggPlanRow row = {
        .layer = layer->name,
        .pass = i,
        .algorithm = self->algorithm->name,
      };

      if (runs[i])
        g_array_append_val (rows, row);
    }
}

static const VggLayerOps conv_ops = {
  .type = "convolution",
  .placement = VGG_LAYER_OWN_OUTPUT,
  .plan = conv_plan,
  .forward = conv_forward,
  .backward = conv_backward,
  .describe = conv_describe,
};

/**
 * vgg_conv_new:
 * @name: the layer's name
 * @spec: its channels
 * @height: of the input, and of the output
 * @width: likewise
 * @relu: whether a ReLU follows at once
 *
 * Makes a 3x3 convolution of stride 1 and padding 1 with a bias: maps (I, H, W) to maps (O, H, W).
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_conv_new (const char *name,
              const VggConvolutionSpec *spec,
              gsize height,
              gsize width,
              gboolean relu)
{
  VggConv *self = g_new0 (VggConv, 1);
  VggLayer *layer = &self->parent;
  const VggShape kernel = { 4, { spec->out_channels, spec->in_channels, 3, 3 } };
  const VggShape bias = { 1, { spec->out_channels } };

  vgg_layer_init (layer, &conv_ops, name);
  layer->input = (VggShape){ 3, { spec->in_channels, height, width } };
  layer->output = (VggShape){ 3, { spec->out_channels, height, width } };

  self->shape = (VggConvShape){ spec->in_channels, spec->out_channels, height, width };
  self->relu = relu;
  self->kernel = vgg_layer_add_parameter (layer, "kernel", &kernel, 0.0f);
  self->kernel->decays = TRUE;
  self->bias = vgg_layer_add_parameter (layer, "bias", &bias, 0.0f);

  return layer;
}
