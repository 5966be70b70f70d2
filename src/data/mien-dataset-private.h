/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/mien-dataset.h"
#include "data/mien-likeness.h"
#include "engine/vgg-random.h"

G_BEGIN_DECLS

struct _MienDataset
{
  gatomicrefcount ref_count;
  char *directory; /* file name encoding, absolute; of a table, the table itself */
  char *base;      /* what paths are relative to: the folder, or the table's folder */
  GStrv classes;   /* UTF-8, in byte order */
  guint n_classes;
  GArray *pictures;             /* (element-type MienPicture), by path */
  guint *families;              /* one a picture: the first of those that belong on one side */
  GArray *twins;                /* (element-type MienTwins), by their first pictures */
  guint *twins_of;              /* one a picture: index in the above; G_MAXUINT: none */
  GArray *issues;               /* (element-type MienIssue) */
  guint *counts;                /* (n_classes, MIEN_N_SPLITS) */
  gboolean made[MIEN_N_SPLITS]; /* the split was made here, not by the folder */
  guint64 max_pixels;
  guint n_moved; /* corrected by a person */
  guint n_set_aside;
  char digest[65]; /* hexadecimal SHA-256 */
};

GArray *mien_issues_new (void);
void mien_issues_add (GArray *self, MienIssueKind kind, const char *path, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

void mien_dataset_take_manifest (MienDataset *self);
void mien_split_draw (const guint *families,
                      const guint *classes,
                      guint n,
                      guint n_classes,
                      double fraction,
                      VggRandom *random,
                      gboolean *drawn);
void mien_dataset_make_split (MienDataset *self, MienSplit split, double fraction, guint64 seed);
gboolean mien_dataset_detect_twins (MienDataset *self,
                                    const MienLikeness *likenesses,
                                    MienProgressFunc progress,
                                    gpointer user_data,
                                    GCancellable *cancellable,
                                    GError **error);
void mien_dataset_note_twins (MienDataset *self);
void mien_dataset_add_twin_issues (MienDataset *self);
void mien_dataset_find_imbalance (MienDataset *self, const char *const *class_paths);
void mien_dataset_find_odd_sizes (MienDataset *self);
gboolean mien_dataset_apply_corrections (MienDataset *self,
                                         GArray *likenesses,
                                         MienProgressFunc progress,
                                         gpointer user_data,
                                         GCancellable *cancellable,
                                         GError **error);

guint mien_digest_hash (gconstpointer key);
gboolean mien_digest_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
