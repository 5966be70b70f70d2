/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-csv.h"
#include "data/mien-new-folder.h"
#include "data/mien-progress.h"
#include "data/mien-walk.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_TABLE_PATHS, /* path,label and perhaps split: a data set of files that lie elsewhere */
  MIEN_TABLE_PIXELS /* emotion,pixels,Usage: the pictures of FER2013 themselves */
} MienTableKind;

/* A CSV file that describes a data set, after its header. */
typedef struct
{
  MienCsv *csv; /* owned */
  MienTableKind kind;
  guint n_columns;
  guint path; /* the columns of a table of paths */
  guint label;
  guint split;   /* n_columns: there is none */
  guint emotion; /* the columns of a table of pixels */
  guint pixels;
  guint usage;
} MienTable;

gboolean mien_table_is_file (const char *path);
MienTable *mien_table_open (const char *path, GError **error);
void mien_table_free (MienTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienTable, mien_table_free)
gboolean mien_table_check_row (MienTable *self, const char *path, GArray *issues);
void mien_table_report (MienTable *self,
                        gint64 *reported,
                        MienProgressFunc progress,
                        gpointer user_data);

MienWalk *mien_table_walk (const char *path,
                           MienProgressFunc progress,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);
MienNewFolder *mien_table_write_pictures (const char *path,
                                          const char *beside,
                                          GArray **issues,
                                          MienProgressFunc progress,
                                          gpointer user_data,
                                          GCancellable *cancellable,
                                          GError **error);

G_END_DECLS
