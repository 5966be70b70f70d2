/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-layer.h"

typedef struct
{
  VggLayer parent;

  float rate;
  guint8 *keep; /* (n, F), 1 or 0; the plan's memory */
} VggDropout;

static void
dropout_plan (VggLayer *layer, const VggLayerPlan *plan)
{
  VggDropout *self = (VggDropout *) layer;

  if (plan->trains)
    self->keep = vgg_arena_take (plan->arena, plan->batch, layer->input.dimensions[0]);
}

/* The same step for activations and, later, for their gradients. */
static void
scale_kept (const VggDropout *self, gsize n, float *values)
{
  float scale = 1.0f / (1.0f - self->rate);

  for (gsize i = 0; i < n; i++)
    values[i] = self->keep[i] ? values[i] * scale : 0.0f;
}

static void
dropout_forward (VggLayer *layer,
                 const VggPass *pass,
                 const VggActivation *input,
                 const VggActivation *output)
{
  VggDropout *self = (VggDropout *) layer;
  gsize n = pass->n * layer->input.dimensions[0];

  if (!pass->training || self->rate == 0.0f)
    return;

  /* Drawn in order on one thread: the draws do not depend on how many there are. */
  for (gsize i = 0; i < n; i++)
    self->keep[i] = vgg_random_uniform (pass->random) >= self->rate;

  scale_kept (self, n, output->data);
}

static void
dropout_backward (VggLayer *layer,
                  const VggPass *pass,
                  const VggActivation *input,
                  const VggActivation *output,
                  const VggActivation *gradient,
                  const VggActivation *input_gradient)
{
  VggDropout *self = (VggDropout *) layer;

  if (pass->training && self->rate != 0.0f)
    scale_kept (self, pass->n * layer->input.dimensions[0], gradient->data);
}

static const VggLayerOps dropout_ops = {
  .type = "dropout",
  .placement = VGG_LAYER_IN_PLACE,
  .plan = dropout_plan,
  .forward = dropout_forward,
  .backward = dropout_backward,
};

/**
 * vgg_dropout_new:
 * @name: the layer's name
 * @n_inputs: length of a row
 * @rate: the probability to drop a value, [0, 1)
 *
 * Makes an inverted dropout (Srivastava and others, "Dropout", 2014): in training each value is
 * dropped with probability @rate, and what is kept is divided by 1 - @rate; otherwise nothing
 * happens.
 *
 * Returns: (transfer full): the layer
 */
VggLayer *
vgg_dropout_new (const char *name, gsize n_inputs, float rate)
{
  VggDropout *self = g_new0 (VggDropout, 1);
  VggLayer *layer = &self->parent;

  vgg_layer_init (layer, &dropout_ops, name);
  layer->input = (VggShape){ 1, { n_inputs } };
  layer->output = layer->input;
  self->rate = rate;

  return layer;
}
