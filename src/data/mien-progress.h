/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How far a piece of work is; the one progress type of the project. */
typedef struct
{
  const char *phase; /* translated, static: "Reading pictures" */
  guint64 done;
  guint64 total; /* 0: not known */
} MienProgress;

/* Called on the thread that does the work, at most some ten times a second and once at the end. */
typedef void (*MienProgressFunc) (const MienProgress *progress, gpointer user_data);

G_END_DECLS
