/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define MIEN_PACE_SAMPLES 64

/* How fast a training goes, and so how long it will take. A plain value. */
typedef struct
{
  struct
  {
    double end;     /* seconds on a clock that pauses stop */
    double seconds; /* that the batch took */
    guint pictures;
  } samples[MIEN_PACE_SAMPLES]; /* a ring of the latest training batches */
  guint n_samples;
  guint next;
  double
    validation_seconds; /* of a whole pass over the validation pictures; < 0: not measured yet */
} MienPace;

void mien_pace_init (MienPace *self);
void mien_pace_add (MienPace *self, double end, double seconds, guint pictures);
void mien_pace_set_validation (MienPace *self, double seconds);
double mien_pace_get_rate (const MienPace *self);
double mien_pace_get_seconds_left (const MienPace *self,
                                   guint64 pictures_left,
                                   double validations_left,
                                   guint validation_pictures);

G_END_DECLS
