/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "cli/mien-cli.h"

G_BEGIN_DECLS

/* What is run and measured. */
typedef enum
{
  MIEN_CLI_BENCH_FORWARD, /* the convolutions and pools, outside training */
  MIEN_CLI_BENCH_NAIVE,   /* a whole training step */
  MIEN_CLI_BENCH_CACHED,  /* a training step that begins with features */
  MIEN_CLI_BENCH_FRONT    /* the frozen layers alone */
} MienCliBenchMode;

/* The command line of `mien-cli bench`, with defaults filled in. */
typedef struct
{
  const char *folder; /* of `input`; NULL: none was given */
  MienCliBenchMode mode;
  guint threads; /* 0: one a core */
  guint batch;
  guint input;  /* side of the network's input, pixels */
  guint freeze; /* convolutions that do not train */
  guint width;  /* eighths of the paper's channels */
  guint rounds;
  gboolean batch_norm;
  gboolean measure;
  gboolean json;
} MienCliBenchOptions;

/* Times of equal rounds, in seconds. */
typedef struct
{
  double median;
  double minimum;
  double maximum;
} MienCliBenchTimes;

const char *mien_cli_bench_mode_to_string (MienCliBenchMode mode);
MienCliBenchTimes mien_cli_bench_times (GArray *seconds);
MienCliStatus mien_cli_bench_report (const MienCliBenchOptions *options,
                                     const char *title,
                                     guint pictures,
                                     const MienCliBenchTimes *times,
                                     gsize announced);

MienCliStatus mien_cli_bench_steps (const MienCliBenchOptions *options);
MienCliStatus mien_cli_bench_layers (const MienCliBenchOptions *options);
MienCliStatus mien_cli_bench_plan (const MienCliBenchOptions *options);
MienCliStatus mien_cli_bench_input (const MienCliBenchOptions *options);

G_END_DECLS
