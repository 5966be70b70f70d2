/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-average.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-network-private.h"
#include "engine/vgg-tensor-file-private.h"
#include "engine/vgg-threads.h"

#define PREFIX "average."
#define UPDATES_KEY "average.updates"

/* Parts begin on whole cache lines, so that no two threads write to the same one. */
#define FLOATS_PER_LINE 16

struct _VggAverage
{
  VggNetwork *network; /* borrowed */
  float decay;
  guint64 n_updates;
  guint first; /* parameter of the network, from which on all are averaged */
  float *row;  /* borrowed: the network's numbers from that parameter on, padding included */
  float *kept; /* (n_elements) owned; the averages while the network has its own values */
  gsize n_elements;
  gboolean is_shown; /* the network has the averages, `kept` its own values */
};

/* The first parameter above the frozen layers. A network's parameters lie one behind the other,
 * from the input on, so that those that can change are the end of one row of numbers. */
static guint
find_first (VggNetwork *network)
{
  guint first = 0;

  for (guint l = 0; l < network->layers->len; l++)
    {
      const VggLayer *layer = vgg_network_layer (network, l);

      if (layer->convolution > 0 && layer->convolution <= network->n_frozen)
        first += layer->n_parameters;
    }

  return first;
}

static float *
find_row (VggNetwork *network, guint first, gsize *n_elements)
{
  const VggParameter *parameter;

  *n_elements = 0;
  if (first == network->parameters->len)
    return NULL;

  parameter = g_ptr_array_index (network->parameters, first);
  *n_elements = network->value_bytes / sizeof (float) -
                (gsize) (parameter->value - network->values);
  return parameter->value;
}

/**
 * vgg_average_new:
 * @network: a network with its first values, frozen as the training has it; must outlive the
 * average
 * @decay: above 0 and below 1: how much of the average stays when it is updated
 * @error: return location for an error
 *
 * Makes the average of all parameters above the frozen layers and of the running moments of their
 * batch normalisations. It begins as the network's values.
 *
 * Returns: (transfer full): the average, or %NULL with %VGG_ERROR_MEMORY
 */
VggAverage *
vgg_average_new (VggNetwork *network, float decay, GError **error)
{
  g_autoptr (VggAverage) self = g_new0 (VggAverage, 1);

  self->network = network;
  self->decay = decay;
  self->first = find_first (network);
  self->row = find_row (network, self->first, &self->n_elements);
  self->kept = vgg_floats_new (self->n_elements);
  if (self->kept == NULL)
    {
      g_set_error_literal (error, VGG_ERROR, VGG_ERROR_MEMORY,
                           _ ("There is not enough memory for averaged weights. Close other "
                              "programs, or train without averaging."));
      return NULL;
    }
  if (self->n_elements > 0)
    memcpy (self->kept, self->row, self->n_elements * sizeof (float));

  return g_steal_pointer (&self);
}

/**
 * vgg_average_free:
 * @self: (nullable) (transfer full): the average
 *
 * Frees the average; the network keeps the values that it has.
 */
void
vgg_average_free (VggAverage *self)
{
  if (self == NULL)
    return;

  vgg_floats_free (self->kept);
  g_free (self);
}

/**
 * vgg_average_estimate_bytes:
 * @network: a network, frozen as the training has it
 *
 * Returns: the memory that an average of it takes
 */
gsize
vgg_average_estimate_bytes (VggNetwork *network)
{
  gsize n_elements;

  find_row (network, find_first (network), &n_elements);
  return n_elements * sizeof (float);
}

typedef struct
{
  VggAverage *average;
  float share; /* of the new values */
} UpdateTask;

static void
find_piece (VggAverage *self, guint part, guint n_parts, gsize *begin, gsize *end)
{
  gsize piece = (self->n_elements / n_parts / FLOATS_PER_LINE + 1) * FLOATS_PER_LINE;

  *begin = MIN (piece * part, self->n_elements);
  *end = MIN (*begin + piece, self->n_elements);
}

/* In this form an average of equal values is exactly that value. */
static void
run_update (guint part, guint n_parts, gpointer user_data)
{
  const UpdateTask *task = user_data;
  const float *value = task->average->row;
  float *average = task->average->kept;
  float share = task->share;
  gsize begin, end;

  find_piece (task->average, part, n_parts, &begin, &end);
  for (gsize i = begin; i < end; i++)
    average[i] += share * (value[i] - average[i]);
}

/**
 * vgg_average_update:
 * @self: the average of a network that has its own values
 *
 * Takes the network's values, after a step, into the average: d times the average and 1 - d times
 * the values (Polyak & Juditsky, "Acceleration of stochastic approximation by averaging", 1992, in
 * the exponential form of Tarvainen & Valpola, "Mean teachers are better role models", 2017). So
 * that the first values do not stay for long, d is min (decay, (1 + t) / (10 + t)) after t updates,
 * as TensorFlow's `ExponentialMovingAverage` has it. Numbers do not depend on each other: the
 * number of threads does not change the result.
 */
void
vgg_average_update (VggAverage *self)
{
  double warmed = (1.0 + self->n_updates) / (10.0 + self->n_updates);
  UpdateTask task = { self, (float) (1 - MIN (self->decay, warmed)) };

  g_return_if_fail (!self->is_shown);

  self->n_updates++;
  vgg_threads_run (run_update, &task);
}

static void
run_swap (guint part, guint n_parts, gpointer user_data)
{
  VggAverage *self = user_data;
  gsize begin, end;

  find_piece (self, part, n_parts, &begin, &end);
  for (gsize i = begin; i < end; i++)
    {
      float value = self->row[i];

      self->row[i] = self->kept[i];
      self->kept[i] = value;
    }
}

/**
 * vgg_average_show:
 * @self: the average
 * @averages: %TRUE: the network is to have the averages; %FALSE: its own values, and go on to train
 *
 * Exchanges what the network has, where it has the other.
 */
void
vgg_average_show (VggAverage *self, gboolean averages)
{
  if (self->is_shown == averages)
    return;

  vgg_threads_run (run_swap, self);
  self->is_shown = averages;
  vgg_network_values_changed (self->network);
}

static const float *
get_average (VggAverage *self, const VggParameter *parameter)
{
  return self->kept + (parameter->value - self->row);
}

/**
 * vgg_average_save:
 * @self: the average of a network that has its own values
 * @file: where it goes
 *
 * Adds the averages to @file, as a copy unless the file borrows: tensors
 * "average.block1_conv1.kernel" …, and the metadata "average.updates".
 */
void
vgg_average_save (VggAverage *self, VggTensorFile *file)
{
  g_autofree char *updates = g_strdup_printf ("%" G_GUINT64_FORMAT, self->n_updates);

  g_return_if_fail (!self->is_shown);

  for (guint i = self->first; i < self->network->parameters->len; i++)
    {
      const VggParameter *parameter = g_ptr_array_index (self->network->parameters, i);
      g_autofree char *name = g_strconcat (PREFIX, parameter->name, NULL);

      vgg_tensor_file_add_copy (file, name, &parameter->shape, get_average (self, parameter));
    }
  vgg_tensor_file_set_metadata (file, UPDATES_KEY, updates);
}

/**
 * vgg_average_restore:
 * @self: the average of a network that has its own values
 * @file: what vgg_average_save() of an equal network wrote to
 * @error: return location for an error
 *
 * Takes over saved averages; the next update is then the one that would have followed. Nothing is
 * changed unless all of it fits.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_MISMATCH
 */
gboolean
vgg_average_restore (VggAverage *self, VggTensorFile *file, GError **error)
{
  const char *updates = vgg_tensor_file_get_metadata (file, UPDATES_KEY);
  guint64 n_updates = 0;
  gboolean fits = updates != NULL &&
                  g_ascii_string_to_unsigned (updates, 10, 0, G_MAXUINT64, &n_updates, NULL);

  g_return_val_if_fail (!self->is_shown, FALSE);

  /* First all are looked at, then all are taken. */
  for (guint pass = 0; fits && pass < 2; pass++)
    for (guint i = self->first; fits && i < self->network->parameters->len; i++)
      {
        const VggParameter *parameter = g_ptr_array_index (self->network->parameters, i);
        g_autofree char *name = g_strconcat (PREFIX, parameter->name, NULL);
        const VggTensor *tensor = vgg_tensor_file_get (file, name);

        fits = tensor != NULL && vgg_shape_equal (&tensor->shape, &parameter->shape);
        if (fits && pass == 1)
          memcpy ((float *) get_average (self, parameter), tensor->data,
                  vgg_shape_elements (&tensor->shape) * sizeof (float));
      }

  if (!fits)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                   _ ("“%s” holds no averages of the weights of this network. Choose the right "
                      "checkpoint, or start anew."),
                   vgg_tensor_file_get_display_name (file));
      return FALSE;
    }

  self->n_updates = n_updates;
  return TRUE;
}
