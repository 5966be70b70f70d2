/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/mien-cli-bench.h"
#include "engine/vgg-network.h"
#include "engine/vgg-optimizer.h"

G_BEGIN_DECLS

/* A network with random weights, and what one round of the measured work needs. */
typedef struct
{
  MienCliBenchMode mode;
  guint batch;
  VggNetwork *network;
  VggOptimizer *optimizer; /* NULL: the mode does not train */
  float *input;            /* (batch, 3, input, input); NULL: the mode begins with features */
  guint16 *features;       /* (batch, feature length); NULL: none in this mode */
  const guint16 **rows;    /* (batch) pictures of the features */
  guint *labels;           /* (batch) */
  float *gradient;         /* (batch, classes) */
  VggRandom random;
} MienCliBenchWork;

MienCliBenchWork *mien_cli_bench_work_new (const MienCliBenchOptions *options, GError **error);
void mien_cli_bench_work_free (MienCliBenchWork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienCliBenchWork, mien_cli_bench_work_free)

void mien_cli_bench_work_run (MienCliBenchWork *self);
MienCliBenchTimes mien_cli_bench_work_measure (MienCliBenchWork *self, guint n_rounds);
gsize mien_cli_bench_work_get_bytes (MienCliBenchWork *self);

G_END_DECLS
