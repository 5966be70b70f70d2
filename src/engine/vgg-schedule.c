/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-schedule.h"

#include <math.h>

static const char *const kind_names[] = {
  [VGG_SCHEDULE_CONSTANT] = "constant",
  [VGG_SCHEDULE_STEP] = "step",
  [VGG_SCHEDULE_COSINE] = "cosine",
  [VGG_SCHEDULE_PLATEAU] = "plateau",
};

/**
 * vgg_schedule_settings_init:
 * @self: (out caller-allocates): the settings
 * @kind: the kind of schedule
 *
 * Sets the defaults: no warm-up, no lower bound; a tenth every 30 epochs for
 * %VGG_SCHEDULE_STEP (He et al., Deep Residual Learning, 2016), a tenth after 10 epochs for
 * %VGG_SCHEDULE_PLATEAU (Keras' ReduceLROnPlateau).
 */
void
vgg_schedule_settings_init (VggScheduleSettings *self, VggScheduleKind kind)
{
  *self = (VggScheduleSettings){
    .kind = kind,
    .warm_up_epochs = 0,
    .step_epochs = 30,
    .factor = 0.1,
    .patience = 10,
    .minimum_rate = 0,
  };
}

/**
 * vgg_schedule_kind_to_string:
 * @kind: a kind of schedule
 *
 * Returns: its name in files and on the command line, as "cosine"
 */
const char *
vgg_schedule_kind_to_string (VggScheduleKind kind)
{
  g_assert ((guint) kind < G_N_ELEMENTS (kind_names));
  return kind_names[kind];
}

/**
 * vgg_schedule_kind_from_string:
 * @string: a name
 * @kind: (out): the kind of that name
 *
 * Returns: %FALSE, with @kind untouched, where there is none of that name
 */
gboolean
vgg_schedule_kind_from_string (const char *string, VggScheduleKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    {
      if (g_str_equal (string, kind_names[i]))
        {
          *kind = i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * vgg_schedule_state_init:
 * @self: (out caller-allocates): the state before the first epoch
 *
 * Sets the state that vgg_schedule_observe() goes on from.
 */
void
vgg_schedule_state_init (VggScheduleState *self)
{
  *self = (VggScheduleState){ .best_loss = INFINITY, .epochs_since_best = 0, .scale = 1 };
}

/* Loshchilov & Hutter, SGDR, 2017, formula 5 with a single period, after the warm-up. */
static double
cosine_rate (const VggScheduleSettings *settings,
             double base_rate,
             double minimum_rate,
             double epoch,
             guint n_epochs)
{
  double span = n_epochs - settings->warm_up_epochs;
  double progress;

  if (span > 0)
    progress = CLAMP ((epoch - settings->warm_up_epochs) / span, 0, 1);
  else
    progress = epoch < n_epochs ? 0 : 1;

  return minimum_rate + (base_rate - minimum_rate) * 0.5 * (1 + cos (G_PI * progress));
}

/**
 * vgg_schedule_rate:
 * @settings: the schedule
 * @state: what it remembers
 * @base_rate: the optimiser's learning rate, above 0
 * @epoch: finished epochs, with the finished part of the running one: 2.5 is the middle of the
 * third
 * @n_epochs: how many are planned
 *
 * Gives the learning rate of a step. During the first `warm_up_epochs` it rises linearly from
 * `minimum_rate`, whatever the kind (Goyal et al., Accurate, Large Minibatch SGD, 2017,
 * section 2.2). The cosine then falls to `minimum_rate` at @n_epochs; no kind falls below that, or,
 * where the base rate itself is lower, below the base rate.
 *
 * Returns: the rate
 */
double
vgg_schedule_rate (const VggScheduleSettings *settings,
                   const VggScheduleState *state,
                   double base_rate,
                   double epoch,
                   guint n_epochs)
{
  double minimum_rate = MIN (settings->minimum_rate, base_rate);
  double rate = base_rate;

  switch (settings->kind)
    {
    case VGG_SCHEDULE_CONSTANT:
      break;
    case VGG_SCHEDULE_STEP:
      rate = base_rate * pow (settings->factor, floor (epoch / settings->step_epochs));
      break;
    case VGG_SCHEDULE_COSINE:
      rate = cosine_rate (settings, base_rate, minimum_rate, epoch, n_epochs);
      break;
    case VGG_SCHEDULE_PLATEAU:
      rate = base_rate * state->scale;
      break;
    }
  rate = MAX (rate, minimum_rate);

  if (epoch < settings->warm_up_epochs)
    rate = minimum_rate + (rate - minimum_rate) * epoch / settings->warm_up_epochs;

  return rate;
}

/**
 * vgg_schedule_observe:
 * @settings: the schedule
 * @state: what it remembers
 * @validation_loss: of the epoch that has just finished; NaN is never the best
 *
 * Lets a %VGG_SCHEDULE_PLATEAU see an epoch; call it once an epoch, for any kind. After `patience`
 * epochs in a row without a loss below the best one, the rate is multiplied by `factor` and the
 * count starts anew: Keras' ReduceLROnPlateau with min_delta and cooldown 0.
 */
void
vgg_schedule_observe (const VggScheduleSettings *settings,
                      VggScheduleState *state,
                      double validation_loss)
{
  if (validation_loss < state->best_loss)
    {
      state->best_loss = validation_loss;
      state->epochs_since_best = 0;
      return;
    }

  state->epochs_since_best++;
  if (settings->kind == VGG_SCHEDULE_PLATEAU && state->epochs_since_best >= settings->patience)
    {
      state->scale *= settings->factor;
      state->epochs_since_best = 0;
    }
}
