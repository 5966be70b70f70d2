/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-optimizer-rules.h"

#include <math.h>

/* Sutskever et al., On the importance of initialization and momentum, 2013, in the form of
 * torch.optim.SGD with dampening 0: the velocity holds gradients and the rate scales it, so that a
 * change of rate acts at once. https://pytorch.org/docs/stable/generated/torch.optim.SGD.html */
static void
update_sgd (const VggOptimizerStep *step,
            float *value,
            const float *gradient,
            float *const *states,
            gsize n)
{
  float rate = step->learning_rate;
  float decay = step->weight_decay;
  float momentum = step->settings->momentum;
  float *velocity = states[0];

  if (velocity == NULL)
    for (gsize i = 0; i < n; i++)
      value[i] -= rate * (gradient[i] + decay * value[i]);
  else if (step->settings->nesterov)
    for (gsize i = 0; i < n; i++)
      {
        float g = gradient[i] + decay * value[i];

        velocity[i] = momentum * velocity[i] + g;
        value[i] -= rate * (g + momentum * velocity[i]);
      }
  else
    for (gsize i = 0; i < n; i++)
      {
        velocity[i] = momentum * velocity[i] + gradient[i] + decay * value[i];
        value[i] -= rate * velocity[i];
      }
}

/* Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012, as
 * torch.optim.RMSprop: https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html */
static void
update_rmsprop (const VggOptimizerStep *step,
                float *value,
                const float *gradient,
                float *const *states,
                gsize n)
{
  float rate = step->learning_rate;
  float decay = step->weight_decay;
  float rho = step->settings->rho;
  float epsilon = step->settings->epsilon;
  float *mean_square = states[0];

  for (gsize i = 0; i < n; i++)
    {
      float g = gradient[i] + decay * value[i];

      mean_square[i] = rho * mean_square[i] + (1 - rho) * g * g;
      value[i] -= rate * g / (sqrtf (mean_square[i]) + epsilon);
    }
}

/* Duchi et al., Adaptive subgradient methods, 2011, as torch.optim.Adagrad:
 * https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html */
static void
update_adagrad (const VggOptimizerStep *step,
                float *value,
                const float *gradient,
                float *const *states,
                gsize n)
{
  float rate = step->learning_rate;
  float decay = step->weight_decay;
  float epsilon = step->settings->epsilon;
  float *square_sum = states[0];

  for (gsize i = 0; i < n; i++)
    {
      float g = gradient[i] + decay * value[i];

      square_sum[i] += g * g;
      value[i] -= rate * g / (sqrtf (square_sum[i]) + epsilon);
    }
}

/* Kingma & Ba, Adam, 2015, algorithm 1, with epsilon outside of the bias correction as
 * torch.optim.Adam has it: https://pytorch.org/docs/stable/generated/torch.optim.Adam.html.
 * `coupled` is added to the gradient, `decoupled` shrinks the value. */
static void
update_moments (const VggOptimizerStep *step,
                float coupled,
                float decoupled,
                float *value,
                const float *gradient,
                float *const *states,
                gsize n)
{
  float beta1 = step->settings->beta1;
  float beta2 = step->settings->beta2;
  float epsilon = step->settings->epsilon;
  float rate = step->learning_rate / (1 - pow (beta1, step->step));
  float correction = sqrt (1 - pow (beta2, step->step));
  float *first = states[0];
  float *second = states[1];

  for (gsize i = 0; i < n; i++)
    {
      float g = gradient[i] + coupled * value[i];

      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      value[i] = (1 - decoupled) * value[i] -
                 rate * first[i] / (sqrtf (second[i]) / correction + epsilon);
    }
}

static void
update_adam (const VggOptimizerStep *step,
             float *value,
             const float *gradient,
             float *const *states,
             gsize n)
{
  update_moments (step, step->weight_decay, 0, value, gradient, states, n);
}

/* Loshchilov & Hutter, Decoupled weight decay regularization, 2019, as torch.optim.AdamW:
 * https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html */
static void
update_adamw (const VggOptimizerStep *step,
              float *value,
              const float *gradient,
              float *const *states,
              gsize n)
{
  update_moments (step, 0, step->learning_rate * step->weight_decay, value, gradient, states, n);
}

static const VggOptimizerRule rules[] = {
  [VGG_OPTIMIZER_SGD] = { "sgd", { "velocity" }, update_sgd },
  [VGG_OPTIMIZER_RMSPROP] = { "rmsprop", { "mean_square" }, update_rmsprop },
  [VGG_OPTIMIZER_ADAGRAD] = { "adagrad", { "square_sum" }, update_adagrad },
  [VGG_OPTIMIZER_ADAM] = { "adam", { "first_moment", "second_moment" }, update_adam },
  [VGG_OPTIMIZER_ADAMW] = { "adamw", { "first_moment", "second_moment" }, update_adamw },
};

/**
 * vgg_optimizer_rule_get:
 * @kind: a kind of optimiser, which may come from a loop over numbers
 *
 * Returns: (transfer none) (nullable): its rule, or %NULL past the last kind
 */
const VggOptimizerRule *
vgg_optimizer_rule_get (VggOptimizerKind kind)
{
  return (guint) kind < G_N_ELEMENTS (rules) ? &rules[kind] : NULL;
}

/**
 * vgg_optimizer_rule_count_states:
 * @self: a rule
 * @settings: the settings that it runs with
 *
 * Returns: how many numbers it remembers for every weight; none for SGD without momentum
 */
guint
vgg_optimizer_rule_count_states (const VggOptimizerRule *self, const VggOptimizerSettings *settings)
{
  guint n = 0;

  if (settings->kind == VGG_OPTIMIZER_SGD && settings->momentum == 0)
    return 0;

  while (n < VGG_OPTIMIZER_MAX_STATES && self->states[n] != NULL)
    n++;

  return n;
}
