/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "train/mien-history.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* The folder of one training; immutable. */
typedef struct
{
  char *directory;
  char *settings;   /* settings.json */
  char *history;    /* history.csv */
  char *checkpoint; /* checkpoint.safetensors */
  char *best;       /* best.safetensors */
  char *confusions; /* confusions.csv */
  char *log;        /* log.txt */
} MienRun;

MienRun *mien_run_create (const char *directory, const MienSettings *settings, GError **error);
MienRun *mien_run_open (const char *directory, MienSettings **settings, GError **error);
void mien_run_free (MienRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienRun, mien_run_free)

gboolean mien_run_has_checkpoint (const MienRun *self);
GArray *mien_run_read_history (const char *path, GError **error);
GArray *mien_run_read_confusions (const MienRun *self,
                                  guint n_epochs,
                                  guint n_classes,
                                  GError **error);
gboolean mien_run_write_history (const MienRun *self,
                                 const GArray *history,
                                 const GArray *confusions,
                                 GError **error);
void mien_run_log (const MienRun *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
