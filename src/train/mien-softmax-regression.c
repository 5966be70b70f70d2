/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-softmax-regression.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "engine/vgg-blas.h"
#include "engine/vgg-loss.h"

/* Pairs of steps and changes of the gradient that stand for the curvature. */
#define MEMORY 10
#define MAX_STEPS 200
#define MAX_HALVINGS 20

/* The largest number of a gradient, of the mean loss, that is as good as none. */
#define TOLERANCE 1e-5

/* By how much of what the slope promises a step must bring the loss down (Armijo 1966). */
#define SUFFICIENT 1e-4

/* A fit: the loss is a function of n_weights numbers. */
typedef struct
{
  guint n_features;
  guint n_classes;
  gsize n_weights;
  const float *rows; /* (n, n_features) */
  const guint *labels;
  const guint8 *used;
  guint n;
  guint n_used;
  double penalty;

  float *kernel;          /* (n_classes, n_features) */
  float *kernel_gradient; /* (n_classes, n_features) */
  float *answers;         /* (n, n_classes): logits, probabilities, then their gradient */
} Fit;

/* What L-BFGS remembers, a ring. */
typedef struct
{
  gsize n;
  double *steps;          /* (MEMORY, n) */
  double *changes;        /* (MEMORY, n): of the gradient */
  double inverse[MEMORY]; /* 1 / (step · change) */
  guint count;            /* of all that were added */
} Memory;

/**
 * mien_softmax_regression_new:
 * @n_features: numbers in a row
 * @n_classes: 2 or more
 *
 * Returns: (transfer full): a regression whose weights are 0
 */
MienSoftmaxRegression *
mien_softmax_regression_new (guint n_features, guint n_classes)
{
  MienSoftmaxRegression *self = g_new (MienSoftmaxRegression, 1);

  self->n_features = n_features;
  self->n_classes = n_classes;
  self->weights = g_new0 (double, (gsize) n_classes *(n_features + 1));
  return self;
}

/**
 * mien_softmax_regression_free:
 * @self: (nullable) (transfer full): a regression
 */
void
mien_softmax_regression_free (MienSoftmaxRegression *self)
{
  if (self == NULL)
    return;
  g_free (self->weights);
  g_free (self);
}

static double
dot (const double *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static double
largest (const double *values, gsize n)
{
  double most = 0;

  for (gsize i = 0; i < n; i++)
    most = MAX (most, fabs (values[i]));
  return most;
}

static void
take_kernel (const double *weights, guint n_features, guint n_classes, float *kernel)
{
  for (guint c = 0; c < n_classes; c++)
    for (guint f = 0; f < n_features; f++)
      kernel[(gsize) c * n_features + f] = (float) weights[(gsize) c * (n_features + 1) + f];
}

/* The probabilities of each row. */
static void
run (const double *weights,
     const float *kernel,
     const float *rows,
     guint n,
     guint n_features,
     guint n_classes,
     float *probabilities)
{
  vgg_blas_gemm (FALSE, TRUE, n, n_classes, n_features, rows, n_features, kernel, n_features, 0,
                 probabilities, n_classes);
  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < n_classes; c++)
      probabilities[i * n_classes + c] += (float)
        weights[(gsize) c * (n_features + 1) + n_features];
  vgg_softmax (probabilities, n, n_classes, probabilities);
}

/* The mean over the rows that are used, and its gradient. */
static double
get_loss (Fit *self, const double *weights, double *gradient)
{
  const gsize stride = self->n_features + 1;
  double loss = 0;

  take_kernel (weights, self->n_features, self->n_classes, self->kernel);
  run (weights, self->kernel, self->rows, self->n, self->n_features, self->n_classes,
       self->answers);

  memset (gradient, 0, self->n_weights * sizeof *gradient);
  for (guint i = 0; i < self->n; i++)
    {
      float *answer = self->answers + (gsize) i * self->n_classes;

      if (!self->used[i])
        {
          memset (answer, 0, self->n_classes * sizeof *answer);
          continue;
        }
      loss -= log (MAX (answer[self->labels[i]], FLT_MIN));
      answer[self->labels[i]] -= 1;
      for (guint c = 0; c < self->n_classes; c++)
        gradient[c * stride + self->n_features] += answer[c];
    }
  vgg_blas_gemm (TRUE, FALSE, self->n_classes, self->n_features, self->n, self->answers,
                 self->n_classes, self->rows, self->n_features, 0, self->kernel_gradient,
                 self->n_features);

  for (guint c = 0; c < self->n_classes; c++)
    for (guint f = 0; f < self->n_features; f++)
      {
        const double weight = weights[c * stride + f];

        loss += 0.5 * self->penalty * weight * weight;
        gradient[c * stride + f] = self->kernel_gradient[(gsize) c * self->n_features + f] +
                                   self->penalty * weight;
      }
  for (gsize i = 0; i < self->n_weights; i++)
    gradient[i] /= self->n_used;
  return loss / self->n_used;
}

/* The two loops of Nocedal 1980: turns a gradient into the direction to go. */
static void
find_direction (const Memory *memory, const double *gradient, double *direction)
{
  const guint n_pairs = MIN (memory->count, MEMORY);
  double along[MEMORY];

  for (gsize i = 0; i < memory->n; i++)
    direction[i] = -gradient[i];
  for (guint k = 0; k < n_pairs; k++)
    {
      const guint pair = (memory->count - 1 - k) % MEMORY;
      const double *change = memory->changes + pair * memory->n;

      along[pair] = memory->inverse[pair] *
                    dot (memory->steps + pair * memory->n, direction, memory->n);
      for (gsize i = 0; i < memory->n; i++)
        direction[i] -= along[pair] * change[i];
    }
  if (n_pairs > 0)
    {
      const guint last = (memory->count - 1) % MEMORY;
      const double *change = memory->changes + last * memory->n;
      const double scale = 1 / (memory->inverse[last] * dot (change, change, memory->n));

      for (gsize i = 0; i < memory->n; i++)
        direction[i] *= scale;
    }
  for (guint k = n_pairs; k > 0; k--)
    {
      const guint pair = (memory->count - k) % MEMORY;
      const double *step = memory->steps + pair * memory->n;
      const double back = memory->inverse[pair] *
                          dot (memory->changes + pair * memory->n, direction, memory->n);

      for (gsize i = 0; i < memory->n; i++)
        direction[i] += (along[pair] - back) * step[i];
    }
}

/* A pair whose curvature is not positive says nothing of a convex function but its rounding. */
static void
remember (Memory *memory,
          const double *from,
          const double *to,
          const double *old_gradient,
          const double *new_gradient)
{
  const guint pair = memory->count % MEMORY;
  double *step = memory->steps + pair * memory->n;
  double *change = memory->changes + pair * memory->n;
  double curvature;

  for (gsize i = 0; i < memory->n; i++)
    {
      step[i] = to[i] - from[i];
      change[i] = new_gradient[i] - old_gradient[i];
    }
  curvature = dot (step, change, memory->n);
  if (curvature <= 0)
    return;
  memory->inverse[pair] = 1 / curvature;
  memory->count++;
}

/* Goes down until the gradient is nearly 0, or rounding lets no step bring the loss down. */
static gboolean
minimize (Fit *fit, double *weights, GCancellable *cancellable, GError **error)
{
  const gsize n = fit->n_weights;
  g_autofree double *pairs = g_new0 (double, 2 * MEMORY * n);
  g_autofree double *gradient = g_new (double, n);
  g_autofree double *direction = g_new (double, n);
  g_autofree double *next = g_new (double, n);
  g_autofree double *next_gradient = g_new (double, n);
  Memory memory = { .n = n, .steps = pairs, .changes = pairs + MEMORY * n };
  double loss = get_loss (fit, weights, gradient);

  for (guint s = 0; s < MAX_STEPS && largest (gradient, n) > TOLERANCE; s++)
    {
      double length = s == 0 ? MIN (1, 1 / largest (gradient, n)) : 1;
      double slope, next_loss;
      guint halvings = 0;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;

      find_direction (&memory, gradient, direction);
      slope = dot (gradient, direction, n);
      do
        {
          for (gsize i = 0; i < n; i++)
            next[i] = weights[i] + length * direction[i];
          next_loss = get_loss (fit, next, next_gradient);
          length /= 2;
        }
      while (!(next_loss <= loss + SUFFICIENT * 2 * length * slope) && ++halvings < MAX_HALVINGS);
      if (halvings == MAX_HALVINGS)
        break;

      remember (&memory, weights, next, gradient, next_gradient);
      memcpy (weights, next, n * sizeof *weights);
      memcpy (gradient, next_gradient, n * sizeof *gradient);
      loss = next_loss;
    }
  return TRUE;
}

/**
 * mien_softmax_regression_fit:
 * @self: a regression; the fit starts from its weights
 * @rows: (n, n_features): what is known of each item, best of mean 0 and deviation 1
 * @labels: (n): class indices
 * @used: (n): whether to learn from the row; of one at least
 * @n: rows
 * @penalty: above 0: of the weights, biases left out
 * @cancellable: (nullable): ends it within a step with `G_IO_ERROR_CANCELLED`
 * @error: return location
 *
 * Sets the weights to those with the least cross-entropy, summed over the rows, plus half the
 * penalty times the sum of their squares: scikit-learn's `LogisticRegression` with `C = 1 /
 * penalty`. L-BFGS (Nocedal 1980, "Updating quasi-Newton matrices with limited storage") with a
 * backtracking line search.
 *
 * Returns: %FALSE if it was cancelled
 */
gboolean
mien_softmax_regression_fit (MienSoftmaxRegression *self,
                             const float *rows,
                             const guint *labels,
                             const guint8 *used,
                             guint n,
                             double penalty,
                             GCancellable *cancellable,
                             GError **error)
{
  const gsize kernel_length = (gsize) self->n_classes * self->n_features;
  g_autofree float *kernels = g_new (float, 2 * kernel_length);
  g_autofree float *answers = g_new (float, (gsize) n * self->n_classes);
  Fit fit = {
    .n_features = self->n_features,
    .n_classes = self->n_classes,
    .n_weights = (gsize) self->n_classes * (self->n_features + 1),
    .rows = rows,
    .labels = labels,
    .used = used,
    .n = n,
    .penalty = penalty,
    .kernel = kernels,
    .kernel_gradient = kernels + kernel_length,
    .answers = answers,
  };

  for (guint i = 0; i < n; i++)
    fit.n_used += used[i] != 0;
  g_return_val_if_fail (fit.n_used > 0, TRUE);

  return minimize (&fit, self->weights, cancellable, error);
}

/**
 * mien_softmax_regression_run:
 * @self: a regression
 * @rows: (n, n_features)
 * @n: rows
 * @probabilities: (out caller-allocates): (n, n_classes): a row each, of sum 1
 */
void
mien_softmax_regression_run (const MienSoftmaxRegression *self,
                             const float *rows,
                             guint n,
                             float *probabilities)
{
  g_autofree float *kernel = g_new (float, (gsize) self->n_classes * self->n_features);

  take_kernel (self->weights, self->n_features, self->n_classes, kernel);
  run (self->weights, kernel, rows, n, self->n_features, self->n_classes, probabilities);
}
