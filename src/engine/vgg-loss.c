/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/vgg-loss.h"

#include <math.h>

static double
largest (const float *logits, guint n_classes)
{
  double maximum = logits[0];

  for (guint c = 1; c < n_classes; c++)
    maximum = MAX (maximum, (double) logits[c]);

  return maximum;
}

/* log (sum (exp (logits))), without overflow. NaN in any logit makes it NaN. */
static double
log_sum_exp (const float *logits, guint n_classes)
{
  double maximum = largest (logits, n_classes);
  double sum = 0;

  for (guint c = 0; c < n_classes; c++)
    sum += exp (logits[c] - maximum);

  return maximum + log (sum);
}

/**
 * vgg_argmax:
 * @scores: (n_classes): logits or probabilities of one picture
 * @n_classes: at least 1
 *
 * Returns: the class of the highest score, the first of equals
 */
guint
vgg_argmax (const float *scores, guint n_classes)
{
  guint best = 0;

  for (guint c = 1; c < n_classes; c++)
    if (scores[c] > scores[best])
      best = c;
  return best;
}

/**
 * vgg_softmax:
 * @logits: (n, n_classes)
 * @n: pictures
 * @n_classes: at least 1
 * @probabilities: (out caller-allocates): (n, n_classes); may be @logits
 *
 * Turns logits into probabilities: exp (z) over their sum in each row. Large logits do not
 * overflow; a row with NaN in it becomes NaN.
 */
void
vgg_softmax (const float *logits, guint n, guint n_classes, float *probabilities)
{
  for (gsize i = 0; i < n; i++)
    {
      const float *row = logits + i * n_classes;
      double norm = log_sum_exp (row, n_classes);

      for (guint c = 0; c < n_classes; c++)
        probabilities[i * n_classes + c] = exp (row[c] - norm);
    }
}

/* What a picture shows: one class, or shares of two. */
typedef struct
{
  guint first;
  guint second; /* the first once more where there is only one */
  double share; /* of the first, 1 where there is only one */
} Label;

static Label
get_label (const guint *labels, const VggLossOptions *options, gsize i, guint n_classes)
{
  Label label = { labels[i], labels[i], 1 };

  if (options->other_labels != NULL)
    {
      label.second = options->other_labels[i];
      label.share = options->share;
    }
  g_assert (label.first < n_classes && label.second < n_classes);
  return label;
}

/* The share of a label that falls to a class. */
static double
label_part (const Label *label, guint c)
{
  return (c == label->first ? label->share : 0) + (c == label->second ? 1 - label->share : 0);
}

static double
label_weight (const Label *label, const float *weights)
{
  if (weights == NULL)
    return 1;
  return label->share * weights[label->first] + (1 - label->share) * weights[label->second];
}

/* -log p of a label; NaN in a logit makes it NaN, an infinite one stays infinite. */
static double
label_cross_entropy (const float *logits, double norm, const Label *label)
{
  double first = norm - logits[label->first];

  if (label->second == label->first)
    return first;
  return label->share * first + (1 - label->share) * (norm - logits[label->second]);
}

/* The first of equal logits is the answer; any comparison with NaN fails. */
static gboolean
is_answer (const float *logits, guint n_classes, guint label)
{
  for (guint c = 0; c < n_classes; c++)
    if (!(c < label ? logits[label] > logits[c] : logits[label] >= logits[c]))
      return FALSE;
  return TRUE;
}

static double
count_correct (const float *logits, guint n_classes, const Label *label)
{
  return (is_answer (logits, n_classes, label->first) ? label->share : 0) +
         (is_answer (logits, n_classes, label->second) ? 1 - label->share : 0);
}

/* The objective's term of one picture, not divided by the batch's weight, and its gradient. */
static double
picture_objective (const float *logits,
                   const Label *label,
                   guint n_classes,
                   double norm,
                   const VggLossOptions *options,
                   double total_weight,
                   float *gradient)
{
  const float *weights = options->class_weights;
  double sharp_part = 1.0 - options->label_smoothing;
  double uniform_part = options->label_smoothing / n_classes;
  double objective = 0;
  double target_sum = 0;

  /* Every class has a target: uniform_part of its own weight, and the label's classes sharp_part of
   * theirs by their shares on top. The targets' sum scales the softmax in the gradient. */
  for (guint c = 0; c < n_classes; c++)
    {
      double weight = weights != NULL ? weights[c] : 1.0;
      double target = weight * (uniform_part + sharp_part * label_part (label, c));

      if (target != 0)
        objective += target * (norm - logits[c]);
      target_sum += target;
      if (gradient != NULL)
        gradient[c] = -target / total_weight;
    }

  if (gradient != NULL)
    {
      for (guint c = 0; c < n_classes; c++)
        gradient[c] += target_sum * exp (logits[c] - norm) / total_weight;
    }

  return objective;
}

/**
 * vgg_loss_softmax_cross_entropy:
 * @logits: (n, n_classes)
 * @labels: (n), each below @n_classes
 * @n: pictures, at least 1
 * @n_classes: at least 1
 * @options: (nullable): class weights and label smoothing; %NULL for neither
 * @logits_gradient: (nullable) (out caller-allocates): (n, n_classes), the objective's gradient
 * @result: (out caller-allocates): the loss
 *
 * Computes the cross-entropy between softmax (logits) and the labels, summed in double precision.
 *
 * The objective is that of PyTorch's `CrossEntropyLoss` with `weight`, `label_smoothing` s and
 * `reduction='mean'`. With w the class weights, C classes, p the softmax and y the label, it is
 *
 *   sum over pictures ((1 - s) w[y] (-log p[y]) + s / C sum over c (w[c] (-log p[c])))
 *   divided by the sum over pictures of w[y].
 *
 * With a second label z and the share a of the first, what stands above for y counts a times, and
 * the same for z (1 - a) times, in both sums. Where the second labels are the first ones in another
 * order, as in mixup, that is a times the loss of the first and (1 - a) times that of the second.
 *
 * Weights that are all 0 for the batch's labels make it NaN, as there. NaN in the logits makes the
 * objective, the cross-entropy and the gradient NaN, and counts as a wrong answer.
 */
void
vgg_loss_softmax_cross_entropy (const float *logits,
                                const guint *labels,
                                guint n,
                                guint n_classes,
                                const VggLossOptions *options,
                                float *logits_gradient,
                                VggLossResult *result)
{
  static const VggLossOptions no_options = { NULL };
  double total_weight = 0;
  double objective = 0;
  double cross_entropy = 0;
  double correct = 0;

  g_return_if_fail (n > 0 && n_classes > 0);

  if (options == NULL)
    options = &no_options;

  for (guint i = 0; i < n; i++)
    {
      const Label label = get_label (labels, options, i, n_classes);

      total_weight += label_weight (&label, options->class_weights);
    }

  for (gsize i = 0; i < n; i++)
    {
      const Label label = get_label (labels, options, i, n_classes);
      const float *row = logits + i * n_classes;
      double norm = log_sum_exp (row, n_classes);

      objective += picture_objective (row, &label, n_classes, norm, options, total_weight,
                                      logits_gradient != NULL ? logits_gradient + i * n_classes
                                                              : NULL);
      cross_entropy += label_cross_entropy (row, norm, &label);
      correct += count_correct (row, n_classes, &label);
    }

  result->objective = objective / total_weight;
  result->cross_entropy = cross_entropy / n;
  result->correct = correct;
}
