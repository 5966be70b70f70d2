/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file that arrives in pieces, over as many runs of the program as it takes: `PATH.part` until it
 * is whole. One process at a time has it. */
typedef struct _MienPartialFile MienPartialFile;

MienPartialFile *mien_partial_file_open (const char *path, GError **error);
void mien_partial_file_free (MienPartialFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienPartialFile, mien_partial_file_free)

const char *mien_partial_file_get_path (MienPartialFile *self);
guint64 mien_partial_file_get_length (MienPartialFile *self);
const char *mien_partial_file_get_tag (MienPartialFile *self);
gboolean mien_partial_file_restart (MienPartialFile *self, const char *tag, GError **error);
gboolean
mien_partial_file_append (MienPartialFile *self, gconstpointer data, gsize length, GError **error);
gboolean mien_partial_file_commit (MienPartialFile *self, GError **error);
void mien_partial_file_discard (MienPartialFile *self);

guint64 mien_partial_file_measure (const char *path);

G_END_DECLS
