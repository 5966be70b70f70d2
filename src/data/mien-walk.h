/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"

G_BEGIN_DECLS

/* A class, as found in one or more splits. */
typedef struct
{
  char *name;                 /* UTF-8 */
  char *paths[MIEN_N_SPLITS]; /* its folder in each split, or the table; NULL where it has none */
  guint index;                /* among the classes, sorted by name */
} MienClassFolder;

/* A file in a class's folder that may be a picture. */
typedef struct
{
  char *path; /* file name encoding, absolute */
  const MienClassFolder *folder;
  MienSplit split; /* MIEN_SPLIT_TRAIN where the data set's folder has no splits */
  guint line;      /* of the table that lists it, from 1; 0: it was found in a folder */
} MienFoundFile;

/* What lies in a data set's folder, or what a table lists, before any file is opened. */
typedef struct
{
  gboolean has_split[MIEN_N_SPLITS]; /* all FALSE: one folder a class */
  GPtrArray *classes;                /* (element-type MienClassFolder), by name */
  GArray *files;                     /* (element-type MienFoundFile), by path */
  GArray *issues;                    /* (element-type MienIssue) */
  guint n_loose_files;               /* beside the class folders, not looked at */
} MienWalk;

MienWalk *mien_walk_new (const char *directory,
                         MienProgressFunc progress,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error);
MienWalk *mien_walk_new_empty (void);
void mien_walk_sort (MienWalk *self);
void mien_walk_free (MienWalk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienWalk, mien_walk_free)

gboolean mien_walk_has_splits (const MienWalk *self);

G_END_DECLS
