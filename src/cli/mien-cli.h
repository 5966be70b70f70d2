/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the program ends with. */
typedef enum
{
  MIEN_CLI_DONE = 0,
  MIEN_CLI_FAILED = 1,
  MIEN_CLI_USAGE = 2,
  MIEN_CLI_INTERRUPTED = 130 /* as a shell reports SIGINT */
} MienCliStatus;

typedef struct _MienCliCommand MienCliCommand;

struct _MienCliCommand
{
  const char *name;
  const char *arguments; /* after the options, for the usage line; not translated yet */
  const char *summary;   /* one line, not translated yet */
  MienCliStatus (*run) (const MienCliCommand *self, char **argv);
};

MienCliStatus mien_cli_sample (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_scan (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_prepare (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_fetch (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_train (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_evaluate (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_calibrate (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_mistakes (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_correct (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_predict (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_heat_map (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_plot (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_bench (const MienCliCommand *self, char **argv);
MienCliStatus mien_cli_inspect (const MienCliCommand *self, char **argv);

G_END_DECLS
