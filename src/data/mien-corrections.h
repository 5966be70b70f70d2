/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MIEN_CORRECTION_NONE,     /* undecided */
  MIEN_CORRECTION_KEEP,     /* looked at, and right as it is */
  MIEN_CORRECTION_MOVE,     /* belongs to another class */
  MIEN_CORRECTION_SET_ASIDE /* belongs to none: left out */
} MienCorrectionKind;

/* What a person decided of one picture. */
typedef struct
{
  MienCorrectionKind kind;
  char *class_name;  /* UTF-8; NULL unless the kind is MIEN_CORRECTION_MOVE */
  guint8 digest[32]; /* of the picture's pixels, as MienPicture has it */
} MienCorrection;

/* The corrections of a data set, which itself stays as it is. */
typedef struct _MienCorrections MienCorrections;

char *mien_corrections_get_path (const char *directory);
MienCorrections *mien_corrections_load (const char *directory, GError **error);
void mien_corrections_free (MienCorrections *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienCorrections, mien_corrections_free)

guint mien_corrections_get_n (MienCorrections *self);
GPtrArray *mien_corrections_list_paths (MienCorrections *self);
const MienCorrection *
mien_corrections_find (MienCorrections *self, const char *relative, const guint8 digest[32]);
const MienCorrection *mien_corrections_get (MienCorrections *self, const char *relative);
void mien_corrections_set (MienCorrections *self,
                           const char *relative,
                           const guint8 digest[32],
                           MienCorrectionKind kind,
                           const char *class_name);
gboolean mien_corrections_save (MienCorrections *self, GError **error);
char *mien_corrections_to_csv (MienCorrections *self);
const char *mien_correction_kind_to_string (MienCorrectionKind kind);

G_END_DECLS
