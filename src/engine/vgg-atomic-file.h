/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file that appears under its path whole, or not at all. */
typedef struct _VggAtomicFile VggAtomicFile;

VggAtomicFile *vgg_atomic_file_open (const char *path, GError **error);
void vgg_atomic_file_free (VggAtomicFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VggAtomicFile, vgg_atomic_file_free)

gboolean
vgg_atomic_file_write (VggAtomicFile *self, gconstpointer data, gsize length, GError **error);
gboolean vgg_atomic_file_commit (VggAtomicFile *self, GError **error);

G_END_DECLS
