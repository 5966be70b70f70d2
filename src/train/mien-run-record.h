/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "train/mien-confusions.h"
#include "train/mien-history.h"
#include "train/mien-settings.h"

G_BEGIN_DECLS

/* What the folder of a run tells of it, read once. Counted, immutable. */
typedef struct
{
  char *directory; /* absolute, file name encoding */
  char *name;      /* the folder's, UTF-8 */
  gint64 modified; /* seconds since 1970, of its history; 0: not known */
  GError *error;   /* why it cannot be read; NULL: all that follows is there */

  MienSettings *settings;
  GArray *history;    /* (MienEpoch), at least one */
  guint best_epoch;   /* from 1 */
  char **classes;     /* NULL-terminated; NULL: not known */
  GArray *confusions; /* (MienEpochConfusion); NULL: not kept, or of no validation pictures */
} MienRunRecord;

MienRunRecord *mien_run_record_read (const char *directory);
MienRunRecord *mien_run_record_ref (MienRunRecord *self);
void mien_run_record_unref (MienRunRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienRunRecord, mien_run_record_unref)

const MienEpoch *mien_run_record_get_epoch (const MienRunRecord *self, guint epoch);
double mien_run_record_get_accuracy (const MienRunRecord *self, guint epoch);

char *mien_run_records_get_folder (void);
GPtrArray *mien_run_records_list (const char *folder, GCancellable *cancellable);
char *mien_run_records_compare_settings (const MienRunRecord *a, const MienRunRecord *b);

G_END_DECLS
