/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the network answered in a pass over the validation pictures. */
typedef struct
{
  guint n_classes;
  GArray *logits;  /* owned (float): (pictures, n_classes), of the first pictures */
  GArray *labels;  /* owned (guint): actual classes of those */
  GArray *answers; /* owned: an actual and a predicted class a picture, of all */
} MienValidation;

void mien_validation_init (MienValidation *self, guint n_classes);
void mien_validation_clear (MienValidation *self);

void mien_validation_begin (MienValidation *self);
void mien_validation_add (MienValidation *self, const float *logits, const guint *labels, guint n);
double mien_validation_get_temperature (MienValidation *self);
void mien_validation_append_confusions (MienValidation *self, guint epoch, GArray *confusions);

G_END_DECLS
