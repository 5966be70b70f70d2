/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-optimizer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/vgg-error.h"
#include "engine/vgg-optimizer-rules.h"
#include "engine/vgg-tensor-file-private.h"
#include "engine/vgg-threads.h"

#define STATE_PREFIX "optimizer."
#define KIND_KEY "optimizer.kind"
#define STEPS_KEY "optimizer.steps"

/* Fewer elements than this are updated faster than threads are woken. */
#define THREADED_ELEMENTS 32768

/* Parameters and parts begin on whole cache lines, so that no two threads write to the same one. */
#define FLOATS_PER_LINE 16

/* A parameter's place in the one row of all elements that train. */
typedef struct
{
  VggParameter *parameter; /* borrowed from the network */
  gsize begin;
  gsize n;
} Slot;

struct _VggOptimizer
{
  VggOptimizerSettings settings;
  const VggOptimizerRule *rule;
  guint n_states;
  Slot *slots; /* owned */
  guint n_slots;
  gsize n_elements; /* of the row, padding included */
  float *block;     /* owned: (n_states, n_elements) */
  guint64 steps;
};

/**
 * vgg_optimizer_settings_init:
 * @self: (out caller-allocates): the settings
 * @kind: the kind of optimiser
 *
 * Sets the defaults of PyTorch's optimiser of that kind, torch.optim of version 2. SGD has neither
 * momentum nor weight decay by default.
 */
void
vgg_optimizer_settings_init (VggOptimizerSettings *self, VggOptimizerKind kind)
{
  *self = (VggOptimizerSettings){
    .kind = kind,
    .learning_rate = 1e-3f,
    .rho = 0.99f,
    .beta1 = 0.9f,
    .beta2 = 0.999f,
    .epsilon = 1e-8f,
  };

  if (kind == VGG_OPTIMIZER_RMSPROP || kind == VGG_OPTIMIZER_ADAGRAD)
    self->learning_rate = 1e-2f;
  if (kind == VGG_OPTIMIZER_ADAGRAD)
    self->epsilon = 1e-10f;
  if (kind == VGG_OPTIMIZER_ADAMW)
    self->weight_decay = 1e-2f;
}

/**
 * vgg_optimizer_kind_to_string:
 * @kind: a kind of optimiser
 *
 * Returns: its name in files and on the command line, as "adamw"
 */
const char *
vgg_optimizer_kind_to_string (VggOptimizerKind kind)
{
  const VggOptimizerRule *rule = vgg_optimizer_rule_get (kind);

  g_assert (rule != NULL);
  return rule->name;
}

/**
 * vgg_optimizer_kind_from_string:
 * @string: a name
 * @kind: (out): the kind of that name
 *
 * Returns: %FALSE, with @kind untouched, where there is none of that name
 */
gboolean
vgg_optimizer_kind_from_string (const char *string, VggOptimizerKind *kind)
{
  const VggOptimizerRule *rule;

  for (guint i = 0; (rule = vgg_optimizer_rule_get (i)) != NULL; i++)
    {
      if (g_str_equal (string, rule->name))
        {
          *kind = i;
          return TRUE;
        }
    }

  return FALSE;
}

static gsize
round_up_to_line (gsize n)
{
  return (n + FLOATS_PER_LINE - 1) / FLOATS_PER_LINE * FLOATS_PER_LINE;
}

/**
 * vgg_optimizer_new:
 * @settings: the settings; copied
 * @parameters: (array length=n_parameters): a network's parameters; must outlive the optimiser
 * @n_parameters: how many
 *
 * Makes an optimiser for those of @parameters that are trainable and have a gradient: freeze and
 * plan the network first, for training. Its state is zero.
 *
 * Returns: (transfer full): the optimiser; free with vgg_optimizer_free()
 */
VggOptimizer *
vgg_optimizer_new (const VggOptimizerSettings *settings,
                   VggParameter *const *parameters,
                   guint n_parameters)
{
  VggOptimizer *self = g_new0 (VggOptimizer, 1);

  self->settings = *settings;
  self->rule = vgg_optimizer_rule_get (settings->kind);
  g_assert (self->rule != NULL);
  self->n_states = vgg_optimizer_rule_count_states (self->rule, settings);
  self->slots = g_new0 (Slot, n_parameters);

  for (guint i = 0; i < n_parameters; i++)
    {
      Slot *slot = &self->slots[self->n_slots];

      if (!parameters[i]->trainable || parameters[i]->gradient == NULL)
        continue;

      slot->parameter = parameters[i];
      slot->begin = self->n_elements;
      slot->n = vgg_shape_elements (&parameters[i]->shape);
      self->n_elements += round_up_to_line (slot->n);
      self->n_slots++;
    }

  self->block = vgg_floats_new (self->n_states * self->n_elements);
  if (self->block == NULL)
    g_error ("Out of memory for the optimiser's state");

  return self;
}

/**
 * vgg_optimizer_free:
 * @self: (nullable) (transfer full): the optimiser
 *
 * Frees the optimiser; the parameters stay.
 */
void
vgg_optimizer_free (VggOptimizer *self)
{
  if (self == NULL)
    return;

  vgg_floats_free (self->block);
  g_free (self->slots);
  g_free (self);
}

typedef struct
{
  VggOptimizer *optimizer;
  float learning_rate;
} StepTask;

static float *
get_state (VggOptimizer *self, const Slot *slot, guint state)
{
  return self->block + state * self->n_elements + slot->begin;
}

/* Every part takes one piece of the row, whatever parameters lie in it. */
static void
run_step (guint part, guint n_parts, gpointer user_data)
{
  const StepTask *task = user_data;
  VggOptimizer *self = task->optimizer;
  gsize piece = round_up_to_line (self->n_elements / n_parts + 1);
  gsize piece_begin = MIN (piece * part, self->n_elements);
  gsize piece_end = MIN (piece_begin + piece, self->n_elements);

  for (guint i = 0; i < self->n_slots; i++)
    {
      const Slot *slot = &self->slots[i];
      gsize begin = MAX (piece_begin, slot->begin);
      gsize end = MIN (piece_end, slot->begin + slot->n);
      gsize offset = begin - slot->begin;
      float *states[VGG_OPTIMIZER_MAX_STATES] = { NULL };
      VggOptimizerStep step = {
        .settings = &self->settings,
        .learning_rate = task->learning_rate * slot->parameter->rate,
        .weight_decay = slot->parameter->decays ? self->settings.weight_decay : 0,
        .step = self->steps,
      };

      if (begin >= end)
        continue;

      for (guint j = 0; j < self->n_states; j++)
        states[j] = get_state (self, slot, j) + offset;

      self->rule->update (&step, slot->parameter->value + offset,
                          slot->parameter->gradient + offset, states, end - begin);
    }
}

/**
 * vgg_optimizer_step:
 * @self: the optimiser
 * @learning_rate: the rate of this step, as a schedule gives it; 0 or more
 *
 * Moves every parameter against its gradient, once, at the rate times its VggParameter.rate.
 * Elements do not depend on each other, so that the number of threads does not change the result.
 */
void
vgg_optimizer_step (VggOptimizer *self, float learning_rate)
{
  StepTask task = { self, learning_rate };

  self->steps++;

  if (self->n_elements < THREADED_ELEMENTS)
    run_step (0, 1, &task);
  else
    vgg_threads_run (run_step, &task);
}

/**
 * vgg_optimizer_get_bytes:
 * @self: the optimiser
 *
 * Returns: the memory that its state takes
 */
gsize
vgg_optimizer_get_bytes (VggOptimizer *self)
{
  return self->n_states * self->n_elements * sizeof (float);
}

static char *
state_name (VggOptimizer *self, const Slot *slot, guint state)
{
  return g_strconcat (STATE_PREFIX, self->rule->states[state], ".", slot->parameter->name, NULL);
}

/**
 * vgg_optimizer_save:
 * @self: the optimiser
 * @file: where its state goes
 *
 * Adds a copy of the state to @file: tensors "optimizer.first_moment.block1_conv1.kernel" …, and
 * the metadata "optimizer.kind" and "optimizer.steps".
 */
void
vgg_optimizer_save (VggOptimizer *self, VggTensorFile *file)
{
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, self->steps);

  for (guint i = 0; i < self->n_slots; i++)
    for (guint j = 0; j < self->n_states; j++)
      {
        const Slot *slot = &self->slots[i];
        g_autofree char *name = state_name (self, slot, j);

        vgg_tensor_file_add_copy (file, name, &slot->parameter->shape, get_state (self, slot, j));
      }

  vgg_tensor_file_set_metadata (file, KIND_KEY, self->rule->name);
  vgg_tensor_file_set_metadata (file, STEPS_KEY, steps);
}

static gboolean
check_kind (VggOptimizer *self, VggTensorFile *file, guint64 *steps, GError **error)
{
  const char *kind = vgg_tensor_file_get_metadata (file, KIND_KEY);
  const char *steps_text = vgg_tensor_file_get_metadata (file, STEPS_KEY);

  if (kind == NULL || steps_text == NULL ||
      !g_ascii_string_to_unsigned (steps_text, 10, 0, G_MAXUINT64, steps, NULL))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                   _ ("“%s” holds no state of an optimiser. Choose a checkpoint, or start anew."),
                   vgg_tensor_file_get_display_name (file));
      return FALSE;
    }

  if (!g_str_equal (kind, self->rule->name))
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                   _ ("“%s” holds the state of the optimiser “%s”, not of “%s”. Go on with that "
                      "one, or start anew."),
                   vgg_tensor_file_get_display_name (file), kind, self->rule->name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_states (VggOptimizer *self, VggTensorFile *file, GError **error)
{
  guint n_found = 0;

  for (guint i = 0; i < self->n_slots; i++)
    for (guint j = 0; j < self->n_states; j++)
      {
        const Slot *slot = &self->slots[i];
        g_autofree char *name = state_name (self, slot, j);
        const VggTensor *tensor = vgg_tensor_file_get (file, name);

        if (tensor == NULL || !vgg_shape_equal (&tensor->shape, &slot->parameter->shape))
          {
            g_autofree char *wanted = vgg_shape_to_string (&slot->parameter->shape);
            g_autofree char *found = tensor != NULL ? vgg_shape_to_string (&tensor->shape)
                                                    : g_strdup (_ ("missing"));

            g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                         _ ("“%s” does not fit the training: its tensor “%s” is %s, where %s is "
                            "wanted. Start anew."),
                         vgg_tensor_file_get_display_name (file), name, found, wanted);
            return FALSE;
          }
      }

  for (guint i = 0; i < vgg_tensor_file_get_n_tensors (file); i++)
    n_found += g_str_has_prefix (vgg_tensor_file_get_name (file, i), STATE_PREFIX);

  if (n_found != self->n_slots * self->n_states)
    {
      g_set_error (error, VGG_ERROR, VGG_ERROR_MISMATCH,
                   _ ("“%s” does not fit the training: other layers were trained in it. Start "
                      "anew."),
                   vgg_tensor_file_get_display_name (file));
      return FALSE;
    }

  return TRUE;
}

/**
 * vgg_optimizer_restore:
 * @self: an optimiser of the same kind for the same parameters
 * @file: what vgg_optimizer_save() wrote to
 * @error: return location for an error
 *
 * Takes over a saved state; the next step is then the one that would have followed. Nothing is
 * changed unless all of it fits: kind, parameters and shapes.
 *
 * Returns: %TRUE, or %FALSE with a %VGG_ERROR_MISMATCH
 */
gboolean
vgg_optimizer_restore (VggOptimizer *self, VggTensorFile *file, GError **error)
{
  guint64 steps;

  if (!check_kind (self, file, &steps, error) || !check_states (self, file, error))
    return FALSE;

  for (guint i = 0; i < self->n_slots; i++)
    for (guint j = 0; j < self->n_states; j++)
      {
        const Slot *slot = &self->slots[i];
        g_autofree char *name = state_name (self, slot, j);

        memcpy (get_state (self, slot, j), vgg_tensor_file_get (file, name)->data,
                slot->n * sizeof (float));
      }
  self->steps = steps;

  return TRUE;
}
