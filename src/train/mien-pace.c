/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/mien-pace.h"

/* A rate is that of the last seconds: a machine that gets busy shows soon, one odd batch hardly. */
#define WINDOW 5.0

void
mien_pace_init (MienPace *self)
{
  *self = (MienPace){ .validation_seconds = -1 };
}

/**
 * mien_pace_add:
 * @self: a pace
 * @end: when a training batch ended, in seconds; never before the one that was added last
 * @seconds: how long it took
 * @pictures: how many were in it
 */
void
mien_pace_add (MienPace *self, double end, double seconds, guint pictures)
{
  self->samples[self->next].end = end;
  self->samples[self->next].seconds = seconds;
  self->samples[self->next].pictures = pictures;
  self->next = (self->next + 1) % MIEN_PACE_SAMPLES;
  self->n_samples = MIN (self->n_samples + 1, MIEN_PACE_SAMPLES);
}

/**
 * mien_pace_set_validation:
 * @self: a pace
 * @seconds: what the last pass over all validation pictures took
 */
void
mien_pace_set_validation (MienPace *self, double seconds)
{
  self->validation_seconds = seconds;
}

/**
 * mien_pace_get_rate:
 * @self: a pace
 *
 * The batches that ended within 5 seconds of the latest count, and the latest in any case.
 *
 * Returns: training pictures a second; 0: not known yet
 */
double
mien_pace_get_rate (const MienPace *self)
{
  double seconds = 0;
  double latest = 0;
  guint64 pictures = 0;

  for (guint i = 0; i < self->n_samples; i++)
    {
      guint k = (self->next + MIEN_PACE_SAMPLES - 1 - i) % MIEN_PACE_SAMPLES;

      if (i == 0)
        latest = self->samples[k].end;
      else if (self->samples[k].end < latest - WINDOW)
        break;
      seconds += self->samples[k].seconds;
      pictures += self->samples[k].pictures;
    }

  return seconds > 0 ? pictures / seconds : 0;
}

/**
 * mien_pace_get_seconds_left:
 * @self: a pace
 * @pictures_left: training pictures, in all epochs that are still to come
 * @validations_left: passes over the validation pictures; a begun one counts as a fraction
 * @validation_pictures: how many there are
 *
 * As long as no validation has been measured, one of its pictures counts as a third of a training
 * picture: it goes forward only, and the backward pass takes about twice as long.
 *
 * Returns: seconds; < 0: not known yet
 */
double
mien_pace_get_seconds_left (const MienPace *self,
                            guint64 pictures_left,
                            double validations_left,
                            guint validation_pictures)
{
  double rate = mien_pace_get_rate (self);
  double validation = self->validation_seconds;

  if (rate <= 0)
    return -1;

  if (validation < 0)
    validation = validation_pictures / (3 * rate);
  return pictures_left / rate + validations_left * validation;
}
