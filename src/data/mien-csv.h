/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of comma-separated values that is read a record at a time. */
typedef struct _MienCsv MienCsv;

MienCsv *mien_csv_open (const char *path, GError **error);
void mien_csv_free (MienCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienCsv, mien_csv_free)

gboolean mien_csv_next (MienCsv *self, GError **error);
guint mien_csv_get_n_fields (MienCsv *self);
const char *mien_csv_get_field (MienCsv *self, guint index);
const char *mien_csv_get_flaw (MienCsv *self);
guint64 mien_csv_get_line (MienCsv *self);
guint64 mien_csv_get_n_read (MienCsv *self);
guint64 mien_csv_get_size (MienCsv *self);

G_END_DECLS
