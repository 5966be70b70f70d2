/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The networks that come with the program. */
typedef enum
{
  MIEN_BUNDLED_FACES,         /* a compact backbone that knows faces */
  MIEN_BUNDLED_THREE_EMOTIONS /* a finished model of joy, anger and sadness */
} MienBundled;

#define MIEN_N_BUNDLED 2

char *mien_bundled_find (MienBundled which);
gboolean mien_bundled_is (MienBundled which, const char *path);
char *mien_bundled_resolve (const char *argument);
char *mien_bundled_dup_card (const char *path);

G_END_DECLS
