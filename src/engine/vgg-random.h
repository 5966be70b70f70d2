/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The one generator of the project (xoshiro256++, seeded through SplitMix64). A plain value: copy
 * it to fork a stream, store its four words to go on with it later. */
typedef struct
{
  guint64 state[4];
} VggRandom;

void vgg_random_init (VggRandom *self, guint64 seed);
void vgg_random_init_stream (VggRandom *self, guint64 seed, guint64 a, guint64 b);
guint64 vgg_random_next (VggRandom *self);
double vgg_random_uniform (VggRandom *self);
double vgg_random_range (VggRandom *self, double low, double high);
double vgg_random_normal (VggRandom *self);
double vgg_random_beta (VggRandom *self, double alpha, double beta);
guint vgg_random_below (VggRandom *self, guint bound);
void vgg_random_shuffle (VggRandom *self, guint *items, gsize n);

G_END_DECLS
