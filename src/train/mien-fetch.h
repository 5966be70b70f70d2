/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "data/mien-progress.h"

G_BEGIN_DECLS

/* Where a file is, and how to know it. */
typedef struct
{
  const char *address; /* https; http only of this computer */
  guint64 size;        /* bytes */
  GChecksumType digest_type;
  const char *digest; /* lower-case hexadecimal */
  /* Looks into a file whose size and digest are right; NULL: nothing to look at. */
  gboolean (*check) (const char *path, GError **error);
} MienFetchSource;

gboolean mien_fetch (const MienFetchSource *source,
                     const char *path,
                     MienProgressFunc progress,
                     gpointer user_data,
                     GCancellable *cancellable,
                     GError **error);

G_END_DECLS
