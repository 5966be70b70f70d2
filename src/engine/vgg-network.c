/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-network-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-error.h"

#define REFERENCE_UNITS 128
#define CLASSIC_UNITS 4096

static VggLayer *
add_layer (VggNetwork *self, VggLayer *layer)
{
  g_ptr_array_add (self->layers, layer);
  for (guint i = 0; i < layer->n_parameters; i++)
    g_ptr_array_add (self->parameters, layer->parameters[i]);

  return layer;
}

/* Returns the shape that the last block leaves. */
static VggShape
add_backbone (VggNetwork *self)
{
  const VggArchitecture *architecture = &self->architecture;
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];
  VggShape shape = { 3, { 3, architecture->input_height, architecture->input_width } };

  self->n_convolutions = vgg_architecture_convolutions (architecture, specs);

  for (guint i = 0; i < self->n_convolutions; i++)
    {
      g_autofree char *name = g_strdup_printf ("block%u_conv%u", specs[i].block, specs[i].index);
      gboolean ends_block = i + 1 == self->n_convolutions || specs[i + 1].block != specs[i].block;
      VggLayer *conv = add_layer (self,
                                  vgg_conv_new (name, &specs[i], shape.dimensions[1],
                                                shape.dimensions[2], !architecture->batch_norm));

      conv->convolution = i + 1;
      shape = conv->output;

      if (architecture->batch_norm)
        {
          g_autofree char *norm_name = g_strconcat (name, "_bn", NULL);
          VggLayer *norm = add_layer (self, vgg_batch_norm_new (norm_name, &shape));

          vgg_conv_set_norm (conv, norm);
          norm->convolution = i + 1;
        }

      if (ends_block)
        {
          g_autofree char *pool_name = g_strdup_printf ("block%u_pool", specs[i].block);

          VggLayer *pool = add_layer (self, vgg_max_pool_new (pool_name, &shape));

          vgg_conv_set_pool (conv, pool);
          shape = pool->output;
        }
    }

  return shape;
}

static void
add_hidden (VggNetwork *self, guint index, gsize n_inputs, gsize n_units, float l2)
{
  g_autofree char *dense = g_strdup_printf ("dense_%u", index);
  g_autofree char *dropout = g_strdup_printf ("dropout_%u", index);
  VggLayer *layer = add_layer (self, vgg_dense_new (dense, n_inputs, n_units, TRUE));

  layer->parameters[0]->l2 = l2;
  add_layer (self, vgg_dropout_new (dropout, n_units, self->architecture.dropout));
}

static void
add_head (VggNetwork *self, const VggShape *features)
{
  const VggArchitecture *architecture = &self->architecture;
  gsize n_features;

  if (architecture->n_classes > 0 && architecture->head == VGG_HEAD_LIGHT)
    {
      n_features = features->dimensions[0];
      add_layer (self, vgg_average_pool_new ("average_pool", features));
      add_layer (self, vgg_dropout_new ("dropout_1", n_features, architecture->dropout));
    }
  else
    {
      n_features = vgg_shape_elements (features);
      add_layer (self, vgg_flatten_new ("flatten", features));

      if (architecture->n_classes > 0)
        {
          gboolean reference = architecture->head == VGG_HEAD_REFERENCE;
          gsize n_units = reference ? REFERENCE_UNITS : CLASSIC_UNITS;
          float l2 = reference ? architecture->l2 : 0.0f;

          add_hidden (self, 1, n_features, n_units, l2);
          add_hidden (self, 2, n_units, n_units, l2);
          n_features = n_units;
        }
    }

  if (architecture->n_classes > 0)
    add_layer (self, vgg_dense_new ("logits", n_features, architecture->n_classes, FALSE));
}

/*< private >
 * vgg_network_new_outline:
 * @architecture: a valid architecture
 *
 * Returns: (transfer full): a network whose parameters have no memory yet: enough to
 *   measure a plan
 */
VggNetwork *
vgg_network_new_outline (const VggArchitecture *architecture)
{
  VggNetwork *self = g_new0 (VggNetwork, 1);
  VggShape features;

  self->architecture = *architecture;
  self->layers = g_ptr_array_new_with_free_func ((GDestroyNotify) vgg_layer_free);
  self->parameters = g_ptr_array_new ();

  features = add_backbone (self);
  self->first_head = self->layers->len;
  add_head (self, &features);

  return self;
}

/* Every parameter starts at 64 bytes, as kernels like it. */
static gboolean
take_values (VggNetwork *self)
{
  VggArena arena = { 0 };

  for (guint pass = 0; pass < 2; pass++)
    {
      for (guint i = 0; i < self->parameters->len; i++)
        {
          VggParameter *parameter = g_ptr_array_index (self->parameters, i);

          parameter->value = vgg_arena_take (&arena, vgg_shape_elements (&parameter->shape),
                                             sizeof (float));
        }

      if (pass == 0)
        {
          self->value_bytes = arena.size;
          self->values = arena.failed ? NULL : vgg_floats_new (arena.size / sizeof (float));
          if (self->values == NULL)
            return FALSE;
          arena = (VggArena){ .block = (char *) self->values };
        }
    }

  return TRUE;
}

/**
 * vgg_network_new:
 * @architecture: what to build
 * @error: return location for a #GError
 *
 * Builds a network after Simonyan and Zisserman, "Very deep convolutional networks for large-scale
 * image recognition", 2015. All kernels are 0 until they are initialised or loaded; nothing
 * can run before vgg_network_plan().
 *
 * Layers are "block1_conv1", "block1_conv1_bn", …, "block5_pool", then "flatten" or "average_pool",
 * "dense_1", "dropout_1", "dense_2", "dropout_2" and "logits". Parameters are the layer's name and
 * ".kernel" (O, I, 3, 3) or (O, I), ".bias" (O), ".gamma", ".beta", ".mean" and ".variance" (C).
 *
 * Returns: (transfer full): the network, or %NULL with %VGG_ERROR_ARCHITECTURE or %VGG_ERROR_MEMORY
 */
VggNetwork *
vgg_network_new (const VggArchitecture *architecture, GError **error)
{
  g_autoptr (VggNetwork) self = NULL;

  if (!vgg_architecture_validate (architecture, error))
    return NULL;

  self = vgg_network_new_outline (architecture);

  if (!take_values (self))
    {
      g_autofree char *size = g_format_size (self->value_bytes);

      g_set_error (error, VGG_ERROR, VGG_ERROR_MEMORY,
                   _ ("The network’s weights alone need %s of memory, which is not there; choose a "
                      "smaller input size or a lighter head"),
                   size);
      return NULL;
    }

  for (guint l = 0; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);

      for (guint i = 0; i < layer->n_parameters; i++)
        {
          VggParameter *parameter = layer->parameters[i];
          gsize n = vgg_shape_elements (&parameter->shape);

          /* 0 is what fresh memory holds; leaving it untouched costs nothing. */
          for (gsize k = 0; layer->initial[i] != 0.0f && k < n; k++)
            parameter->value[k] = layer->initial[i];
        }
    }

  return g_steal_pointer (&self);
}

/**
 * vgg_network_free:
 * @self: (nullable) (transfer full): a network
 *
 * Frees the network, its parameters and its plan.
 */
void
vgg_network_free (VggNetwork *self)
{
  if (self == NULL)
    return;

  vgg_network_drop_plan (self);
  g_ptr_array_unref (self->parameters);
  g_ptr_array_unref (self->layers);
  vgg_floats_free (self->values);
  g_free (self);
}

/**
 * vgg_network_get_architecture:
 * @self: a network
 *
 * Returns: (transfer none): what it was built from
 */
const VggArchitecture *
vgg_network_get_architecture (VggNetwork *self)
{
  return &self->architecture;
}

/**
 * vgg_network_get_parameters:
 * @self: a network
 * @n_parameters: (out): how many
 *
 * Returns: (transfer none) (array length=n_parameters): all parameters, running statistics and
 * frozen ones too, from the input on
 */
VggParameter *const *
vgg_network_get_parameters (VggNetwork *self, guint *n_parameters)
{
  *n_parameters = self->parameters->len;

  return (VggParameter *const *) self->parameters->pdata;
}

/**
 * vgg_network_find_parameter:
 * @self: a network
 * @name: a parameter's name, as in "block1_conv1.kernel"
 *
 * Returns: (transfer none) (nullable): the parameter, or %NULL when there is none of that name
 */
VggParameter *
vgg_network_find_parameter (VggNetwork *self, const char *name)
{
  for (guint i = 0; i < self->parameters->len; i++)
    {
      VggParameter *parameter = g_ptr_array_index (self->parameters, i);

      if (strcmp (parameter->name, name) == 0)
        return parameter;
    }

  return NULL;
}

/**
 * vgg_network_count_parameters:
 * @self: a network
 *
 * Returns: how many numbers training could change: all but the running statistics
 */
gsize
vgg_network_count_parameters (VggNetwork *self)
{
  gsize count = 0;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const VggParameter *parameter = g_ptr_array_index (self->parameters, i);

      if (!parameter->statistic)
        count += vgg_shape_elements (&parameter->shape);
    }

  return count;
}

/**
 * vgg_network_count_trainable:
 * @self: a network
 *
 * Returns: how many numbers training changes: those of vgg_network_count_parameters() that are not
 *   frozen
 */
gsize
vgg_network_count_trainable (VggNetwork *self)
{
  gsize count = 0;

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const VggParameter *parameter = g_ptr_array_index (self->parameters, i);

      if (parameter->trainable)
        count += vgg_shape_elements (&parameter->shape);
    }

  return count;
}

/**
 * vgg_network_get_n_layers:
 * @self: a network
 *
 * Returns: the number of layers
 */
guint
vgg_network_get_n_layers (VggNetwork *self)
{
  return self->layers->len;
}

/**
 * vgg_network_get_layer_info:
 * @self: a network
 * @index: 0 … vgg_network_get_n_layers() - 1, from the input on
 * @info: (out caller-allocates): the layer; strings are the network's
 *
 * Describes a layer.
 */
void
vgg_network_get_layer_info (VggNetwork *self, guint index, VggLayerInfo *info)
{
  const VggLayer *layer;

  g_return_if_fail (index < self->layers->len);

  layer = vgg_network_layer (self, index);
  info->name = layer->name;
  info->type = layer->ops->type;
  info->output = layer->output;
  info->frozen = layer->convolution > 0 && layer->convolution <= self->n_frozen;
  info->parameters = 0;

  for (guint i = 0; i < layer->n_parameters; i++)
    {
      if (!layer->parameters[i]->statistic)
        info->parameters += vgg_shape_elements (&layer->parameters[i]->shape);
    }
}

static void
draw (VggParameter *parameter, VggInitialization scheme, VggRandom *random)
{
  const gsize *dimensions = parameter->shape.dimensions;
  gsize n = vgg_shape_elements (&parameter->shape);
  double fan_in = n / dimensions[0];
  double fan_out = n / dimensions[1];
  double deviation = sqrt (2.0 / fan_in);
  double limit = sqrt (6.0 / (fan_in + fan_out));

  for (gsize i = 0; i < n; i++)
    parameter->value[i] = scheme == VGG_INITIALIZATION_HE
                            ? deviation * vgg_random_normal (random)
                            : vgg_random_range (random, -limit, limit);
}

static void
initialize_from (VggNetwork *self, guint first, VggInitialization scheme, guint64 seed)
{
  for (guint l = first; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);

      for (guint i = 0; i < layer->n_parameters; i++)
        {
          VggParameter *parameter = layer->parameters[i];
          gsize n = vgg_shape_elements (&parameter->shape);
          VggRandom random;

          /* A stream a layer: a head drawn alone equals one drawn with the whole network. */
          vgg_random_init_stream (&random, seed, l, i);

          if (parameter->decays)
            draw (parameter, scheme, &random);
          else
            {
              for (gsize k = 0; k < n; k++)
                parameter->value[k] = layer->initial[i];
            }
        }
    }

  vgg_network_values_changed (self);
}

/**
 * vgg_network_initialize:
 * @self: a network
 * @scheme: how kernels are drawn
 * @seed: of the generator; the same one gives the same weights
 *
 * Draws all kernels: normal with deviation sqrt (2 / fan in) (He and others, "Delving deep into
 * rectifiers", 2015), or uniform within sqrt (6 / (fan in + fan out)) (Glorot and Bengio,
 * "Understanding the difficulty of training deep feedforward neural networks", 2010). Biases,
 * offsets and running means become 0, scales and running variances 1.
 */
void
vgg_network_initialize (VggNetwork *self, VggInitialization scheme, guint64 seed)
{
  initialize_from (self, 0, scheme, seed);
}

/**
 * vgg_network_initialize_head:
 * @self: a network
 * @scheme: how kernels are drawn
 * @seed: of the generator
 *
 * Does for the layers after pool5 what vgg_network_initialize() does for all, with the same
 * numbers.
 */
void
vgg_network_initialize_head (VggNetwork *self, VggInitialization scheme, guint64 seed)
{
  initialize_from (self, self->first_head, scheme, seed);
}

/**
 * vgg_network_freeze:
 * @self: a network
 * @n_convolutions: how many convolutions from the input on do not train; more than there are mean
 * all
 *
 * Freezes the first convolutions with their batch normalisations, which then use their running
 * statistics and leave them as they are; all others train. The head always trains. Drops the plan.
 */
void
vgg_network_freeze (VggNetwork *self, guint n_convolutions)
{
  vgg_network_drop_plan (self);
  self->n_frozen = MIN (n_convolutions, self->n_convolutions);

  for (guint l = 0; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      gboolean frozen = layer->convolution > 0 && layer->convolution <= self->n_frozen;

      for (guint i = 0; i < layer->n_parameters; i++)
        layer->parameters[i]->trainable = !frozen && !layer->parameters[i]->statistic;
    }
}

/**
 * vgg_network_get_n_frozen:
 * @self: a network
 *
 * Returns: how many convolutions from the input on are frozen
 */
guint
vgg_network_get_n_frozen (VggNetwork *self)
{
  return self->n_frozen;
}

/**
 * vgg_network_set_rate_decay:
 * @self: a network
 * @decay: above 0, at most 1; 1: all parameters learn at the same rate
 *
 * Lets lower layers, which hold what most pictures have in common, learn more slowly: the rate of
 * block b is multiplied by @decay to the power of 5 - b, the head's by 1 (Howard & Ruder,
 * "Universal language model fine-tuning for text classification", 2018, section 3.2: discriminative
 * fine-tuning, here by block).
 */
void
vgg_network_set_rate_decay (VggNetwork *self, float decay)
{
  VggConvolutionSpec specs[VGG_MAX_CONVOLUTIONS];

  vgg_architecture_convolutions (&self->architecture, specs);
  for (guint l = 0; l < self->layers->len; l++)
    {
      VggLayer *layer = vgg_network_layer (self, l);
      guint block = layer->convolution > 0 ? specs[layer->convolution - 1].block : VGG_N_BLOCKS;

      for (guint i = 0; i < layer->n_parameters; i++)
        layer->parameters[i]->rate = powf (decay, VGG_N_BLOCKS - block);
    }
}

/**
 * vgg_network_values_changed:
 * @self: a network
 *
 * Tells the network that its parameters have new values. Layers keep kernels that do not train in
 * another form: whoever writes to parameters of a planned network must call this before the next
 * pass. Initialising and loading weights do; an optimiser need not, for it writes to none of those.
 */
void
vgg_network_values_changed (VggNetwork *self)
{
  self->values_version++;
}

/**
 * vgg_network_set_times:
 * @self: a network
 * @times: (nullable) (array): as many as there are layers; passes add to them from now on, until
 *   this is called again. %NULL: nothing is measured
 *
 * Has every pass measured, layer by layer.
 */
void
vgg_network_set_times (VggNetwork *self, VggLayerTimes *times)
{
  self->times = times;
}
