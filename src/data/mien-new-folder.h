/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder that appears under its path whole, or not at all. */
typedef struct _MienNewFolder MienNewFolder;

MienNewFolder *mien_new_folder_open (const char *path, guint64 bytes, GError **error);
void mien_new_folder_free (MienNewFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MienNewFolder, mien_new_folder_free)

const char *mien_new_folder_get_path (MienNewFolder *self);
gboolean mien_new_folder_add_file (MienNewFolder *self,
                                   const char *relative,
                                   gconstpointer data,
                                   gsize length,
                                   GError **error);
gboolean mien_new_folder_commit (MienNewFolder *self, GError **error);

gboolean mien_new_folder_check_space (const char *folder, guint64 bytes, GError **error);
gboolean mien_new_folder_check_apart (const char *path, const char *source, GError **error);

G_END_DECLS
