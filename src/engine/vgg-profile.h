/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  VGG_PASS_FORWARD,
  VGG_PASS_INPUT_GRADIENT,
  VGG_PASS_KERNEL_GRADIENT,
  VGG_N_PASSES
} VggPassKind;

/* What a plan decided for one pass of one layer. */
typedef struct
{
  const char *layer; /* borrowed */
  VggPassKind pass;
  const char *algorithm; /* "im2col", "winograd", "first", …; NULL: the layer has no choice */
  guint tile;            /* output pixels a side of a Winograd tile; 0: none */
  gsize n_chunks;
  gsize bytes;    /* workspace that the pass uses */
  double seconds; /* predicted for a whole batch; 0: not modelled */
} VggPlanRow;

/* What the passes of one layer took. */
typedef struct
{
  double seconds[VGG_N_PASSES];
} VggLayerTimes;

double vgg_profile_now (void);

G_END_DECLS
