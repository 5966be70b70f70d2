/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-progress.h"

G_BEGIN_DECLS

typedef enum
{
  MIEN_SPLIT_TRAIN,
  MIEN_SPLIT_VALIDATION,
  MIEN_SPLIT_TEST
} MienSplit;

#define MIEN_N_SPLITS 3

typedef enum
{
  MIEN_ISSUE_UNREADABLE,    /* cannot be opened or read */
  MIEN_ISSUE_EMPTY,         /* no bytes */
  MIEN_ISSUE_NOT_A_PICTURE, /* of no known picture format */
  MIEN_ISSUE_BROKEN,        /* a known format, but damaged */
  MIEN_ISSUE_TOO_LARGE,     /* over the pixel limit */
  MIEN_ISSUE_LINK_LOOP,     /* a link that leads back to a folder above it, or nowhere */
  MIEN_ISSUE_MANIFEST,      /* what says which pictures are copies cannot be read */
  MIEN_ISSUE_ROW,           /* a line of a table that cannot be used */
  MIEN_ISSUE_DUPLICATE,     /* shows the same as another picture of its class and split */
  MIEN_ISSUE_LEAK,          /* the same in two splits that the folder itself made */
  MIEN_ISSUE_CONFLICT,      /* the same in two classes */
  MIEN_ISSUE_IMBALANCE,     /* one class has far more pictures than another */
  MIEN_ISSUE_SIZE           /* far from the size of the others, or with a side below 32 pixels */
} MienIssueKind;

typedef struct
{
  MienIssueKind kind;
  char *path;   /* file name encoding, absolute */
  char *reason; /* UTF-8, translated, a sentence */
} MienIssue;

typedef struct
{
  char *path; /* file name encoding, absolute */
  guint class_index;
  guint given_class; /* the folder's, or the table's: another one where a person moved it */
  MienSplit split;
  guint width; /* pixels, orientation applied */
  guint height;
  guint8 digest[32]; /* SHA-256 of the size and the decoded RGB pixels */
  guint group;       /* the same for a picture and its copies, as the data set's manifest has them;
                        otherwise the picture's own */
  gboolean is_copy;  /* made from another picture of its group by augmentation */
} MienPicture;

typedef enum
{
  MIEN_TWINS_EXACT, /* the same decoded pixels */
  MIEN_TWINS_NEAR   /* some of them differ, and show the same all the same, mirrored perhaps */
} MienTwinsKind;

/* Pictures that show the same. */
typedef struct
{
  MienTwinsKind kind;
  gboolean conflicting; /* they are in more than one class */
  guint splits;         /* bit 1u << MienSplit for each split that one of them is in */
  GArray *pictures;     /* (element-type guint) indices in the data set, rising, two or more */
} MienTwins;

/* A summary of groups of twins. */
typedef struct
{
  guint n_groups;
  guint n_pictures;    /* in them */
  guint n_conflicting; /* groups in more than one class */
  guint n_leaked;      /* test pictures with a twin in training or validation */
} MienTwinCounts;

typedef struct
{
  double validation_fraction; /* [0, 0.9): of training, when the folder has no validation split */
  double test_fraction;       /* [0, 0.9): of all, when the folder has no splits at all */
  guint64 seed;
  guint64 max_pixels; /* of one picture */
} MienScanOptions;

/* An immutable, counted data set: what one scan of a folder found. Safe to read from any thread. */
typedef struct _MienDataset MienDataset;

void mien_scan_options_init (MienScanOptions *self);
MienDataset *mien_dataset_scan (const char *directory,
                                const MienScanOptions *options,
                                MienProgressFunc progress,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error);
MienDataset *mien_dataset_ref (MienDataset *self);
void mien_dataset_unref (MienDataset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienDataset, mien_dataset_unref)

const char *mien_dataset_get_directory (MienDataset *self);
const char *mien_dataset_get_relative_path (MienDataset *self, const char *path);
const char *const *mien_dataset_get_classes (MienDataset *self, guint *n_classes);
guint mien_dataset_get_n_pictures (MienDataset *self);
gboolean mien_picture_has_name (const MienPicture *picture, const char *folded);
const MienPicture *mien_dataset_get_picture (MienDataset *self, guint index);
guint mien_dataset_count (MienDataset *self, guint class_index, MienSplit split);
guint mien_dataset_count_split (MienDataset *self, MienSplit split);
MienSplit mien_dataset_get_evaluation_split (MienDataset *self);
guint *mien_dataset_list_split (MienDataset *self, MienSplit split, guint *n);
guint mien_dataset_get_n_issues (MienDataset *self);
const MienIssue *mien_dataset_get_issue (MienDataset *self, guint index);
guint mien_dataset_get_n_twins (MienDataset *self);
const MienTwins *mien_dataset_get_twins (MienDataset *self, guint index);
const MienTwins *mien_dataset_find_twins (MienDataset *self, guint picture);
guint mien_dataset_get_family (MienDataset *self, guint picture);
void mien_dataset_count_twins (MienDataset *self, MienTwinCounts *equal, MienTwinCounts *all);
GPtrArray *mien_twins_list_equal (const MienTwins *self, MienDataset *dataset);
gboolean mien_dataset_split_was_made (MienDataset *self, MienSplit split);
const char *mien_dataset_get_digest (MienDataset *self);
void mien_dataset_get_corrections (MienDataset *self, guint *n_moved, guint *n_set_aside);
guint64 mien_dataset_get_max_pixels (MienDataset *self);

const char *mien_split_to_string (MienSplit split);
gboolean mien_split_from_string (const char *string, MienSplit *split);
const char *mien_split_get_title (MienSplit split);
const char *mien_twins_kind_to_string (MienTwinsKind kind);
const char *mien_issue_kind_to_string (MienIssueKind kind);
gboolean mien_issue_kind_is_file (MienIssueKind kind);
const char *mien_issue_kind_get_title (MienIssueKind kind);

G_END_DECLS
