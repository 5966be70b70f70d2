/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-temperature.h"

#include <math.h>

/* Temperatures beyond these say that there is nothing to fit: answers by chance, or worse. */
#define LOWEST 0.05
#define HIGHEST 20.0

#define STEPS 60

/* The slope, over the inverse temperature b, of the summed cross-entropy of softmax (b logits): a
 * picture adds the mean of its logits under its probabilities, less that under its smoothed label.
 */
static double
get_slope (const float *logits, const guint *labels, guint n, guint n_classes, double inverse)
{
  const double smoothing = 1.0 / (n + 2.0);
  double slope = 0;

  for (guint i = 0; i < n; i++, logits += n_classes)
    {
      double largest = -INFINITY;
      double sum = 0;
      double weighted = 0;
      double plain = 0;

      for (guint c = 0; c < n_classes; c++)
        largest = MAX (largest, logits[c]);
      for (guint c = 0; c < n_classes; c++)
        {
          const double weight = exp (inverse * (logits[c] - largest));

          sum += weight;
          weighted += weight * logits[c];
          plain += logits[c];
        }
      slope += weighted / sum - (1 - smoothing) * logits[labels[i]] - smoothing * plain / n_classes;
    }

  return slope;
}

/**
 * mien_temperature_fit:
 * @logits: (n, n_classes): finite; logarithms of probabilities do as well
 * @labels: (n): actual classes
 * @n: pictures, none of which the model has been trained on
 * @n_classes: classes
 *
 * Temperature scaling: the one number by which logits are divided before the softmax so that the
 * cross-entropy becomes least (Guo et al. 2017, "On calibration of modern neural networks"). The
 * predicted classes stay what they are. Over the inverse of the temperature the cross-entropy is
 * convex, so that its slope has one zero, which is found by halving.
 *
 * Labels are smoothed by 1 / (n + 2), as a sample of n can say no more (Platt 1999, "Probabilistic
 * outputs for support vector machines", 2.2): a model that is right on each of few pictures does
 * not become as sure as can be.
 *
 * Returns: the temperature, 0.05 to 20; 1 without pictures
 */
double
mien_temperature_fit (const float *logits, const guint *labels, guint n, guint n_classes)
{
  double low = 1 / HIGHEST;
  double high = 1 / LOWEST;

  if (n == 0)
    return 1;

  for (guint step = 0; step < STEPS; step++)
    {
      const double middle = (low + high) / 2;

      if (get_slope (logits, labels, n, n_classes, middle) < 0)
        low = middle;
      else
        high = middle;
    }

  return 2 / (low + high);
}
