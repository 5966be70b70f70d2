/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

#include "engine/kernels/vgg-kernels.h"
#include "engine/vgg-blas.h"
#include "engine/vgg-threads.h"

typedef struct
{
  VggLayer parent;

  gboolean relu;
  VggParameter *kernel; /* (O, I) */
  VggParameter *bias;   /* (O) */
} VggDense;

typedef struct
{
  const VggDense *dense;
  const VggPass *pass;
  const VggActivation *input;
  const VggActivation *output; /* or its gradient */
  const VggActivation *input_gradient;
} DenseTask;

static void
forward_part (guint part, guint n_parts, gpointer user_data)
{
  const DenseTask *task = user_data;
  const VggDense *self = task->dense;
  gsize n_inputs = self->parent.input.dimensions[0];
  gsize n_outputs = self->parent.output.dimensions[0];
  gsize begin, end;

  vgg_split (n_outputs, part, n_parts, &begin, &end);
  vgg_blas_gemm (FALSE, TRUE, task->pass->n, end - begin, n_inputs, task->input->data, n_inputs,
                 self->kernel->value + begin * n_inputs, n_inputs, 0.0f, task->output->data + begin,
                 n_outputs);

  for (gsize i = 0; i < task->pass->n; i++)
    {
      float *row = task->output->data + i * n_outputs;

      for (gsize o = begin; o < end; o++)
        {
          float v = row[o] + self->bias->value[o];

          row[o] = self->relu && v < 0.0f ? 0.0f : v;
        }
    }
}

static void
dense_forward (VggLayer *layer,
               const VggPass *pass,
               const VggActivation *input,
               const VggActivation *output)
{
  DenseTask task = {
    .dense = (VggDense *) layer,
    .pass = pass,
    .input = input,
    .output = output,
  };

  vgg_threads_run_parts (pass->workspace->n_parts, forward_part, &task);
}

/* Parts share out the inputs, of which there are many more than outputs. */
static void
backward_part (guint part, guint n_parts, gpointer user_data)
{
  const DenseTask *task = user_data;
  const VggDense *self = task->dense;
  gsize n_inputs = self->parent.input.dimensions[0];
  gsize n_outputs = self->parent.output.dimensions[0];
  const float *gradient = task->output->data;
  gsize begin, end;

  vgg_split (n_inputs, part, n_parts, &begin, &end);
  if (self->kernel->gradient != NULL)
    vgg_blas_gemm (TRUE, FALSE, n_outputs, end - begin, task->pass->n, gradient, n_outputs,
                   task->input->data + begin, n_inputs, 0.0f, self->kernel->gradient + begin,
                   n_inputs);

  if (task->input_gradient != NULL)
    vgg_blas_gemm (FALSE, FALSE, task->pass->n, end - begin, n_outputs, gradient, n_outputs,
                   self->kernel->value + begin, n_inputs, 0.0f, task->input_gradient->data + begin,
                   n_inputs);
}

static void
add_bias_gradient (const VggDense *self, const VggPass *pass, const VggActivation *gradient)
{
  gsize n_outputs = self->parent.output.dimensions[0];

  for (gsize o = 0; o < n_outputs; o++)
    {
      double sum = 0;

      for (gsize i = 0; i < pass->n; i++)
        sum += gradient->data[i * n_outputs + o];
      self->bias->gradient[o] = sum;
    }
}

/* Without memory for the parameters' gradients, the input's alone is wanted. */
static void
dense_backward (VggLayer *layer,
                const VggPass *pass,
                const VggActivation *input,
                const VggActivation *output,
                const VggActivation *gradient,
                const VggActivation *input_gradient)
{
  VggDense *self = (VggDense *) layer;
  gsize n_outputs = layer->output.dimensions[0];
  DenseTask task = {
    .dense = self,
    .pass = pass,
    .input = input,
    .output = gradient,
    .input_gradient = input_gradient,
  };

  if (self->relu)
    vgg_kernels_get ()->relu_mask (output->data, pass->n * n_outputs, gradient->data);

  if (self->bias->gradient != NULL)
    add_bias_gradient (self, pass, gradient);

  vgg_threads_run_parts (pass->workspace->n_parts, backward_part, &task);
}

static const VggLayerOps dense_ops = {
  .type = "dense",
  .placement = VGG_LAYER_OWN_OUTPUT,
  .forward = dense_forward,
  .backward = dense_backward,
};

/**
 * vgg_dense_new:
 * @name: the layer's name
 * @n_inputs: length of an input row
 * @n_outputs: length of an output row
 * @relu: whether a ReLU follows at once
 *
 * Makes a dense layer: output = input kernelᵀ + bias.
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_dense_new (const char *name, gsize n_inputs, gsize n_outputs, gboolean relu)
{
  VggDense *self = g_new0 (VggDense, 1);
  VggLayer *layer = &self->parent;
  const VggShape kernel = { 2, { n_outputs, n_inputs } };
  const VggShape bias = { 1, { n_outputs } };

  vgg_layer_init (layer, &dense_ops, name);
  layer->input = (VggShape){ 1, { n_inputs } };
  layer->output = (VggShape){ 1, { n_outputs } };

  self->relu = relu;
  self->kernel = vgg_layer_add_parameter (layer, "kernel", &kernel, 0.0f);
  self->kernel->decays = TRUE;
  self->bias = vgg_layer_add_parameter (layer, "bias", &bias, 0.0f);

  return layer;
}
