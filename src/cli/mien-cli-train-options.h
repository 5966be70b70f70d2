/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/mien-cli.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* The command line of `mien-cli train`, as it was written; NULL: not given. */
typedef struct
{
  char *directory; /* file name encoding, like all paths here */
  char *output;
  char *backbone;
  char *settings;
  char *write_settings;
  char *run;
  char *resume;
  char *epochs;
  char *batch;
  char *patience;
  char *threads;
  char *seed;
  char *learning_rate;
  char *cache_variants;
  gboolean no_cache;
  gboolean half;
  gboolean keep_twins;
  gboolean json;
} MienCliTrainOptions;

gboolean mien_cli_train_options_parse (MienCliTrainOptions *self,
                                       const MienCliCommand *command,
                                       char **argv);
void mien_cli_train_options_clear (MienCliTrainOptions *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MienCliTrainOptions, mien_cli_train_options_clear)

gboolean mien_cli_train_options_wants_offer (const MienCliTrainOptions *self);
MienSettings *mien_cli_train_options_make_settings (const MienCliTrainOptions *self,
                                                    const MienSettings *offered,
                                                    GError **error);

G_END_DECLS
