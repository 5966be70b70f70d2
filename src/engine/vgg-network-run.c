/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network-private.h"

#include <string.h>

#include "engine/vgg-maps.h"
#include "engine/vgg-threads.h"

typedef struct
{
  const VggShape *shape; /* (C, H, W) */
  gsize n;
  const VggActivation *maps;
  float *planes; /* (n, C, H, W) */
} CopyTask;

static gsize
picture_length (VggNetwork *self)
{
  return (gsize) 3 * self->architecture.input_width * self->architecture.input_height;
}

/* A caller's pictures (n, 3, H, W), which are only read. */
static VggActivation
take_pictures (const float *pictures)
{
  return (VggActivation){ (float *) pictures, 0 };
}

static void
run_forward (VggNetwork *self,
             guint index,
             const VggPass *pass,
             const VggActivation *input,
             const VggActivation *output)
{
  VggLayer *layer = vgg_network_layer (self, index);
  VggPass layer_pass = *pass;
  double start;

  if (self->times == NULL)
    {
      layer->ops->forward (layer, pass, input, output);
      return;
    }

  layer_pass.times = &self->times[index];
  start = vgg_profile_now ();
  layer->ops->forward (layer, &layer_pass, input, output);
  layer_pass.times->seconds[VGG_PASS_FORWARD] += vgg_profile_now () - start;
}

/* What a layer has not measured itself counts as its input's gradient. */
static void
run_backward (VggNetwork *self,
              guint index,
              const VggPass *pass,
              const VggActivation *input,
              const VggActivation *gradient,
              const VggActivation *input_gradient)
{
  VggLayer *layer = vgg_network_layer (self, index);
  VggPass layer_pass = *pass;
  double *seconds;
  double start, measured;

  if (self->times == NULL)
    {
      layer->ops->backward (layer, pass, input, &layer->kept, gradient, input_gradient);
      return;
    }

  layer_pass.times = &self->times[index];
  seconds = layer_pass.times->seconds;
  measured = seconds[VGG_PASS_INPUT_GRADIENT] + seconds[VGG_PASS_KERNEL_GRADIENT];
  start = vgg_profile_now ();
  layer->ops->backward (layer, &layer_pass, input, &layer->kept, gradient, input_gradient);
  measured = seconds[VGG_PASS_INPUT_GRADIENT] + seconds[VGG_PASS_KERNEL_GRADIENT] - measured;
  seconds[VGG_PASS_INPUT_GRADIENT] += vgg_profile_now () - start - measured;
}

/* Whether a convolution is among the layers before `end`, but not the batch normalisation or pool
 * after it whose work it could do. */
static gboolean
parts_folded (VggNetwork *self, guint end)
{
  guint convolution = vgg_network_layer (self, end - 1)->convolution;

  return convolution > 0 && end < self->layers->len &&
         (vgg_network_layer (self, end)->convolution == convolution ||
          vgg_network_layer (self, end)->pooled_before);
}

/* Whether a layer's output takes the place of its input in a pass that is not for training. */
static gboolean
takes_place (VggNetwork *self, guint index, gboolean folds)
{
  const VggLayer *layer = vgg_network_layer (self, index);

  return vgg_layer_is_in_place (layer, FALSE) || (folds && layer->pooled_before);
}

/* The last layer before `end` whose output does not take the place of its input, in such a pass. */
static guint
find_last_own (VggNetwork *self, guint end, gboolean folds)
{
  guint l = end - 1;

  while (l > 0 && takes_place (self, l, folds))
    l--;

  return l;
}

/*< private >
 * vgg_network_run_slice:
 * @self: a planned network
 * @pictures: (n, 3, H, W)
 * @n: pictures, as many as the plan's slice at most
 * @end: the layer before which to stop, in the network's part before the head
 * @target: (nullable): where the last layer's output goes; %NULL: into a work buffer
 *
 * Runs layers as they run outside training.
 *
 * Returns: the last layer's output
 */
VggActivation
vgg_network_run_slice (VggNetwork *self,
                       const float *pictures,
                       guint n,
                       guint end,
                       const VggActivation *target)
{
  const VggNetworkPlan *plan = &self->plan;
  const VggPass pass = {
    .n = n,
    .workspace = &plan->workspace,
    .folds = !parts_folded (self, end),
    .version = self->values_version,
  };
  VggActivation current = take_pictures (pictures);
  guint last_own = find_last_own (self, end, pass.folds);
  guint buffer = 0;

  for (guint l = 0; l < end; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      VggActivation output = current;

      if (target != NULL && l == last_own)
        output = *target;
      else if (!takes_place (self, l, pass.folds))
        {
          buffer = 1 - buffer;
          output = (VggActivation){
            plan->work[buffer],
            vgg_maps_block_stride (vgg_layer_get_written (layer, pass.folds), n),
          };
        }

      run_forward (self, l, &pass, &current, &output);
      current = output;
    }

  return current;
}

/* Runs the layers before the boundary in slices; their output, or the input itself when there are
 * none, is then kept for the whole batch. */
static VggActivation
run_sliced (VggNetwork *self, const float *pictures, guint n, guint boundary)
{
  const VggNetworkPlan *plan = &self->plan;
  guint n_slices = (n + plan->slice - 1) / plan->slice;
  VggLayer *last;
  gsize length;

  if (boundary == 0)
    return take_pictures (pictures);

  last = vgg_network_layer (self, boundary - 1);
  length = vgg_maps_block_stride (&last->output, 1);
  last->kept.block_stride = n * length;

  for (guint i = 0; i < n_slices; i++)
    {
      VggActivation target = last->kept;
      gsize begin, end;

      vgg_split (n, i, n_slices, &begin, &end);
      target.data += begin * length;
      vgg_network_run_slice (self, pictures + begin * picture_length (self), end - begin, boundary,
                             &target);
    }

  return last->kept;
}

/*< private >
 * vgg_network_run_whole:
 * @self: a planned network
 * @pass: the pass
 * @current: input of the layer @boundary, for the whole batch
 * @boundary: the layer to begin with: the plan's boundary, or the head's first layer
 * @end: the layer before which to stop
 *
 * Runs layers on the whole batch and keeps their outputs, but for those that others take the place
 * of.
 *
 * Returns: the last layer's output
 */
VggActivation
vgg_network_run_whole (VggNetwork *self,
                       const VggPass *pass,
                       VggActivation current,
                       guint boundary,
                       guint end)
{
  for (guint l = boundary; l < end; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);

      VggActivation output = current;

      layer->kept.block_stride = vgg_maps_block_stride (&layer->output, pass->n);
      if (!vgg_layer_is_in_place (layer, pass->training))
        output = layer->kept;

      run_forward (self, l, pass, &current, &output);
      current = output;
    }

  return current;
}

/**
 * vgg_network_forward:
 * @self: a planned network
 * @input: (n, 3, H, W) preprocessed pictures; with @training they must stay until the backward pass
 *   is over
 * @n: pictures, 1 to the plan's batch
 * @training: whether a backward pass follows: layers that train use batch statistics and dropout
 * @random: (nullable): where dropout draws from; needed only with @training
 *
 * Runs the network. With @training the plan must be one for training; frozen layers then still run
 * as they do otherwise.
 *
 * Returns: (transfer none): (n, n_classes) logits, or (n, C H W) features of pool5 for a network
 *   without a head; valid until the next call
 */
const float *
vgg_network_forward (VggNetwork *self,
                     const float *input,
                     guint n,
                     gboolean training,
                     VggRandom *random)
{
  const VggNetworkPlan *plan = &self->plan;
  guint boundary = plan->boundary;
  const VggPass pass = {
    .n = n,
    .training = training,
    .keeps = training || plan->options.to_maps,
    .random = random,
    .workspace = &plan->workspace,
    .folds = !training,
    .version = self->values_version,
  };

  g_return_val_if_fail (plan->block != NULL && !plan->options.from_features, NULL);
  g_return_val_if_fail (!plan->options.to_features, NULL);
  g_return_val_if_fail (n > 0 && n <= plan->options.batch, NULL);
  g_return_val_if_fail (!training || plan->options.training, NULL);
  g_return_val_if_fail (!training || random != NULL, NULL);

  self->n_forward = pass.keeps ? n : 0;
  self->input = boundary == 0 ? input : NULL;

  return vgg_network_run_whole (self, &pass, run_sliced (self, input, n, boundary), boundary,
                                self->layers->len)
    .data;
}

/*< private >
 * vgg_network_run_back:
 * @self: a planned network
 * @pass: the pass, as it went forward
 * @logits_gradient: (n, n_classes), the objective's gradient
 * @first: the lowest layer to go back through, at the plan's boundary or after it
 * @to_input: whether the gradient of that layer's input is wanted
 *
 * Goes back from the last layer, whose input and output are kept.
 *
 * Returns: the gradient of the layer's input, in a work buffer; nothing without @to_input
 */
VggActivation
vgg_network_run_back (VggNetwork *self,
                      const VggPass *pass,
                      const float *logits_gradient,
                      guint first,
                      gboolean to_input)
{
  const VggNetworkPlan *plan = &self->plan;
  guint n_layers = self->layers->len;
  VggActivation input_gradient = { 0 };
  guint buffer = 0;

  memcpy (plan->work[0], logits_gradient,
          pass->n * vgg_shape_elements (&vgg_network_layer (self, n_layers - 1)->output) *
            sizeof (float));

  for (guint l = n_layers; l-- > first;)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      const VggActivation pictures = take_pictures (self->input);
      const VggActivation *input = l > 0 ? &vgg_network_layer (self, l - 1)->kept : &pictures;
      const VggActivation gradient = { plan->work[buffer],
                                       vgg_maps_block_stride (&layer->output, pass->n) };

      input_gradient = gradient;
      if (layer->ops->placement == VGG_LAYER_OWN_OUTPUT)
        {
          buffer = 1 - buffer;
          input_gradient = (VggActivation){ plan->work[buffer],
                                            vgg_maps_block_stride (&layer->input, pass->n) };
        }

      run_backward (self, l, pass, input, &gradient,
                    l > first || to_input ? &input_gradient : NULL);
    }

  return to_input ? input_gradient : (VggActivation){ 0 };
}

/* The gradient of the L2 penalties, a piece of every parameter that has one. */
static void
add_penalties_part (guint part, guint n_parts, gpointer user_data)
{
  VggNetwork *self = user_data;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      VggParameter *parameter = g_ptr_array_index (self->parameters, i);
      gsize begin, end;

      if (parameter->gradient == NULL || parameter->l2 <= 0.0f)
        continue;

      vgg_split (vgg_shape_elements (&parameter->shape), part, n_parts, &begin, &end);
      vgg_kernels_get ()->add_scaled (parameter->value + begin, end - begin, 2.0f * parameter->l2,
                                      parameter->gradient + begin);
    }
}

/**
 * vgg_network_backward:
 * @self: a network whose last call was vgg_network_forward() or vgg_network_forward_features() with
 *   training
 * @logits_gradient: (n, n_classes), the objective's gradient
 * @n: pictures, as in the forward pass
 *
 * Computes the gradient of every parameter that trains, overwriting the last one, with the L2
 * penalty's part, 2 l2 value.
 */
void
vgg_network_backward (VggNetwork *self, const float *logits_gradient, guint n)
{
  const VggNetworkPlan *plan = &self->plan;
  const VggPass pass = {
    .n = n,
    .training = TRUE,
    .keeps = TRUE,
    .workspace = &plan->workspace,
    .version = self->values_version,
  };

  g_return_if_fail (plan->options.training && n > 0 && self->n_forward == n);

  if (plan->first_trained == self->layers->len)
    return;

  vgg_network_run_back (self, &pass, logits_gradient, plan->first_trained, FALSE);
  vgg_threads_run_parts (plan->workspace.n_parts, add_penalties_part, self);
}

static void
copy_part (guint part, guint n_parts, gpointer user_data)
{
  const CopyTask *task = user_data;
  gsize n_blocks = vgg_maps_count_blocks (task->shape);
  gsize begin, end;

  vgg_split (task->n * n_blocks, part, n_parts, &begin, &end);

  for (gsize i = begin; i < end; i++)
    vgg_maps_get_planes (task->maps, task->shape, i / n_blocks, i % n_blocks,
                         task->planes + i / n_blocks * vgg_shape_elements (task->shape));
}

/*< private >
 * vgg_network_copy_planes:
 * @self: a planned network
 * @maps: maps of that shape
 * @shape: (C, H, W)
 * @n: pictures
 * @planes: (out caller-allocates): (n, C, H, W)
 *
 * Copies maps into a caller's layout.
 */
void
vgg_network_copy_planes (VggNetwork *self,
                         const VggActivation *maps,
                         const VggShape *shape,
                         guint n,
                         float *planes)
{
  CopyTask task = { .shape = shape, .n = n, .maps = maps, .planes = planes };

  vgg_threads_run_parts (self->plan.workspace.n_parts, copy_part, &task);
}

/* The output of a layer before the head, in a caller's layout. */
static const float *
fetch_maps (VggNetwork *self, const float *pictures, guint n, guint index)
{
  const VggNetworkPlan *plan = &self->plan;
  const VggLayer *layer = vgg_network_layer (self, index);
  gsize elements = vgg_shape_elements (&layer->output);

  if (self->fetched_floats < n * elements)
    {
      vgg_floats_free (self->fetched);
      self->fetched_floats = 0;
      self->fetched = vgg_floats_new (n * elements);
      if (self->fetched == NULL)
        return NULL;
      self->fetched_floats = n * elements;
    }

  for (guint begin = 0; begin < n; begin += plan->slice)
    {
      guint length = MIN (plan->slice, n - begin);
      VggActivation maps = vgg_network_run_slice (self, pictures + begin * picture_length (self),
                                                  length, index + 1, NULL);

      vgg_network_copy_planes (self, &maps, &layer->output, length,
                               self->fetched + begin * elements);
    }

  return self->fetched;
}

/**
 * vgg_network_layer_output:
 * @self: a planned network
 * @layer: a layer's name, as in "block5_pool"
 * @input: (n, 3, H, W) preprocessed pictures
 * @n: pictures, 1 to the plan's batch
 *
 * Runs the network as it runs outside training, up to a layer and with it. Where batch
 * normalisation follows a convolution, the convolution's output comes without its ReLU. Unlike the
 * forward pass this takes memory for the result of a layer before the head.
 *
 * Returns: (transfer none) (nullable): (n, C, H, W) or (n, F), the layer's output, valid until the
 * next call; %NULL for a layer that is not there, or when the memory cannot be had
 */
const float *
vgg_network_layer_output (VggNetwork *self, const char *layer, const float *input, guint n)
{
  const VggPass pass = {
    .n = n,
    .workspace = &self->plan.workspace,
    .folds = TRUE,
    .version = self->values_version,
  };
  guint boundary = self->first_head;

  g_return_val_if_fail (self->plan.block != NULL && !self->plan.options.from_features, NULL);
  g_return_val_if_fail (!self->plan.options.to_features, NULL);
  g_return_val_if_fail (n > 0 && n <= self->plan.options.batch, NULL);

  self->n_forward = 0;

  for (guint l = 0; l < self->layers->len; l++)
    {
      if (strcmp (vgg_network_layer (self, l)->name, layer) != 0)
        continue;

      if (l < boundary)
        return fetch_maps (self, input, n, l);

      return vgg_network_run_whole (self, &pass, run_sliced (self, input, n, boundary), boundary,
                                    l + 1)
        .data;
    }

  return NULL;
}
