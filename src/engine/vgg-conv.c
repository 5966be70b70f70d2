/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-conv-algorithm.h"

#include <string.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggLayer parent;

  VggConvShape shape;
  gboolean relu;
  VggParameter *kernel; /* (O, I, 3, 3) */
  VggParameter *bias;   /* (O) */
  VggLayer *norm;       /* borrowed; the batch normalisation that follows, or NULL */
  VggLayer *next_pool;  /* borrowed; the max pool that follows, or NULL */

  /* Set by the plan. */
  guint batch; /* pictures at a time */
  gboolean runs[VGG_N_PASSES];
  VggConvChoice choices[VGG_N_PASSES];
  float *kept; /* the kernel in the forward pass' form, where it does not train */
  gboolean kept_made;
  gboolean kept_folds;  /* with what is folded into it */
  guint64 kept_version; /* of the values that it was made from */
  float *folded;        /* (2, O): scale and bias with the batch normalisation folded into them */
} VggConv;

typedef struct
{
  const VggConv *conv;
  const VggPass *pass;
  const VggActivation *output;
  const VggActivation *gradient;
} BiasTask;

static void
plan_pool (VggConv *self, const VggLayerPlan *plan)
{
  const VggConvChoice *choice = &self->choices[VGG_PASS_FORWARD];

  if (self->next_pool == NULL)
    return;

  self->next_pool->pooled_before = plan->sliced && choice->algorithm->can_pool != NULL &&
                                   choice->algorithm->can_pool (&self->shape, choice);
  self->parent.pool = self->next_pool->pooled_before ? self->next_pool : NULL;
}

static void
conv_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggConv *self = (VggConv *) layer;

  self->batch = plan->batch;
  self->runs[VGG_PASS_FORWARD] = TRUE;
  self->runs[VGG_PASS_INPUT_GRADIENT] = plan->input_gradient;
  self->runs[VGG_PASS_KERNEL_GRADIENT] = plan->trains;
  self->kept = NULL;
  self->kept_made = FALSE;

  if (self->norm != NULL)
    self->folded = vgg_arena_take (plan->arena, 2 * self->shape.out_channels, sizeof (float));

  for (guint i = 0; i < VGG_N_PASSES; i++)
    {
      VggConvChoice *choice = &self->choices[i];
      gboolean keeps = i == VGG_PASS_FORWARD && !plan->trains;
      gsize part_floats, shared_floats;

      if (!self->runs[i])
        continue;

      vgg_conv_choose (&self->shape, i, plan->batch, plan->workspace->n_parts, keeps, choice);
      choice->algorithm->measure (&self->shape, choice, i, plan->batch, &part_floats,
                                  &shared_floats);
      choice->bytes = (plan->workspace->n_parts * part_floats + shared_floats) * sizeof (float);
      vgg_workspace_need (plan->workspace, part_floats, shared_floats);

      if (keeps && choice->algorithm->kept_floats != NULL)
        self->kept = vgg_arena_take (
          plan->arena, choice->algorithm->kept_floats (&self->shape, choice), sizeof (float));
    }

  plan_pool (self, plan);

  if (plan->trains)
    vgg_workspace_need_sums (plan->workspace, vgg_maps_count_blocks (&layer->output) * VGG_BLOCK);
}

static VggConvCall
make_call (const VggConv *self, const VggPass *pass, VggPassKind kind)
{
  return (VggConvCall){
    .shape = &self->shape,
    .choice = &self->choices[kind],
    .pass = pass,
    .kernel = self->kernel->value,
    .bias = self->bias->value,
    .relu = self->relu,
  };
}

/* norm (x + bias) = scale x + (scale bias + shift). */
static void
fold_norm (const VggConv *self, VggConvCall *call)
{
  float *scale = self->folded;
  float *bias = self->folded + self->shape.out_channels;

  vgg_batch_norm_get_running (self->norm, scale, bias);
  for (gsize c = 0; c < self->shape.out_channels; c++)
    bias[c] += scale[c] * self->bias->value[c];

  call->scale = scale;
  call->bias = bias;
  call->relu = TRUE;
}

static void
conv_forward (VggLayer *layer,
              const VggPass *pass,
              const VggActivation *input,
              const VggActivation *output)
{
  VggConv *self = (VggConv *) layer;
  VggConvCall call = make_call (self, pass, VGG_PASS_FORWARD);
  gboolean folds = pass->folds && self->norm != NULL;

  if (folds)
    fold_norm (self, &call);

  call.pools = pass->folds && layer->pool != NULL;
  call.kept = self->kept;
  call.kept_valid = self->kept_made && self->kept_version == pass->version &&
                    self->kept_folds == folds;
  call.choice->algorithm->forward (&call, input, output);
  self->kept_made = TRUE;
  self->kept_folds = folds;
  self->kept_version = pass->version;
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

/* The ReLU's mask and the gradient of the bias, in one pass over the gradient. A batch
 * normalisation takes the mean away again, hence a bias before it has no effect and no gradient. */
static void
mask_and_sum (VggConv *self,
              const VggPass *pass,
              const VggActivation *output,
              const VggActivation *gradient)
{
  const VggWorkspace *workspace = pass->workspace;
  BiasTask task = { .conv = self, .pass = pass, .output = output, .gradient = gradient };

  if (self->norm != NULL)
    {
      memset (self->bias->gradient, 0, self->shape.out_channels * sizeof (float));
      return;
    }

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
  VggConvCall call = make_call (self, pass, VGG_PASS_KERNEL_GRADIENT);
  double start = pass->times != NULL ? vgg_profile_now () : 0;

  mask_and_sum (self, pass, output, gradient);
  call.choice->algorithm->kernel_gradient (&call, input, gradient, self->kernel->gradient);

  if (pass->times != NULL)
    pass->times->seconds[VGG_PASS_KERNEL_GRADIENT] += vgg_profile_now () - start;

  if (input_gradient != NULL)
    {
      call = make_call (self, pass, VGG_PASS_INPUT_GRADIENT);
      call.choice->algorithm->input_gradient (&call, gradient, input_gradient);
    }
}

static void
conv_describe (VggLayer *layer, guint batch, GArray *rows)
{
  const VggConv *self = (const VggConv *) layer;

  for (guint i = 0; i < VGG_N_PASSES; i++)
    {
      const VggConvChoice *choice = &self->choices[i];
      VggPlanRow row = { .layer = layer->name, .pass = i };

      if (!self->runs[i])
        continue;

      row.algorithm = choice->algorithm->name;
      row.tile = choice->tile;
      row.n_chunks = choice->n_chunks;
      row.bytes = choice->bytes;
      row.seconds = vgg_conv_predict (choice, vgg_threads_get ()) * ((batch - 1) / self->batch + 1);
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

/**
 * vgg_conv_set_norm:
 * @layer: a convolution without ReLU
 * @norm: the batch normalisation that follows it; must live as long
 *
 * Lets the convolution do the batch normalisation's work in passes that fold, and leave out the
 * gradient of a bias that the other makes ineffective.
 */
void
vgg_conv_set_norm (VggLayer *layer, VggLayer *norm)
{
  VggConv *self = (VggConv *) layer;

  self->norm = norm;
}

/**
 * vgg_conv_set_pool:
 * @layer: a convolution
 * @pool: the max pool that follows it, or its batch normalisation; must live as long
 *
 * Lets the convolution do the pool's work in passes that fold, where it can.
 */
void
vgg_conv_set_pool (VggLayer *layer, VggLayer *pool)
{
  VggConv *self = (VggConv *) layer;

  self->next_pool = pool;
}
