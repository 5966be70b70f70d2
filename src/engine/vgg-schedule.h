/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VGG_SCHEDULE_CONSTANT,
  VGG_SCHEDULE_STEP,   /* times `factor` every `step_epochs` */
  VGG_SCHEDULE_COSINE, /* linear warm-up, then half a cosine down to minimum_rate */
  VGG_SCHEDULE_PLATEAU /* times `factor` after `patience` epochs without a lower validation loss */
} VggScheduleKind;

typedef struct
{
  VggScheduleKind kind;
  double warm_up_epochs; /* >= 0 */
  guint step_epochs;     /* >= 1 */
  double factor;         /* (0, 1] */
  guint patience;        /* >= 1 */
  double minimum_rate;   /* >= 0 */
} VggScheduleSettings;

/* What a schedule remembers from epoch to epoch; a plain value that a checkpoint stores. */
typedef struct
{
  double best_loss;
  guint epochs_since_best;
  double scale;
} VggScheduleState;

void vgg_schedule_settings_init (VggScheduleSettings *self, VggScheduleKind kind);
const char *vgg_schedule_kind_to_string (VggScheduleKind kind);
gboolean vgg_schedule_kind_from_string (const char *string, VggScheduleKind *kind);

void vgg_schedule_state_init (VggScheduleState *self);
double vgg_schedule_rate (const VggScheduleSettings *settings,
                          const VggScheduleState *state,
                          double base_rate,
                          double epoch,
                          guint n_epochs);
void vgg_schedule_observe (const VggScheduleSettings *settings,
                           VggScheduleState *state,
                           double validation_loss);

G_END_DECLS
