/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-validation.h"

#include "engine/vgg-loss.h"
#include "train/mien-confusions.h"
#include "train/mien-temperature.h"

/* One number is fitted to the logits: 16 MiB of them are plenty. */
#define MAX_LOGITS (4u << 20)

typedef struct
{
  guint actual;
  guint predicted;
} Answer;

void
mien_validation_init (MienValidation *self, guint n_classes)
{
  self->n_classes = n_classes;
  self->logits = g_array_new (FALSE, FALSE, sizeof (float));
  self->labels = g_array_new (FALSE, FALSE, sizeof (guint));
  self->answers = g_array_new (FALSE, FALSE, sizeof (Answer));
}

void
mien_validation_clear (MienValidation *self)
{
  g_clear_pointer (&self->logits, g_array_unref);
  g_clear_pointer (&self->labels, g_array_unref);
  g_clear_pointer (&self->answers, g_array_unref);
}

/**
 * mien_validation_begin:
 * @self: a validation
 *
 * Forgets the pass before.
 */
void
mien_validation_begin (MienValidation *self)
{
  g_array_set_size (self->logits, 0);
  g_array_set_size (self->labels, 0);
  g_array_set_size (self->answers, 0);
}

/**
 * mien_validation_add:
 * @self: a validation
 * @logits: (n, n_classes): the network's output
 * @labels: (n): actual classes
 * @n: pictures
 */
void
mien_validation_add (MienValidation *self, const float *logits, const guint *labels, guint n)
{
  for (guint i = 0; i < n; i++, logits += self->n_classes)
    {
      const Answer answer = { labels[i], vgg_argmax (logits, self->n_classes) };

      g_array_append_val (self->answers, answer);

      if (self->logits->len + self->n_classes > MAX_LOGITS)
        continue;
      g_array_append_vals (self->logits, logits, self->n_classes);
      g_array_append_val (self->labels, labels[i]);
    }
}

/**
 * mien_validation_get_temperature:
 * @self: a validation
 *
 * Returns: see mien_temperature_fit(); 1 where nothing was validated
 */
double
mien_validation_get_temperature (MienValidation *self)
{
  return mien_temperature_fit ((const float *) self->logits->data,
                               (const guint *) self->labels->data, self->labels->len,
                               self->n_classes);
}

static int
compare_answers (gconstpointer a, gconstpointer b)
{
  const Answer *first = a;
  const Answer *second = b;

  if (first->actual != second->actual)
    return first->actual < second->actual ? -1 : 1;
  return (first->predicted > second->predicted) - (first->predicted < second->predicted);
}

/**
 * mien_validation_append_confusions:
 * @self: a validation; its answers are sorted
 * @epoch: the epoch that was validated, from 1
 * @confusions: (element-type MienEpochConfusion): where the cells go that hold pictures
 */
void
mien_validation_append_confusions (MienValidation *self, guint epoch, GArray *confusions)
{
  g_array_sort (self->answers, compare_answers);
  for (guint i = 0; i < self->answers->len; i++)
    {
      const Answer *answer = &g_array_index (self->answers, Answer, i);
      MienEpochConfusion cell = { epoch, answer->actual, answer->predicted, 1 };

      if (i > 0 && compare_answers (answer, answer - 1) == 0)
        g_array_index (confusions, MienEpochConfusion, confusions->len - 1).count++;
      else
        g_array_append_val (confusions, cell);
    }
}
